"""`POST /v2/orders/{uuid}/refusal` by the decision table of CDEK's facts, and `/clientReturn`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Order, RefusalAttempt
from cdek_sandbox.core.entity_lookup import get_owned, refuse_similar, refuse_unknown
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_json
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import parse_body
from cdek_sandbox.resources.orders.order_jobs import build_finished_problem
from cdek_sandbox.resources.orders.order_schema import CLIENT_RETURN
from cdek_sandbox.resources.orders.order_statuses import FINISHED

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

_TYPE = "CREATE_REFUSAL"


def refuse_order(state: SandboxState, request: Request) -> Response:
    """Register a refusal with any body. Only the statuses below are checked at once, others by the background job."""
    order = get_owned(state, request, Order, _TYPE)
    if isinstance(order, Response):
        return order
    return _refuse_at_once(state, order) or responses.build_accepted(
        state, order.uuid, background_jobs.queue_request(state, order, _TYPE)
    )


def _refuse_at_once(state: SandboxState, order: Order) -> Response | None:
    settings, code = state.settings, order.status.code
    if code == "REMOVED" and settings.refusal_of_removed == "at_once":
        return refuse_unknown(state, order.uuid, _TYPE)
    if order.is_pending(_TYPE) and settings.second_refusal == "similar":
        return refuse_similar(state, order.uuid, _TYPE)
    error = _check_status(state, order)
    return None if error is None else responses.build_refusal(state, _TYPE, [error])


def _check_status(state: SandboxState, order: Order) -> Problem | None:
    settings, code = state.settings, order.status.code
    if code == "INVALID" and settings.refusal_of_invalid == "at_once":
        return problem("v2_entity_invalid", order.uuid)
    if code == "ACCEPTED" and settings.refusal_of_accepted == "not_ready":
        return problem("v2_entity_not_ready")
    if code in FINISHED and settings.refusal_of_finished == "at_once":
        return build_finished_problem(order)
    return None


def record_refusal_attempt(state: SandboxState, request: Request) -> RefusalAttempt | None:
    """Record that a refusal of this order reached the sandbox, before it is processed."""
    order = state.orders.get(request.path_parameters["uuid"].lower())
    if order is None:
        return None
    attempt = RefusalAttempt(state.clock.now())
    order.refusal_attempts += (attempt,)
    state.unsaved[order.uuid] = None
    return attempt


def create_client_return(state: SandboxState, request: Request) -> Response:
    """Queue a client return; CDEK checks in the background whether the order was delivered."""
    entry_type = "CREATE_CLIENT_RETURN"
    order = get_owned(state, request, Order, entry_type)
    if isinstance(order, Response):
        return order
    raw = read_json(request)
    body, problems = parse_body(CLIENT_RETURN, raw if isinstance(raw, dict) else {})
    if not body and not problems:
        problems = [problem("v2_field_is_empty", "tariff_code")]
    if problems:
        return responses.build_refusal(state, entry_type, problems)
    return responses.build_accepted(state, order.uuid, background_jobs.queue_request(state, order, entry_type, body))


OPERATIONS = (
    Operation("refusal", ("POST",), "/v2/orders/{uuid}/refusal", refuse_order, record_attempt=record_refusal_attempt),
    Operation("client_return", ("POST",), "/v2/orders/{uuid}/clientReturn", create_client_return, schema=CLIENT_RETURN),
)
