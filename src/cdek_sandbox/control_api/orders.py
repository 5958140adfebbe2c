"""Orders in the control API: create them in any status, read everything about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, Struct, field

from cdek_sandbox.control_api.inspection import inspect_order
from cdek_sandbox.control_api.order_moves import StatusChange, check_status, find_order, set_status
from cdek_sandbox.core.entities import BackgroundJob, RequestEntry
from cdek_sandbox.errors import ControlError
from cdek_sandbox.resources.orders.order_handlers import build_order, read_order
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.runtime import Runtime

Destination = Literal["door", "office", "locker"]
_TARIFFS = {"door": 139, "office": 138, "locker": 366}
_AGE_SECONDS = 1200.0  # an order created here counts as registered earlier, so that its statuses have room
_CREATION_SECONDS = 5.0
_INVALID_ORDER = Message("Такой заказ СДЭК не принял бы: {0}.", "CDEK would not accept such an order: {0}.")


class OrderOptions(Struct, forbid_unknown_fields=True):
    """What every way to create an order accepts; `body` has fields of CDEK's order that override the default ones."""

    owner: Literal["main", "other"] = "main"
    im_number: str | None = None
    destination: Destination = "office"
    body: dict[str, Any] = field(default_factory=dict)


class NewOrder(OrderOptions, forbid_unknown_fields=True):
    """`POST /_sandbox/orders`."""

    status: str = "CREATED"
    reason_code: str | None = None
    allow_unknown: bool = False


class NewOrders(NewOrder, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/batch`: many orders alike."""

    count: Annotated[int, Meta(ge=1, le=100_000)] = 1


def create_order(runtime: Runtime, request: ControlRequest[NewOrder]) -> Any:
    """Create an order at once, in any status."""
    options = request.body
    check_status(options.status, allow_unknown=options.allow_unknown)
    body = build_body(runtime.state, options)
    return inspect_order(runtime.state, _create(runtime.state, options, body))


def create_orders(runtime: Runtime, request: ControlRequest[NewOrders]) -> Any:
    """Create many orders at once and count their shop numbers up; if CDEK would refuse one, none is created."""
    options, state, number = request.body, runtime.state, request.body.im_number
    check_status(options.status, allow_unknown=options.allow_unknown)
    uuids = []
    options.im_number = None if number is None else f"{number}-{options.count}"
    build_body(state, options)  # the last number is the longest one: if it is accepted, the others are
    for place in range(1, options.count + 1):
        options.im_number = None if number is None else f"{number}-{place}"
        uuids.append(_create(state, options, build_body(state, options)).uuid)
    return {"uuids": uuids}


def _create(state: SandboxState, options: NewOrder, body: dict[str, Any]) -> Order:
    order = add_order(state, options.owner, body)
    born = order.status.moment
    if options.status not in {"ACCEPTED", "INVALID"}:
        set_status(state, order, StatusChange("CREATED", date_time=born + _CREATION_SECONDS))
    if options.status not in {"ACCEPTED", "CREATED"}:
        set_status(state, order, StatusChange(options.status, options.reason_code))
    return order


def build_body(state: SandboxState, options: OrderOptions) -> dict[str, Any]:
    """Return the body of an order with these options, as CDEK understands it.

    Raises:
        ControlError: CDEK would refuse it at once.
    """
    body, problems = read_order(state, _default_body(options) | options.body)
    if problems:
        raise ControlError(_INVALID_ORDER.format("; ".join(f"{row.code}: {row.message}" for row in problems)))
    return body


def add_order(state: SandboxState, owner: str, body: dict[str, Any]) -> Order:
    """Add an order in status ACCEPTED."""
    order = build_order(state, owner, body)
    born = order.status.moment = state.clock.now() - _AGE_SECONDS
    entry = RequestEntry(state.random_source.next_uuid("request"), "CREATE", born, "ACCEPTED")
    order.entries.append(entry)
    # Without a moment or a number of reads this creation ends only when the test moves the order on.
    host = {"host": state.address} if "print" in body else {}
    order.jobs += (BackgroundJob("create", entry.request_uuid, started=born, details=host),)
    state.add(order)
    return order


def _default_body(options: OrderOptions) -> dict[str, Any]:
    item = {"name": "Товар", "ware_key": "1", "payment": {"value": 0}, "cost": 1000, "weight": 500, "amount": 1}
    body: dict[str, Any] = {
        "type": 1,
        "tariff_code": _TARIFFS[options.destination],
        "recipient": {"name": "Получатель Тестовый", "phones": [{"number": "+79000000001"}]},
        "from_location": {"code": 44, "city": "Москва", "address": "ул. Тестовая, 1"},
        "packages": [{"number": "1", "weight": 1000, "length": 10, "width": 10, "height": 10, "items": [item]}],
    }
    if options.im_number is not None:
        body["number"] = options.im_number
    if options.destination == "door":
        return body | {"to_location": {"code": 270, "city": "Новосибирск", "address": "ул. Тестовая, 2"}}
    return body | {"delivery_point": "NSK1"}


def list_orders(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return everything about every order, oldest first."""
    return [inspect_order(runtime.state, order) for order in runtime.state.orders.values()]


def show_order(runtime: Runtime, request: ControlRequest[NoFields]) -> Any:
    """Return everything about one order."""
    return inspect_order(runtime.state, find_order(runtime.state, request))
