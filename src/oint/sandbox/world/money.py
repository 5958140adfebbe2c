"""What recipients paid for orders: the matter of receipts, registries and payouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.sandbox.world.entities import Order


def to_pay(order: Order) -> float:
    """What the recipient owes for the goods and their delivery, in roubles."""
    items = (item for package in order.body["packages"] for item in package.get("items", ()))
    goods = sum(item["payment"].get("value", 0) * item["amount"] for item in items)
    delivery = order.body.get("delivery_recipient_cost", {}).get("value", 0)
    return round(float(goods + delivery), 2)


def paid_at(order: Order) -> float | None:
    """When the recipient paid: at the hand-over, where there was something to pay."""
    if order.status.code != "DELIVERED" or to_pay(order) <= 0:
        return None
    return order.status.moment
