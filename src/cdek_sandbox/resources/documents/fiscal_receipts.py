"""Fiscal receipts of orders: `GET /v2/check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Order
from cdek_sandbox.core.entity_lookup import asked_order, own_orders
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.query_parameters import Query, read_date, to_utc_day
from cdek_sandbox.core.random_source import derived
from cdek_sandbox.resources.orders.order_payments import calculate_payment, find_payment_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.core.state import World


def list_receipts(world: World, order: Order) -> dict[str, float]:
    """The moment of each receipt by its type: of the money paid at the hand-over, and of its return."""
    moment = find_payment_time(order)
    if moment is None:
        return {}
    formed = {"CASH_RECEIPT_IN": moment}
    for link in order.related:
        if link.type == "client_return_order" and link.uuid in world.orders:
            formed["CASH_RECEIPT_REFUND"] = world.orders[link.uuid].status.moment
    return formed


def list_checks(world: World, call: Call) -> Answer:
    """Fiscal receipts of an order or of a day; none: an empty object, as recorded."""
    query = Query(call)
    order, day = asked_order(world, call, query), read_date(query)
    if query.problems:
        return responses.simple(query.problems)
    if order is None and day is None:
        return responses.simple([problem("v2_parameters_empty")])
    if order is not None and not isinstance(order, Order):
        return responses.simple([order])
    orders = own_orders(world, call) if order is None else (order,)
    checks = [check for row in orders for check in _list_matching(world, row, day)]
    return responses.plain(200, {"check_info": checks} if checks else {})


def _list_matching(world: World, order: Order, day: date | None) -> Iterator[dict[str, Any]]:
    for kind, when in list_receipts(world, order).items():
        if day is None or to_utc_day(when) == day:
            yield _describe_receipt(world, order, kind, when)


def _describe_receipt(world: World, order: Order, kind: str, moment: float) -> dict[str, Any]:
    """One receipt; its fiscal numbers are made up."""
    digest = derived(f"{order.uuid}:{kind}")
    return {
        "order_uuid": order.uuid,
        "cdek_number": int(order.cdek_number or 0),
        "date": world.stamp(moment),
        "fiscal_storage_number": f"99{int.from_bytes(digest[:6]) % 10**14:014d}",
        "document_number": str(int.from_bytes(digest[6:8])),
        "fiscal_sign": int.from_bytes(digest[8:12]),
        "type": kind,
        "payment_info": [{"sum": calculate_payment(order), "type": "CARD"}],
        "shift_no": digest[12] + 1,
    }


OPERATIONS = (Operation("check_list", ("GET",), "/v2/check", list_checks, query=("order_uuid", "cdek_number", "date")),)
