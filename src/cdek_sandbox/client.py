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

from cdek_sandbox.core.accounts import OTHER_ACCOUNT, OTHER_PASSWORD
from cdek_sandbox.errors import SandboxError
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TIMEOUT_SECONDS = 30.0  # seconds
_NOT_STARTED = Message("Песочница не запустилась (код {0}): {1}", "The sandbox did not start (code {0}): {1}")
_REFUSED = Message("Песочница не выполнила {0} {1}: {2}", "The sandbox did not do {0} {1}: {2}")
_NOT_DRAINED = Message(
    "Песочница за {0} с не обработала того, что оставили ушедшие клиенты: {1}. Уберите сбои, которые это держат, или ждите дольше.",
    "In {0} s the sandbox has not processed what clients that are gone have sent: {1}. Clear the faults that hold it, or wait longer.",
)
_BACKLOG = Message("очередь соединений", "the backlog of connections")
_CANNOT_END = Message("Песочница не остановилась сама: процесс завершён.", "The sandbox did not end by itself: killed.")


class Sandbox:
    """A running sandbox: its address and its control API. `other_account` owns orders that are foreign to `account`."""

    other_account = OTHER_ACCOUNT
    other_password = OTHER_PASSWORD

    def __init__(self, url: str, account: str, password: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.account = account
        self.password = password
        self.process = process

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call the control API; `path` begins after `/_sandbox`.

        Raises:
            SandboxError: there is no such route, or the body is invalid.
        """
        return self._call(method, path, body, _TIMEOUT_SECONDS)

    def _call(self, method: str, path: str, body: object, timeout: float) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=timeout)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, f"/_sandbox{path}", data)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:  # noqa: PLR2004 - HTTP's OK
            error = Message(answer.get("error_ru", ""), answer.get("error", ""))
            raise SandboxError(
                Message(_REFUSED.ru.format(method, path, error.ru), _REFUSED.en.format(method, path, error.en))
            )
        return answer

    def order(self, **fields: Any) -> str:
        """Create an order at once (`POST /_sandbox/orders`) and return its uuid."""
        return str(self.control("POST", "/orders", fields)["uuid"])

    def truth(self, uuid: str) -> dict[str, Any]:
        """Return everything about an order."""
        return dict(self.control("GET", f"/orders/{uuid}"))

    def order_batch(self, count: int, **fields: Any) -> list[str]:
        """Create many orders alike at once and return their uuids. An `im_number` gets the suffix `-1`, `-2` and so on."""
        return list(self.control("POST", "/orders/batch", {"count": count, **fields})["uuids"])

    def orders(self) -> list[dict[str, Any]]:
        """Return everything about every order, oldest first."""
        return list(self.control("GET", "/orders"))

    def move(self, uuid: str, code: str, reason_code: str | None = None, **fields: Any) -> dict[str, Any]:
        """Put an order into a status; `allow_unknown=True` permits one that CDEK does not have."""
        return dict(
            self.control("POST", f"/orders/{uuid}/status", {"code": code, "reason_code": reason_code, **fields})
        )

    def advance(self, uuid: str, steps: int = 1) -> dict[str, Any]:
        """Move an order along its route."""
        return dict(self.control("POST", f"/orders/{uuid}/advance", {"steps": steps}))

    def finish(self, uuid: str) -> dict[str, Any]:
        """End the unfinished background work of an order now, whatever the settings say about its time."""
        return dict(self.control("POST", f"/orders/{uuid}/finish"))

    def scenario(self, name: str, **fields: Any) -> dict[str, Any]:
        """Create an order by a scenario (`scenarios()` lists them) and return everything about it.

        Raises:
            SandboxError: there is no such scenario; the message lists them.
        """
        return dict(self.control("POST", f"/scenarios/{name}", fields))

    def scenarios(self) -> dict[str, str]:
        """Return the description of each scenario by its name."""
        return {row["name"]: row["about"] for row in self.control("GET", "/scenarios")}

    def problem(self, uuid: str, code: str) -> dict[str, Any]:
        """Give an order a delivery problem, by CDEK's code."""
        return dict(self.control("POST", f"/orders/{uuid}/problem", {"code": code}))

    def failed_call(self, uuid: str, reason_code: int) -> dict[str, Any]:
        """Give an order a failed call to the recipient, by CDEK's code of the reason."""
        return dict(self.control("POST", f"/orders/{uuid}/call", {"reason_code": reason_code}))

    def faults(self) -> list[dict[str, Any]]:
        """Return the fault rules in force, with the rest of `times` and `skip`."""
        return list(self.control("GET", "/faults"))

    def fault(self, action: str | dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Add a fault rule; `action` is an object, or the name of one that needs no fields."""
        fault = {"type": action} if isinstance(action, str) else action
        return dict(self.control("POST", "/faults", {"action": fault, **fields}))

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self.control("DELETE", "/faults")

    def settings(self, **fields: Any) -> dict[str, Any]:
        """Change settings and return them all."""
        return dict(self.control("PATCH", "/settings", fields))

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the log of calls, oldest first; of one operation (`refusal`, `order_get`, ...) or of all."""
        rows = list(self.control("GET", "/calls"))
        return [row for row in rows if operation in {None, row["operation"]}]

    def webhooks(self) -> dict[str, Any]:
        """Return every subscription and every delivery with its attempts and responses."""
        return dict(self.control("GET", "/webhooks"))

    def events(self, type: str | None = None) -> list[dict[str, Any]]:  # noqa: A002 - CDEK's name of the field
        """Return the bodies of the events for subscribers, oldest first; of one type (`ORDER_STATUS`, ...) or of all."""
        bodies = [row["event"] for row in self.webhooks()["events"]]
        return [body for body in bodies if type in {None, body["type"]}]

    def now(self) -> datetime:
        """Return the time of the sandbox's clock."""
        return datetime.fromisoformat(self.control("GET", "/clock")["now"])

    def pass_time(self, seconds: float) -> None:
        """Move the sandbox's clock forward."""
        self.control("POST", "/clock", {"advance": seconds})

    def stop_clock(self, moment: datetime | str) -> None:
        """Stop the sandbox's clock at a time (ISO 8601, UTC without an offset); `pass_time` still moves it."""
        at = moment if isinstance(moment, str) else moment.isoformat()
        self.control("POST", "/clock", {"stop_at": at})

    def start_clock(self) -> None:
        """Start a stopped clock from its present time."""
        self.control("POST", "/clock", {"go_on": True})

    def drain(self, seconds: float = 60.0) -> None:
        """Wait until the requests of disconnected clients are processed, for example of killed ones.

        Requests of connected clients do not matter.

        Args:
            seconds: the longest time to wait, at most 3,600

        Raises:
            SandboxError: some are left after this time.
        """
        answer = self._call("POST", "/drain", {"seconds": seconds}, _TIMEOUT_SECONDS + seconds)
        if not answer["drained"]:
            left = "; ".join(f"{row['client']} {', '.join(row['calls'])}".rstrip() for row in answer["left"])
            raise SandboxError(_NOT_DRAINED.format(seconds, left or _BACKLOG))

    def reset(self, seed: int | None = None) -> None:
        """Return to a fresh start; without a seed the present one is used again."""
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
    """Start a sandbox on a free port of this machine; it stops when the block ends.

    Args:
        seed: makes uuids and numbers the same in each run.
        db: a file that keeps the state; without it the state is in memory.
        account: the main client's account, CDEK's published test pair by default.
        password: the main client's password.
        scenario: an order is created by this scenario before the first call, and again after each reset.
        faults: a JSON file with a list of fault rules, in force after each reset too.
        record: a file for every call and its response.
        replay: a recording whose responses are sent.

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
    with tempfile.TemporaryFile() as stderr, _start_process(command, environment, stderr) as process:
        yield _read_ready_line(process, stderr)


@contextmanager
def _start_process(
    command: list[str], environment: dict[str, str], stderr: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=environment
    ) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()  # it ends at this, on Windows too
            try:
                process.wait(_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                sys.stderr.write(f"{_CANNOT_END}\n")


def _read_ready_line(process: subprocess.Popen[bytes], stderr: IO[bytes]) -> Sandbox:
    """Wait for the line with the sandbox's address; a process that ends first closes its output."""
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        code = process.wait(_TIMEOUT_SECONDS)
        stderr.seek(0)
        output = stderr.read().decode("utf-8", "replace").strip()
        raise SandboxError(_NOT_STARTED.format(code, output))
    return Sandbox(**json.loads(line), process=process)
