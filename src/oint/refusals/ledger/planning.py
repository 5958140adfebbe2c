"""Write source rows into the ledger: each is held until somebody approves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.refusals.ledger.batch_events import BatchAction, record
from oint.refusals.ledger.connection import retry_on_conflict
from oint.refusals.ledger.ledger import BATCH_SQL, batch_from
from oint.refusals.ledger.rows import PLANNED_COLUMNS, UUID_COLUMNS, build_row_id, planned_uuid_values, planned_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.input import InputRow
    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger

_AT_ONCE = 25_000
"""Rows that are put into the form of the table at a time."""


@retry_on_conflict
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
        place: see `Ledger.get_or_create_tenant`
        fingerprint: see `InputFile.fingerprint`
        name: of the source
        kind: of the source
        even_if_billed: the advice to delete is overruled for all rows
        account: what names the account to a person
        by: who plans it
        reading: how the file is read, as JSON
    """
    with ledger.database.write_transaction() as cursor:
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
        made = cursor.bulk_insert("batch", columns, [values])
        batch = batch_from(
            cursor.fetch_all(f"{BATCH_SQL} WHERE b.place = ? AND b.fingerprint = ?", place, fingerprint)[0]
        )
        if made:
            record(cursor, batch.id, BatchAction.PLAN, now, by)
        return batch


def size(ledger: Ledger, batch: Batch) -> int:
    """Count the rows of a batch."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT count(*) FROM refusal WHERE id >= ? AND id < ?"
        return int(cursor.fetch_all(sql, batch.span[0], build_row_id(batch.id, 0, 1))[0][0])


def planned_to(ledger: Ledger, batch: Batch) -> int:
    """Return the number of the last row of the file that is planned already; 0: none."""
    with ledger.database.read_transaction() as cursor:
        last = cursor.fetch_all(
            "SELECT max(id) FROM refusal WHERE id >= ? AND id < ?", batch.span[0], build_row_id(batch.id, 0, 1)
        )
        return 0 if last[0][0] is None else int(last[0][0]) - batch.span[0]


@retry_on_conflict
def plan(ledger: Ledger, batch: Batch, rows: Sequence[InputRow]) -> None:
    """Write down source rows, in their order, each held until somebody approves it."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all(ledger.database.dialect["long"])
        for start in range(0, len(rows), _AT_ONCE):
            _plan(cursor, batch, rows[start : start + _AT_ONCE])


def _plan(cursor: Cursor, batch: Batch, rows: Sequence[InputRow]) -> None:
    if all(row[2] is None and row[3] is None and row[4] is None for row in rows):
        cursor.bulk_insert("refusal", UUID_COLUMNS, planned_uuid_values(batch.id, batch.place, rows))
    else:
        cursor.bulk_insert("refusal", PLANNED_COLUMNS, [planned_values(batch.id, batch.place, row) for row in rows])


@retry_on_conflict
def complete(ledger: Ledger, batch: Batch, total: int) -> Batch:
    """Record that all rows of a batch are planned."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE batch SET total = ? WHERE id = ?", total, batch.id)
    return batch._replace(total=total)
