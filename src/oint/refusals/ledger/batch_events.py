"""What people did with a batch, and when: planned, previewed, approved, cancelled, retried."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger


class BatchAction(StrEnum):
    """Acts that are recorded."""

    PLAN = "plan"
    PREVIEW = "preview"
    APPROVE = "approve"
    CANCEL = "cancel"
    RETRY = "retry"


class BatchEvent(NamedTuple):
    """One act.

    Args:
        at: Unix time of the ledger's clock
        actor: the system's user, None where an earlier version did not keep it
        action: see `BatchAction`
        rows: how many rows it was about, where that is known
        detail: what was chosen
    """

    at: float
    actor: str | None
    action: str
    rows: int | None
    detail: str | None


def record(  # noqa: PLR0917 - the columns of an event
    cursor: Cursor,
    batch: int,
    action: BatchAction,
    at: float,
    actor: str | None,
    rows: int | None = None,
    detail: str | None = None,
) -> None:
    """Write an act down, within a transaction that does it."""
    sql = "INSERT INTO batch_event (batch, at, actor, action, rows, detail) VALUES (?, ?, ?, ?, ?, ?)"
    cursor.fetch_all(sql, batch, at, actor, action.value, rows, detail)


def lock_batch(cursor: Cursor, ledger: Ledger, batch: Batch) -> None:
    """Wait until nobody else acts on a batch: what another act inserts would be missed by a statement begun before its end."""
    cursor.fetch_all(f"SELECT 1 FROM batch r WHERE r.id = ?{ledger.database.dialect['row_lock']}", batch.id)  # noqa: S608 - a constant


def read_batch_events(ledger: Ledger, batch: Batch) -> list[BatchEvent]:
    """Read the acts of a batch, in their order."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT at, actor, action, rows, detail FROM batch_event WHERE batch = ? ORDER BY id"
        return [BatchEvent(*row) for row in cursor.fetch_all(sql, batch.id)]


def read_cancelled_since(ledger: Ledger, since: float) -> list[tuple[int, float]]:
    """Read which batches were cancelled since a moment of the ledger's clock, and when."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT batch, at FROM batch_event WHERE at > ? AND action = 'cancel' ORDER BY id"
        return [(int(batch), at) for batch, at in cursor.fetch_all(sql, since)]
