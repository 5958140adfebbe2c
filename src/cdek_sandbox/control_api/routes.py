"""The routes of the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.control_api import administration, clock, intakes, order_moves, orders, prealerts, scenarios, webhooks
from cdek_sandbox.control_api.administration import DrainOptions, ResetOptions
from cdek_sandbox.control_api.clock import ClockChange
from cdek_sandbox.control_api.endpoint import Control, ControlRequest, NoFields
from cdek_sandbox.control_api.intakes import IntakeStatusChange
from cdek_sandbox.control_api.order_moves import AdvanceOptions, DeletionBlockers, StatusChange
from cdek_sandbox.control_api.orders import NewOrder, NewOrders
from cdek_sandbox.control_api.prealerts import ClosingOptions
from cdek_sandbox.control_api.scenarios import FailedCall, NewProblem, ScenarioOptions
from cdek_sandbox.control_api.webhooks import NewEvent, OfficeAvailability
from cdek_sandbox.core.accounts import OTHER_ACCOUNT, OTHER_PASSWORD
from cdek_sandbox.faults.rules import FaultRule
from cdek_sandbox.openapi import build_document
from cdek_sandbox.resources.registry import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.runtime import Runtime

    Handler = Callable[[Runtime, ControlRequest[Any]], Any]


def show_index(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return the seed, the other client's pair and the routes."""
    return {
        "seed": runtime.state.random_source.seed,
        "other": {"account": OTHER_ACCOUNT, "password": OTHER_PASSWORD},
        "routes": [{"method": row.method, "path": row.path, "about": row.about} for row in CONTROLS],
    }


def show_openapi(_runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return the OpenAPI document of the operations; its server is this sandbox."""
    return build_document(OPERATIONS, "/")


def _get(path: str, handler: Handler, about: str) -> Control:
    return Control("GET", f"/_sandbox{path}", handler, about)


def _post(path: str, handler: Handler, about: str, body: Any = NoFields) -> Control:
    return Control("POST", f"/_sandbox{path}", handler, about, body)


CONTROLS = (
    _get("", show_index, "this list"),
    _get("/openapi.json", show_openapi, "OpenAPI 3.1 of what the sandbox answers"),
    _post("/orders", orders.create_order, "create an order at once, in any status", NewOrder),
    _post("/orders/batch", orders.create_orders, "create many orders alike at once", NewOrders),
    _get("/orders", orders.list_orders, "everything about every order"),
    _get("/orders/{uuid}", orders.show_order, "everything about one order"),
    _post("/orders/{uuid}/status", order_moves.change_status, "put an order into a status", StatusChange),
    _post("/orders/{uuid}/advance", order_moves.advance_order, "move an order along its route", AdvanceOptions),
    _post("/orders/{uuid}/problem", scenarios.add_problem, "add a delivery problem", NewProblem),
    _post("/orders/{uuid}/call", scenarios.add_call, "add a failed call", FailedCall),
    _get("/scenarios", scenarios.list_scenarios, "scenarios: the whole history of a parcel by name"),
    _post("/scenarios/{name}", scenarios.create_by_scenario, "create an order by a scenario", ScenarioOptions),
    _post("/orders/{uuid}/finish", order_moves.finish_work, "end its background work now"),
    _post(
        "/orders/{uuid}/obstacles", order_moves.change_deletion_blockers, "what prevents its deletion", DeletionBlockers
    ),
    _get("/intakes", intakes.list_intakes, "every intake"),
    _get("/intakes/{uuid}", intakes.show_intake, "one intake"),
    _post("/intakes/{uuid}/status", intakes.change_intake_status, "put an intake into a status", IntakeStatusChange),
    _post("/intakes/{uuid}/advance", intakes.advance_intake, "move an intake towards its end", AdvanceOptions),
    _post("/prealerts/{uuid}/close", prealerts.close_prealert, "the office receives the parcels", ClosingOptions),
    _get("/webhooks", webhooks.show_webhooks, "subscriptions, and what was sent to them"),
    _post("/events", webhooks.send_event, "send an event of any type", NewEvent),
    _post("/offices/{code}/availability", webhooks.change_office, "an office opens or closes", OfficeAvailability),
    _get("/settings", administration.show_settings, "all settings"),
    Control("PATCH", "/_sandbox/settings", administration.change_settings, "change some settings", dict[str, Any]),
    _post("/faults", administration.add_fault, "add a fault rule", FaultRule),
    _get("/faults", administration.list_faults, "fault rules in force"),
    Control("DELETE", "/_sandbox/faults", administration.clear_faults, "remove all fault rules"),
    _get("/calls", administration.list_calls, "the log of calls"),
    Control("DELETE", "/_sandbox/calls", administration.clear_calls, "empty the log of calls"),
    _get("/clock", clock.show_clock, "the sandbox's time"),
    _post("/clock", clock.change_clock, "move, stop or start the clock", ClockChange),
    _post("/drain", administration.drain, "wait for the requests of disconnected clients", DrainOptions),
    _post("/reset", administration.reset, "return to a fresh start", ResetOptions),
)
