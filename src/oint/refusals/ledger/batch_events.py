"""Actions of people on a batch: planned, previewed, approved, cancelled, retried."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger


class BatchAction(StrEnum):
    """Actions that are recorded."""

    PLAN = "plan"
    READ_CARDS = "read_cards"
    PREVIEW = "preview"
    APPROVE = "approve"
    CANCEL = "cancel"
    RETRY = "retry"


class BatchEvent(NamedTuple):
    """An action as the table `batch_event` keeps it; the fields are columns.

    Args:
        at: Unix time of the ledger's clock
        actor: the system's user, None where an earlier version did not keep it
        action: see `BatchAction`
        rows: number of rows that it concerned, where that is known
        detail: what was chosen
    """

    at: float
    actor: str | None
    action: str
    rows: int | None = None
    detail: str | None = None


def record_batch_event(cursor: Cursor, batch: int, event: BatchEvent) -> None:
    """Record an action within the transaction that performs it."""
    cursor.bulk_insert("batch_event", ("batch", *BatchEvent._fields), [(batch, *event)])


def lock_batch(cursor: Cursor, ledger: Ledger, batch: Batch) -> None:
    """Lock a batch: a statement that began before another action ended would miss the rows that it inserts."""
    cursor.fetch_all(f"SELECT 1 FROM batch r WHERE r.id = ?{ledger.database.dialect['row_lock']}", batch.id)  # noqa: S608 - a constant


def read_batch_events(ledger: Ledger, batch: Batch) -> list[BatchEvent]:
    """Read the actions on a batch, in their order."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT at, actor, action, rows, detail FROM batch_event WHERE batch = ? ORDER BY id"
        return [BatchEvent(*row) for row in cursor.fetch_all(sql, batch.id)]


def read_cancelled_since(ledger: Ledger, since: float) -> list[tuple[int, float]]:
    """Read the batches that were cancelled since a moment of the ledger's clock, and the moments."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT batch, at FROM batch_event WHERE at > ? AND action = 'cancel' ORDER BY id"
        return [(int(batch), at) for batch, at in cursor.fetch_all(sql, since)]
