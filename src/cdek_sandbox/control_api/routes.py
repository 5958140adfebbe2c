"""The routes of the control plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.control_api import administration, intakes, orders, prealerts, scenarios, webhooks
from cdek_sandbox.control_api.endpoint import Asked, Control
from cdek_sandbox.openapi import document
from cdek_sandbox.routes import OPERATIONS
from cdek_sandbox.world.accounts import OTHER_ACCOUNT, OTHER_PASSWORD

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime


def index(runtime: Runtime, _asked: Asked) -> Any:
    """What there is: the seed, the other client's pair, the routes."""
    return {
        "seed": runtime.world.dice.seed,
        "other": {"account": OTHER_ACCOUNT, "password": OTHER_PASSWORD},
        "routes": [{"method": row.method, "path": row.path, "about": row.about} for row in CONTROLS],
    }


def openapi(_runtime: Runtime, _asked: Asked) -> Any:
    """The OpenAPI document of the operations; its server is the one that was asked."""
    return document(OPERATIONS, "/")


CONTROLS = (
    Control("GET", "/_sandbox", index, "this list"),
    Control("GET", "/_sandbox/openapi.json", openapi, "OpenAPI 3.1 of what the sandbox answers"),
    Control("POST", "/_sandbox/orders", orders.make_order, "make an order at once, in any status"),
    Control("POST", "/_sandbox/orders/batch", orders.make_orders, "make many orders alike at once"),
    Control("GET", "/_sandbox/orders", orders.list_orders, "the truth about every order"),
    Control("GET", "/_sandbox/orders/{uuid}", orders.show_order, "the truth about one order"),
    Control("POST", "/_sandbox/orders/{uuid}/status", orders.move_order, "put an order into a status"),
    Control("POST", "/_sandbox/orders/{uuid}/advance", orders.advance_order, "move an order along its route"),
    Control("POST", "/_sandbox/orders/{uuid}/problem", scenarios.add_problem, "give it a delivery problem"),
    Control("POST", "/_sandbox/orders/{uuid}/call", scenarios.add_call, "give it a failed call"),
    Control("GET", "/_sandbox/scenarios", scenarios.list_scenarios, "whole lives of a parcel by name"),
    Control("POST", "/_sandbox/scenarios/{name}", scenarios.play, "let an order live one of them"),
    Control("POST", "/_sandbox/orders/{uuid}/finish", orders.finish_work, "end its unfinished work now"),
    Control("POST", "/_sandbox/orders/{uuid}/obstacles", orders.put_obstacles, "what stands against its deletion"),
    Control("GET", "/_sandbox/intakes", intakes.list_intakes, "every intake"),
    Control("GET", "/_sandbox/intakes/{uuid}", intakes.show_intake, "one intake"),
    Control("POST", "/_sandbox/intakes/{uuid}/status", intakes.move_intake, "put an intake into a status"),
    Control("POST", "/_sandbox/intakes/{uuid}/advance", intakes.advance_intake, "move an intake on"),
    Control("POST", "/_sandbox/prealerts/{uuid}/close", prealerts.close_prealert, "the office takes the parcels in"),
    Control("GET", "/_sandbox/webhooks", webhooks.show_webhooks, "subscriptions, and what was sent to them"),
    Control("POST", "/_sandbox/events", webhooks.send_event, "send an event of any type"),
    Control(
        "POST", "/_sandbox/offices/{code}/availability", webhooks.change_office, "tell that an office opened or closed"
    ),
    Control("GET", "/_sandbox/settings", administration.show_settings, "all settings"),
    Control("PATCH", "/_sandbox/settings", administration.change_settings, "change some settings"),
    Control("POST", "/_sandbox/faults", administration.add_fault, "add a fault rule"),
    Control("GET", "/_sandbox/faults", administration.list_faults, "fault rules in force"),
    Control("DELETE", "/_sandbox/faults", administration.clear_faults, "drop all fault rules"),
    Control("GET", "/_sandbox/calls", administration.list_calls, "the log of calls"),
    Control("DELETE", "/_sandbox/calls", administration.clear_calls, "empty the log of calls"),
    Control("GET", "/_sandbox/clock", administration.show_clock, "the sandbox's time"),
    Control("POST", "/_sandbox/clock", administration.move_clock, "move the clock by {advance: seconds}"),
    Control("POST", "/_sandbox/drain", administration.drain, "wait until what clients left behind is processed"),
    Control("POST", "/_sandbox/reset", administration.reset, "back to a fresh start"),
)
