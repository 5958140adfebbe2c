"""Registries of collected money, `GET /v2/registries`, and `GET /v2/payment`, which CDEK has removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entity_lookup import own_orders
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.query_parameters import Query, read_date, to_utc_day
from cdek_sandbox.resources.orders.order_payments import calculate_payment, find_payment_time

if TYPE_CHECKING:
    from datetime import date

    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.core.state import World

_COMMISSION_SHARE = 0.03  # made up: what CDEK keeps of the money it collects


def list_registries(world: World, call: Call) -> Answer:
    """Registries of collected money, a day each. Recordings show an empty object, and later 500."""
    if world.settings.registries == "broken":
        return responses.spring(world, 500, call.path)
    query = Query(call)
    query.required("date")
    day = read_date(query)
    if query.problems:
        return responses.simple(query.problems)
    rows = [order for order in own_orders(world, call) if _is_paid_on(order, day)]
    if world.settings.registries == "empty" or not rows or day is None:
        return responses.plain(200, {})
    return responses.plain(200, {"registries": [_describe_registry(world, rows, day)]})


def _describe_registry(world: World, orders: list[Order], day: date) -> dict[str, Any]:
    rows = [_describe_order(order) for order in orders]
    return {
        "registry_number": day.toordinal(),
        "payment_date": day.isoformat(),
        "sum": round(sum(row["transfer_sum"] for row in rows), 2),
        "payment_order_number": str(day.toordinal()),
        "orders": rows,
        "date_created": world.stamp(max(order.status.moment for order in orders)),
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


def list_payments(world: World, call: Call) -> Answer:
    """Orders paid out on a day: a method that only the settings bring back."""
    query = Query(call)
    query.required("date")
    day = read_date(query)
    if query.problems:
        return responses.simple(query.problems)
    rows = [
        {"order_uuid": order.uuid, "cdek_number": int(order.cdek_number or 0), "number": order.number}
        for order in own_orders(world, call)
        if _is_paid_on(order, day)
    ]
    return responses.plain(200, {"orders": rows})


def _is_paid_on(order: Order, day: date | None) -> bool:
    moment = find_payment_time(order)
    return moment is not None and to_utc_day(moment) == day


OPERATIONS = (
    Operation("registry_list", ("GET",), "/v2/registries", list_registries, query=("date",)),
    Operation(
        "payment_list",
        ("GET",),
        "/v2/payment",
        list_payments,
        query=("date",),
        removed=lambda world: world.settings.payment_route == "gone",
    ),
)
