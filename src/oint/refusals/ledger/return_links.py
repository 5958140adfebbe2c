"""Confirmed refusals whose return order CDEK has not linked yet: found again whenever somebody reads the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.refusals.ledger.connection import retry_on_conflict
from oint.refusals.ledger.ledger import row_from
from oint.refusals.ledger.rows import READ_COLUMNS
from oint.refusals.ledger.schema import UNLINKED_SQL
from oint.refusals.states import State, Transition

if TYPE_CHECKING:
    from oint.refusals.ledger.ledger import Ledger
    from oint.refusals.ledger.rows import IdRange, Row

MAX_CHECKS = 10_000
"""Cards that one reading of a batch looks at."""

MIN_INTERVAL_SECONDS = 60.0
"""Between two quiet looks at the same card; later looks are as far apart as a quarter of the time since the verdict."""

MAX_AGE_SECONDS = 30 * 24 * 3600.0
"""After the verdict: a return order that is not linked by then is no longer looked for quietly: a choice."""

_SELECT = f"SELECT id, key, version, lost_at, {', '.join(READ_COLUMNS)} FROM refusal r"  # noqa: S608 - names are ours
_DUE = "changed > ? AND coalesce(looked_at, changed) < CASE WHEN (? - changed) / 4 > ? THEN ? - (? - changed) / 4 ELSE ? END"


def read_unlinked(ledger: Ledger, span: IdRange) -> list[Row]:
    """Read the confirmed refusals of a span that have no return order yet."""
    with ledger.database.read_transaction() as cursor:
        now = ledger.database.now()
        sql = f"{_SELECT} WHERE {UNLINKED_SQL} AND id >= ? AND id < ? AND order_uuid IS NOT NULL ORDER BY id LIMIT ?"
        return [row_from(row, now) for row in cursor.fetch_all(sql, *span, MAX_CHECKS)]


def read_due(ledger: Ledger, place: int, count: int) -> list[Row]:
    """Read the confirmed refusals of a place whose card is due for another quiet look.

    Args:
        ledger: where they are
        place: see `Ledger.get_or_create_tenant`
        count: how many at most
    """
    with ledger.database.read_transaction() as cursor:
        now = ledger.database.now()
        sql = f"{_SELECT} WHERE {UNLINKED_SQL} AND place = ? AND order_uuid IS NOT NULL AND {_DUE} ORDER BY id LIMIT ?"
        values = (now - MAX_AGE_SECONDS, now, MIN_INTERVAL_SECONDS, now, now, now - MIN_INTERVAL_SECONDS)
        return [row_from(row, now) for row in cursor.fetch_all(sql, place, *values, count)]


@retry_on_conflict
def record_check(ledger: Ledger, row: Row) -> None:
    """Write down that a card was looked at and showed no return order."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE refusal SET looked_at = ? WHERE id = ?", ledger.database.now(), row.id)


@retry_on_conflict
def save_return_link(ledger: Ledger, row: Row) -> bool:
    """Keep the return order of a confirmed refusal; False where somebody else has kept it meanwhile.

    No claim is needed: whoever reads the card finds the same number.
    """
    outcome = row.case.outcome
    with ledger.database.write_transaction() as cursor:
        kept = cursor.execute(
            f"UPDATE refusal SET return_uuid = ?, return_number = ?, version = version + 1 WHERE id = ? AND {UNLINKED_SQL}"  # noqa: S608 - a constant
            " AND version = ?",
            outcome.return_uuid, outcome.return_number, row.id, row.version,
        )  # fmt: skip
        if kept:
            event = (
                row.id,
                row.version + 1,
                ledger.database.now(),
                State.CONFIRMED,
                Transition.LINK_RETURN,
                State.CONFIRMED,
                None,
            )
            columns = ("refusal", "version", "at", "state_from", "transition", "state_to", "detail")
            cursor.bulk_insert("event", columns, [event])
    return kept == 1
