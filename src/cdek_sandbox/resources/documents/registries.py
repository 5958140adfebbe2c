"""Registries of collected money, `GET /v2/registries`, and `GET /v2/payment`, which CDEK has removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entity_lookup import list_own_orders
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.query_parameters import QueryParameters, read_date, to_utc_day
from cdek_sandbox.resources.orders.order_payments import calculate_payment, find_payment_time

if TYPE_CHECKING:
    from datetime import date

    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import SandboxState

_COMMISSION_SHARE = 0.03  # invented: the share of the collected money that CDEK keeps


def list_registries(state: SandboxState, request: Request) -> Response:
    """List the registries of collected money of a day. Recordings show an empty object, and later 500."""
    if state.settings.registries == "broken":
        return responses.build_spring_error(state, 500, request.path)
    query = QueryParameters(request)
    query.require("date")
    day = read_date(query)
    if query.problems:
        return responses.build_error_list(query.problems)
    rows = [order for order in list_own_orders(state, request) if _is_paid_on(order, day)]
    if state.settings.registries == "empty" or not rows or day is None:
        return responses.build_json(200, {})
    return responses.build_json(200, {"registries": [_describe_registry(state, rows, day)]})


def _describe_registry(state: SandboxState, orders: list[Order], day: date) -> dict[str, Any]:
    rows = [_describe_order(order) for order in orders]
    return {
        "registry_number": day.toordinal(),
        "payment_date": day.isoformat(),
        "sum": round(sum(row["transfer_sum"] for row in rows), 2),
        "payment_order_number": str(day.toordinal()),
        "orders": rows,
        "date_created": state.format_moment(max(order.status.moment for order in orders)),
    }


def _describe_order(order: Order) -> dict[str, Any]:
    payment = calculate_payment(order)
    commission = round(payment * _COMMISSION_SHARE, 2)
    return {
        "cdek_number": order.cdek_number,
        "transfer_sum": round(payment - commission, 2),
        "payment_sum": payment,
        "total_sum_without_agent": round(payment - commission, 2),
        "agent_commission_sum": commission,
    }


def list_payments(state: SandboxState, request: Request) -> Response:
    """List the orders paid out on a day. CDEK has removed this method; a setting restores it."""
    query = QueryParameters(request)
    query.require("date")
    day = read_date(query)
    if query.problems:
        return responses.build_error_list(query.problems)
    rows = [
        {"order_uuid": order.uuid, "cdek_number": int(order.cdek_number or 0), "number": order.number}
        for order in list_own_orders(state, request)
        if _is_paid_on(order, day)
    ]
    return responses.build_json(200, {"orders": rows})


def _is_paid_on(order: Order, day: date | None) -> bool:
    moment = find_payment_time(order)
    return moment is not None and to_utc_day(moment) == day


OPERATIONS = (
    Operation("registry_list", ("GET",), "/v2/registries", list_registries, query_parameters=("date",)),
    Operation(
        "payment_list",
        ("GET",),
        "/v2/payment",
        list_payments,
        query_parameters=("date",),
        is_removed=lambda state: state.settings.payment_route == "gone",
    ),
)
