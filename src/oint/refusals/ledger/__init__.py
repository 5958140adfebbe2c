"""The durable record of batches: opened by its address, a file or a PostgreSQL database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from oint.refusals.ledger.database import Clash, LedgerAway, LedgerError
from oint.refusals.ledger.ledger import LEASE, Batch, Ledger

if TYPE_CHECKING:
    from oint.refusals.ledger.database import Database

SCHEMES = ("postgresql://", "postgres://")


def default_address() -> str:
    """`OINT_LEDGER`, else a file in the user's folder for data (`OINT_DATA_DIR`, where set)."""
    given = os.environ.get("OINT_LEDGER")
    if given:
        return given
    folder = os.environ.get("OINT_DATA_DIR")
    if folder:
        return str(Path(folder) / "refusals.sqlite")
    from platformdirs import user_data_path  # noqa: PLC0415 - slow to load, and often not needed

    return str(user_data_path("oint", appauthor=False) / "refusals.sqlite")


def open_ledger(address: str | Path | None = None, *, quick: bool = False) -> Ledger:
    """Open a ledger, made where it is not there yet.

    Args:
        address: a file, or postgresql://…; None: see `default_address`
        quick: for what may be lost in a power cut, the rate limit alone
    Raises:
        LedgerError: it cannot be opened
    """
    database = connect(str(address or default_address()), quick=quick)
    try:
        return Ledger(database)
    except BaseException:
        database.close()
        raise


def connect(address: str, *, quick: bool = False) -> Database:
    """A connection of its own to the database of a ledger."""
    if address.startswith(SCHEMES):
        from oint.refusals.ledger.postgres import PostgresDatabase  # noqa: PLC0415 - needs an extra

        return PostgresDatabase(address, quick=quick)
    from oint.refusals.ledger.sqlite import SqliteDatabase  # noqa: PLC0415 - one of two

    return SqliteDatabase(Path(address).expanduser(), quick=quick)


__all__ = [
    "LEASE",
    "Batch",
    "Clash",
    "Ledger",
    "LedgerAway",
    "LedgerError",
    "connect",
    "default_address",
    "open_ledger",
]
