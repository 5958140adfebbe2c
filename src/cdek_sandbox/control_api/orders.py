"""Orders under the hand of a test: made, moved, looked at."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from cdek_sandbox.control_api.inspection import truth
from cdek_sandbox.errors import ControlError
from cdek_sandbox.handlers.orders import checked_order, new_order
from cdek_sandbox.world import work
from cdek_sandbox.world.entities import Entry, Problem, Status, Work
from cdek_sandbox.world.problems import problem
from cdek_sandbox.world.statuses import next_status
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdek_sandbox.control_api.endpoint import Asked
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.world.entities import Order, Trouble
    from cdek_sandbox.world.world import World

_TARIFFS = {"door": 139, "office": 138, "locker": 366}
_AGE = 1200.0  # seconds: an order made here was registered so long ago, so that its statuses have room
_CREATION = 5.0
_NO_ORDER = Message("Заказа {0} в песочнице нет.", "The sandbox has no order {0}.")
_ROUTE_ENDS = Message(
    "За статусом {0} по маршруту ничего нет: задайте статус сами через /status.",
    "Nothing follows {0} on the route: set a status yourself with /status.",
)
_BAD_ORDER = Message("Такой заказ СДЭК не принял бы: {0}.", "CDEK would not take such an order: {0}.")
_BAD_TIME = Message(
    "Время {0} не понято: нужны секунды или 2026-01-31T12:00:00+00:00.",
    "The time {0} is not understood: seconds, or 2026-01-31T12:00:00+00:00.",
)


class NewOrder(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders`."""

    owner: Literal["main", "other"] = "main"
    status: str = "CREATED"
    reason_code: str | None = None
    im_number: str | None = None
    destination: Literal["door", "office", "locker"] = "office"
    body: dict[str, Any] = field(default_factory=dict)


