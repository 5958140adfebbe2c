"""Read-only queries of a ledger: rows of a report, statistics, active workers, the history of an order."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.refusals.card_facts import Names
from oint.refusals.ledger.rows import CaseRecord, build_row_id, split_row_id
from oint.refusals.state_machine import MAX_SENDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger

_RATE_WINDOW_SECONDS = 60.0
"""Seconds over which a rate is taken."""

_FINAL_STATES_SQL = "('confirmed', 'rejected', 'advised', 'withdrawn')"
_FAILURE_SQL = f"(o.state IN ('rejected', 'advised', 'unknown') OR (o.state = 'held' AND o.code IS NOT NULL) OR (o.state = 'planned' AND o.sent >= {MAX_SENDS}))"
_EXHAUSTED_SQL = f"o.state = 'planned' AND o.sent >= {MAX_SENDS}"
_NAMES = ("uuid", "cdek_number", "im_number")
_PREFERRED_SQL = (
    "CASE WHEN r.uuid IS NULL AND r.cdek_number = r.im_number THEN coalesce(o.order_{0}, r.{0})"
    " ELSE coalesce(r.{0}, o.order_{0}, o.{0}) END"
)
"""The file's name of the order, otherwise the card's; of digits that may be either number the card's, see `Names.is_by_form`."""
_STORED_REFUSAL_SQL = (
    "SELECT r.id, r.duplicate_of, r.key IS NULL,"  # noqa: S608 - constants
    " coalesce(r.uuid, o.order_uuid, o.uuid),"
    f" {', '.join(_PREFERRED_SQL.format(name) for name in ('cdek_number', 'im_number'))},"
    f" {', '.join(f'r.{name}' for name in _NAMES)},"
    f" CASE WHEN o.state IN {_FINAL_STATES_SQL} THEN o.changed END, o.error,"
    f" {', '.join(f'o.{name}' for name in CaseRecord._fields)}"
    " FROM refusal r JOIN refusal o ON o.id = coalesce(r.duplicate_of, r.id)"
)


class StoredRefusal(NamedTuple):
    """A row as the ledger has it; a duplicate has the facts of the refusal that it duplicates.

    Args:
        id: see `build_row_id`
        duplicate_of: id of the refusal that it duplicates
        is_invalid: the file's row identifies no order
        uuid, cdek_number, im_number: the order's names: the file's, otherwise the card's
        names: the file's own names alone
        ended_at: Unix time of the verdict
        error: code of the last error
        record: of the refusal, or of the one that it duplicates
    """

    id: int
    duplicate_of: int | None
    is_invalid: bool
    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    names: Names
    ended_at: float | None
    error: str | None
    record: CaseRecord

    @property
    def batch(self) -> int:
        """Return the number of its batch."""
        return split_row_id(self.id)[0]

    @property
    def number(self) -> int:
        """Return its number in the file."""
        return split_row_id(self.id)[1]


class BatchStats(NamedTuple):
    """Numbers of rows of a batch.

    Args:
        counts: rows by state; a duplicate counts as the row that it duplicates
        duplicates, invalid: rows of these kinds
        exhausted: planned rows that are not sent again, because their responses were lost too often
        held_back: held rows whose order has changed since the preview
        recent_verdicts: verdicts of the last minute
        changed_at: Unix time of the last change; None: no row has changed
    """

    counts: dict[str, int]
    duplicates: int
    invalid: int
    exhausted: int
    held_back: int
    recent_verdicts: int
    changed_at: float | None

    @property
    def rate(self) -> float:
        """Return the verdicts a second over the last minute."""
        return self.recent_verdicts / _RATE_WINDOW_SECONDS


class TransitionRecord(NamedTuple):
    """A transition of a refusal. `at`: Unix time; `detail`: code of the error, where there was one."""

    at: float
    state_from: str
    transition: str
    state_to: str
    detail: str | None


class ActiveWorker(NamedTuple):
    """A worker of a batch, the number of rows that it holds, and the Unix time when its claim expires."""

    worker: str
    rows: int
    until: float


def read_rows(cursor: Cursor, batch: Batch, *, failures: bool = False) -> Iterator[StoredRefusal]:
    """Read the rows of a batch lazily, one for each row of its file, in its order.

    Args:
        cursor: of a transaction that lasts as long as the rows are read
        batch: see `Batch`
        failures: only rows that need attention
    """
    last = cursor.fetch_all("SELECT max(id) FROM refusal WHERE id >= ? AND id < ?", *batch.span)[0][0]
    attempts = 0 if last is None else split_row_id(int(last))[2] + 1
    sql = f"{_STORED_REFUSAL_SQL} WHERE r.id >= ? AND r.id < ? AND r.superseded = 0{f' AND {_FAILURE_SQL}' if failures else ''} ORDER BY r.id"
    parted = (
        map(
            _to_stored_refusal,
            cursor.stream(sql, build_row_id(batch.id, 0, attempt), build_row_id(batch.id, 0, attempt + 1)),
        )
        for attempt in range(attempts)
    )
    return merge(*parted, key=lambda stored: stored.number)


