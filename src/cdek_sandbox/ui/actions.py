"""The actions of the page's buttons: the calls of the control API, with the fields of a form for their bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.control_api import administration, clock, intakes, order_moves, orders, scenarios, webhooks
from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
from cdek_sandbox.errors import ControlError
from cdek_sandbox.faults.rules import FaultRule
from cdek_sandbox.ui import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.runtime import Runtime

    Params = dict[str, str]
    Fields = dict[str, str]
    Action = Callable[[Runtime, Params, Fields], Any]

_CLOCK_STEPS = {"60", "3600", "86400"}


def _request(params: Params, body: Any, **fields: Any) -> ControlRequest[Any]:
    return ControlRequest(params, msgspec.convert(fields, body))


def _simple(handler: Callable[[Runtime, ControlRequest[Any]], Any], body: Any = NoFields) -> Action:
    """Return an action that has no fields of its own."""
    return lambda runtime, params, _fields: handler(runtime, _request(params, body))


def _create_order(runtime: Runtime, params: Params, fields: Fields) -> Any:
    options = {name: fields[name] for name in ("destination", "status") if name in fields}
    return orders.create_order(runtime, _request(params, orders.NewOrder, **options))


def _create_by_scenario(runtime: Runtime, _params: Params, fields: Fields) -> Any:
    name = {"name": fields.get("scenario", "")}
    return scenarios.create_by_scenario(runtime, _request(name, scenarios.ScenarioOptions))


def _set_status(runtime: Runtime, params: Params, fields: Fields) -> Any:
    change = {"code": fields.get("status"), "reason_code": fields.get("reason_code") or None}
    return order_moves.change_status(runtime, _request(params, order_moves.StatusChange, **change))


def _set_intake_status(runtime: Runtime, params: Params, fields: Fields) -> Any:
    change = _request(params, intakes.IntakeStatusChange, code=fields.get("status"))
    return intakes.change_intake_status(runtime, change)


def _add_fault(runtime: Runtime, params: Params, fields: Fields) -> Any:
    rule: dict[str, Any] = {name: fields[name] for name in ("operation", "uuid", "when") if fields.get(name)}
    if times := fields.get("times"):
        rule["times"] = _read_number(times)
    kind, _, drift = fields.get("action", "").partition(":")
    action = {"type": kind} | ({"kind": drift} if drift else {})
    return administration.add_fault(runtime, _request(params, FaultRule, action=action, **rule))


def _remove_fault(runtime: Runtime, _params: Params, fields: Fields) -> None:
    """Remove one rule; its place and its moment name it, because the list may have changed since it was shown."""
    wanted = fields.get("place"), fields.get("added_at")
    rules = runtime.faults.rules
    place = next((place for place, rule in enumerate(rules) if (str(place), str(rule.added_at)) == wanted), None)
    if place is None:
        raise ControlError(messages.FAULT_GONE)
    del rules[place]


def _send_event(runtime: Runtime, params: Params, fields: Fields) -> Any:
    try:
        attributes = msgspec.json.decode(fields.get("attributes", "{}"), type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        raise ControlError(messages.NOT_AN_OBJECT) from None
    names = {name: fields.get(name) or None for name in ("uuid", "owner")}
    event = _request(params, webhooks.NewEvent, type=fields.get("type"), attributes=attributes, **names)
    return webhooks.send_event(runtime, event)


def _change_office(runtime: Runtime, _params: Params, fields: Fields) -> Any:
    code, available = {"code": fields.get("code", "")}, fields.get("available") == "yes"
    return webhooks.change_office(runtime, _request(code, webhooks.OfficeAvailability, available=available))


def _advance_clock(runtime: Runtime, params: Params, fields: Fields) -> Any:
    seconds = fields.get("seconds", "")
    advance = float(seconds) if seconds in _CLOCK_STEPS else seconds
    return clock.change_clock(runtime, _request(params, clock.ClockChange, advance=advance))


def _read_number(text: str) -> int | str:
    """Return a number where the text is a short one; the check of the rule refuses any other."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text  # noqa: PLR2004 - MAX_COUNT


ACTIONS: dict[str, Action] = {
    "orders": _create_order,
    "orders/{uuid}/advance": _simple(order_moves.advance_order, order_moves.AdvanceOptions),
    "orders/{uuid}/finish": _simple(order_moves.finish_work),
    "orders/{uuid}/status": _set_status,
    "faults": _add_fault,
    "faults/clear": _simple(administration.clear_faults),
    "faults/remove": _remove_fault,
    "scenarios": _create_by_scenario,
    "intakes/{uuid}/advance": _simple(intakes.advance_intake, order_moves.AdvanceOptions),
    "intakes/{uuid}/status": _set_intake_status,
    "events": _send_event,
    "offices": _change_office,
    "clock": _advance_clock,
    "reset": _simple(administration.reset, administration.ResetOptions),
}