class NewOrders(NewOrder, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/batch`: many alike."""

    count: Annotated[int, Meta(ge=1, le=100_000)] = 1


class Move(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/status`."""

    code: str
    reason_code: str | None = None
    deleted: bool = False
    date_time: str | float | None = None
    city: str = "Офис СДЭК"


class Obstacles(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/obstacles`; what is not named stays as it is."""

    in_warehouse: bool | None = None
    claimed: bool | None = None


class Steps(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/advance`."""

    steps: int = 1


def make_order(runtime: Runtime, asked: Asked) -> Any:
    """Make an order at once, in any status."""
    return truth(runtime.world, made(runtime.world, msgspec.convert(asked.body, NewOrder)))


def make_orders(runtime: Runtime, asked: Asked) -> Any:
    """Make many orders at once; their shop numbers are counted up."""
    wanted = msgspec.convert(asked.body, NewOrders)
    number = wanted.im_number
    uuids = []
    for place in range(wanted.count):
        wanted.im_number = None if number is None else f"{number}-{place + 1}"
        uuids.append(made(runtime.world, wanted).uuid)
    return {"uuids": uuids}


def made(world: World, wanted: NewOrder) -> Order:
    """An order in the wanted status, taken into the world.

    Raises:
        ControlError: CDEK would not take such an order.
    """
    body, problems = checked_order(world, _default_body(wanted) | wanted.body)
    if problems:
        raise ControlError(_BAD_ORDER.format("; ".join(f"{row.code}: {row.message}" for row in problems)))
    order = new_order(world, wanted.owner, body)
    born = order.status.moment = world.clock.now() - _AGE
    entry = Entry(world.dice.uuid("request"), "CREATE", born, "ACCEPTED")
    order.entries.append(entry)
    # Without a moment or a number of reads this creation ends only when the test moves the order on.
    host = {"host": world.address} if "print" in body else {}
    order.works.append(Work("create", entry.request_uuid, started=born, details=host))
    world.add(order)
    if wanted.status not in {"ACCEPTED", "INVALID"}:
        moved(world, order, Move("CREATED", date_time=born + _CREATION))
    if wanted.status not in {"ACCEPTED", "CREATED"}:
        moved(world, order, Move(wanted.status, wanted.reason_code))
    return order


def spread(order: Order, rows: Sequence[Status | Trouble], since: float, until: float) -> None:
    """Give each of these rows of an order, that came at once, a moment of its own: an even pace that ends `until`."""
    for place, row in enumerate(rows, 1):
        row.moment = since + (until - since) * place / len(rows)
    made_at = next((row.moment for row in rows if isinstance(row, Status) and row.code == "CREATED"), None)
    if made_at is not None:
        order.entries[0].moment = made_at


def _default_body(wanted: NewOrder) -> dict[str, Any]:
    item = {"name": "Товар", "ware_key": "1", "payment": {"value": 0}, "cost": 1000, "weight": 500, "amount": 1}
    body: dict[str, Any] = {
        "type": 1,
        "tariff_code": _TARIFFS[wanted.destination],
        "recipient": {"name": "Получатель Тестовый", "phones": [{"number": "+79000000001"}]},
        "from_location": {"code": 44, "city": "Москва", "address": "ул. Тестовая, 1"},
        "packages": [{"number": "1", "weight": 1000, "length": 10, "width": 10, "height": 10, "items": [item]}],
    }
    if wanted.im_number is not None:
        body["number"] = wanted.im_number
    if wanted.destination == "door":
        return body | {"to_location": {"code": 270, "city": "Новосибирск", "address": "ул. Тестовая, 2"}}
    return body | {"delivery_point": "NSK1"}


def list_orders(runtime: Runtime, _asked: Asked) -> Any:
    """The truth about every order, oldest first."""
    return [truth(runtime.world, order) for order in runtime.world.orders.values()]


def show_order(runtime: Runtime, asked: Asked) -> Any:
    """The truth about one order."""
    return truth(runtime.world, order_of(runtime.world, asked))


def move_order(runtime: Runtime, asked: Asked) -> Any:
    """Put an order into any status; a code that CDEK does not know is taken too."""
    order = order_of(runtime.world, asked)
    moved(runtime.world, order, msgspec.convert(asked.body, Move))
    return truth(runtime.world, order)


def advance_order(runtime: Runtime, asked: Asked) -> Any:
    """Move an order along its route."""
    order = order_of(runtime.world, asked)
    since, known = order.statuses[-1].moment, len(order.statuses)
    for _ in range(msgspec.convert(asked.body, Steps).steps):
        code = next_status(order)
        if code is None:
            raise ControlError(_ROUTE_ENDS.format(order.status.code))
        moved(runtime.world, order, Move(code))
    now = runtime.world.clock.now()
    spread(order, order.statuses[known:], min(since, now), now)
    return truth(runtime.world, order)


def put_obstacles(runtime: Runtime, asked: Asked) -> Any:
    """Let a warehouse have documents of an order, or a claim be registered: CDEK then does not delete it."""
    order, wanted = order_of(runtime.world, asked), msgspec.convert(asked.body, Obstacles)
    order.in_warehouse = order.in_warehouse if wanted.in_warehouse is None else wanted.in_warehouse
    order.claimed = order.claimed if wanted.claimed is None else wanted.claimed
    runtime.world.changed[order.uuid] = None
    return truth(runtime.world, order)


def finish_work(runtime: Runtime, asked: Asked) -> Any:
    """End the work that an order is busy with, whatever the settings say about its time; it may have ended already."""
    world = runtime.world
    order = order_of(world, asked)
    running = next((one for one in order.works if one.started is not None), None)
    if running is not None:
        work.finish(world, order, running, world.clock.now())
    return truth(world, order)


def order_of(world: World, asked: Asked) -> Order:
    """The order that the path names.

    Raises:
        ControlError: there is none.
    """
    order = world.orders.get(asked.params["uuid"].lower())
    if order is None:
        raise ControlError(_NO_ORDER.format(asked.params["uuid"]))
    return order


def moved(world: World, order: Order, move: Move) -> None:
    """Put an order into a status, ending its creation where that is not done."""
    moment = _moment(world, move.date_time)
    world.changed[order.uuid] = None
    if move.deleted and _withdrawn(order, move.code):
        return
    if order.creating is not None and move.code != "ACCEPTED":
        work.finish(world, order, order.creating, moment, _creation_problems(move))
        if move.code in {"CREATED", "INVALID"}:
            return
    world.enter(order, Status(move.code, moment, move.reason_code, move.city, move.deleted))


def _creation_problems(move: Move) -> list[Problem]:
    return [problem("error_validate_receiver_delivery_point_is_empty")] if move.code == "INVALID" else []


def _withdrawn(order: Order, code: str) -> bool:
    """CDEK withdraws a status by marking its row."""
    row = next((row for row in reversed(order.statuses) if row.code == code), None)
    if row is not None:
        row.deleted = True
    return row is not None


def _moment(world: World, date_time: str | float | None) -> float:
    if date_time is None:
        return world.clock.now()
    if isinstance(date_time, float):
        return date_time
    try:
        return datetime.fromisoformat(date_time).timestamp()
    except ValueError:
        raise ControlError(_BAD_TIME.format(date_time)) from None
