"""Subscriptions: `POST` and `GET /v2/webhooks`, `GET` and `DELETE /v2/webhooks/{uuid}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Entry, Problem, Subscription
from cdek_sandbox.core.entity_lookup import not_found, own
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.core.schema import strings
from cdek_sandbox.core.serializers import requests
from cdek_sandbox.resources.webhooks.webhook_jobs import end_subscription, list_active
from cdek_sandbox.webhook_delivery.events import TYPES
from cdek_sandbox.webhook_delivery.sender import is_url

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

WEBHOOK_SCHEMA = strings("type", "url")
_INVENTED_LIMIT = "sandbox_invented_too_many_webhooks"


def create_webhook(world: World, call: Call) -> Answer:
    """Subscribe to events of one type."""
    body = read_body(world, call, WEBHOOK_SCHEMA, "CREATE")
    if isinstance(body, Answer):
        return body
    mine = list_active(world, call.owner)
    same = next((row for row in mine if row.type == body.get("type")), None)
    replaced = same if world.settings.webhooks.same_type == "replaced" else None
    problems = _check_body(body) or ([] if replaced else _check_limit(world, len(mine)))
    if problems:
        return responses.refused(world, "CREATE", problems)
    subscription = replaced or _add_subscription(world, call.owner, body)
    subscription.url, subscription.host = body["url"], call.header(b"host")
    entry = _add_request(world, subscription, "CREATE", world.settings.webhooks.state)
    return _respond(world, entry, {"uuid": subscription.uuid}, subscription)


def _check_body(body: dict[str, Any]) -> list[Problem]:
    problems = [problem("v2_field_is_empty", name) for name in ("type", "url") if not body.get(name)]
    if problems:
        return problems
    if body["type"] not in TYPES:
        return [problem("v2_webhook_type_incorrect")]
    return [] if is_url(body["url"]) else [problem("v2_invalid_format", body["url"], "url")]


def _check_limit(world: World, count: int) -> list[Problem]:
    """Return the error of one subscription too many: CDEK's code is not known, this one is invented."""
    limit = world.settings.webhooks.limit
    message = f"Invented by the sandbox: a client has {limit} webhooks at most"
    return [] if count < limit else [Problem(code=_INVENTED_LIMIT, message=message)]


def _add_subscription(world: World, owner: str, body: dict[str, Any]) -> Subscription:
    made = Subscription(uuid=world.dice.uuid("webhook"), owner=owner, type=body["type"], url=body["url"])
    world.add(made)
    return made


def list_webhooks(world: World, call: Call) -> Answer:
    """The caller's active subscriptions, oldest first."""
    return responses.plain(200, [_describe(row) for row in list_active(world, call.owner)])


def get_webhook(world: World, call: Call) -> Answer:
    """One active subscription."""
    found = _get_active(world, call, "GET")
    if isinstance(found, Answer):
        return found
    return responses.plain(200, {"entity": _describe(found), "requests": requests(world, found)})


def delete_webhook(world: World, call: Call) -> Answer:
    """Unsubscribe."""
    found = _get_active(world, call, "DELETE")
    if isinstance(found, Answer):
        return found
    end_subscription(world, found, "deleted")
    return _respond(world, _add_request(world, found, "DELETE", "SUCCESSFUL"), {"uuid": found.uuid}, found)


def _get_active(world: World, call: Call, entry_type: str) -> Subscription | Answer:
    """A subscription that has ended is not found: CDEK's answer for it is not known."""
    found = own(world, call, Subscription, entry_type)
    if isinstance(found, Subscription) and found.ended is not None:
        return not_found(world, found.uuid, entry_type)
    return found


def _add_request(world: World, subscription: Subscription, entry_type: str, state: str) -> Entry:
    entry = Entry(world.dice.uuid("request"), entry_type, world.clock.now(), state)
    subscription.entries.append(entry)
    world.changed[subscription.uuid] = None
    return entry


def _respond(world: World, entry: Entry, entity: dict[str, Any], subscription: Subscription) -> Answer:
    rows = requests(world, subscription)
    mine = [row for row in rows if row["request_uuid"] == entry.request_uuid]
    answer = responses.plain(200, {"entity": entity, "requests": mine})
    answer.request_uuid = entry.request_uuid
    return answer


def _describe(subscription: Subscription) -> dict[str, Any]:
    return {"uuid": subscription.uuid, "type": subscription.type, "url": subscription.url}


OPERATIONS = (
    Operation("webhook_create", ("POST",), "/v2/webhooks", create_webhook, form=WEBHOOK_SCHEMA),
    Operation("webhook_list", ("GET",), "/v2/webhooks", list_webhooks),
    Operation("webhook_get", ("GET",), "/v2/webhooks/{uuid}", get_webhook),
    Operation("webhook_delete", ("DELETE",), "/v2/webhooks/{uuid}", delete_webhook),
)
