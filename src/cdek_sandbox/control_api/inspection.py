"""Orders as only the sandbox knows them: what CDEK shows, and every refusal that was received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.serializers import related, requests
from cdek_sandbox.resources.orders.order_body import get_delivery_mode
from cdek_sandbox.resources.orders.order_card import describe_order_statuses

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order, Receipt
    from cdek_sandbox.core.state import World


def inspect_order(world: World, order: Order) -> dict[str, Any]:
    """Return everything about one order."""
    status = order.status
    return {
        "uuid": order.uuid,
        "cdek_number": order.cdek_number,
        "im_number": order.number,
        "owner": order.owner,
        "status": status.code,
        "reason_code": status.reason_code,
        "delivery_mode": get_delivery_mode(order.body),
        "is_return": order.is_return,
        "is_client_return": order.is_client_return,
        "is_reverse": order.is_reverse,
        "in_warehouse": order.in_warehouse,
        "claimed": order.claimed,
        "statuses": describe_order_statuses(world, order),
        "requests": requests(world, order),
        "refusals": [_inspect_refusal(world, order, receipt) for receipt in order.receipts],
        "related": related(order),
    }


def _inspect_refusal(world: World, order: Order, receipt: Receipt) -> dict[str, Any]:
    state = order.entry(receipt.request_uuid).state if receipt.request_uuid else None
    return {
        "received_at": world.stamp(receipt.received_at),
        "http_status": receipt.http_status,
        "request_uuid": receipt.request_uuid,
        "state": state,
        "answer_lost": receipt.answer_lost,
        "code": receipt.code,
    }
