"""The main job as a story: an order, its way, a refusal by the command of OpenIntegrations, and CDEK's verdict.

Offline: the CDEK here is the embedded sandbox. Every command is the real `oint` in a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oint.i18n import Message, current_language

HERE = Path(__file__).resolve().parent
OINT = shutil.which("oint", path=str(Path(sys.executable).parent)) or "oint"
PATIENCE = 20  # seconds that CDEK's background work may take


def say(ru: str, en: str) -> None:
    print(f"\n— {Message(ru, en)}", flush=True)


def shown(words: tuple[str, ...], token: str) -> str:
    texts = (word.replace(token, token[:6] + "…") if token else word for word in words)
    return " ".join(f'"{text}"' if " " in text or not text else text for text in texts)


class Story:
    """A sandbox, and `oint` pointed at it."""

    def __init__(self, url: str, account: str, password: str) -> None:
        self.url, self.account, self.password = url, account, password
        self.token = ""
        self.env = os.environ | {"OINT_CDEK_URL": url, "OINT_LANG": current_language(), "PYTHONIOENCODING": "utf-8"}

    def oint(self, *words: str, show: bool = True, **env: str) -> str:
        """Run a command as a shop would, and show it with what it printed."""
        if show:
            print(f"  $ oint {shown(words, self.token)}", flush=True)
        done = subprocess.run(
            [OINT, *words], env=self.env | env, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if done.returncode != 0:
            sys.exit(f"oint {shown(words, self.token)}: {done.returncode}\n{done.stdout}{done.stderr}")
        if show:
            print("".join(f"    {line}\n" for line in done.stdout.splitlines()), end="", flush=True)
        return done.stdout

    def cdek(self, method: str, *words: str, show: bool = True) -> Any:
        return json.loads(self.oint("cdek", method, *words, "--testapi", "true", show=show))

    def order(self, uuid: str) -> Any:
        return self.cdek("ПолучитьЗаказ", "--token", self.token, "--uuid", uuid, show=False)

    def sandbox(self, method: str, path: str, body: object = None) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        connection.request(method, f"/_sandbox{path}", json.dumps(body))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def until(self, uuid: str, status: str) -> Any:
        """Read the order until it stands in this status."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            card = self.order(uuid)
            if card["entity"]["statuses"][0]["code"] == status:
                return card
            time.sleep(0.2)
        sys.exit(str(Message(f"заказ не дошёл до {status}", f"the order did not come to {status}")))


def way(card: Any) -> str:
    return " → ".join(status["code"] for status in reversed(card["entity"]["statuses"]))


def tell(story: Story) -> None:
    say("Токен для песочницы (её пара та же, что СДЭК публикует для своего теста)",
        "A token for the sandbox (its pair is the one that CDEK publishes for its test host)")  # fmt: skip
    story.token = story.cdek("ПолучитьТокен", "--account", story.account, "--pass", story.password, show=False)[
        "access_token"
    ]
    print(f"  {story.token[:6]}…")

    say("Магазин регистрирует заказ из документа", "The shop registers an order from a document")
    document = os.path.relpath(HERE / "order.json")
    created = story.cdek("СоздатьЗаказ", "--token", story.token, "--order", document, "--ostore", "true")
    uuid = created["entity"]["uuid"]
    card = story.until(uuid, "CREATED")
    number = card["entity"]["cdek_number"]
    say(f"СДЭК создал заказ {number}; посылка едет и приходит на пункт выдачи",
        f"CDEK has made order {number}; the parcel travels and arrives at the pick-up point")  # fmt: skip
    while card["entity"]["statuses"][0]["code"] != "ACCEPTED_AT_PICK_UP_POINT":
        story.sandbox("POST", f"/orders/{uuid}/advance", {"steps": 1})
        card = story.order(uuid)
    print(f"  {way(card)}")

    say("За посылкой не пришли: магазин регистрирует отказ", "Nobody came for the parcel: the shop registers a refusal")
    refusal = story.cdek("СоздатьОтказ", "--token", story.token, "--uuid", uuid)
    state = refusal["requests"][0]["state"]
    say(f"{state} значит «в очереди», и не больше. Дождёмся решения; второй отказ при этом не уходит",
        f"{state} means queued, and no more. Follow it to the verdict; no second refusal is sent")  # fmt: skip
    story.oint(
        "refusals", "register", number, "--wait", "30s", "--poll", "500ms", "--testapi", OINT_CDEK_TOKEN=story.token
    )

    card = story.until(uuid, "NOT_DELIVERED")
    reason = card["entity"]["statuses"][0]["reason_code"]
    back = next(link for link in card["related_entities"] if link["type"] == "return_order")
    say(f"Заказ {number}: NOT_DELIVERED, причина {reason}; возвратный заказ {back['cdek_number']}",
        f"Order {number}: NOT_DELIVERED, reason {reason}; return order {back['cdek_number']}")  # fmt: skip
    home = story.cdek("ПолучитьЗаказПоНомеру", "--token", story.token, "--number", back["cdek_number"], show=False)
    print(f"  {back['cdek_number']}: is_return={home['entity']['is_return']}, {way(home)}")
    sent = len(story.sandbox("GET", f"/orders/{uuid}")["refusals"])
    say(f"Песочница получила отказов: {sent}. Готово.", f"Refusals that the sandbox received: {sent}. Done.")
    if (reason, sent) != ("11", 1):
        sys.exit(1)


def main() -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a Windows pipe would speak another alphabet
    say("Запускается СДЭК на этой машине", "Starting a CDEK on this machine")
    with subprocess.Popen(
        [OINT, "sandbox", "start", "--seed", "2026"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else b""
            if not line:
                sys.exit(str(Message("песочница не запустилась", "the sandbox did not start")))
            where = json.loads(line)
            print(f"  {where['url']}")
            tell(Story(**where))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
