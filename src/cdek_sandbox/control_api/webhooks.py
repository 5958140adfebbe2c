"""Webhooks under the hand of a test: what was sent, tried and answered, and events that the world does not make itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct, field

from cdek_sandbox.errors import ControlError
from cdek_sandbox.webhook_delivery import events
from cdek_sandbox.world.dice import as_uuid, derived
from cdek_sandbox.world.entities import Attempt, Delivery
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import Asked
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.world.world import World

_NO_TYPE = Message("Событий {0} у СДЭК нет. Есть: {1}.", "CDEK has no events {0}. There are: {1}.")


class Event(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/events`: any event, as CDEK would send it."""

    type: str
    uuid: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    owner: Literal["main", "other"] | None = None


class Availability(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/offices/{code}/availability`."""

    available: bool


def show_webhooks(runtime: Runtime, _asked: Asked) -> Any:
    """Every subscription there was, and every event sent to it: what was tried, and what was answered."""
    world = runtime.world
    subscriptions = [
        {"uuid": row.uuid, "owner": row.owner, "type": row.type, "url": row.url, "ended": row.ended}
        for row in world.subscriptions.values()
    ]
    return {"subscriptions": subscriptions, "events": [_shown(world, row) for row in world.all(Delivery)]}


def send_event(runtime: Runtime, asked: Asked) -> Any:
    """Send an event of any type to those who subscribed to it; the deliveries made of it."""
    wanted = msgspec.convert(asked.body, Event)
    if wanted.type not in events.TYPES:
        raise ControlError(_NO_TYPE.format(wanted.type, ", ".join(events.TYPES)))
    world = runtime.world
    uuid = wanted.uuid or world.dice.uuid("event")
    return _sent(runtime, wanted.owner, events.event(wanted.type, uuid, world.clock.now(), wanted.attributes))


def change_office(runtime: Runtime, asked: Asked) -> Any:
    """Tell every subscriber that an office has opened or closed; the list of offices stays as it is."""
    code, world = asked.params["code"], runtime.world
    available = msgspec.convert(asked.body, Availability).available
    uuid = as_uuid(derived(f"office:{code}"))
    return _sent(runtime, None, events.of_office(uuid, code, world.clock.now(), available=available))


def _sent(runtime: Runtime, owner: str | None, event: dict[str, Any]) -> Any:
    return [_shown(runtime.world, row) for row in runtime.post.send(owner, event)]


def _shown(world: World, delivery: Delivery) -> dict[str, Any]:
    return {
        "uuid": delivery.uuid,
        "subscription": delivery.subscription,
        "url": world.subscriptions[delivery.subscription].url,
        "event": delivery.event,
        "state": delivery.state,
        "due": None if delivery.due is None else world.stamp(delivery.due),
        "attempts": [_attempt(world, row) for row in delivery.attempts],
    }


def _attempt(world: World, attempt: Attempt) -> dict[str, Any]:
    return {"time": world.stamp(attempt.moment), "status": attempt.status, "failure": attempt.failure}
