"""The processes of a measurement: the server, the measured clients, and their environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from ssl import create_default_context
from typing import TYPE_CHECKING, NamedTuple, Self

import trustme

from benchmarks.server import LAST_REQUEST_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
HOST = "localhost"


class BenchmarkError(Exception):
    """A row could not be measured although it should be possible."""


class Measurement(NamedTuple):
    """Seconds of CPU time and of wall time."""

    cpu: float
    wall: float


def build_environment(**more: str) -> dict[str, str]:
    """Return the environment of this process without variables that would change the measurement."""
    removed_prefixes = ("PYTHON", "COVERAGE", "OINT_")
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(removed_prefixes)}
    return {name: value for name, value in inherited.items() if not name.upper().endswith("_PROXY")} | more


class Process:
    """A process that reads commands line by line, and ends when its input is closed.

    If the system allows it, the server has a core of its own. Otherwise the scheduler sometimes puts both processes on
    one core, which makes a waiting client up to three times cheaper, and the figures of a table are not comparable.
    """

    core = -1

    def __init__(self, module: str, *args: str, python: str = sys.executable, **environment: str) -> None:
        self._name = " ".join((module, *args[:1]))
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            [python, "-m", module, *args],
            cwd=ROOT,
            env=build_environment(**environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        if hasattr(os, "sched_setaffinity") and len(cores := sorted(os.sched_getaffinity(0))) > 1:
            os.sched_setaffinity(self._process.pid, {cores[self.core]})

    def send_line(self, line: str) -> None:
        """Send a command."""
        assert self._process.stdin
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._build_error() from None

    def read_line(self) -> str:
        """Read the next line of the output.

        Raises:
            BenchmarkError: the process has ended
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise self._build_error()
        return line.strip()

    def _build_error(self) -> BenchmarkError:
        code = self._process.wait()
        self._errors.seek(0)
        return BenchmarkError(f"{self._name} ended with {code}: {get_last_line(self._errors.read())}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._errors.close()


class Certificate(NamedTuple):
    """Paths of a server's certificate with its key, and of the authority that clients trust."""

    server: Path
    authority: Path


@contextmanager
def create_certificate() -> Iterator[Certificate]:
    """Create a certificate for localhost."""
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder:
        certificate = Certificate(Path(folder, "server.pem"), Path(folder, "authority.pem"))
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate.server))
        authority.cert_pem.write_to_path(str(certificate.authority))
        yield certificate


class Server(Process):
    """The server. It responds after `delay` seconds, over TLS if it has a certificate."""

    core = 0

    def __init__(self, delay: float = 0.0, certificate: Certificate | None = None) -> None:
        super().__init__("benchmarks.server", str(delay), *([str(certificate.server)] if certificate else []))
        self._port = int(self.read_line())
        self._certificate = certificate
        self.url = f"{'https' if certificate else 'http'}://{HOST}:{self._port}/v2"

    def read_last_request(self) -> bytes:
        """Return the bytes of the last request."""
        connection = (
            HTTPSConnection(HOST, self._port, context=create_default_context(cafile=self._certificate.authority))
            if self._certificate
            else HTTPConnection(HOST, self._port)
        )
        connection.request("GET", LAST_REQUEST_PATH)
        request = connection.getresponse().read()
        connection.close()
        return request


class StarletteServer(Process):
    """The reference of the sandbox."""

    def __init__(self) -> None:
        super().__init__("benchmarks.starlette_server")
        self.url = f"http://127.0.0.1:{int(self.read_line())}/v2"

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        return self._process.pid


class Worker(Process):
    """A measured client; see `benchmarks.worker`."""

    def __init__(
        self, client: str, url: str, request: bytes = b"", *, python: str = sys.executable, **environment: str
    ) -> None:
        super().__init__("benchmarks.worker", client, url, request.hex(), python=python, **environment)

    def run(self, count: int) -> Measurement:
        """Send `count` refusals and return the time that they took."""
        self.send_line(str(count))
        return Measurement(*json.loads(self.read_line()))


def run_command(command: Sequence[str], **more: str) -> str:
    """Run a command and return its output.

    Raises:
        BenchmarkError: the exit code is not 0
    """
    process = subprocess.run(
        command, cwd=ROOT, env=build_environment(**more), capture_output=True, text=True, check=False
    )
    if process.returncode:
        raise BenchmarkError(
            f"{Path(command[0]).name} ended with {process.returncode}: {get_last_line(process.stderr)}"
        )
    return process.stdout


def get_last_line(text: str) -> str:
    """Return the last line that is not empty."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no error message")
