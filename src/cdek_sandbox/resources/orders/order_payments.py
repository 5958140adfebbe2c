"""Goods handed over and money paid: the source of receipts, registries, payouts and `delivery_detail`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order


def count_handed_over(order: Order, item: dict[str, Any]) -> int:
    """Count how many units of an item the recipient has taken: all of them, except for a partial delivery."""
    if order.status.code != "DELIVERED":
        return 0
    partial = any("delivery_amount" in other for other in _list_items(order))
    return int(item.get("delivery_amount", 0) if partial else item["amount"])


def _list_items(order: Order) -> list[dict[str, Any]]:
    return [item for package in order.body["packages"] for item in package.get("items", ())]


def calculate_payment(order: Order) -> float:
    """Calculate what the recipient paid for items and delivery, in roubles; 0 for orders that come back."""
    if order.status.code != "DELIVERED" or order.is_return or order.is_client_return or order.is_reverse:
        return 0.0
    goods = sum(item["payment"].get("value", 0) * count_handed_over(order, item) for item in _list_items(order))
    delivery = order.body.get("delivery_recipient_cost", {}).get("value", 0)
    return round(float(goods + delivery), 2)


def find_payment_time(order: Order) -> float | None:
    """Return the time of payment: that of the hand-over, if there was anything to pay."""
    return order.status.moment if calculate_payment(order) > 0 else None


def build_delivery_detail(order: Order, sums: dict[str, Any]) -> dict[str, Any]:
    """Add to the prices of a delivered order the recipient, the date and the sum paid.

    Only the detail of an undelivered order is recorded: these fields are by the schema, that a card pays is a choice.
    """
    if order.status.code != "DELIVERED":
        return sums
    payment = calculate_payment(order)
    head = {
        "date": datetime.fromtimestamp(order.status.moment, UTC).date().isoformat(),
        "recipient_name": order.body["recipient"].get("name", ""),
        "payment_sum": payment,
    }
    return head | sums | ({"payment_info": [{"type": "CARD", "sum": payment}]} if payment else {})
