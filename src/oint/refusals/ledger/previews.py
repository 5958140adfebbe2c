"""Previews in the ledger: held rows on their way to it, and what it has seen of their orders.

The facts of each card are written as they come. A preview that was interrupted continues where it was; one that is shown
reads its rows from here, whatever their number.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from oint.refusals.card_facts import Names
from oint.refusals.ledger.batch_events import (
    BatchAction,
    BatchEvent,
    read_batch_events,
    record_batch_event,
)
from oint.refusals.ledger.connection import retry_on_conflict
from oint.refusals.ledger.ledger import find_active
from oint.refusals.ledger.reused_numbers import mark_reused_numbers
from oint.refusals.ledger.rows import parse_earlier_orders, split_row_id
from oint.refusals.ledger.schema import ACTIVE_SQL, prefix_columns
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import ALL_ROWS, DUPLICATE, MAX_AGE_SECONDS, Candidate, PreviewRow, recall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oint.refusals.ledger.ledger import Batch, Ledger
    from oint.refusals.preview import Narrowing

_ROWS_PER_READ = 5_000
_SELECT = (
    "SELECT id, uuid, cdek_number, im_number, key IS NULL, code, CASE WHEN seen_at >= ? AND code IS NULL THEN seen END,"
    " status, insist, reason, status_at, keep_free_until, other_cdek_number, earlier_orders, key, error FROM refusal r"
)
_SHOWN = "(state = 'held' OR key IS NULL) AND superseded = 0 AND duplicate_of IS NULL AND id >= ? AND id < ?"
_SHARED_KEYS = (
    "SELECT key, min(id) FROM refusal WHERE state = 'held' AND superseded = 0 AND duplicate_of IS NULL AND key IS NOT NULL"
    " AND id >= ? AND id < ? GROUP BY key HAVING count(*) > 1"
)
_ACTIVE_ELSEWHERE = (
    "SELECT r.id, a.id FROM refusal r JOIN refusal a ON a.tenant = r.tenant AND a.key = r.key"  # noqa: S608 - constants
    f" AND {prefix_columns(ACTIVE_SQL, 'a')}"
    " WHERE r.state = 'held' AND r.superseded = 0 AND r.duplicate_of IS NULL AND r.id >= ? AND r.id < ?"
)


@retry_on_conflict
def begin_preview(ledger: Ledger, batch: Batch, by: str, *, anew: bool) -> float:
    """Begin to read the cards of a batch, or continue where a preview was interrupted in the last 24 hours.

    Numbers that named another order before are marked.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        by: the system's user
        anew: read all cards; otherwise those that nobody has seen for 24 hours
    Returns:
        Unix time: cards that were read since then are current
    """
    steps = [
        event
        for event in read_batch_events(ledger, batch)
        if event.action in {BatchAction.READ_CARDS, BatchAction.PREVIEW}
    ]
    with ledger.database.write_transaction() as cursor:
        now = ledger.database.now()
        mark_reused_numbers(cursor, batch)
        if not anew:
            return now - MAX_AGE_SECONDS
        if steps and steps[-1].action == BatchAction.READ_CARDS and now - steps[-1].at < MAX_AGE_SECONDS:
            return steps[-1].at
        record_batch_event(cursor, batch.id, BatchEvent(now, by, BatchAction.READ_CARDS))
        return now


def read_candidates(ledger: Ledger, batch: Batch, since: float) -> Iterator[Candidate]:
    """Read the held rows of a batch, and those that name no order, in the order of their source.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        since: Unix time; what was seen before is forgotten
    """
    for values in _read_shown(ledger, batch, since):
        yield _to_candidate(values)


def count_unread(ledger: Ledger, batch: Batch, since: float) -> int:
    """Count the held rows of a batch whose card was not read since a Unix time."""
    sql = (
        f"SELECT count(*) FROM refusal WHERE {_SHOWN} AND key IS NOT NULL"  # noqa: S608 - constants
        " AND NOT (seen IS NOT NULL AND seen_at >= ? AND code IS NULL)"
    )
    with ledger.database.read_transaction() as cursor:
        return int(cursor.fetch_all(sql, *batch.span, since)[0][0])


def read_shared_keys(ledger: Ledger, batch: Batch) -> dict[str, int]:
    """Read the keys that more than one held row of a batch has, each with the id of the first of these rows."""
    with ledger.database.read_transaction() as cursor:
        return {key: int(refusal) for key, refusal in cursor.fetch_all(_SHARED_KEYS, *batch.span)}


class StoredPreview:
    """The preview of a batch as the ledger has it: rows that can be walked again and again, in constant memory.

    Args:
        ledger: where the batch is; not closed before the last walk
        batch: see `Batch`
        insist: the code of the advice that is overruled for all rows
        narrowing: which rows are meant; the others are counted and not walked
    """

    def __init__(self, ledger: Ledger, batch: Batch, insist: str | None, narrowing: Narrowing = ALL_ROWS) -> None:
        self._ledger = ledger
        self._batch = batch
        self._insist = insist
        self._narrowing = narrowing
        self._now = ledger.database.now()
        self._since = self._now - MAX_AGE_SECONDS
        self._firsts = read_shared_keys(ledger, batch)
        with ledger.database.read_transaction() as cursor:
            rows = cursor.fetch_all(_ACTIVE_ELSEWHERE, *batch.span)
        self._active = {int(refusal): int(other) for refusal, other in rows}
        self.count = 0
        self.narrowed_out = 0
        self.actions: Counter[str] = Counter()
        self.statuses: Counter[tuple[str | None, str | None]] = Counter()
        for row in self._read_all():
            if not narrowing.fits(row, self._now):
                self.narrowed_out += 1
                continue
            self.count += 1
            self.actions[row.action] += 1
            self.statuses[row.status, row.reason] += 1

    def __iter__(self) -> Iterator[PreviewRow]:
        return (row for row in self._read_all() if self._narrowing.fits(row, self._now))

    def _read_all(self) -> Iterator[PreviewRow]:
        for values in _read_shown(self._ledger, self._batch, self._since):
            yield self._judge(values)

    def __len__(self) -> int:
        return self.count

    def _judge(self, values: Sequence[Any]) -> PreviewRow:
        """Make the row of a preview: a duplicate is shown as that, with the facts of its order."""
        refusal, code, key = int(values[0]), values[5], values[14]
        row = recall(_to_candidate(values), insist=self._insist)
        if code == UNREAD:
            return msgspec.structs.replace(row, action=UNREAD, code=values[15])
        other = self._active.get(refusal)
        if other is not None:
            batch, number, _ = split_row_id(other)
            return msgspec.structs.replace(row, action=DUPLICATE, duplicate_of=number, other_batch=batch)
        first = self._firsts.get(key, refusal)
        if first != refusal:
            return msgspec.structs.replace(row, action=DUPLICATE, duplicate_of=split_row_id(first)[1])
        return row


def _read_shown(ledger: Ledger, batch: Batch, since: float) -> Iterator[tuple[Any, ...]]:
    """Read the rows of a preview in chunks: nobody who writes waits for a reader."""
    after = batch.span.first
    while True:
        with ledger.database.read_transaction() as cursor:
            rows = cursor.fetch_all(
                f"{_SELECT} WHERE {_SHOWN} ORDER BY id LIMIT ?", since, after, batch.span.end, _ROWS_PER_READ
            )
        yield from rows
        if len(rows) < _ROWS_PER_READ:
            return
        after = rows[-1][0] + 1


def _to_candidate(values: Sequence[Any]) -> Candidate:
    (refusal, uuid, cdek_number, im_number, is_invalid, code, seen, status, insist, reason, status_at, keep_free_until,
     other_cdek_number, earlier_orders, *_) = values  # fmt: skip
    return Candidate(
        split_row_id(refusal)[1],
        Names(uuid, cdek_number, im_number),
        code if is_invalid else None,
        refusal,
        seen,
        status,
        insist,
        reason,
        status_at,
        keep_free_until,
        other_cdek_number,
        parse_earlier_orders(earlier_orders),
    )


def find_active_refusal(ledger: Ledger, tenant: int, key: str) -> tuple[int, int] | None:
    """Find batch and row of the refusal that an order has in the ledger already."""
    with ledger.database.read_transaction() as cursor:
        refusal = find_active(cursor, tenant, key)
    return None if refusal is None else split_row_id(refusal)[:2]


@retry_on_conflict
def save_seen(ledger: Ledger, rows: Sequence[PreviewRow]) -> None:
    """Keep what a preview has seen of held rows: it is shown, and compared with the card before the sending."""
    with ledger.database.write_transaction() as cursor:
        now = ledger.database.now()
        cursor.execute_many(
            "UPDATE refusal SET code = NULL, error = NULL, order_uuid = ?, order_cdek_number = ?, order_im_number = ?,"
            " status = ?, reason = ?, status_at = ?, keep_free_until = ?, other_cdek_number = ?, seen = ?, seen_at = ?,"
            " key = coalesce(?, key) WHERE id = ? AND state = 'held'",
            [
                (row.uuid, row.cdek_number, row.im_number, row.status, row.reason, row.status_at, row.keep_free_until,
                 row.other_cdek_number, row.seen, now, f"u:{row.uuid}" if row.uuid else None, row.id)
                for row in rows
            ],
        )  # fmt: skip


@retry_on_conflict
def note_unread(ledger: Ledger, rows: Sequence[PreviewRow]) -> None:
    """Mark held rows whose card could not be read, with the code of the reason: nobody has seen what would be sent."""
    with ledger.database.write_transaction() as cursor:
        sql = "UPDATE refusal SET code = ?, error = ?, seen = NULL WHERE id = ? AND state = 'held'"
        cursor.execute_many(sql, [(UNREAD, row.code, row.id) for row in rows])


@retry_on_conflict
def record_preview(ledger: Ledger, batch: Batch, rows: int, by: str) -> None:
    """Record that a person was shown a preview."""
    with ledger.database.write_transaction() as cursor:
        record_batch_event(cursor, batch.id, BatchEvent(ledger.database.now(), by, BatchAction.PREVIEW, rows))
