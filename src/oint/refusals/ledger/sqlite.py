"""The ledger in a file: SQLite in WAL mode, so that it can be read while a run writes it."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from oint.i18n import Message
from oint.refusals.ledger.connection import ConflictError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_BUSY_TIMEOUT_SECONDS = 60.0
"""Seconds to wait for another process that writes."""
_CACHE = 80_000
"""KiB of pages in memory, at the most: the index of a million orders, which are planned in no order of their own."""
_CHECKPOINT = 40_000
"""Pages in the log before they are carried over: a page that many chunks of a plan change is carried over once."""
_MAX_VALUES = 999
"""Values of one statement, in every build of SQLite."""


class SqliteCursor:
    """See `Cursor`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def fetch_all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows."""
        return self._connection.execute(sql, values).fetchall()

    def execute(self, sql: str, *values: Any) -> int:
        """Run a statement and give the number of rows that it changed."""
        return self._connection.execute(sql, values).rowcount

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run a statement for each row and give the number of rows changed in all."""
        return self._connection.executemany(sql, rows).rowcount if rows else 0

    def bulk_insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Insert many rows, those that clash left out, and give the number inserted."""
        size = _MAX_VALUES // len(columns)
        whole = len(rows) - len(rows) % size
        sql = _build_insert(table, columns, size)
        groups = (tuple(chain.from_iterable(rows[start : start + size])) for start in range(0, whole, size))
        inserted = self._connection.executemany(sql, groups).rowcount if whole else 0
        return inserted + self.execute_many(_build_insert(table, columns, 1), rows[whole:])

    def stream(self, sql: str, *values: Any) -> Iterable[tuple[Any, ...]]:
        """Read the rows of a query, a few at a time."""
        return self._connection.execute(sql, values)


class SqliteDatabase:
    """One connection to a ledger file.

    Args:
        path: the file; made, with its folder, for its owner alone where it is not there
        quick: what it writes may be lost in a power cut: for what needs no memory
    Raises:
        LedgerError: it is no ledger, or cannot be opened
    """

    dialect: Mapping[str, str] = MappingProxyType(
        {
            "rowid": "INTEGER PRIMARY KEY",
            "serial": "INTEGER PRIMARY KEY",
            "skip_locked": "",
            "row_lock": "",
            "alone": "SELECT 1",
            "long": "SELECT 1",
            "is_ledger": "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'",
        }
    )

    def __init__(self, path: Path, *, quick: bool = False) -> None:
        self._path = path
        try:
            _make_private(path)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.text_factory = _decode
            self._to_wal()
            self._connection.execute(f"PRAGMA synchronous = {'OFF' if quick else 'FULL'}")
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        except (OSError, sqlite3.Error) as error:
            raise self._failure(error) from None

    def _to_wal(self) -> None:
        """SQLite waits for no other connection here, not even one that opens the same new file at the same moment."""
        until = time.monotonic() + _BUSY_TIMEOUT_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return

    @contextmanager
    def write_transaction(self) -> Iterator[SqliteCursor]:
        """Run the only writing transaction; it is on disk when it ends."""
        with self._transaction("BEGIN IMMEDIATE") as cursor:
            yield cursor

    @contextmanager
    def read_transaction(self) -> Iterator[SqliteCursor]:
        """Run a transaction that sees one state of the ledger and blocks no other."""
        with self._transaction("BEGIN") as cursor:
            yield cursor

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[SqliteCursor]:
        connection = self._connection
        try:
            connection.execute(begin)
            try:
                yield SqliteCursor(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.IntegrityError as error:
            raise ConflictError from error
        except sqlite3.Error as error:
            raise self._failure(error) from None

    def now(self) -> float:
        """Unix time: all who share a file share its machine."""
        return time.time()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _failure(self, error: Exception) -> LedgerError:
        reason = str(error) if isinstance(error, sqlite3.Error) else (os.strerror(getattr(error, "errno", 0) or 5))
        if "full" in reason:
            step = Message(
                "Освободите место и повторите команду: она продолжит с того же места",
                "Make room and repeat the command: it goes on from where it was",
            )
        elif "locked" in reason:
            step = Message(
                "Реестр занят другой программой: закройте её и повторите команду",
                "Another program holds the ledger: close it and repeat the command",
            )
        elif "not a database" in reason or "malformed" in reason:
            step = Message(
                "Файл повреждён или это не реестр: укажите другой через --ledger или восстановите копию",
                "The file is damaged or no ledger: name another with --ledger, or restore a copy",
            )
        else:
            step = Message("Проверьте путь и права или укажите --ledger", "Check path and rights, or give --ledger")
        return LedgerError(
            Message(f"реестр {self._path}: {reason}", f"ledger {self._path}: {reason}"),
            step,
        )


def _build_insert(table: str, columns: Sequence[str], rows: int) -> str:
    """Build the statement that inserts a number of rows: one step for many rows takes half the time of one for each."""
    marks = ", ".join("?" * len(columns))
    values = ", ".join([f"({marks})"] * rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608 - names are ours


def _decode(text: bytes) -> str:
    """Read a text of the file; a byte that is not UTF-8 spoils its own row alone."""
    return text.decode("utf-8", "replace")


def _make_private(path: Path) -> None:
    """Make a new ledger readable for its owner alone: it names orders that were refused."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
