"""Orders as only the sandbox knows them: what CDEK shows, and every refusal that was received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.serializers import describe_related, describe_requests
from cdek_sandbox.resources.orders.order_body import get_delivery_mode
from cdek_sandbox.resources.orders.order_card import describe_order_statuses

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order, RefusalAttempt
    from cdek_sandbox.core.state import SandboxState


def inspect_order(state: SandboxState, order: Order) -> dict[str, Any]:
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
        "statuses": describe_order_statuses(state, order),
        "requests": describe_requests(state, order),
        "refusals": [_inspect_refusal(state, order, receipt) for receipt in order.refusal_attempts],
        "related": describe_related(order),
    }


def _inspect_refusal(state: SandboxState, order: Order, receipt: RefusalAttempt) -> dict[str, Any]:
    entry_state = order.find_entry(receipt.request_uuid).state if receipt.request_uuid else None
    return {
        "received_at": state.format_moment(receipt.received_at),
        "http_status": receipt.http_status,
        "request_uuid": receipt.request_uuid,
        "state": entry_state,
        "answer_lost": receipt.response_lost,
        "code": receipt.code,
    }
