"""The driver from outside: workers are started, killed and waited for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Self

from tests.chaos.driver import session_name
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from tests.chaos.driver import Job

_PATIENCE = 120.0  # seconds: a worker that takes longer hangs
_POLL = 0.01  # seconds


class Garage:
    """Runs workers; `words` takes what they say on stderr."""

    def __init__(self, words: IO[bytes]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.driver"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
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
            told = json.loads(line)
            with self._changed:
                known = self._codes if "code" in told else self._pids
                known[told["job"]] = told.get("code", told["pid"])
                self._changed.notify_all()

    def start(self, job: Job) -> None:
        """Start a worker, and wait until it runs."""
        with self._changed:
            self._pids.pop(job.job, None)
            self._codes.pop(job.job, None)
            self._jobs[job.job] = job
            assert self._process.stdin
            self._process.stdin.write(f"{json.dumps(job._asdict())}\n".encode())
            self._process.stdin.flush()
            if not self._changed.wait_for(lambda: job.job in self._pids, _PATIENCE):
                raise TimeoutError(job.job)

    def kill(self, name: str) -> int:
        """Kill a worker, and wait until it is gone; the code with which it ended: -9, or its own where it was over."""
        with self._changed:
            if name not in self._codes:
                os.kill(self._pids[name], signal.SIGKILL)
        return self.wait(name)

    def wait(self, name: str, seconds: float = _PATIENCE) -> int:
        """Wait until a worker has ended, and its ledger's server has noticed: it may still commit what it was sent.

        Returns:
            the code with which it ended: -9 where it was killed
        Raises:
            TimeoutError: it lives, or its sessions do
        """
        until = time.monotonic() + seconds
        with self._changed:
            if not self._changed.wait_for(lambda: name in self._codes, seconds):
                raise TimeoutError(name)
            code = self._codes[name]
        if code == -signal.SIGKILL and self._jobs[name].ledger.startswith("postgres"):
            _wait_for_sessions(self._jobs[name].ledger, session_name(self._pids[name]), until)
        return code

    def over(self, name: str) -> bool:
        """Whether a worker has ended."""
        with self._changed:
            return name in self._codes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        assert self._process.stdout
        self._process.stdout.close()


def _wait_for_sessions(ledger: str, name: str, until: float) -> None:
    """Wait until PostgreSQL has ended the sessions of this name.

    Raises:
        TimeoutError: it has not
    """
    import psycopg  # noqa: PLC0415 - may be missing: then there is no such ledger

    with psycopg.connect(ledger, autocommit=True) as connection:
        sql = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
        while connection.execute(sql, [name]).fetchone() is not None:
            if time.monotonic() > until:
                raise TimeoutError(name)
            time.sleep(_POLL)
