"""`make demo`: an order, its route, a refusal by the command of OpenIntegrations, and the verdict of CDEK.

Offline: CDEK is the embedded sandbox here. Every command is the real `oint` in a process of its own.
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
MAX_WAIT_SECONDS = 20  # for the background work of the sandbox


def print_step(ru: str, en: str) -> None:
    print(f"\n— {Message(ru, en)}", flush=True)


def format_command(words: tuple[str, ...], token: str) -> str:
    texts = (word.replace(token, token[:6] + "…") if token else word for word in words)
    return " ".join(f'"{text}"' if " " in text or not text else text for text in texts)


class Shop:
    """A shop that runs `oint` against a sandbox."""

    def __init__(self, url: str, account: str, password: str) -> None:
        self.url, self.account, self.password = url, account, password
        self.token = ""
        self.env = os.environ | {"OINT_CDEK_URL": url, "OINT_LANG": current_language(), "PYTHONIOENCODING": "utf-8"}

    def run_oint(self, *words: str, show: bool = True, **env: str) -> str:
        """Run a command and return its output; with `show` print both."""
        if show:
            print(f"  $ oint {format_command(words, self.token)}", flush=True)
        process = subprocess.run(
            [OINT, *words], env=self.env | env, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if process.returncode != 0:
            sys.exit(
                f"oint {format_command(words, self.token)}: {process.returncode}\n{process.stdout}{process.stderr}"
            )
        if show:
            print("".join(f"    {line}\n" for line in process.stdout.splitlines()), end="", flush=True)
        return process.stdout

    def call_method(self, method: str, *words: str, show: bool = True) -> Any:
        return json.loads(self.run_oint("cdek", method, *words, "--testapi", "true", show=show))

    def read_order(self, uuid: str) -> Any:
        return self.call_method("ПолучитьЗаказ", "--token", self.token, "--uuid", uuid, show=False)

    def control_sandbox(self, method: str, path: str, body: object = None) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        connection.request(method, f"/_sandbox{path}", None if body is None else json.dumps(body))
        response = json.loads(connection.getresponse().read())
        connection.close()
        return response

    def wait_for_status(self, uuid: str, status: str) -> Any:
        """Read the order until it has this status."""
        end = time.monotonic() + MAX_WAIT_SECONDS
        while time.monotonic() < end:
            card = self.read_order(uuid)
            if card["entity"]["statuses"][0]["code"] == status:
                return card
            time.sleep(0.2)
        sys.exit(str(Message(f"заказ не дошёл до {status}", f"the order did not reach {status}")))


def format_statuses(card: Any) -> str:
    return " → ".join(status["code"] for status in reversed(card["entity"]["statuses"]))


def play(shop: Shop) -> None:
    print_step("Токен для песочницы (её пара та же, что СДЭК публикует для своего теста)",
        "A token of the sandbox (its account is the one that CDEK publishes for its test host)")  # fmt: skip
    shop.token = shop.call_method("ПолучитьТокен", "--account", shop.account, "--pass", shop.password, show=False)[
        "access_token"
    ]
    print(f"  {shop.token[:6]}…")

    print_step("Магазин регистрирует заказ из документа", "The shop registers an order from a document")
    document = os.path.relpath(HERE / "order.json")
    created = shop.call_method("СоздатьЗаказ", "--token", shop.token, "--order", document, "--ostore", "true")
    uuid = created["entity"]["uuid"]
    card = shop.wait_for_status(uuid, "CREATED")
    number = card["entity"]["cdek_number"]
    print_step(f"СДЭК создал заказ {number}; посылка едет и приходит на пункт выдачи",
        f"CDEK has created order {number}; the parcel travels and arrives at the pick-up point")  # fmt: skip
    while card["entity"]["statuses"][0]["code"] != "ACCEPTED_AT_PICK_UP_POINT":
        shop.control_sandbox("POST", f"/orders/{uuid}/advance", {"steps": 1})
        card = shop.read_order(uuid)
    print(f"  {format_statuses(card)}")

    print_step(
        "За посылкой не пришли: магазин регистрирует отказ",
        "Nobody has collected the parcel: the shop registers a refusal",
    )
    refusal = shop.call_method("СоздатьОтказ", "--token", shop.token, "--uuid", uuid)
    state = refusal["requests"][0]["state"]
    print_step(f"{state} значит только «в очереди». Дождёмся решения; второй отказ при этом не отправляется",
        f"{state} only means queued. Follow it to the verdict; no second refusal is sent")  # fmt: skip
    shop.run_oint(
        "refusals", "register", number, "--wait", "30s", "--poll", "500ms", "--testapi", OINT_CDEK_TOKEN=shop.token
    )

    card = shop.wait_for_status(uuid, "NOT_DELIVERED")
    reason = card["entity"]["statuses"][0]["reason_code"]
    link = next(entity for entity in card["related_entities"] if entity["type"] == "return_order")
    print_step(f"Заказ {number}: NOT_DELIVERED, причина {reason}; возвратный заказ {link['cdek_number']}",
        f"Order {number}: NOT_DELIVERED, reason {reason}; return order {link['cdek_number']}")  # fmt: skip
    card = shop.call_method("ПолучитьЗаказПоНомеру", "--token", shop.token, "--number", link["cdek_number"], show=False)
    print(f"  {link['cdek_number']}: is_return={card['entity']['is_return']}, {format_statuses(card)}")
    count = len(shop.control_sandbox("GET", f"/orders/{uuid}")["refusals"])
    print_step(f"Песочница получила отказов: {count}. Готово.", f"Refusals received by the sandbox: {count}. Done.")
    if (reason, count) != ("11", 1):
        sys.exit(1)


def main() -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a Windows pipe would speak another alphabet
    print_step(
        "Запускается песочница — имитация СДЭК на этой машине",
        "Starting the sandbox, an imitation of CDEK, on this machine",
    )
    with subprocess.Popen(
        [OINT, "sandbox", "start", "--seed", "2026"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else b""
            if not line:
                sys.exit(str(Message("песочница не запустилась", "the sandbox did not start")))
            address = json.loads(line)
            print(f"  {address['url']}")
            play(Shop(**address))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
