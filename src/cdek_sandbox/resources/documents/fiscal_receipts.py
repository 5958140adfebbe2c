"""Fiscal receipts of orders: `GET /v2/check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Order
from cdek_sandbox.core.entity_lookup import find_queried_order, list_own_orders
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.query_parameters import QueryParameters, read_date, to_utc_day
from cdek_sandbox.core.random_source import hash_text
from cdek_sandbox.resources.orders.order_payments import calculate_payment, find_payment_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import SandboxState


def list_receipts(state: SandboxState, order: Order) -> dict[str, float]:
    """Return the moment of each receipt by its type: payment at the hand-over, and refund."""
    moment = find_payment_time(order)
    if moment is None:
        return {}
    moments = {"CASH_RECEIPT_IN": moment}
    for link in order.related:
        if link.type == "client_return_order" and link.uuid in state.orders:
            moments["CASH_RECEIPT_REFUND"] = state.orders[link.uuid].status.moment
    return moments


def list_checks(state: SandboxState, request: Request) -> Response:
    """List the fiscal receipts of an order or of a day; without any, an empty object, as recorded."""
    query = QueryParameters(request)
    order, day = find_queried_order(state, request, query), read_date(query)
    if query.problems:
        return responses.build_error_list(query.problems)
    if order is None and day is None:
        return responses.build_error_list([problem("v2_parameters_empty")])
    if order is not None and not isinstance(order, Order):
        return responses.build_error_list([order])
    orders = list_own_orders(state, request) if order is None else (order,)
    checks = [check for row in orders for check in _list_matching(state, row, day)]
    return responses.build_json(200, {"check_info": checks} if checks else {})


def _list_matching(state: SandboxState, order: Order, day: date | None) -> Iterator[dict[str, Any]]:
    for kind, when in list_receipts(state, order).items():
        if day is None or to_utc_day(when) == day:
            yield _describe_receipt(state, order, kind, when)


def _describe_receipt(state: SandboxState, order: Order, kind: str, moment: float) -> dict[str, Any]:
    """Describe one receipt; its fiscal numbers are invented."""
    digest = hash_text(f"{order.uuid}:{kind}")
    return {
        "order_uuid": order.uuid,
        "cdek_number": int(order.cdek_number or 0),
        "date": state.format_moment(moment),
        "fiscal_storage_number": f"99{int.from_bytes(digest[:6]) % 10**14:014d}",
        "document_number": str(int.from_bytes(digest[6:8])),
        "fiscal_sign": int.from_bytes(digest[8:12]),
        "type": kind,
        "payment_info": [{"sum": calculate_payment(order), "type": "CARD"}],
        "shift_no": digest[12] + 1,
    }


OPERATIONS = (
    Operation("check_list", ("GET",), "/v2/check", list_checks, query_parameters=("order_uuid", "cdek_number", "date")),
)
