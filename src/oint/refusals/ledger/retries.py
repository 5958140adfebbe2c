"""New attempts at refusals that have ended, or that were given up: the old rows stay, as their story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oint.refusals.ledger.batch_events import BatchAction, lock_batch, record
from oint.refusals.ledger.ledger import find_active
from oint.refusals.ledger.rows import MAX_ROWS, build_row_id, split_row_id
from oint.refusals.state_machine import MAX_SENDS
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger

_CHUNK = 10_000
_LAST_ATTEMPT = 255
"""The ids of a batch hold no more attempts at a row."""

_COLUMNS = (
    "id", "place", "key", "uuid", "cdek_number", "im_number", "order_uuid", "order_cdek_number", "order_im_number",
    "state", "before", "sent", "sent_at", "lost_by", "lost_at", "insist", "cancelled",
)  # fmt: skip
_OLD = (
    "SELECT r.id, r.place, r.key, r.uuid, r.cdek_number, r.im_number, r.order_uuid, r.order_cdek_number, r.order_im_number,"
    " CASE r.state WHEN 'unknown' THEN r.state ELSE 'planned' END, CASE r.state WHEN 'unknown' THEN r.before END,"
    " CASE r.state WHEN 'unknown' THEN r.sent ELSE 0 END, CASE r.state WHEN 'unknown' THEN r.sent_at END,"
    " CASE r.state WHEN 'unknown' THEN r.lost_by END, CASE r.state WHEN 'unknown' THEN r.lost_at END,"
    " CASE WHEN ? = 1 AND r.state = 'advised' THEN r.advice ELSE r.insist END,"
    " CASE r.state WHEN 'unknown' THEN r.cancelled ELSE 0 END FROM refusal r"
)
"""A refusal that may be on its way to the card still is not planned at once: it is looked for first, and long enough."""

_IN_WORK = "r.state = 'unknown' AND EXISTS (SELECT 1 FROM claim c WHERE c.id = r.fence AND c.over = 0)"
_ENDS = (State.REJECTED, State.ADVISED, State.WITHDRAWN)

RETRIED_BY_DEFAULT = (State.REJECTED, State.ADVISED, State.UNKNOWN, State.WITHDRAWN)
"""The states meant where rows or codes are named, and no state is."""


class RetryResult(NamedTuple):
    """What came of it.

    Args:
        planned: rows that have a new attempt
        doubles: rows whose order has a refusal by now that stands or may come to stand: they show that one
        in_work: rows that a worker is working on; nothing was done about them
        broken: rows of the source that name no order; nothing can be done about them here
    """

    planned: int
    doubles: int
    in_work: int
    broken: int


def retry(
    ledger: Ledger,
    batch: Batch,
    states: Collection[State] = (),
    *,
    rows: Collection[int] = (),
    codes: Collection[str] = (),
    by: str | None = None,
) -> RetryResult:
    """Plan a new attempt for each row of a batch that is meant.

    An attempt begins by reading the order's card, so that a refusal that reached CDEK after all is not sent again; one
    whose outcome is unknown stays unknown until its card has shown no trace of it for the settling time.
    `unknown` means the rows that were given up too: planned still, and lost without a trace too often. Naming a row or
    a code, and no state, overrules the advice that the row has: refusing all the same takes an explicit word for it.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        states: of rejected, advised, withdrawn and unknown; empty: all of them, of the rows and codes that are named
        rows: numbers of source rows; empty: all
        codes: CDEK's codes, or those of advices; empty: all
        by: who retries: the system's user
    Raises:
        LedgerError: the ledger cannot be written; what was planned before is there
    """
    ledger.expire_claims()
    insist = int(not states)
    wanted = states or RETRIED_BY_DEFAULT
    chosen, values = _build_condition(batch, wanted, rows, codes)
    planned = doubles = 0
    above = batch.span.end  # downwards: the ids of new attempts are above those of the old, and are not met again
    while True:
        with ledger.database.write_transaction() as cursor:
            cursor.fetch_all(ledger.database.dialect["long"])
            lock_batch(cursor, ledger, batch)
            sql = f"{_OLD} WHERE {chosen} AND NOT ({_IN_WORK}) AND r.id < ? ORDER BY r.id DESC LIMIT ?{ledger.database.dialect['skip_locked']}"
            found = cursor.fetch_all(sql, insist, *values, above, _CHUNK)
            clashed = _attempt(cursor, found) if found else 0
            if found:
                detail = " ".join([*(state.value for state in states), *map(str, sorted(rows)), *sorted(codes)])
                record(cursor, batch.id, BatchAction.RETRY, ledger.database.now(), by, len(found), detail or None)
        planned, doubles = planned + len(found) - clashed, doubles + clashed
        if not found:
            break
        above = found[-1][0]
    with ledger.database.read_transaction() as cursor:
        in_work = cursor.fetch_all(f"SELECT count(*) FROM refusal r WHERE {chosen} AND {_IN_WORK}", *values)[0][0]  # noqa: S608 - as above
        broken = cursor.fetch_all(
            "SELECT count(*) FROM refusal WHERE id >= ? AND id < ? AND key IS NULL AND superseded = 0", *batch.span
        )[0][0]
    return RetryResult(planned, doubles, int(in_work), int(broken) if State.ADVISED in states else 0)


def _build_condition(
    batch: Batch, states: Collection[State], rows: Collection[int], codes: Collection[str]
) -> tuple[str, tuple[Any, ...]]:
    """Write a condition for the rows meant, and its values; a duplicate is meant where the other batch's row has ended."""
    first, end = batch.span.first, build_row_id(batch.id, 0, _LAST_ATTEMPT)
    own = [f"r.state IN ({_quote_states(states)})"]
    if State.UNKNOWN in states:
        own.append(f"(r.state = 'planned' AND r.sent >= {MAX_SENDS})")
    ended = [state for state in states if state in _ENDS]
    foreign = (
        f"r.double_of IS NOT NULL AND r.double_of NOT BETWEEN {first} AND {batch.span.end - 1} AND EXISTS"  # noqa: S608 - numbers and names of states
        f" (SELECT 1 FROM refusal o WHERE o.id = r.double_of AND o.state IN ({_quote_states(ended)}))"
    )
    own_rows = f"r.double_of IS NULL AND ({' OR '.join(own)})"
    either = f"({own_rows}) OR ({foreign})" if ended else own_rows
    condition = f"r.id >= {first} AND r.id < {end} AND r.superseded = 0 AND r.key IS NOT NULL AND ({either})"
    if rows:
        condition += f" AND (r.id & {MAX_ROWS - 1}) IN ({', '.join(str(int(row)) for row in rows)})"
    if codes:
        marks = ", ".join("?" * len(codes))
        condition += f" AND (r.code IN ({marks}) OR r.advice IN ({marks}))"
    return condition, (*codes, *codes)


