"""Whole lives of a parcel by name, and single troubles on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from cdek_sandbox.control_api.inspection import truth
from cdek_sandbox.control_api.orders import Move, NewOrder, made, moved, order_of, spread
from cdek_sandbox.errors import ControlError
from cdek_sandbox.world.entities import Trouble
from cdek_sandbox.world.order_work import REFUSED, send_back
from cdek_sandbox.world.statuses import next_status
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.control_api.endpoint import Asked
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.world.entities import Order, Status
    from cdek_sandbox.world.world import World

    Step = Callable[[World, Order], None]

Place = Literal["door", "office", "locker"]
_NO_SCENARIO = Message("Сценария {0} нет. Есть: {1}.", "There is no scenario {0}. There are: {1}.")
_PARTIAL, _EXPIRED, _LOST = "20", "23", "26"
_PROBLEM_REFUSED = "40"
_NO_ANSWER = "2"
_ITEM = {"payment": {"value": 100}, "cost": 1000, "weight": 300, "amount": 1}
_TWO_GOODS = {
    "services": [{"code": "PART_DELIV"}],
    "packages": [
        {
            "number": "1",
            "weight": 1000,
            "items": [{"name": "Взято", "ware_key": "1", **_ITEM}, {"name": "Не взято", "ware_key": "2", **_ITEM}],
        }
    ],
}


class Scenario(NamedTuple):
    """A life: where the parcel goes, what is special in its order, and the steps after it was accepted."""

    destination: Place
    steps: tuple[Step, ...]
    about: str
    body: dict[str, Any] | None = None


class Problem(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/problem`."""

    code: Annotated[str, Meta(pattern=r"^\d+$")]


class FailedCall(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/call`."""

    reason_code: Annotated[int, Meta(ge=1)]


def play(runtime: Runtime, asked: Asked) -> Any:
    """Make an order and let it live the named life at once."""
    name = asked.params["name"]
    scenario = SCENARIOS.get(name)
    if scenario is None:
        raise ControlError(_NO_SCENARIO.format(name, ", ".join(SCENARIOS)))
    return truth(runtime.world, played(runtime.world, scenario, asked.body))


def played(world: World, scenario: Scenario, fields: Any) -> Order:
    """The order of a scenario, its life lived."""
    wanted = msgspec.convert({"destination": scenario.destination} | msgspec.convert(fields, dict[str, Any]), NewOrder)
    wanted.body, wanted.status = (scenario.body or {}) | wanted.body, "ACCEPTED"
    order = made(world, wanted)
    lived: list[Status | Trouble] = []
    for step in scenario.steps:
        known = {id(row) for row in _rows(order)}
        step(world, order)
        lived += [row for row in _rows(order) if id(row) not in known]
    spread(order, lived, order.statuses[0].moment, world.clock.now())
    return order


def _rows(order: Order) -> list[Status | Trouble]:
    return [*order.statuses, *order.problems, *order.failed_calls]


def list_scenarios(_runtime: Runtime, _asked: Asked) -> Any:
    """The names, and what happens in each."""
    return [{"name": name, "about": scenario.about} for name, scenario in SCENARIOS.items()]


def add_problem(runtime: Runtime, asked: Asked) -> Any:
    """Give an order a delivery problem."""
    order = order_of(runtime.world, asked)
    _problem(msgspec.convert(asked.body, Problem).code)(runtime.world, order)
    return truth(runtime.world, order)


def add_call(runtime: Runtime, asked: Asked) -> Any:
    """Give an order a failed call to the recipient."""
    order = order_of(runtime.world, asked)
    _call(str(msgspec.convert(asked.body, FailedCall).reason_code))(runtime.world, order)
    return truth(runtime.world, order)


def _until(code: str) -> Step:
    def step(world: World, order: Order) -> None:
        while order.status.code != code and (following := next_status(order)) is not None:
            moved(world, order, Move(following))

    return step


def _into(code: str, reason_code: str | None = None) -> Step:
    return lambda world, order: moved(world, order, Move(code, reason_code))


def _withdrawn(code: str) -> Step:
    return lambda world, order: moved(world, order, Move(code, deleted=True))


def _problem(code: str) -> Step:
    def step(world: World, order: Order) -> None:
        order.problems += (Trouble(code, world.clock.now()),)
        world.changed[order.uuid] = None

    return step


def _call(code: str) -> Step:
    def step(world: World, order: Order) -> None:
        order.failed_calls += (Trouble(code, world.clock.now()),)
        world.changed[order.uuid] = None

    return step


def _back(world: World, order: Order) -> None:
    send_back(world, order, world.clock.now())


def _first_line_kept(world: World, order: Order) -> None:
    item = order.body["packages"][0]["items"][0]
    item["delivery_amount"] = item["amount"]
    world.changed[order.uuid] = None


SCENARIOS: dict[str, Scenario] = {
    "happy": Scenario("office", (_until("DELIVERED"),), "delivered along its whole route"),
    "refused_at_the_door": Scenario(
        "door",
        (_until("TAKEN_BY_COURIER"), _problem(_PROBLEM_REFUSED), _into("NOT_DELIVERED", REFUSED), _back),
        "the recipient refuses; a return order is made",
    ),
    "locker_expired": Scenario(
        "locker",
        (
            _until("POSTOMAT_POSTED"),
            _call(_NO_ANSWER),
            _into("POSTOMAT_SEIZED"),
            _into("NOT_DELIVERED", _EXPIRED),
            _back,
        ),
        "nobody comes to the locker; a return order is made",
    ),
    "partial_delivery": Scenario(
        "door",
        (_until("TAKEN_BY_COURIER"), _first_line_kept, _into("DELIVERED", _PARTIAL), _back),
        "the first line of goods is kept, a return order brings the rest home",
        _TWO_GOODS,
    ),
    "stuck_in_accepted": Scenario("office", (), "never made: no number, no end of its creation"),
    "withdrawn_status": Scenario(
        "office",
        (_until("DELIVERED"), _withdrawn("DELIVERED")),
        "delivered, and then not: the status is marked deleted",
    ),
    "lost": Scenario(
        "office", (_until("SENT_TO_TRANSIT_CITY"), _into("NOT_DELIVERED", _LOST)), "lost on the way; nothing returns"
    ),
}
