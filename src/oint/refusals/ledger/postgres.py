"""The ledger in PostgreSQL: for many machines. A connection that broke off is made anew by the next use."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager, suppress
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, LiteralString

from oint.i18n import Message
from oint.refusals.ledger.connection import ConflictError, LedgerError, LedgerUnavailable

try:
    import psycopg
    from psycopg import errors
    from psycopg.types.string import StrDumper
except ImportError as _missing:
    raise LedgerError(
        Message("реестр в PostgreSQL требует psycopg", "a ledger in PostgreSQL needs psycopg"),
        Message("Установите: pip install 'oint[postgres]'", "Install it: pip install 'oint[postgres]'"),
    ) from _missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from psycopg.abc import Buffer

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # it tells of losses that are told in our words

_COPY_THRESHOLD = 200
"""Rows up to which single statements in a pipeline cost less than a table to copy into."""

STOPPED = 5_000
"""Milliseconds for which one who has stopped within a transaction may hold what all others wait for."""

MAX_WAIT_SECONDS = 10_000
"""The same for one who has stopped amid many statements sent at once: to the server that one is not idle, but slow."""

_WRITING = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL idle_in_transaction_session_timeout = {STOPPED}"
_SINCE_17 = 170_000
_WRITING_SINCE_17 = f"{_WRITING}; SET LOCAL transaction_timeout = {MAX_WAIT_SECONDS}"
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SCHEMA_LOCK_ID = 0x6F696E74
"""The number of the advisory lock under which the tables are made: any that others hardly use."""

DEFAULTS = {
    "connect_timeout": 10,
    "target_session_attrs": "read-write",
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "fallback_application_name": "oint",
}
"""What a connection asks for where the address does not: a primary, and to notice soon that a server is gone."""

_SYNC = (
    "SELECT set_config('synchronous_commit', 'off', false)",
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
_CLASHES = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
_AWAY_CLASSES = ("08", "53300", "57", "25006", "25P03", "25P04", "58")
"""SQLSTATEs of a server that breaks off, shuts down, starts, has no room for one more, is a standby by now, or would not wait longer."""


class _Text(StrDumper):
    """PostgreSQL keeps no zero character in a text, and no half of a pair: CDEK's words must not stop a row."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd").encode(errors="replace").decode())


class PostgresCursor:
    """See `Cursor`."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection
        self._names = 0

    def fetch_all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows."""
        cursor = self._connection.execute(_to_psycopg_placeholders(sql), values)
        return cursor.fetchall() if cursor.description else []

    def execute(self, sql: str, *values: Any) -> int:
        """Run a statement and give the number of rows that it changed."""
        return self._connection.execute(_to_psycopg_placeholders(sql), values).rowcount

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run a statement for each row and give the number of rows changed in all."""
        if not rows:
            return 0
        with self._connection.cursor() as cursor:
            cursor.executemany(_to_psycopg_placeholders(sql), rows)
            return cursor.rowcount

    def bulk_insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Insert many rows, those that clash left out, and give the number inserted."""
        names = ", ".join(columns)
        if len(rows) <= _COPY_THRESHOLD:
            marks = ", ".join("?" * len(columns))
            return self.execute_many(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows)  # noqa: S608 - names are ours
        self.fetch_all(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608 - the same
        with (
            self._connection.cursor() as cursor,
            cursor.copy(_to_psycopg_placeholders(f"COPY incoming ({names}) FROM STDIN")) as copy,
        ):
            for row in rows:
                copy.write_row(row)
        loaded = self.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming ORDER BY ctid ON CONFLICT DO NOTHING"  # noqa: S608 - the same
        )
        self.fetch_all("DROP TABLE incoming")
        return loaded

    def script(self, sql: str) -> None:
        """Run many statements, of which none has values."""
        self._connection.execute(sql.encode())

    def stream(self, sql: str, *values: Any) -> Iterable[tuple[Any, ...]]:
        """Read the rows of a query, a few at a time."""
        self._names += 1
        with self._connection.cursor(f"rows_{self._names}") as cursor:
            cursor.itersize = 2_000
            cursor.execute(_to_psycopg_placeholders(sql), values)
            yield from cursor