def _quote_states(states: Collection[State]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


def _attempt(cursor: Cursor, old: Sequence[tuple[Any, ...]]) -> int:
    """Put new rows in the place of old ones; those whose order has a refusal that lives become its doubles.

    Returns:
        how many are doubles
    """
    cursor.execute_many("UPDATE refusal SET superseded = 1, fence = 0 WHERE id = ?", [(row[0],) for row in old])
    new = [(_next_id(row[0]), *row[1:]) for row in old]
    standing = {row[0]: row[0] for row in new}
    clashed = len(new) - cursor.bulk_insert("refusal", _COLUMNS, new)
    if clashed:
        there = {row[0] for row in new if cursor.fetch_all("SELECT 1 FROM refusal WHERE id = ?", row[0])}
        doubles = [(*row, find_active(cursor, row[1], row[2])) for row in new if row[0] not in there]
        cursor.bulk_insert("refusal", (*_COLUMNS, "double_of"), doubles)
        standing |= {row[0]: row[-1] for row in doubles}
    cursor.execute_many(
        "UPDATE refusal SET double_of = ? WHERE double_of = ?", [(standing[_next_id(row[0])], row[0]) for row in old]
    )
    return clashed


def _next_id(refusal: int) -> int:
    batch, number, attempt = split_row_id(refusal)
    return build_row_id(batch, number, attempt + 1)
