"""New attempts at refusals that have ended or are exhausted. The old rows stay, as their history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oint.refusals.ledger.batch_events import BatchAction, BatchEvent, lock_batch, record_batch_event
from oint.refusals.ledger.ledger import find_active
from oint.refusals.ledger.rows import MAX_ROWS, build_row_id, split_row_id
from oint.refusals.state_machine import MAX_SENDS
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger

_ROWS_PER_TRANSACTION = 10_000
_MAX_ATTEMPT = 255
"""An id has no room for more attempts at a row."""

_COLUMNS = (
    "id", "tenant", "key", "uuid", "cdek_number", "im_number", "order_uuid", "order_cdek_number", "order_im_number",
    "state", "before", "sent", "sent_at", "lost_by", "lost_at", "insist", "cancelled", "earlier_orders",
)  # fmt: skip
_OLD_ROWS_SQL = (
    "SELECT r.id, r.tenant, r.key, r.uuid, r.cdek_number, r.im_number, r.order_uuid, r.order_cdek_number, r.order_im_number,"
    " CASE r.state WHEN 'unknown' THEN r.state ELSE 'planned' END, CASE r.state WHEN 'unknown' THEN r.before END,"
    " CASE r.state WHEN 'unknown' THEN r.sent ELSE 0 END, CASE r.state WHEN 'unknown' THEN r.sent_at END,"
    " CASE r.state WHEN 'unknown' THEN r.lost_by END, CASE r.state WHEN 'unknown' THEN r.lost_at END,"
    " CASE WHEN ? = 1 AND r.state = 'advised' THEN r.advice ELSE r.insist END,"
    " CASE r.state WHEN 'unknown' THEN r.cancelled ELSE 0 END, r.earlier_orders FROM refusal r"
)
"""A refusal whose outcome is unknown stays so: the card decides after the settling time, and only then is it sent again."""

_IN_WORK_SQL = "r.state = 'unknown' AND EXISTS (SELECT 1 FROM claim c WHERE c.id = r.fence AND c.ended = 0)"
_FINAL_STATES = (State.REJECTED, State.ADVISED, State.WITHDRAWN)

RETRIED_BY_DEFAULT = (State.REJECTED, State.ADVISED, State.UNKNOWN, State.WITHDRAWN)
"""The states that are retried where only rows or codes are named."""


class RetryResult(NamedTuple):
    """The outcome of a retry.

    Args:
        planned: rows that have a new attempt
        duplicates: rows whose order has another active refusal by now: they show that one
        in_work: rows that a worker is handling; they were skipped
        invalid: rows of the file that identify no order; they were skipped
    """

    planned: int
    duplicates: int
    in_work: int
    invalid: int


def retry(
    ledger: Ledger,
    batch: Batch,
    states: Collection[State] = (),
    *,
    rows: Collection[int] = (),
    codes: Collection[str] = (),
    by: str | None = None,
) -> RetryResult:
    """Plan a new attempt for each chosen row of a batch.

    An attempt begins by reading the order's card: a refusal that reached CDEK is not sent again. A row whose outcome is
    unknown stays unknown until its card has shown no trace of the refusal for the settling time. The state `unknown`
    includes exhausted rows. Naming a row or a code, and no state, overrules the advice against the row.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        states: of rejected, advised, withdrawn and unknown; empty: all of them
        rows: numbers of rows in the file; empty: all
        codes: CDEK's codes, or codes of advices; empty: all
        by: the system's user who retries
    Raises:
        LedgerError: the ledger cannot be written; rows that were planned before stay planned
    """
    ledger.expire_claims()
    insist = int(not states)
    wanted = states or RETRIED_BY_DEFAULT
    chosen, values = _build_condition(batch, wanted, rows, codes)
    planned = duplicates = 0
    above = batch.span.end  # downwards: new attempts have higher ids than old ones and are not read again
    while True:
        with ledger.database.write_transaction() as cursor:
            cursor.fetch_all(ledger.database.dialect["long"])
            lock_batch(cursor, ledger, batch)
            sql = f"{_OLD_ROWS_SQL} WHERE {chosen} AND NOT ({_IN_WORK_SQL}) AND r.id < ? ORDER BY r.id DESC LIMIT ?{ledger.database.dialect['skip_locked']}"
            old_rows = cursor.fetch_all(sql, insist, *values, above, _ROWS_PER_TRANSACTION)
            duplicate_count = _insert_attempts(cursor, old_rows) if old_rows else 0
            if old_rows:
                detail = " ".join([*(state.value for state in states), *map(str, sorted(rows)), *sorted(codes)])
                event = BatchEvent(ledger.database.now(), by, BatchAction.RETRY, len(old_rows), detail or None)
                record_batch_event(cursor, batch.id, event)
        planned, duplicates = planned + len(old_rows) - duplicate_count, duplicates + duplicate_count
        if not old_rows:
            break
        above = old_rows[-1][0]
    with ledger.database.read_transaction() as cursor:
        in_work = cursor.fetch_all(f"SELECT count(*) FROM refusal r WHERE {chosen} AND {_IN_WORK_SQL}", *values)[0][0]  # noqa: S608 - as above
        invalid = cursor.fetch_all(
            "SELECT count(*) FROM refusal WHERE id >= ? AND id < ? AND key IS NULL AND superseded = 0", *batch.span
        )[0][0]
    return RetryResult(planned, duplicates, int(in_work), int(invalid) if State.ADVISED in states else 0)


def _build_condition(
    batch: Batch, states: Collection[State], rows: Collection[int], codes: Collection[str]
) -> tuple[str, tuple[Any, ...]]:
    """Build the condition for the chosen rows, and its values; a duplicate is chosen where the other batch's row has ended."""
    first, end = batch.span.first, build_row_id(batch.id, 0, _MAX_ATTEMPT)
    own = [f"r.state IN ({_quote_states(states)})"]
    if State.UNKNOWN in states:
        own.append(f"(r.state = 'planned' AND r.sent >= {MAX_SENDS})")
    ended = [state for state in states if state in _FINAL_STATES]
    foreign = (
        f"r.duplicate_of IS NOT NULL AND r.duplicate_of NOT BETWEEN {first} AND {batch.span.end - 1} AND EXISTS"  # noqa: S608 - numbers and names of states
        f" (SELECT 1 FROM refusal o WHERE o.id = r.duplicate_of AND o.state IN ({_quote_states(ended)}))"
    )
    own_rows = f"r.duplicate_of IS NULL AND ({' OR '.join(own)})"
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


