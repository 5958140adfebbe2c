"""The durable record of batches: opened by its address, a file or a PostgreSQL database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from oint.i18n import Message
from oint.refusals.ledger.connection import ConflictError, LedgerError, LedgerUnavailable
from oint.refusals.ledger.ledger import LEASE_SECONDS, Batch, Ledger

if TYPE_CHECKING:
    from oint.refusals.ledger.connection import Database

SCHEMES = ("postgresql://", "postgres://")


def default_address() -> str:
    """Return `OINT_LEDGER`, otherwise a file in the user's data folder (`OINT_DATA_DIR`, where set)."""
    address = os.environ.get("OINT_LEDGER")
    if address:
        return address
    folder = os.environ.get("OINT_DATA_DIR")
    if folder:
        return str(Path(folder) / "refusals.sqlite")
    from platformdirs import user_data_path  # noqa: PLC0415 - slow to load, and often not needed

    return str(user_data_path("oint", appauthor=False) / "refusals.sqlite")


class InvalidLedgerUrl(LedgerError):
    """What is given as a ledger's address names neither a file nor a database that is known here."""


def normalize_scheme(address: str) -> str:
    """Return the address with its scheme in small letters, as drivers want it."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme.lower()}://{rest}" if mark else address


def parse_file_path(address: str) -> Path | None:
    """Return the file of a ledger; None: the address is a database's.

    Raises:
        InvalidLedgerUrl: it is neither; a scheme that is not known is never repeated, a password may stand behind it
    """
    if normalize_scheme(address).startswith(SCHEMES):
        return None
    if "://" in address:
        raise InvalidLedgerUrl(_UNKNOWN, _ADDRESSES)
    if address == ":memory:":
        raise InvalidLedgerUrl(_IN_MEMORY, _ADDRESSES)
    try:
        return Path(address).expanduser()
    except RuntimeError:
        raise InvalidLedgerUrl(_NOBODY.format(address), _ADDRESSES) from None


def open_ledger(address: str | Path | None = None, *, quick: bool = False) -> Ledger:
    """Open a ledger, made where it is not there yet.

    Args:
        address: a file, or postgresql://…; None: see `default_address`
        quick: for what may be lost in a power cut, the rate limit alone
    Raises:
        InvalidLedgerUrl: the address is none
        LedgerError: it cannot be opened
    """
    database = connect(str(address or default_address()), quick=quick)
    try:
        return Ledger(database)
    except BaseException:
        database.close()
        raise


def connect(address: str, *, quick: bool = False) -> Database:
    """Open a separate connection to the database of a ledger.

    Raises:
        LedgerError: see `open_ledger`
    """
    file = parse_file_path(address)
    if file is None:
        from oint.refusals.ledger.postgres import PostgresDatabase  # noqa: PLC0415 - needs an extra

        return PostgresDatabase(normalize_scheme(address), quick=quick)
    from oint.refusals.ledger.sqlite import SqliteDatabase  # noqa: PLC0415 - one of two

    return SqliteDatabase(file, quick=quick)


_UNKNOWN = Message("реестра с такой схемой адреса нет", "no ledger has an address of that scheme")
_IN_MEMORY = Message(
    "реестр в памяти пропал бы вместе с процессом", "a ledger in memory would be gone with the process that wrote it"
)
_NOBODY = Message("нет пользователя, в чьей папке реестр {}", "there is no user whose folder holds the ledger {}")
_ADDRESSES = Message(
    "Укажите файл или postgresql://пользователь@сервер/база", "Give a file, or postgresql://user@host/database"
)


__all__ = [
    "LEASE_SECONDS",
    "Batch",
    "ConflictError",
    "InvalidLedgerUrl",
    "Ledger",
    "LedgerError",
    "LedgerUnavailable",
    "connect",
    "default_address",
    "normalize_scheme",
    "open_ledger",
    "parse_file_path",
]
