"""Shop numbers that have named another order before: a shop may give the same number to a new parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.refusals.ledger.connection import Cursor
    from oint.refusals.ledger.ledger import Batch

_EARLIER_SQL = """
SELECT DISTINCT r.id, o.order_uuid, o.order_cdek_number
FROM refusal r JOIN refusal o ON o.tenant = r.tenant AND o.{column} = r.im_number
WHERE r.id >= ? AND r.id < ? AND r.state = 'held' AND r.superseded = 0 AND r.im_number IS NOT NULL
AND r.uuid IS NULL AND (r.cdek_number IS NULL OR r.cdek_number = r.im_number)
AND o.order_uuid IS NOT NULL AND (o.id < ? OR o.id >= ?)
"""
"""Orders of other batches that the shop numbers of held rows have named; a row that also has another name needs no look."""


def mark_reused_numbers(cursor: Cursor, batch: Batch) -> None:
    """Write to the held rows of a batch which orders their shop numbers have named in other batches.

    The card that is read before the sending is compared with these orders: one of them is the same parcel, another one is
    a number used again. This is one join a batch for each of the two columns that may have the number.
    """
    earlier: dict[int, dict[str, str]] = {}
    for column in ("im_number", "order_im_number"):
        sql = _EARLIER_SQL.format(column=column)
        for refusal, uuid, cdek_number in cursor.fetch_all(sql, *batch.span, *batch.span):
            earlier.setdefault(int(refusal), {})[uuid] = cdek_number or ""
    cursor.execute_many(
        "UPDATE refusal SET earlier_orders = ? WHERE id = ?",
        [
            (" ".join(f"{uuid}:{number}" for uuid, number in sorted(orders.items())), refusal)
            for refusal, orders in earlier.items()
        ],
    )
