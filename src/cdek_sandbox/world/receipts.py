"""Fiscal receipts of an order: which there are, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.world.money import paid_at

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import World


def receipts(world: World, order: Order) -> dict[str, float]:
    """The moment of each receipt by its type: of the money paid at the hand-over, and of its return."""
    moment = paid_at(order)
    if moment is None:
        return {}
    formed = {"CASH_RECEIPT_IN": moment}
    for link in order.related:
        if link.type == "client_return_order" and link.uuid in world.orders:
            formed["CASH_RECEIPT_REFUND"] = world.orders[link.uuid].status.moment
    return formed
