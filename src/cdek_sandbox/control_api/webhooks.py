"""Webhooks in the control API: subscriptions, deliveries, and events sent by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

from cdek_sandbox.core.entities import Attempt, Delivery
from cdek_sandbox.core.random_source import format_uuid, hash_text
from cdek_sandbox.errors import ControlError
from cdek_sandbox.resources.webhooks import webhook_events
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.runtime import Runtime

_UNKNOWN_TYPE = Message("Событий {0} у СДЭК нет. Есть: {1}.", "CDEK has no events {0}. There are: {1}.")


class NewEvent(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/events`: any event, as CDEK would send it."""

    type: str
    uuid: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    owner: Literal["main", "other"] | None = None


class OfficeAvailability(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/offices/{code}/availability`."""

    available: bool


def show_webhooks(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return every subscription, also ended ones, and every event sent to it with its attempts."""
    state = runtime.state
    subscriptions = [
        {"uuid": row.uuid, "owner": row.owner, "type": row.type, "url": row.url, "ended": row.ended}
        for row in state.subscriptions.values()
    ]
    return {
        "subscriptions": subscriptions,
        "events": [_inspect_delivery(state, row) for row in state.list_all(Delivery)],
    }


def send_event(runtime: Runtime, request: ControlRequest[NewEvent]) -> Any:
    """Send an event of any type to its subscribers; return the deliveries.

    Raises:
        ControlError: CDEK has no events of this type.
    """
    options, state = request.body, runtime.state
    if options.type not in webhook_events.TYPES:
        raise ControlError(_UNKNOWN_TYPE.format(options.type, ", ".join(webhook_events.TYPES)))
    uuid = options.uuid or state.random_source.next_uuid("event")
    return _send(
        runtime, options.owner, webhook_events.build_event(options.type, uuid, state.clock.now(), options.attributes)
    )


def change_office(runtime: Runtime, request: ControlRequest[OfficeAvailability]) -> Any:
    """Notify every subscriber that an office has opened or closed; the list of offices stays as it is."""
    code, state = request.params["code"], runtime.state
    uuid = format_uuid(hash_text(f"office:{code}"))
    event = webhook_events.build_office_event(uuid, code, state.clock.now(), available=request.body.available)
    return _send(runtime, None, event)


def _send(runtime: Runtime, owner: str | None, event: dict[str, Any]) -> Any:
    return [_inspect_delivery(runtime.state, row) for row in runtime.webhooks.send(owner, event)]


def _inspect_delivery(state: SandboxState, delivery: Delivery) -> dict[str, Any]:
    return {
        "uuid": delivery.uuid,
        "subscription": delivery.subscription,
        "url": state.subscriptions[delivery.subscription].url,
        "event": delivery.event,
        "state": delivery.state,
        "due": None if delivery.due is None else state.format_moment(delivery.due),
        "attempts": [_inspect_attempt(state, row) for row in delivery.attempts],
    }


def _inspect_attempt(state: SandboxState, attempt: Attempt) -> dict[str, Any]:
    return {"time": state.format_moment(attempt.moment), "status": attempt.status, "failure": attempt.failure}
