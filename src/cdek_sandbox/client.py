"""A sandbox in a process of its own, for tests and Python programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cdek_sandbox.errors import SandboxError
from cdek_sandbox.world.accounts import OTHER_ACCOUNT, OTHER_PASSWORD
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE = 30.0  # seconds
_NOT_STARTED = Message(
    "Песочница не запустилась (код {0}). Её слова: {1}", "The sandbox did not start (code {0}). It said: {1}"
)
_REFUSED = Message("Песочница не выполнила {0} {1}: {2}", "The sandbox did not do {0} {1}: {2}")
_NOT_DRAINED = Message(
    "Песочница за {0} с не обработала того, что оставили ушедшие клиенты: {1}. Уберите сбои, которые это держат, или ждите дольше.",
    "In {0} s the sandbox has not processed what clients that are gone have sent: {1}. Clear the faults that hold it, or wait longer.",
)
_BACKLOG = Message("очередь соединений", "the backlog of connections")
_CANNOT_END = Message("Песочница не остановилась сама: процесс завершён.", "The sandbox did not end by itself: killed.")


class Sandbox:
    """A running sandbox: where it is, and its control plane. `other_account` owns orders that are foreign to `account`."""

    other_account = OTHER_ACCOUNT
    other_password = OTHER_PASSWORD

    def __init__(self, url: str, account: str, password: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.account = account
        self.password = password
        self.process = process

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call the control plane; `path` begins after `/_sandbox`.

        Raises:
            SandboxError: the sandbox does not know the route or refuses the body.
        """
        return self._call(method, path, body, _PATIENCE)

    def _call(self, method: str, path: str, body: object, patience: float) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=patience)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, f"/_sandbox{path}", data)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:  # noqa: PLR2004 - HTTP's OK
            said = Message(answer.get("error_ru", ""), answer.get("error", ""))
            raise SandboxError(
                Message(_REFUSED.ru.format(method, path, said.ru), _REFUSED.en.format(method, path, said.en))
            )
        return answer

    def order(self, **fields: Any) -> str:
        """Make an order at once (`POST /_sandbox/orders`); its uuid."""
        return str(self.control("POST", "/orders", fields)["uuid"])

    def truth(self, uuid: str) -> dict[str, Any]:
        """What the sandbox knows about the order."""
        return dict(self.control("GET", f"/orders/{uuid}"))

    def order_batch(self, count: int, **fields: Any) -> list[str]:
        """Make many orders alike at once; their uuids. An `im_number` gets `-1`, `-2` and so on behind it."""
        return list(self.control("POST", "/orders/batch", {"count": count, **fields})["uuids"])

    def orders(self) -> list[dict[str, Any]]:
        """The truth about every order, oldest first."""
        return list(self.control("GET", "/orders"))

    def move(self, uuid: str, code: str, reason_code: str | None = None, **fields: Any) -> dict[str, Any]:
        """Put the order into a status, known or not."""
        return dict(
            self.control("POST", f"/orders/{uuid}/status", {"code": code, "reason_code": reason_code, **fields})
        )

    def advance(self, uuid: str, steps: int = 1) -> dict[str, Any]:
        """Move the order along its route."""
        return dict(self.control("POST", f"/orders/{uuid}/advance", {"steps": steps}))

    def finish(self, uuid: str) -> dict[str, Any]:
        """End the order's unfinished background work now, whatever the settings say about its time."""
        return dict(self.control("POST", f"/orders/{uuid}/finish"))

    def scenario(self, name: str, **fields: Any) -> dict[str, Any]:
        """Let an order live a life at once (`scenarios()` tells which); the truth about it.

        Raises:
            SandboxError: there is no such scenario; the words name those that there are.
        """
        return dict(self.control("POST", f"/scenarios/{name}", fields))

    def scenarios(self) -> dict[str, str]:
        """What happens in each scenario, by its name."""
        return {row["name"]: row["about"] for row in self.control("GET", "/scenarios")}

    def problem(self, uuid: str, code: str) -> dict[str, Any]:
        """Give the order a delivery problem, by CDEK's code."""
        return dict(self.control("POST", f"/orders/{uuid}/problem", {"code": code}))

    def failed_call(self, uuid: str, reason_code: int) -> dict[str, Any]:
        """Give the order a call that the recipient did not take, by CDEK's code of the reason."""
        return dict(self.control("POST", f"/orders/{uuid}/call", {"reason_code": reason_code}))

    def faults(self) -> list[dict[str, Any]]:
        """The fault rules in force, with what is left of them."""
        return list(self.control("GET", "/faults"))

    def fault(self, action: str | dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Add a fault rule; an action without fields of its own may be given by its name."""
        named = {"type": action} if isinstance(action, str) else action
        return dict(self.control("POST", "/faults", {"action": named, **fields}))

    def clear_faults(self) -> None:
        """Drop all fault rules."""
        self.control("DELETE", "/faults")

    def settings(self, **fields: Any) -> dict[str, Any]:
        """Change settings, and show them all."""
        return dict(self.control("PATCH", "/settings", fields))

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """The log of calls, oldest first; of one operation (`refusal`, `order_get`, ...) or of all."""
        rows = list(self.control("GET", "/calls"))
        return [row for row in rows if operation in {None, row["operation"]}]

    def webhooks(self) -> dict[str, Any]:
        """Every subscription, and every event sent to one: what was tried, what was answered."""
        return dict(self.control("GET", "/webhooks"))

    def events(self, type: str | None = None) -> list[dict[str, Any]]:  # noqa: A002 - CDEK's name of the field
        """The bodies of the events made for subscribers, oldest first; of one type (`ORDER_STATUS`, ...) or of all."""
        bodies = [row["event"] for row in self.webhooks()["events"]]
        return [body for body in bodies if type in {None, body["type"]}]

    def now(self) -> datetime:
        """The present moment of the sandbox's clock."""
        return datetime.fromisoformat(self.control("GET", "/clock")["now"])

    def pass_time(self, seconds: float) -> None:
        """Move the sandbox's clock forward."""
        self.control("POST", "/clock", {"advance": seconds})

    def stop_clock(self, moment: datetime | str) -> None:
        """Let the sandbox's clock stand still at a moment (ISO 8601, UTC without an offset); `pass_time` moves it on."""
        at = moment if isinstance(moment, str) else moment.isoformat()
        self.control("POST", "/clock", {"stop_at": at})

    def start_clock(self) -> None:
        """Let a clock that was stopped go on from where it stands."""
        self.control("POST", "/clock", {"go_on": True})

    def drain(self, seconds: float = 60.0) -> None:
        """Wait until all that clients have sent who are gone by now is processed: those that were killed, say.

        Nothing of clients that live is waited for.

        Args:
            seconds: to wait, at most 3,600

        Raises:
            SandboxError: something is left after so many seconds.
        """
        answer = self._call("POST", "/drain", {"seconds": seconds}, _PATIENCE + seconds)
        if not answer["drained"]:
            left = "; ".join(f"{row['client']} {', '.join(row['calls'])}".rstrip() for row in answer["left"])
            raise SandboxError(_NOT_DRAINED.format(seconds, left or _BACKLOG))

    def reset(self, seed: int | None = None) -> None:
        """Back to a fresh start; without a seed the present one is used again."""
        self.control("POST", "/reset", {"seed": seed})


@contextmanager
def running_sandbox(
    seed: int | None = None,
    db: str | Path | None = None,
    account: str | None = None,
    password: str | None = None,
    *,
    scenario: str | None = None,
    faults: str | Path | None = None,
    record: str | Path | None = None,
    replay: str | Path | None = None,
) -> Iterator[Sandbox]:
    """A sandbox on a free port of this machine, stopped when the block ends.

    Args:
        seed: makes uuids and numbers the same in each run.
        db: a file that keeps the state; without it the state is in memory.
        account: the main client's account, CDEK's published test pair by default.
        password: the main client's password.
        scenario: an order lives this life before the first call, and again after each reset.
        faults: a JSON file with a list of fault rules, in force after each reset too.
        record: a file that takes every call and its answer.
        replay: a recording to answer from.

    Raises:
        SandboxError: the sandbox did not start.
    """
    command = [sys.executable, "-m", "oint", "sandbox", "start", "--until-stdin-ends"]
    options = {"seed": seed, "db": db, "scenario": scenario, "faults": faults, "record": record, "replay": replay}
    for name, value in options.items():
        command += [] if value is None else [f"--{name}", str(value)]
    environment = dict(os.environ)
    environment |= {} if account is None else {"OINT_SANDBOX_ACCOUNT": account}
    environment |= {} if password is None else {"OINT_SANDBOX_PASSWORD": password}
    with tempfile.TemporaryFile() as words, _process(command, environment, words) as process:
        yield _ready(process, words)


@contextmanager
def _process(command: list[str], environment: dict[str, str], words: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, env=environment
    ) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()  # its sign to end, on Windows too
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                sys.stderr.write(f"{_CANNOT_END}\n")


def _ready(process: subprocess.Popen[bytes], words: IO[bytes]) -> Sandbox:
    """Wait for the line that says where the sandbox is; a process that ends first closes its output."""
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        code = process.wait(_PATIENCE)
        words.seek(0)
        said = words.read().decode("utf-8", "replace").strip()
        raise SandboxError(_NOT_STARTED.format(code, said))
    return Sandbox(**json.loads(line), process=process)
