"""What the ledger asks of a database: transactions, the same SQL with `?`, and a few words of its own."""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from oint.errors import OintError
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

P = ParamSpec("P")
T = TypeVar("T")

_MAX_CONFLICT_RETRIES = 20
"""Times that a transaction is done again after it met another one."""


class LedgerError(OintError):
    """Report that the ledger cannot be used; what was committed is kept."""

    kind = "ledger_failed"


class LedgerUnavailable(LedgerError):
    """Report that the database cannot be reached: the last transaction may or may not have been committed."""

    kind = "ledger_away"


class ConflictError(Exception):
    """A row like this is there already, or two transactions met: nothing of this one was done."""


def retry_on_conflict(method: Callable[P, T]) -> Callable[P, T]:
    """Do a transaction again that met another one: nothing of it was done, and memory changes only after its end."""

    @wraps(method)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_MAX_CONFLICT_RETRIES):
            with suppress(ConflictError):
                return method(*args, **kwargs)
        raise LedgerError(
            Message(
                f"реестр занят: другие помешали записи {_MAX_CONFLICT_RETRIES} раз подряд",
                f"the ledger is busy: others were in the way of a change {_MAX_CONFLICT_RETRIES} times in a row",
            ),
            Message(
                "Повторите команду: она продолжит с того же места", "Repeat the command: it goes on from where it was"
            ),
        )

    return wrapper


class Cursor(Protocol):
    """Statements within a transaction."""

    def fetch_all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows."""

    def execute(self, sql: str, *values: Any) -> int:
        """Run a statement and give the number of rows that it changed."""

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run a statement for each row and give the number of rows changed in all."""

    def bulk_insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Insert many rows, those that clash left out, and give the number inserted."""

    def stream(self, sql: str, *values: Any) -> Iterable[tuple[Any, ...]]:
        """Read the rows of a query, a few at a time."""


class Database(Protocol):
    """One connection, used by one thread at a time."""

    @property
    def dialect(self) -> Mapping[str, str]:
        """Return the dialect-specific SQL fragments.

        rowid, serial: a key that is given, one that counts by itself
        skip_locked: passing over locked rows
        row_lock: waiting for locked rows
        alone, long: statements within a transaction: that it waits for others of its kind; that it may take its time
        is_ledger: a query: whether there is a ledger
        """

    def write_transaction(self) -> AbstractContextManager[Cursor]:
        """Run the only writing transaction; it is on disk when it ends.

        Raises:
            ConflictError, LedgerUnavailable, LedgerError: see there
        """

    def read_transaction(self) -> AbstractContextManager[Cursor]:
        """Run a transaction that sees one state of the ledger and blocks no other."""

    def now(self) -> float:
        """Unix time of the clock that all who share the ledger share."""

    def close(self) -> None:
        """Let go of the connection."""
