"""Papers of orders: `GET /v2/passport`, `/v2/check`, `/v2/registries` and `/v2/payment`, which CDEK has removed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Order
from cdek_sandbox.core.entity_lookup import asked_order, own_orders
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.query_parameters import Query
from cdek_sandbox.core.random_source import derived
from cdek_sandbox.world.money import paid, paid_at
from cdek_sandbox.world.passports import satisfied
from cdek_sandbox.world.receipts import receipts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.core.state import World

_SIDES = {"SENDER": ("SENDER",), "RECEIVER": ("RECEIVER",), "ALL": ("SENDER", "RECEIVER")}
_CONTACTS = {"SENDER": "sender", "RECEIVER": "recipient"}
_COMMISSION = 0.03  # made up: what CDEK keeps of the money it collects


def get_passport(world: World, call: Call) -> Answer:
    """Whether the passport data of an order suffice."""
    query = Query(call)
    client = query.choice("client", *_SIDES)
    order = asked_order(world, call, query)
    if query.problems:
        return responses.simple(query.problems)
    if order is None:
        return responses.simple([problem("v2_order_number_empty")])
    if not isinstance(order, Order) or order.status.code == "INVALID":
        return responses.simple([problem("v2_entity_empty")])
    if order.cdek_number is None:
        return responses.simple([problem("v2_entity_not_ready")])
    rows = [
        {"client": side, "passport_requirements_satisfied": satisfied(order.body.get(_CONTACTS[side], {}))}
        for side in _SIDES[client or "ALL"]
    ]
    row = {"order_uuid": order.uuid, "cdek_number": int(order.cdek_number), "passport": rows}
    return responses.plain(200, {"orders": [row]})


def list_checks(world: World, call: Call) -> Answer:
    """Fiscal receipts of an order or of a day; none: an empty object, as recorded."""
    query = Query(call)
    order, day = asked_order(world, call, query), _day(query)
    if query.problems:
        return responses.simple(query.problems)
    if order is None and day is None:
        return responses.simple([problem("v2_parameters_empty")])
    if order is not None and not isinstance(order, Order):
        return responses.simple([order])
    orders = own_orders(world, call) if order is None else (order,)
    checks = [check for row in orders for check in _checks(world, row, day)]
    return responses.plain(200, {"check_info": checks} if checks else {})


def _checks(world: World, order: Order, day: date | None) -> Iterator[dict[str, Any]]:
    for kind, when in receipts(world, order).items():
        if day is None or _date(when) == day:
            yield _check(world, order, kind, when)


def _check(world: World, order: Order, kind: str, moment: float) -> dict[str, Any]:
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
        "payment_info": [{"sum": paid(order), "type": "CARD"}],
        "shift_no": digest[12] + 1,
    }


def list_registries(world: World, call: Call) -> Answer:
    """Registries of collected money, a day each. Recordings show an empty object, and later 500."""
    if world.settings.registries == "broken":
        return responses.spring(world, 500, call.path)
    query = Query(call)
    query.required("date")
    day = _day(query)
    if query.problems:
        return responses.simple(query.problems)
    rows = [order for order in own_orders(world, call) if _paid_on(order, day)]
    if world.settings.registries == "empty" or not rows or day is None:
        return responses.plain(200, {})
    return responses.plain(200, {"registries": [_registry(world, rows, day)]})


def _registry(world: World, orders: list[Order], day: date) -> dict[str, Any]:
    rows = [_registry_row(order) for order in orders]
    return {
        "registry_number": day.toordinal(),
        "payment_date": day.isoformat(),
        "sum": round(sum(row["transfer_sum"] for row in rows), 2),
        "payment_order_number": str(day.toordinal()),
        "orders": rows,
        "date_created": world.stamp(max(order.status.moment for order in orders)),
    }


def _registry_row(order: Order) -> dict[str, Any]:
    payment = paid(order)
    commission = round(payment * _COMMISSION, 2)
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
    day = _day(query)
    if query.problems:
        return responses.simple(query.problems)
    rows = [
        {"order_uuid": order.uuid, "cdek_number": int(order.cdek_number or 0), "number": order.number}
        for order in own_orders(world, call)
        if _paid_on(order, day)
    ]
    return responses.plain(200, {"orders": rows})


def _paid_on(order: Order, day: date | None) -> bool:
    moment = paid_at(order)
    return moment is not None and _date(moment) == day


def _day(query: Query) -> date | None:
    text = query.text("date")
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        query.problems.append(problem("v2_invalid_format", text, "date"))
        return None


def _date(moment: float) -> date:
    """The day of a moment. Whose day CDEK means is not documented: UTC is a choice."""
    return datetime.fromtimestamp(moment, UTC).date()
