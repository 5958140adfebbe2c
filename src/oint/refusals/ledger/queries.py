"""What a ledger is asked by those who only look: the rows of a report, sums, who works, an order's story."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.refusals.card_facts import Names
from oint.refusals.ledger.rows import READ_COLUMNS, build_row_id, split_row_id
from oint.refusals.state_machine import MAX_SENDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger

_LATELY = 60.0
"""Seconds over which a rate is taken."""

_ENDED = "('confirmed', 'rejected', 'advised', 'withdrawn')"
_FAILED = f"(o.state IN ('rejected', 'advised', 'unknown') OR (o.state = 'held' AND o.code IS NOT NULL) OR (o.state = 'planned' AND o.sent >= {MAX_SENDS}))"
_GIVEN_UP = f"o.state = 'planned' AND o.sent >= {MAX_SENDS}"
_NAMES = ("uuid", "cdek_number", "im_number")
_FOUND = (
    "SELECT r.id, r.double_of, r.key IS NULL,"  # noqa: S608 - constants
    f" {', '.join(f'coalesce(r.{name}, o.order_{name}, o.{name})' for name in _NAMES)},"
    f" {', '.join(f'r.{name}' for name in _NAMES)},"
    f" CASE WHEN o.state IN {_ENDED} THEN o.changed END, o.trouble,"
    f" {', '.join(f'o.{name}' for name in READ_COLUMNS)}"
    " FROM refusal r JOIN refusal o ON o.id = coalesce(r.double_of, r.id)"
)


class StoredRefusal(NamedTuple):
    """A row as the ledger has it; a double's facts are those of the refusal that it doubles.

    Args:
        id: see `row_id`
        double_of: id of the refusal that it doubles
        broken: the source's row names no order
        uuid, cdek_number, im_number: the order's names: the file's, otherwise the card's
        names: the file's own names alone
        ended_at: Unix time of the verdict
        trouble: code of the error that came last, where one did
        values: in the order of `READ_COLUMNS`
    """

    id: int
    double_of: int | None
    broken: bool
    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    names: Names
    ended_at: float | None
    trouble: str | None
    values: tuple[Any, ...]

    @property
    def batch(self) -> int:
        """Return the number of its batch."""
        return split_row_id(self.id)[0]

    @property
    def number(self) -> int:
        """Return its number in the file."""
        return split_row_id(self.id)[1]


class BatchStats(NamedTuple):
    """A batch in sums.

    Args:
        counts: rows by state; doubles count as what they double
        doubles, broken: how many are
        given_up: planned rows that are not sent any more, as they were lost too often
        held_back: held rows whose order has changed since the preview
        lately: verdicts of the last minute
        changed: Unix time of the last change, None where there was none
    """

    counts: dict[str, int]
    doubles: int
    broken: int
    given_up: int
    held_back: int
    lately: int
    changed: float | None

    @property
    def rate(self) -> float:
        """Verdicts a second, over the last minute."""
        return self.lately / _LATELY


class TransitionRecord(NamedTuple):
    """A step that a refusal has taken. `detail`: the code of what went wrong, where something did."""

    at: float
    state_from: str
    transition: str
    state_to: str
    detail: str | None


class ActiveWorker(NamedTuple):
    """Who works on a batch, on how many rows, and until when that counts without another sign of life (Unix time)."""

    worker: str
    rows: int
    until: float


def read_rows(cursor: Cursor, batch: Batch, *, failures: bool = False) -> Iterator[StoredRefusal]:
    """Read the rows of a batch lazily, one for each row of its file, in its order.

    Args:
        cursor: of a transaction that lasts as long as the rows are read
        batch: see `Batch`
        failures: only those that somebody must look at
    """
    last = cursor.fetch_all("SELECT max(id) FROM refusal WHERE id >= ? AND id < ?", *batch.span)[0][0]
    attempts = 0 if last is None else split_row_id(int(last))[2] + 1
    sql = f"{_FOUND} WHERE r.id >= ? AND r.id < ? AND r.superseded = 0{f' AND {_FAILED}' if failures else ''} ORDER BY r.id"
    parted = (
        map(
            _to_stored_refusal,
            cursor.stream(sql, build_row_id(batch.id, 0, attempt), build_row_id(batch.id, 0, attempt + 1)),
        )
        for attempt in range(attempts)
    )
    return merge(*parted, key=lambda found: found.number)


def read_batch_stats(ledger: Ledger, batch: Batch) -> BatchStats:
    """Read the sums of a batch."""
    sql = (
        "SELECT o.state, count(*), count(r.double_of), sum(CASE WHEN r.key IS NULL THEN 1 ELSE 0 END),"  # noqa: S608 - constants
        f" sum(CASE WHEN {_GIVEN_UP} THEN 1 ELSE 0 END),"
        " sum(CASE WHEN o.state = 'held' AND o.code IS NOT NULL THEN 1 ELSE 0 END),"
        f" sum(CASE WHEN o.state IN {_ENDED} AND o.changed > ? THEN 1 ELSE 0 END), max(o.changed)"
        " FROM refusal r JOIN refusal o ON o.id = coalesce(r.double_of, r.id)"
        " WHERE r.id >= ? AND r.id < ? AND r.superseded = 0 GROUP BY o.state"
    )
    with ledger.database.read_transaction() as cursor:
        found = cursor.fetch_all(sql, ledger.database.now() - _LATELY, *batch.span)
    doubles, broken, given_up, held_back, lately = (sum(int(row[column]) for row in found) for column in range(2, 7))
    changed = max((row[7] for row in found if row[7] is not None), default=None)
    return BatchStats({row[0]: int(row[1]) for row in found}, doubles, broken, given_up, held_back, lately, changed)


def read_active_workers(ledger: Ledger, batch: Batch) -> list[ActiveWorker]:
    """Read who works on a batch: the live claims that hold open rows of it."""
    sql = (
        "SELECT c.worker, count(*), max(c.until) FROM refusal r JOIN claim c ON c.id = r.fence"
        " WHERE r.id >= ? AND r.id < ? AND r.double_of IS NULL AND r.superseded = 0"
        " AND r.state IN ('planned', 'sending', 'accepted', 'unknown') AND c.over = 0 AND c.until >= ?"
        " GROUP BY c.worker ORDER BY c.worker"
    )
    with ledger.database.read_transaction() as cursor:
        return [ActiveWorker(*row) for row in cursor.fetch_all(sql, *batch.span, ledger.database.now())]


def read_order_history(ledger: Ledger, order: str) -> list[tuple[StoredRefusal, list[TransitionRecord]]]:
    """Read every refusal of an order in any batch, with earlier attempts and duplicates, each with its events.

    Args:
        ledger: all of it is looked through
        order: its uuid, CDEK's number or the shop's number
    """
    with ledger.database.read_transaction() as cursor:
        condition = " OR ".join(f"{name} = ? OR order_{name} = ?" for name in _NAMES)
        named = cursor.fetch_all(
            f"SELECT id, double_of, coalesce(order_uuid, uuid) FROM refusal WHERE {condition}",  # noqa: S608 - constants
            order.lower(), order.lower(), order, order, order, order,
        )  # fmt: skip
        ids = {row[0] for row in named} | {row[1] for row in named if row[1] is not None}
        for uuid in {row[2] for row in named if row[2] is not None}:
            ids |= {
                row[0]
                for row in cursor.fetch_all("SELECT id FROM refusal WHERE order_uuid = ? OR uuid = ?", uuid, uuid)
            }
        for known in list(ids):
            ids |= {row[0] for row in cursor.fetch_all("SELECT id FROM refusal WHERE double_of = ?", known)}
        return [
            (_to_stored_refusal(cursor.fetch_all(f"{_FOUND} WHERE r.id = ?", one)[0]), _events(cursor, one))
            for one in sorted(ids)
        ]


def _events(cursor: Cursor, refusal: int) -> list[TransitionRecord]:
    sql = "SELECT at, state_from, transition, state_to, detail FROM event WHERE refusal = ? ORDER BY version"
    return [TransitionRecord(*row) for row in cursor.fetch_all(sql, refusal)]


def _to_stored_refusal(row: tuple[Any, ...]) -> StoredRefusal:
    return StoredRefusal._make((*row[:2], bool(row[2]), *row[3:6], Names(*row[6:9]), *row[9:11], row[11:]))
