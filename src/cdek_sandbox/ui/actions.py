"""What the buttons of the page do: the same controls that a test has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.control_api import administration, intakes, orders, scenarios, webhooks
from cdek_sandbox.errors import ControlError
from cdek_sandbox.ui import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.control_api.endpoint import Asked
    from cdek_sandbox.runtime import Runtime

Fields = dict[str, str]


def _make(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    body = {name: fields[name] for name in ("destination", "status") if name in fields}
    return orders.make_order(runtime, asked._replace(body=body))


def _advance(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return orders.advance_order(runtime, asked)


def _finish(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return orders.finish_work(runtime, asked)


def _status(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    body = {"code": fields.get("status"), "reason_code": fields.get("reason_code") or None}
    return orders.move_order(runtime, asked._replace(body=body))


def _break(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    rule: dict[str, Any] = {name: fields[name] for name in ("operation", "uuid", "when") if fields.get(name)}
    if times := fields.get("times"):
        rule["times"] = int(times) if times.isascii() and times.isdecimal() else times
    kind, _, drift = fields.get("action", "").partition(":")
    action = {"type": kind} | ({"kind": drift} if drift else {})
    return administration.add_fault(runtime, asked._replace(body=rule | {"action": action}))


def _mend_one(runtime: Runtime, _asked: Asked, fields: Fields) -> Any:
    """End one rule; it is named by its place and its moment, for the list may have changed since it was shown."""
    named = fields.get("place"), fields.get("added_at")
    rules = runtime.faults.rules
    place = next((place for place, rule in enumerate(rules) if (str(place), str(rule.added_at)) == named), None)
    if place is None:
        raise ControlError(messages.GONE)
    del rules[place]


def _play(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    return scenarios.play(runtime, asked._replace(params={"name": fields.get("scenario", "")}))


def _advance_intake(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return intakes.advance_intake(runtime, asked)


def _move_intake(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    return intakes.move_intake(runtime, asked._replace(body={"code": fields.get("status")}))


def _send(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    try:
        attributes = msgspec.json.decode(fields.get("attributes", "{}"), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise ControlError(messages.NO_JSON) from None
    named = {name: fields.get(name) or None for name in ("uuid", "owner")}
    body = {"type": fields.get("type"), "attributes": attributes, **named}
    return webhooks.send_event(runtime, asked._replace(body=body))


def _tell_office(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    body = {"available": fields.get("available") == "yes"}
    return webhooks.change_office(runtime, asked._replace(params={"code": fields.get("code", "")}, body=body))


def _mend(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return administration.clear_faults(runtime, asked)


def _clock(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    seconds = fields.get("seconds", "")
    known = {"60", "3600", "86400"}
    return administration.move_clock(
        runtime, asked._replace(body={"advance": float(seconds) if seconds in known else seconds})
    )


def _reset(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return administration.reset(runtime, asked)


BUTTONS: dict[str, Callable[[Runtime, Asked, Fields], Any]] = {
    "orders": _make,
    "orders/{uuid}/advance": _advance,
    "orders/{uuid}/finish": _finish,
    "orders/{uuid}/status": _status,
    "faults": _break,
    "faults/clear": _mend,
    "faults/remove": _mend_one,
    "scenarios": _play,
    "intakes/{uuid}/advance": _advance_intake,
    "intakes/{uuid}/status": _move_intake,
    "events": _send,
    "offices": _tell_office,
    "clock": _clock,
    "reset": _reset,
}
