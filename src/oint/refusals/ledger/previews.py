"""Held rows on their way to a preview, and what the preview has seen of their orders on its way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.refusals.card_facts import Names
from oint.refusals.ledger.batch_events import BatchAction, BatchEvent, record_batch_event
from oint.refusals.ledger.connection import retry_on_conflict
from oint.refusals.ledger.ledger import find_active
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import MAX_AGE_SECONDS, Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oint.refusals.ledger.ledger import Batch, Ledger
    from oint.refusals.preview import PreviewRow

_ROWS_PER_READ = 5_000
_SELECT = (
    "SELECT id, uuid, cdek_number, im_number, key IS NULL, code, CASE WHEN seen_at >= ? AND code IS NULL THEN seen END, status, insist FROM refusal"
    " WHERE (state = 'held' OR key IS NULL) AND superseded = 0 AND duplicate_of IS NULL AND id > ? AND id < ? ORDER BY id LIMIT ?"
)


def read_candidates(ledger: Ledger, batch: Batch, *, anew: bool) -> Iterator[Candidate]:
    """Read the held rows of a batch, and those that name no order, in the order of their source.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        anew: forget what an earlier preview has seen; otherwise that is forgotten after a day
    """
    after = batch.span.first - 1
    since = float("inf") if anew else ledger.database.now() - MAX_AGE_SECONDS
    while True:
        with ledger.database.read_transaction() as cursor:
            rows = cursor.fetch_all(_SELECT, since, after, batch.span.end, _ROWS_PER_READ)
        for refusal, uuid, cdek_number, im_number, is_invalid, code, seen, status, insist in rows:
            names = Names(uuid, cdek_number, im_number)
            yield Candidate(
                split_row_id(refusal)[1], names, code if is_invalid else None, refusal, seen, status, insist
            )
        if len(rows) < _ROWS_PER_READ:
            return
        after = rows[-1][0]


def find_active_refusal(ledger: Ledger, tenant: int, key: str) -> tuple[int, int] | None:
    """Find batch and row of the refusal that an order has in the ledger already."""
    with ledger.database.read_transaction() as cursor:
        refusal = find_active(cursor, tenant, key)
    return None if refusal is None else split_row_id(refusal)[:2]


@retry_on_conflict
def save_seen(ledger: Ledger, rows: Sequence[PreviewRow]) -> None:
    """Keep what a person sees of held rows: it is compared with the card before the sending."""
    with ledger.database.write_transaction() as cursor:
        now = ledger.database.now()
        cursor.execute_many(
            "UPDATE refusal SET code = NULL, order_uuid = ?, order_cdek_number = ?, order_im_number = ?, status = ?, reason = ?, seen = ?,"
            " seen_at = ?, key = coalesce(?, key) WHERE id = ? AND state = 'held'",
            [
                (row.uuid, row.cdek_number, row.im_number, row.status, row.reason, row.seen, now,
                 f"u:{row.uuid}" if row.uuid else None, row.id)
                for row in rows
            ],
        )  # fmt: skip


@retry_on_conflict
def note_unread(ledger: Ledger, rows: Sequence[PreviewRow]) -> None:
    """Mark held rows whose card could not be read: nobody has seen what would be sent."""
    with ledger.database.write_transaction() as cursor:
        sql = "UPDATE refusal SET code = ?, seen = NULL WHERE id = ? AND state = 'held'"
        cursor.execute_many(sql, [(UNREAD, row.id) for row in rows])


@retry_on_conflict
def record_preview(ledger: Ledger, batch: Batch, rows: int, by: str) -> None:
    """Write down that a person was shown a preview."""
    with ledger.database.write_transaction() as cursor:
        record_batch_event(cursor, batch.id, BatchEvent(ledger.database.now(), by, BatchAction.PREVIEW, rows))