def read_batch_stats(ledger: Ledger, batch: Batch) -> BatchStats:
    """Read the statistics of a batch."""
    sql = (
        "SELECT o.state, count(*), count(r.duplicate_of), sum(CASE WHEN r.key IS NULL THEN 1 ELSE 0 END),"  # noqa: S608 - constants
        f" sum(CASE WHEN {_EXHAUSTED_SQL} THEN 1 ELSE 0 END),"
        " sum(CASE WHEN o.state = 'held' AND o.code IS NOT NULL THEN 1 ELSE 0 END),"
        f" sum(CASE WHEN o.state IN {_FINAL_STATES_SQL} AND o.changed > ? THEN 1 ELSE 0 END), max(o.changed)"
        " FROM refusal r JOIN refusal o ON o.id = coalesce(r.duplicate_of, r.id)"
        " WHERE r.id >= ? AND r.id < ? AND r.superseded = 0 GROUP BY o.state"
    )
    with ledger.database.read_transaction() as cursor:
        rows = cursor.fetch_all(sql, ledger.database.now() - _RATE_WINDOW_SECONDS, *batch.span)
    duplicates, invalid, exhausted, held_back, recent = (
        sum(int(row[column]) for row in rows) for column in range(2, 7)
    )
    changed_at = max((row[7] for row in rows if row[7] is not None), default=None)
    counts = {row[0]: int(row[1]) for row in rows}
    return BatchStats(counts, duplicates, invalid, exhausted, held_back, recent, changed_at)


def read_active_workers(ledger: Ledger, batch: Batch) -> list[ActiveWorker]:
    """Read the live claims that hold open rows of a batch."""
    sql = (
        "SELECT c.worker, count(*), max(c.until) FROM refusal r JOIN claim c ON c.id = r.fence"
        " WHERE r.id >= ? AND r.id < ? AND r.duplicate_of IS NULL AND r.superseded = 0"
        " AND r.state IN ('planned', 'sending', 'accepted', 'unknown') AND c.ended = 0 AND c.until >= ?"
        " GROUP BY c.worker ORDER BY c.worker"
    )
    with ledger.database.read_transaction() as cursor:
        return [ActiveWorker(*row) for row in cursor.fetch_all(sql, *batch.span, ledger.database.now())]


def read_order_history(ledger: Ledger, order: str) -> list[tuple[StoredRefusal, list[TransitionRecord]]]:
    """Read every refusal of an order in any batch, with earlier attempts and duplicates, each with its events.

    Args:
        ledger: all of its rows are searched
        order: the order's uuid, CDEK number or shop number
    """
    with ledger.database.read_transaction() as cursor:
        condition = " OR ".join(f"{name} = ? OR order_{name} = ?" for name in _NAMES)
        matches = cursor.fetch_all(
            f"SELECT id, duplicate_of, coalesce(order_uuid, uuid) FROM refusal WHERE {condition}",  # noqa: S608 - constants
            order.lower(), order.lower(), order, order, order, order,
        )  # fmt: skip
        ids = {row[0] for row in matches} | {row[1] for row in matches if row[1] is not None}
        for uuid in {row[2] for row in matches if row[2] is not None}:
            ids |= {
                row[0]
                for row in cursor.fetch_all("SELECT id FROM refusal WHERE order_uuid = ? OR uuid = ?", uuid, uuid)
            }
        for original in list(ids):
            ids |= {row[0] for row in cursor.fetch_all("SELECT id FROM refusal WHERE duplicate_of = ?", original)}
        return [
            (
                _to_stored_refusal(cursor.fetch_all(f"{_STORED_REFUSAL_SQL} WHERE r.id = ?", one)[0]),
                _read_transitions(cursor, one),
            )
            for one in sorted(ids)
        ]


def _read_transitions(cursor: Cursor, refusal: int) -> list[TransitionRecord]:
    sql = "SELECT at, state_from, transition, state_to, detail FROM event WHERE refusal = ? ORDER BY version"
    return [TransitionRecord(*row) for row in cursor.fetch_all(sql, refusal)]


def _to_stored_refusal(row: tuple[Any, ...]) -> StoredRefusal:
    return StoredRefusal._make(
        (*row[:2], bool(row[2]), *row[3:6], Names(*row[6:9]), *row[9:11], CaseRecord.from_row(row[11:]))
    )
