"""Start, kill and wait for worker processes, by way of the driver."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Self

from tests.chaos.driver import name_session
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from tests.chaos.driver import Job

_TIMEOUT_SECONDS = 120.0
"""A worker that takes longer hangs."""
_POLL_SECONDS = 0.01


class WorkerPool:
    """Runs workers. `stderr` receives their error output."""

    def __init__(self, stderr: IO[bytes]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.driver"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._pids: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            event = json.loads(line)
            with self._changed:
                values = self._codes if "code" in event else self._pids
                values[event["job"]] = event.get("code", event["pid"])
                self._changed.notify_all()

    def start(self, job: Job) -> None:
        """Start a worker and wait until it runs."""
        with self._changed:
            self._pids.pop(job.job, None)
            self._codes.pop(job.job, None)
            self._jobs[job.job] = job
            assert self._process.stdin
            self._process.stdin.write(f"{json.dumps(job._asdict())}\n".encode())
            self._process.stdin.flush()
            if not self._changed.wait_for(lambda: job.job in self._pids, _TIMEOUT_SECONDS):
                raise TimeoutError(job.job)

    def kill(self, name: str) -> int:
        """Kill a worker, wait for its end, and return its exit code: -9, or its own if it had ended before."""
        with self._changed:
            if name not in self._codes:
                os.kill(self._pids[name], signal.SIGKILL)
        return self.wait(name)

    def wait(self, name: str, seconds: float = _TIMEOUT_SECONDS) -> int:
        """Wait until a worker and its database sessions have ended. A server may still commit what it has received.

        Returns:
            its exit code, -9 if it was killed
        Raises:
            TimeoutError: the worker or one of its sessions still exists
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            if not self._changed.wait_for(lambda: name in self._codes, seconds):
                raise TimeoutError(name)
            code = self._codes[name]
        if code == -signal.SIGKILL and self._jobs[name].ledger.startswith("postgres"):
            _wait_for_sessions(self._jobs[name].ledger, name_session(self._pids[name]), deadline)
        return code

    def has_exited(self, name: str) -> bool:
        """Return whether a worker has ended."""
        with self._changed:
            return name in self._codes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(_TIMEOUT_SECONDS)
        self._reader.join(_TIMEOUT_SECONDS)
        assert self._process.stdout
        self._process.stdout.close()


def _wait_for_sessions(ledger: str, name: str, deadline: float) -> None:
    """Wait until PostgreSQL has ended the sessions of this name.

    Raises:
        TimeoutError: a session still exists
    """
    import psycopg  # noqa: PLC0415 - optional: without it there is no such ledger

    with psycopg.connect(ledger, autocommit=True) as connection:
        sql = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
        while connection.execute(sql, [name]).fetchone() is not None:
            if time.monotonic() > deadline:
                raise TimeoutError(name)
            time.sleep(_POLL_SECONDS)