class PostgresDatabase:
    """One connection to a ledger in PostgreSQL.

    Args:
        address: postgresql://user@host/database; what is missing comes from libpq's own settings (PGPASSWORD, .pgpass)
        quick: what it writes may be lost when the server's power fails: for what needs no memory
    Raises:
        LedgerUnavailable: the server cannot be reached
        LedgerError: the address cannot be read
    """

    dialect: Mapping[str, str] = MappingProxyType(
        {
            "rowid": "BIGINT PRIMARY KEY",
            "serial": "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
            "skip_locked": " FOR UPDATE OF r SKIP LOCKED",
            "row_lock": " FOR UPDATE OF r",
            "alone": f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK_ID})",
            "long": "SELECT set_config(name, '0', true) FROM pg_settings WHERE name = 'transaction_timeout'",
            "is_ledger": "SELECT count(*) FROM pg_class WHERE relname = 'schema_version' AND pg_table_is_visible(oid)",
        }
    )

    def __init__(self, address: str, *, quick: bool = False) -> None:
        self._address = address
        self._quick = quick
        self._given = parse_url(address)
        self._connection = self._connect()

    @contextmanager
    def write_transaction(self) -> Iterator[PostgresCursor]:
        """Run a transaction that is on disk when it ends."""
        with self._transaction(writing=True) as cursor:
            yield cursor

    @contextmanager
    def read_transaction(self) -> Iterator[PostgresCursor]:
        """Run a transaction that sees one state of the ledger and blocks no other."""
        with self._transaction(writing=False) as cursor:
            yield cursor

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[PostgresCursor]:
        with self._translate_errors():
            connection = self._alive()
            connection.execute(_begin(connection) if writing else _READING)
            try:
                yield PostgresCursor(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise

    def now(self) -> float:
        """Unix time of the server: of the transaction's connection, where one is open."""
        with self._translate_errors():
            row = self._alive().execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
            return float(row[0]) if row else 0.0

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _alive(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._connection.closed:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        with self._translate_errors():
            connection = psycopg.connect(self._address, autocommit=True, **_read_options(self._given))
            connection.adapters.register_dumper(str, _Text)
            connection.execute(_SYNC[0 if self._quick else 1])
            return connection

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Errors of psycopg as those of the ledger; a connection that may be broken is let go."""
        try:
            yield
        except _CLASHES as error:
            raise ConflictError from error
        except psycopg.Error as error:
            state = error.sqlstate or ""
            if state.startswith(_AWAY_CLASSES) or (not state and isinstance(error, psycopg.OperationalError)):
                if hasattr(self, "_connection"):
                    self._connection.close()
                raise self._away(error) from None
            raise self._failure(error) from None

    def _away(self, error: psycopg.Error) -> LedgerUnavailable:
        where, reason = safe_url(self._given), _reason(error, self._given)
        return LedgerUnavailable(
            Message(f"реестр {where}: PostgreSQL недоступен{reason}", f"ledger {where}: PostgreSQL is away{reason}"),
            Message(
                "Проверьте сервер, адрес и права (PGPASSWORD, ~/.pgpass) и повторите команду: она продолжит с того же места",
                "Check the server, the address and the rights (PGPASSWORD, ~/.pgpass) and repeat the command: it goes on from where it was",
            ),
        )

    def _failure(self, error: psycopg.Error) -> LedgerError:
        where, state = safe_url(self._given), error.sqlstate or type(error).__name__
        if isinstance(error, errors.DiskFull):
            step = Message(
                "Освободите место на сервере PostgreSQL и повторите команду: она продолжит с того же места",
                "Make room on the PostgreSQL server and repeat the command: it goes on from where it was",
            )
        elif isinstance(error, errors.InsufficientPrivilege):
            step = Message(
                "Дайте пользователю базы право создавать и менять таблицы реестра",
                "Give the database user the right to make and change the ledger's tables",
            )
        else:
            step = Message(
                "Проверьте, что это база реестра oint, или укажите другую через --ledger",
                "Check that this is the database of an oint ledger, or name another with --ledger",
            )
        reason = _plain(error.diag.message_primary, self._given)
        return LedgerError(
            Message(
                f"реестр {where}: ошибка PostgreSQL {state}{reason}",
                f"ledger {where}: PostgreSQL error {state}{reason}",
            ),
            step,
        )


def _begin(connection: psycopg.Connection[Any]) -> LiteralString:
    return _WRITING_SINCE_17 if connection.info.server_version >= _SINCE_17 else _WRITING


def parse_url(address: str) -> dict[str, Any]:
    """Parse the parts of an address.

    Raises:
        LedgerError: it cannot be read; nothing of it is shown, for it may hold a password
    """
    try:
        return psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        raise LedgerError(
            Message("адрес реестра PostgreSQL не читается", "the address of the PostgreSQL ledger cannot be read"),
            Message(
                "Напишите postgresql://пользователь@узел/база; знаки / @ : ? # в частях пишутся как %2F %40 %3A %3F %23",
                "Write postgresql://user@host/database; the signs / @ : ? # within a part are written %2F %40 %3A %3F %23",
            ),
        ) from None


def safe_url(options: dict[str, Any]) -> str:
    """Host and database, for people: nothing of it that could be a piece of a password written amiss."""
    host, name = (str(options.get(key) or "") for key in ("host", "dbname"))
    return (
        f"postgresql://{host}/{name}"
        if all(re.fullmatch(r"[\w.,/-]*", part) for part in (host, name))
        else "postgresql://…"
    )


def _read_options(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in DEFAULTS.items() if key not in options}


def _reason(error: psycopg.Error, options: dict[str, Any]) -> str:
    """Return the server's own message, where there is one; libpq's messages name too much."""
    if error.diag.message_primary:
        return _plain(error.diag.message_primary, options)
    fatal_messages = re.findall(r"FATAL: +(.+)", str(error))
    return _plain(fatal_messages[-1], options) if fatal_messages else ""


def _plain(value: str | None, options: dict[str, Any]) -> str:
    secret = str(options.get("password") or "")
    return f" ({value})" if value and not (secret and secret in value) and "…" not in safe_url(options) else ""


@lru_cache(maxsize=256)
def _to_psycopg_placeholders(sql: str) -> bytes:
    """Write a statement with psycopg's placeholders. Ours hold neither a percent sign nor a quoted question mark."""
    return sql.replace("?", "%s").encode()
