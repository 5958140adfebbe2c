"""The processes that take part: the server, the workers, and the environment that all of them get."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from benchmarks.server import LAST

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]


class Defect(Exception):
    """A row could not be measured, and should have been."""


class Took(NamedTuple):
    """Seconds of the process's CPU, and by the clock."""

    cpu: float
    wall: float


def environment(**more: str) -> dict[str, str]:
    """This process's, with bytecode written, and without what would change how the measured run."""
    unwanted = ("PYTHON", "COVERAGE", "OINT_")
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(unwanted)}
    return {name: value for name, value in kept.items() if not name.upper().endswith("_PROXY")} | more


class Process:
    """A process of the bench that reads its orders line by line, and ends when no more can come.

    Where the system lets us choose, the server has a core of its own: else the scheduler sometimes puts both ends on
    one, which makes a waiting client up to three times as cheap, and figures of one table could not be compared.
    """

    core = -1

    def __init__(self, module: str, *args: str, python: str = sys.executable) -> None:
        self._name = " ".join((module, *args[:1]))
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            [python, "-m", module, *args],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        if hasattr(os, "sched_setaffinity") and len(cores := sorted(os.sched_getaffinity(0))) > 1:
            os.sched_setaffinity(self._process.pid, {cores[self.core]})

    def ask(self, line: str) -> None:
        """Send an order."""
        assert self._process.stdin
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def told(self) -> str:
        """The next line that it says.

        Raises:
            Defect: it has ended instead
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        return line.strip()

    def _ended(self) -> Defect:
        code = self._process.wait()
        self._errors.seek(0)
        return Defect(f"{self._name} ended with {code}: {last_line(self._errors.read())}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._errors.close()


class Server(Process):
    """The server, answering after `delay` seconds."""

    core = 0

    def __init__(self, delay: float = 0.0) -> None:
        super().__init__("benchmarks.server", str(delay))
        self._port = int(self.told())
        self.url = f"http://127.0.0.1:{self._port}/v2"

    def last(self) -> bytes:
        """The latest request that it received, byte by byte."""
        connection = HTTPConnection("127.0.0.1", self._port)
        connection.request("GET", LAST)
        request = connection.getresponse().read()
        connection.close()
        return request


class Worker(Process):
    """A measured client; see `benchmarks.worker`."""

    def __init__(self, client: str, url: str, request: bytes = b"", python: str = sys.executable) -> None:
        super().__init__("benchmarks.worker", client, url, request.hex(), python=python)

    def run(self, count: int) -> Took:
        """What so many refusals took."""
        self.ask(str(count))
        return Took(*json.loads(self.told()))


def call(command: Sequence[str], **more: str) -> str:
    """Run a command to its good end, and give back its output."""
    done = subprocess.run(command, cwd=ROOT, env=environment(**more), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Defect(f"{Path(command[0]).name} ended with {done.returncode}: {last_line(done.stderr)}")
    return done.stdout


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no word")
