"""Scenarios: the whole history of a parcel by name; and single problems on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from msgspec import UNSET, Meta, Struct, UnsetType

from cdek_sandbox.control_api.inspection import inspect_order
from cdek_sandbox.control_api.order_moves import StatusChange, find_order, set_status, spread_moments
from cdek_sandbox.control_api.orders import Destination, OrderOptions, add_order, build_body
from cdek_sandbox.core.entities import DeliveryProblem
from cdek_sandbox.errors import ControlError
from cdek_sandbox.resources.orders.order_jobs import REFUSAL_REASON, start_return_order
from cdek_sandbox.resources.orders.order_statuses import find_next_status
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
    from cdek_sandbox.core.entities import Order, Status
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.runtime import Runtime

    Step = Callable[[SandboxState, Order], None]

_NO_SCENARIO = Message("Сценария {0} нет. Есть: {1}.", "There is no scenario {0}. There are: {1}.")
_NO_GOODS = Message(
    "Этому сценарию нужны товары: заполните items первого места.",
    "This scenario needs goods: fill in items of the first package.",
)
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
    """Where the parcel goes, the steps after its order was accepted, and what is special in its order."""

    destination: Destination
    steps: tuple[Step, ...]
    about: str
    body: dict[str, Any] | None = None
    needs_goods: bool = False


class ScenarioOptions(OrderOptions, forbid_unknown_fields=True):
    """`POST /_sandbox/scenarios/{name}`; the scenario has a destination of its own, which may be changed."""

    destination: Destination | UnsetType = UNSET  # type: ignore[assignment] # the only field that has another default


class NewProblem(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/problem`."""

    code: Annotated[str, Meta(pattern=r"^[0-9]{1,4}$")]


class FailedCall(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/call`."""

    reason_code: Annotated[int, Meta(ge=1, le=9999)]


def create_by_scenario(runtime: Runtime, request: ControlRequest[ScenarioOptions]) -> Any:
    """Create an order and play the named scenario at once.

    Raises:
        ControlError: there is no such scenario.
    """
    name = request.params["name"]
    scenario = SCENARIOS.get(name)
    if scenario is None:
        raise ControlError(_NO_SCENARIO.format(name, ", ".join(SCENARIOS)))
    return inspect_order(runtime.state, play_scenario(runtime.state, scenario, request.body))


def play_scenario(state: SandboxState, scenario: Scenario, options: ScenarioOptions) -> Order:
    """Create the order of a scenario and play its steps.

    Raises:
        ControlError: CDEK would refuse the order, or it has no goods and the scenario needs some.
    """
    if options.destination is UNSET:
        options.destination = scenario.destination
    options.body = (scenario.body or {}) | options.body
    body = build_body(state, options)
    if scenario.needs_goods and not body["packages"][0].get("items"):
        raise ControlError(_NO_GOODS)
    order = add_order(state, options.owner, body)
    new_rows: list[Status | DeliveryProblem] = []
    for step in scenario.steps:
        earlier = {id(row) for row in _list_events(order)}
        step(state, order)
        new_rows += [row for row in _list_events(order) if id(row) not in earlier]
    spread_moments(order, new_rows, order.statuses[0].moment, state.clock.now())
    return order


def _list_events(order: Order) -> list[Status | DeliveryProblem]:
    return [*order.statuses, *order.problems, *order.failed_calls]


def list_scenarios(_runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return the names, and what happens in each scenario."""
    return [{"name": name, "about": scenario.about} for name, scenario in SCENARIOS.items()]


def add_problem(runtime: Runtime, request: ControlRequest[NewProblem]) -> Any:
    """Give an order a delivery problem."""
    order = find_order(runtime.state, request)
    _add_problem(request.body.code)(runtime.state, order)
    return inspect_order(runtime.state, order)


def add_call(runtime: Runtime, request: ControlRequest[FailedCall]) -> Any:
    """Give an order a failed call to the recipient."""
    order = find_order(runtime.state, request)
    _add_call(str(request.body.reason_code))(runtime.state, order)
    return inspect_order(runtime.state, order)


def _advance_to(code: str) -> Step:
    def step(state: SandboxState, order: Order) -> None:
        while order.status.code != code and (following := find_next_status(order)) is not None:
            set_status(state, order, StatusChange(following))

    return step


def _set_to(code: str, reason_code: str | None = None) -> Step:
    return lambda state, order: set_status(state, order, StatusChange(code, reason_code))


def _withdraw(code: str) -> Step:
    return lambda state, order: set_status(state, order, StatusChange(code, deleted=True))


def _add_problem(code: str) -> Step:
    def step(state: SandboxState, order: Order) -> None:
        order.problems += (DeliveryProblem(code, state.clock.now()),)
        state.unsaved[order.uuid] = None

    return step


def _add_call(code: str) -> Step:
    def step(state: SandboxState, order: Order) -> None:
        order.failed_calls += (DeliveryProblem(code, state.clock.now()),)
        state.unsaved[order.uuid] = None

    return step


def _send_back(state: SandboxState, order: Order) -> None:
    start_return_order(state, order, state.clock.now())


def _keep_first_item(state: SandboxState, order: Order) -> None:
    package, *other_packages = order.body["packages"]
    item, *other_items = package["items"]
    items = [item | {"delivery_amount": item["amount"]}, *other_items]
    order.body["packages"] = [package | {"items": items}, *other_packages]
    state.unsaved[order.uuid] = None


SCENARIOS: dict[str, Scenario] = {
    "happy": Scenario("office", (_advance_to("DELIVERED"),), "delivered along its whole route"),
    "refused_at_the_door": Scenario(
        "door",
        (
            _advance_to("TAKEN_BY_COURIER"),
            _add_problem(_PROBLEM_REFUSED),
            _set_to("NOT_DELIVERED", REFUSAL_REASON),
            _send_back,
        ),
        "the recipient refuses; a return order is created",
    ),
    "locker_expired": Scenario(
        "locker",
        (
            _advance_to("POSTOMAT_POSTED"),
            _add_call(_NO_ANSWER),
            _set_to("POSTOMAT_SEIZED"),
            _set_to("NOT_DELIVERED", _EXPIRED),
            _send_back,
        ),
        "the parcel is not picked up from the locker; a return order is created",
    ),
    "partial_delivery": Scenario(
        "door",
        (_advance_to("TAKEN_BY_COURIER"), _keep_first_item, _set_to("DELIVERED", _PARTIAL), _send_back),
        "the recipient keeps the first item; a return order brings the rest back",
        _TWO_GOODS,
        needs_goods=True,
    ),
    "stuck_in_accepted": Scenario("office", (), "never created: no number, its creation does not end"),
    "withdrawn_status": Scenario(
        "office",
        (_advance_to("DELIVERED"), _withdraw("DELIVERED")),
        "delivered, then the status is withdrawn: it is marked deleted",
    ),
    "lost": Scenario(
        "office",
        (_advance_to("SENT_TO_TRANSIT_CITY"), _set_to("NOT_DELIVERED", _LOST)),
        "lost on the way; nothing returns",
    ),
}