def _insert_attempts(cursor: Cursor, old: Sequence[tuple[Any, ...]]) -> int:
    """Replace rows by new attempts; a row whose order has another active refusal becomes its duplicate.

    Returns:
        number of duplicates
    """
    cursor.execute_many("UPDATE refusal SET superseded = 1, fence = 0 WHERE id = ?", [(row[0],) for row in old])
    new = [(_build_next_id(row[0]), *row[1:]) for row in old]
    active_ids = {row[0]: row[0] for row in new}
    duplicate_count = len(new) - cursor.bulk_insert("refusal", _COLUMNS, new)
    if duplicate_count:
        inserted = {row[0] for row in new if cursor.fetch_all("SELECT 1 FROM refusal WHERE id = ?", row[0])}
        duplicates = [(*row, find_active(cursor, row[1], row[2])) for row in new if row[0] not in inserted]
        cursor.bulk_insert("refusal", (*_COLUMNS, "duplicate_of"), duplicates)
        active_ids |= {row[0]: row[-1] for row in duplicates}
    cursor.execute_many(
        "UPDATE refusal SET duplicate_of = ? WHERE duplicate_of = ?",
        [(active_ids[_build_next_id(row[0])], row[0]) for row in old],
    )
    return duplicate_count


def _build_next_id(refusal: int) -> int:
    batch, number, attempt = split_row_id(refusal)
    return build_row_id(batch, number, attempt + 1)
