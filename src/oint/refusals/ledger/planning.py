"""Write source rows into the ledger: each is held until somebody approves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.refusals.ledger.batch_events import BatchAction, record
from oint.refusals.ledger.connection import repeated
from oint.refusals.ledger.ledger import BATCH_SQL, batch_from
from oint.refusals.ledger.rows import PLANNED_COLUMNS, UUID_COLUMNS, planned, planned_by_uuid, row_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.input import SourceRow
    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger

_AT_ONCE = 25_000
"""Rows that are put into the form of the table at a time."""


@repeated
def begin(  # noqa: PLR0913 - the columns of a batch
    ledger: Ledger,
    place: int,
    fingerprint: str,
    name: str,
    kind: str,
    *,
    even_if_billed: bool,
    account: str | None = None,
    by: str | None = None,
    reading: str | None = None,
) -> Batch:
    """Find the batch of a source, or make a new one without rows.

    Args:
        ledger: where to
        place: see `Ledger.place`
        fingerprint: see `Source.fingerprint`
        name: of the source
        kind: of the source
        even_if_billed: the advice to delete is overruled for all rows
        account: what names the account to a person
        by: who plans it
        reading: how the file is read, as JSON
    """
    with ledger.database.writing() as cursor:
        now = ledger.database.now()
        values = (place, fingerprint, name, kind, now, int(even_if_billed), account, by, reading)
        columns = (
            "place",
            "fingerprint",
            "name",
            "kind",
            "planned_at",
            "even_if_billed",
            "account",
            "planned_by",
            "reading",
        )
        made = cursor.load("batch", columns, [values])
        batch = batch_from(cursor.run(f"{BATCH_SQL} WHERE b.place = ? AND b.fingerprint = ?", place, fingerprint)[0])
        if made:
            record(cursor, batch.id, BatchAction.PLAN, now, by)
        return batch


def size(ledger: Ledger, batch: Batch) -> int:
    """How many rows of its source a batch has."""
    with ledger.database.reading() as cursor:
        sql = "SELECT count(*) FROM refusal WHERE id >= ? AND id < ?"
        return int(cursor.run(sql, batch.span[0], row_id(batch.id, 0, 1))[0][0])


def planned_to(ledger: Ledger, batch: Batch) -> int:
    """The number of the last source row that is planned already; 0 where there is none."""
    with ledger.database.reading() as cursor:
        last = cursor.run("SELECT max(id) FROM refusal WHERE id >= ? AND id < ?", batch.span[0], row_id(batch.id, 0, 1))
        return 0 if last[0][0] is None else int(last[0][0]) - batch.span[0]


@repeated
def plan(ledger: Ledger, batch: Batch, rows: Sequence[SourceRow]) -> None:
    """Write down source rows, in their order, each held until somebody approves it."""
    with ledger.database.writing() as cursor:
        cursor.run(ledger.database.words["long"])
        for start in range(0, len(rows), _AT_ONCE):
            _plan(cursor, batch, rows[start : start + _AT_ONCE])


def _plan(cursor: Cursor, batch: Batch, rows: Sequence[SourceRow]) -> None:
    if all(row[2] is None and row[3] is None and row[4] is None for row in rows):
        cursor.load("refusal", UUID_COLUMNS, planned_by_uuid(batch.id, batch.place, rows))
    else:
        cursor.load("refusal", PLANNED_COLUMNS, [planned(batch.id, batch.place, row) for row in rows])


@repeated
def complete(ledger: Ledger, batch: Batch, total: int) -> Batch:
    """All rows of a batch are planned."""
    with ledger.database.writing() as cursor:
        cursor.run("UPDATE batch SET total = ? WHERE id = ?", total, batch.id)
    return batch._replace(total=total)
