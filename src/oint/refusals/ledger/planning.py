"""Source rows on their way into the ledger: each becomes a refusal to come, or a double of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.refusals.ledger.database import repeated
from oint.refusals.ledger.ledger import BATCH_SQL, batch_from, living
from oint.refusals.ledger.rows import PLANNED_COLUMNS, UUID_COLUMNS, planned, planned_by_uuid, row_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger.database import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger
    from oint.refusals.sources import SourceRow

_AT_ONCE = 25_000
"""Rows that are put into the form of the table at a time."""


@repeated
def begin(ledger: Ledger, place: int, fingerprint: str, name: str, kind: str, *, even_if_billed: bool) -> Batch:
    """The batch of a source: the one that is there, else a new one without rows."""
    with ledger.database.writing() as cursor:
        values = (place, fingerprint, name, kind, ledger.database.now(), int(even_if_billed))
        columns = ("place", "fingerprint", "name", "kind", "planned_at", "even_if_billed")
        cursor.load("batch", columns, [values])
        return batch_from(cursor.run(f"{BATCH_SQL} WHERE b.place = ? AND b.fingerprint = ?", place, fingerprint)[0])


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
def plan(ledger: Ledger, batch: Batch, rows: Sequence[SourceRow]) -> int:
    """Write down source rows, in their order; those whose order has a refusal already become its doubles.

    Returns:
        how many are doubles
    """
    with ledger.database.writing() as cursor:
        cursor.run(ledger.database.words["long"])
        return sum(_plan(cursor, batch, rows[start : start + _AT_ONCE]) for start in range(0, len(rows), _AT_ONCE))


def _plan(cursor: Cursor, batch: Batch, rows: Sequence[SourceRow]) -> int:
    columns: tuple[str, ...] = PLANNED_COLUMNS
    if all(row[2] is None and row[3] is None and row[4] is None for row in rows):
        columns, values = UUID_COLUMNS, planned_by_uuid(batch.id, batch.place, rows)
    else:
        values = [planned(batch.id, batch.place, row) for row in rows]
    doubles = len(values) - cursor.load("refusal", columns, values)
    if doubles:
        _plan_doubles(cursor, batch, columns, values)
    return doubles


def _plan_doubles(cursor: Cursor, batch: Batch, columns: Sequence[str], values: list[tuple[Any, ...]]) -> None:
    columns = (*columns, "double_of")
    missing = values
    while True:  # a refusal that stood in the way may end meanwhile: then its double is a refusal of its own
        sql = "SELECT id FROM refusal WHERE id >= ? AND id <= ?"
        there = {row[0] for row in cursor.run(sql, values[0][0], values[-1][0])}
        missing = [row for row in missing if row[0] not in there]
        if not missing:
            return
        cursor.load("refusal", columns, [(*row, living(cursor, batch.place, row[2])) for row in missing])


@repeated
def complete(ledger: Ledger, batch: Batch, total: int) -> Batch:
    """All rows of a batch are planned."""
    with ledger.database.writing() as cursor:
        cursor.run("UPDATE batch SET total = ? WHERE id = ?", total, batch.id)
    return batch._replace(total=total)
