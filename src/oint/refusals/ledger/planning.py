"""Insert the rows of a file into the ledger. Each is held until a person approves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.refusals.ledger.batch_events import BatchAction, BatchEvent, record_batch_event
from oint.refusals.ledger.connection import retry_on_conflict
from oint.refusals.ledger.ledger import BATCH_SQL, Batch
from oint.refusals.ledger.rows import PlannedRow, PlannedUuid, build_row_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.input import InputRow
    from oint.refusals.ledger.ledger import Ledger


@retry_on_conflict
def create_batch(  # noqa: PLR0913 - the columns of a batch
    ledger: Ledger,
    tenant: int,
    fingerprint: str,
    name: str,
    kind: str,
    *,
    even_if_billed: bool,
    account: str | None = None,
    by: str | None = None,
    reading: str | None = None,
) -> Batch:
    """Find the batch of a file, or create one without rows.

    Args:
        ledger: where it is created
        tenant: see `Ledger.get_or_create_tenant`
        fingerprint: see `InputFile.fingerprint`
        name: of the file
        kind: of the file
        even_if_billed: overrule the advice to delete, for all rows
        account: label of the account
        by: the system's user who plans it
        reading: how the file is read, as JSON
    """
    with ledger.database.write_transaction() as cursor:
        now = ledger.database.now()
        columns = {
            "tenant": tenant,
            "fingerprint": fingerprint,
            "name": name,
            "kind": kind,
            "planned_at": now,
            "even_if_billed": int(even_if_billed),
            "account": account,
            "planned_by": by,
            "reading": reading,
        }
        is_new = cursor.bulk_insert("batch", tuple(columns), [tuple(columns.values())])
        batch = Batch.from_row(
            cursor.fetch_all(f"{BATCH_SQL} WHERE b.tenant = ? AND b.fingerprint = ?", tenant, fingerprint)[0]
        )
        if is_new:
            record_batch_event(cursor, batch.id, BatchEvent(now, by, BatchAction.PLAN))
        return batch


def count_rows(ledger: Ledger, batch: Batch) -> int:
    """Count the rows of a batch."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT count(*) FROM refusal WHERE id >= ? AND id < ?"
        return int(cursor.fetch_all(sql, batch.span[0], build_row_id(batch.id, 0, 1))[0][0])


def get_last_planned_row(ledger: Ledger, batch: Batch) -> int:
    """Return the number of the last row of the file that is planned already; 0: none."""
    with ledger.database.read_transaction() as cursor:
        last = cursor.fetch_all(
            "SELECT max(id) FROM refusal WHERE id >= ? AND id < ?", batch.span[0], build_row_id(batch.id, 0, 1)
        )
        return 0 if last[0][0] is None else int(last[0][0]) - batch.span[0]


def insert_rows(ledger: Ledger, batch: Batch, rows: Sequence[InputRow]) -> None:
    """Insert rows of a file, in their order, each held until a person approves it."""
    uuids = [row.uuid for row in rows if row.uuid and row[2] is None and row[3] is None and row[4] is None]
    if len(uuids) == len(rows):
        insert_uuids(ledger, batch, [row.number for row in rows], uuids)
    else:
        planned = [PlannedRow.from_input(batch.id, batch.tenant, row) for row in rows]
        _insert(ledger, PlannedRow._fields, planned)


def insert_uuids(ledger: Ledger, batch: Batch, numbers: Sequence[int], uuids: Sequence[str]) -> None:
    """Insert rows of a file that have a UUID and nothing else, as `insert_rows` does."""
    _insert(ledger, PlannedUuid._fields, PlannedUuid.from_uuids(batch.id, batch.tenant, numbers, uuids))


@retry_on_conflict
def _insert(ledger: Ledger, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all(ledger.database.dialect["long"])
        cursor.bulk_insert("refusal", columns, rows)


@retry_on_conflict
def complete_batch(ledger: Ledger, batch: Batch, total: int, file_facts: str | None = None) -> Batch:
    """Record that all rows of a batch are planned.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        total: number of its rows
        file_facts: what its file was taken for, as JSON
    """
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE batch SET total = ?, file_facts = ? WHERE id = ?", total, file_facts, batch.id)
    return batch._replace(total=total, file_facts=file_facts)
