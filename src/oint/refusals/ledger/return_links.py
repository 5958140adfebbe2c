"""Confirmed refusals whose return order CDEK has not linked yet: whoever reads the batch later checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.refusals.ledger.connection import retry_on_conflict
from oint.refusals.ledger.rows import ROW_SQL, EventRecord, Row
from oint.refusals.ledger.schema import UNLINKED_SQL
from oint.refusals.states import State, Transition

if TYPE_CHECKING:
    from oint.refusals.ledger.ledger import Ledger
    from oint.refusals.ledger.rows import IdRange

MAX_CHECKS = 10_000
"""Cards that are checked when a batch is read."""

MIN_INTERVAL_SECONDS = 60.0
"""Between two background checks of a card; later the interval is a quarter of the time since the verdict."""

MAX_AGE_SECONDS = 30 * 24 * 3600.0
"""After the verdict: a return order that is not linked by then is no longer looked for in the background: a choice."""

_DUE_SQL = "changed > ? AND coalesce(checked_at, changed) < CASE WHEN (? - changed) / 4 > ? THEN ? - (? - changed) / 4 ELSE ? END"


def read_unlinked(ledger: Ledger, span: IdRange) -> list[Row]:
    """Read the confirmed refusals of a span that have no return order yet."""
    with ledger.database.read_transaction() as cursor:
        now = ledger.database.now()
        sql = f"{ROW_SQL} WHERE {UNLINKED_SQL} AND id >= ? AND id < ? AND order_uuid IS NOT NULL ORDER BY id LIMIT ?"
        return [Row.from_row(row, now) for row in cursor.fetch_all(sql, *span, MAX_CHECKS)]


def read_due_for_check(ledger: Ledger, tenant: int, count: int) -> list[Row]:
    """Read the confirmed refusals of a tenant whose card is due for another background check.

    Args:
        ledger: where they are
        tenant: see `Ledger.get_or_create_tenant`
        count: number of rows at most
    """
    with ledger.database.read_transaction() as cursor:
        now = ledger.database.now()
        sql = f"{ROW_SQL} WHERE {UNLINKED_SQL} AND tenant = ? AND order_uuid IS NOT NULL AND {_DUE_SQL} ORDER BY id LIMIT ?"
        values = (now - MAX_AGE_SECONDS, now, MIN_INTERVAL_SECONDS, now, now, now - MIN_INTERVAL_SECONDS)
        return [Row.from_row(row, now) for row in cursor.fetch_all(sql, tenant, *values, count)]


@retry_on_conflict
def record_check(ledger: Ledger, row: Row) -> None:
    """Record that a card was read and showed no return order."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE refusal SET checked_at = ? WHERE id = ?", ledger.database.now(), row.id)


@retry_on_conflict
def save_return_link(ledger: Ledger, row: Row) -> bool:
    """Save the return order of a confirmed refusal; return False where another process has saved it meanwhile.

    No claim is needed: every reader of the card gets the same number.
    """
    outcome = row.case.outcome
    with ledger.database.write_transaction() as cursor:
        changed = cursor.execute(
            f"UPDATE refusal SET return_uuid = ?, return_number = ?, version = version + 1 WHERE id = ? AND {UNLINKED_SQL}"  # noqa: S608 - a constant
            " AND version = ?",
            outcome.return_uuid, outcome.return_number, row.id, row.version,
        )  # fmt: skip
        if changed:
            now = ledger.database.now()
            event = EventRecord(
                row.id, row.version + 1, now, State.CONFIRMED, Transition.LINK_RETURN, State.CONFIRMED, None
            )
            cursor.bulk_insert("event", EventRecord._fields, [event])
    return changed == 1
