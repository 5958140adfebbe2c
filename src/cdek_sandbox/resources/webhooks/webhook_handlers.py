"""Subscriptions: `POST` and `GET /v2/webhooks`, `GET` and `DELETE /v2/webhooks/{uuid}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Problem, RequestEntry, Subscription
from cdek_sandbox.core.entity_lookup import get_owned, refuse_unknown
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import define_strings
from cdek_sandbox.core.serializers import describe_requests
from cdek_sandbox.resources.webhooks.webhook_events import TYPES
from cdek_sandbox.resources.webhooks.webhook_jobs import end_subscription, list_active
from cdek_sandbox.resources.webhooks.webhook_sender import is_url

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

WEBHOOK_SCHEMA = define_strings("type", "url")
_INVENTED_LIMIT = "sandbox_invented_too_many_webhooks"


def create_webhook(state: SandboxState, request: Request) -> Response:
    """Subscribe to events of one type."""
    body = read_body(state, request, WEBHOOK_SCHEMA, "CREATE")
    if isinstance(body, Response):
        return body
    active_rows = list_active(state, request.owner)
    same = next((row for row in active_rows if row.type == body.get("type")), None)
    replaced = same if state.settings.webhooks.same_type == "replaced" else None
    problems = _check_body(body) or ([] if replaced else _check_limit(state, len(active_rows)))
    if problems:
        return responses.build_refusal(state, "CREATE", problems)
    subscription = replaced or _add_subscription(state, request.owner, body)
    subscription.url, subscription.host = body["url"], request.get_header(b"host")
    entry = _add_request(state, subscription, "CREATE", state.settings.webhooks.state)
    return _respond(state, entry, {"uuid": subscription.uuid}, subscription)


def _check_body(body: dict[str, Any]) -> list[Problem]:
    problems = [problem("v2_field_is_empty", name) for name in ("type", "url") if not body.get(name)]
    if problems:
        return problems
    if body["type"] not in TYPES:
        return [problem("v2_webhook_type_incorrect")]
    return [] if is_url(body["url"]) else [problem("v2_invalid_format", body["url"], "url")]


def _check_limit(state: SandboxState, count: int) -> list[Problem]:
    """Return the error of one subscription too many: CDEK's code is not known, this one is invented."""
    limit = state.settings.webhooks.limit
    message = f"Invented by the sandbox: a client has {limit} webhooks at most"
    return [] if count < limit else [Problem(code=_INVENTED_LIMIT, message=message)]


def _add_subscription(state: SandboxState, owner: str, body: dict[str, Any]) -> Subscription:
    subscription = Subscription(
        uuid=state.random_source.next_uuid("webhook"), owner=owner, type=body["type"], url=body["url"]
    )
    state.add(subscription)
    return subscription


def list_webhooks(state: SandboxState, request: Request) -> Response:
    """Return the client's active subscriptions, oldest first."""
    return responses.build_json(200, [_describe(row) for row in list_active(state, request.owner)])


def get_webhook(state: SandboxState, request: Request) -> Response:
    """Return one active subscription."""
    subscription = _get_active(state, request, "GET")
    if isinstance(subscription, Response):
        return subscription
    return responses.build_json(
        200, {"entity": _describe(subscription), "requests": describe_requests(state, subscription)}
    )


def delete_webhook(state: SandboxState, request: Request) -> Response:
    """Unsubscribe."""
    subscription = _get_active(state, request, "DELETE")
    if isinstance(subscription, Response):
        return subscription
    end_subscription(state, subscription, "deleted")
    return _respond(
        state, _add_request(state, subscription, "DELETE", "SUCCESSFUL"), {"uuid": subscription.uuid}, subscription
    )


def _get_active(state: SandboxState, request: Request, entry_type: str) -> Subscription | Response:
    """Find an active subscription. An ended one is unknown: CDEK's response for it is not recorded."""
    subscription = get_owned(state, request, Subscription, entry_type)
    if isinstance(subscription, Subscription) and subscription.ended is not None:
        return refuse_unknown(state, subscription.uuid, entry_type)
    return subscription


def _add_request(state: SandboxState, subscription: Subscription, entry_type: str, entry_state: str) -> RequestEntry:
    entry = RequestEntry(state.random_source.next_uuid("request"), entry_type, state.clock.now(), entry_state)
    subscription.entries.append(entry)
    state.unsaved[subscription.uuid] = None
    return entry


def _respond(state: SandboxState, entry: RequestEntry, entity: dict[str, Any], subscription: Subscription) -> Response:
    rows = describe_requests(state, subscription)
    matching = [row for row in rows if row["request_uuid"] == entry.request_uuid]
    response = responses.build_json(200, {"entity": entity, "requests": matching})
    response.request_uuid = entry.request_uuid
    return response


def _describe(subscription: Subscription) -> dict[str, Any]:
    return {"uuid": subscription.uuid, "type": subscription.type, "url": subscription.url}


OPERATIONS = (
    Operation("webhook_create", ("POST",), "/v2/webhooks", create_webhook, schema=WEBHOOK_SCHEMA),
    Operation("webhook_list", ("GET",), "/v2/webhooks", list_webhooks),
    Operation("webhook_get", ("GET",), "/v2/webhooks/{uuid}", get_webhook),
    Operation("webhook_delete", ("DELETE",), "/v2/webhooks/{uuid}", delete_webhook),
)
