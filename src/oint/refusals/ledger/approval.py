"""Release rows that are held, and withdraw those that were not sent. Nobody sends what is held or withdrawn.

A held row occupies no order. Uniqueness is taken when the row is approved: a row whose order has a refusal by then that
stands or may come to stand becomes its duplicate.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from oint.refusals.ledger.batch_events import BatchAction, BatchEvent, lock_batch, record_batch_event
from oint.refusals.ledger.connection import retry_on_conflict
from oint.refusals.ledger.ledger import free_fingerprint
from oint.refusals.ledger.reused_numbers import mark_reused_numbers
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.ledger.schema import ACTIVE_SQL, OPEN_SQL, prefix_columns
from oint.refusals.outcome import EXCEPTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch, Ledger
    from oint.refusals.ledger.rows import IdRange

_HELD = "state = 'held' AND superseded = 0 AND duplicate_of IS NULL AND key IS NOT NULL AND id >= ? AND id < ?"
_RELEASE = "state = 'planned', code = NULL, message = NULL, version = version + 1, fence = 0"
"""The claim that held a row back may still live: it does not keep others from the row."""
_UNSENT = "state IN ('planned', 'held')"
_CANCEL = (
    f"UPDATE refusal SET cancelled = 1, version = CASE WHEN {_UNSENT} THEN version + 1 ELSE version END,"  # noqa: S608 - constants
    f" fence = CASE WHEN {_UNSENT} THEN 0 ELSE fence END, state = CASE WHEN {_UNSENT} THEN 'withdrawn' ELSE state END"
    f" WHERE superseded = 0 AND duplicate_of IS NULL AND (state = 'held' OR ({OPEN_SQL})) AND id >= ? AND id < ?"
)


class ApprovalResult(NamedTuple):
    """What an approval came to.

    Args:
        rows: that are released: a worker may send them from now on
        duplicates: rows whose order has a refusal already, in this batch or another
    """

    rows: int
    duplicates: int


class CancellationResult(NamedTuple):
    """What a cancellation came to.

    Args:
        rows: withdrawn: they are never sent
        following: sent before, without a verdict yet: they are followed to it
    """

    rows: int
    following: int


def count_held(ledger: Ledger, batch: Batch) -> int:
    """Count the orders that an approval of a whole batch would release."""
    active = f"SELECT 1 FROM refusal a WHERE a.tenant = refusal.tenant AND a.key = refusal.key AND {prefix_columns(ACTIVE_SQL, 'a')}"  # noqa: S608 - constants
    sql = f"SELECT count(DISTINCT key) FROM refusal WHERE {_HELD} AND NOT EXISTS ({active})"  # noqa: S608 - the same
    with ledger.database.read_transaction() as cursor:
        return int(cursor.fetch_all(sql, *batch.span)[0][0])


class ReleasedRow(NamedTuple):
    """A row that is approved and not sent.

    Args:
        id: see `oint.refusals.ledger.rows.row_id`
        names: by which the order is known: the file's, and those of the card, where it was read
        is_known: the order's names of all kinds are among them
    """

    id: int
    names: tuple[str, ...]
    is_known: bool


def find_released(ledger: Ledger, batch: Batch) -> list[ReleasedRow]:
    """Find the rows of a batch that are approved and not sent."""
    sql = (
        "SELECT id, uuid, order_uuid, cdek_number, order_cdek_number, im_number, order_im_number FROM refusal"
        " WHERE state = 'planned' AND superseded = 0 AND duplicate_of IS NULL AND id >= ? AND id < ?"
    )
    with ledger.database.read_transaction() as cursor:
        return [
            ReleasedRow(
                int(refusal), tuple(filter(None, names)), all(map(any, zip(names[::2], names[1::2], strict=True)))
            )
            for refusal, *names in cursor.stream(sql, *batch.span)
        ]


def find_row_ids(ledger: Ledger, batch: Batch, rows: Collection[int]) -> list[int]:
    """Find the ids of the held rows of a batch by their numbers in its source."""
    numbers = set(rows)
    with ledger.database.read_transaction() as cursor:
        sql = f"SELECT id FROM refusal WHERE {_HELD}"  # noqa: S608 - a constant
        return [
            int(refusal) for (refusal,) in cursor.stream(sql, *batch.span) if split_row_id(int(refusal))[1] in numbers
        ]


@retry_on_conflict
def approve(
    ledger: Ledger,
    batch: Batch,
    ids: Collection[int] | None = None,
    *,
    duplicates: Collection[int] = (),
    by: str,
    insist: str | None = None,
    detail: str | None = None,
) -> ApprovalResult:
    """Release held rows of a batch, all at once.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        ids: of the rows meant; None: all that are held
        duplicates: ids of further rows, shown as duplicates: never released; one whose order has no refusal stays held
        by: who approves: the system's user
        insist: the code of the advice that is overruled for these rows
        detail: what was chosen, for the record
    Raises:
        LedgerError: the ledger cannot be written; nothing was approved
    """
    with ledger.database.write_transaction() as cursor, _store_chosen(cursor, ids, duplicates) as chosen:
        cursor.fetch_all(ledger.database.dialect["long"])
        lock_batch(cursor, ledger, batch)
        mark_reused_numbers(cursor, batch)
        held = f"{_HELD}{chosen}"
        selected = held if ids is None else f"{held} AND id IN (SELECT id FROM chosen WHERE released = 1)"  # noqa: S608 - a constant
        first = f"SELECT min(id) FROM refusal WHERE {selected} GROUP BY key"  # noqa: S608 - constants
        active = f"SELECT a.id FROM refusal a WHERE a.tenant = refusal.tenant AND a.key = refusal.key AND {prefix_columns(ACTIVE_SQL, 'a')}"  # noqa: S608 - the same
        released = cursor.execute(
            f"UPDATE refusal SET {_RELEASE}, insist = coalesce(insist, ?),"  # noqa: S608 - the same
            " seen = CASE WHEN code IS NULL THEN seen END"  # what has changed since was not seen
            f" WHERE {selected} AND id IN ({first}) AND NOT EXISTS ({active})",
            insist, *batch.span, *batch.span,
        )  # fmt: skip
        doubled = cursor.execute(
            f"UPDATE refusal SET {_RELEASE}, duplicate_of = ({active}) WHERE {held} AND EXISTS ({active})",  # noqa: S608 - the same
            *batch.span,
        )
        record_batch_event(
            cursor, batch.id, BatchEvent(ledger.database.now(), by, BatchAction.APPROVE, released, detail)
        )
    return ApprovalResult(released, doubled)


@retry_on_conflict
def cancel(ledger: Ledger, batch: Batch, *, by: str) -> CancellationResult:
    """Withdraw all that is not sent, and mark what is under way: if it turns out not to be received, it is withdrawn.

    The version and the claim of an unsent row change, so that a worker that has it in memory cannot write its intent.
    Once anything was withdrawn, the file may be planned again.

    Raises:
        LedgerError: the ledger cannot be written; nothing was cancelled
    """
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all(ledger.database.dialect["long"])
        lock_batch(cursor, ledger, batch)
        before = _count(cursor, batch, "state = 'withdrawn'")
        cursor.fetch_all(_CANCEL, *batch.span)  # one statement: a row that changes meanwhile is judged as it is by then
        withdrawn = _count(cursor, batch, "state = 'withdrawn'") - before
        following = _count(cursor, batch, OPEN_SQL)
        if withdrawn:
            free_fingerprint(cursor, batch.id)
        record_batch_event(cursor, batch.id, BatchEvent(ledger.database.now(), by, BatchAction.CANCEL, withdrawn))
    return CancellationResult(withdrawn, following)


def _count(cursor: Cursor, batch: Batch, condition: str) -> int:
    sql = f"SELECT count(*) FROM refusal WHERE {condition} AND id >= ? AND id < ?"  # noqa: S608 - conditions of this file
    return int(cursor.fetch_all(sql, *batch.span)[0][0])


@retry_on_conflict
def withdraw_excepted(ledger: Ledger, batch: Batch, ids: Collection[int]) -> int:
    """Withdraw rows, held or approved and not sent, whose orders must not be refused; no later approval releases them.

    Returns:
        how many
    """
    with ledger.database.write_transaction() as cursor, _store_chosen(cursor, ids) as chosen:
        return cursor.execute(
            "UPDATE refusal SET state = 'withdrawn', code = ?, version = version + 1, fence = 0"  # noqa: S608 - constants
            f" WHERE {_UNSENT} AND superseded = 0 AND duplicate_of IS NULL AND id >= ? AND id < ?{chosen}",
            EXCEPTED, *batch.span,
        )  # fmt: skip


def count_cancelled(ledger: Ledger, batch: Batch) -> CancellationResult:
    """Count what the cancellations of a batch have come to by now."""
    with ledger.database.read_transaction() as cursor:
        withdrawn = _count(cursor, batch, "state = 'withdrawn' AND cancelled = 1 AND superseded = 0")
        return CancellationResult(withdrawn, _count(cursor, batch, OPEN_SQL))


def read_cancelled(ledger: Ledger, span: IdRange) -> set[int]:
    """Read the ids of the rows of a span that a cancellation has withdrawn or marked."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT id FROM refusal WHERE id >= ? AND id < ? AND cancelled = 1"
        return {int(refusal) for (refusal,) in cursor.fetch_all(sql, *span)}


def count_sending(ledger: Ledger, batch: Batch) -> int:
    """Count the rows of a batch that a living worker is sending right now."""
    sql = (
        "SELECT count(*) FROM refusal r JOIN claim c ON c.id = r.fence WHERE r.id >= ? AND r.id < ? AND r.state = 'sending'"
        " AND c.ended = 0 AND c.until >= ?"
    )
    with ledger.database.read_transaction() as cursor:
        return int(cursor.fetch_all(sql, *batch.span, ledger.database.now())[0][0])


@contextmanager
def _store_chosen(cursor: Cursor, ids: Collection[int] | None, others: Collection[int] = ()) -> Iterator[str]:
    """Put the chosen ids where a condition finds them, and give that condition; None: no further condition."""
    if ids is None:
        yield ""
        return
    cursor.fetch_all("CREATE TEMP TABLE chosen (id BIGINT PRIMARY KEY, released INTEGER NOT NULL)")
    cursor.bulk_insert("chosen", ("id", "released"), [*((one, 1) for one in ids), *((one, 0) for one in others)])
    yield " AND id IN (SELECT id FROM chosen)"
    cursor.fetch_all("DROP TABLE chosen")
