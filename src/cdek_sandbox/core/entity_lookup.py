"""Find the entity that a request names, or build CDEK's error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Order
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import is_uuid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.query_parameters import QueryParameters
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import Kind, SandboxState


def get_owned(state: SandboxState, request: Request, kind: type[Kind], entry_type: str) -> Kind | Response:
    """Return the client's entity of a kind by the uuid of the path, or the response that refuses it."""
    return get_owned_by_field(state, request, kind, entry_type, ("uuid", request.path_parameters["uuid"]))


def get_owned_by_field(
    state: SandboxState, request: Request, kind: type[Kind], entry_type: str, named: tuple[str, str]
) -> Kind | Response:
    """Return the client's entity of a kind by a field with its uuid, or the response that refuses it."""
    field, uuid = named
    if not is_uuid(uuid):
        return responses.build_refusal(state, entry_type, [problem("v2_invalid_format", uuid, field)])
    entity = state.find(kind, uuid.lower())
    if entity is None:
        return refuse_unknown(state, uuid, entry_type)
    if entity.owner != request.owner:
        forbidden = [problem("v2_entity_forbidden", uuid)]
        return responses.build_refusal(state, entry_type, forbidden, state.settings.forbidden_status)
    return entity


def get_named_order(
    state: SandboxState, request: Request, fields: Mapping[str, Any], entry_type: str, field: str = "order_uuid"
) -> Order | Response:
    """Return the client's order that a body or a query names by uuid or by CDEK's number; the uuid wins."""
    if fields.get(field):
        return get_owned_by_field(state, request, Order, entry_type, (field, fields[field]))
    number = fields.get("cdek_number")
    if not number:
        return responses.build_refusal(state, entry_type, [problem("v2_order_number_empty")])
    return get_numbered_order(state, request, number, entry_type)


def get_numbered_order(state: SandboxState, request: Request, number: str, entry_type: str) -> Order | Response:
    """Return the client's order by CDEK's number, or the response that refuses it."""
    order = state.find_by_cdek_number(number)
    if order is None:
        return responses.build_refusal(state, entry_type, [problem("v2_order_not_found", number)])
    if order.owner != request.owner:
        forbidden = [problem("v2_order_forbidden", number)]
        return responses.build_refusal(state, entry_type, forbidden, state.settings.forbidden_status)
    return order


def check_usable(state: SandboxState, order: Order, entry_type: str) -> Response | None:
    """Return the refusal for an order that was deleted, is invalid or has no number yet; None if it is usable."""
    code = order.status.code
    if code == "REMOVED":
        return refuse_unknown(state, order.uuid, entry_type)
    if code == "INVALID":
        return responses.build_refusal(state, entry_type, [problem("v2_entity_invalid", order.uuid)])
    if order.cdek_number is None:
        return responses.build_refusal(state, entry_type, [problem("v2_entity_not_ready")])
    return None


def refuse_similar(state: SandboxState, uuid: str, entry_type: str) -> Response:
    """Refuse a request while a similar one of this entity is unfinished."""
    row = problem("v2_similar_request_still_processed", uuid)
    return responses.build_refusal(state, entry_type, [row], state.settings.similar_status)


def refuse_unknown(state: SandboxState, uuid: str, entry_type: str) -> Response:
    """Refuse a request for an unknown uuid."""
    missing = [problem("v2_entity_not_found", uuid)]
    return responses.build_refusal(state, entry_type, missing, state.settings.unknown_uuid_status)


def find_queried_order(state: SandboxState, request: Request, query: QueryParameters) -> Order | Problem | None:
    """Find the client's order by `order_uuid` or `cdek_number`; None if both are absent."""
    uuid, number = query.get_uuid("order_uuid"), query.get_text("cdek_number")
    if query.problems:
        return query.problems[0]
    if uuid is not None:
        order = state.orders.get(uuid)
        if order is None:
            return problem("v2_entity_not_found", uuid)
        return order if order.owner == request.owner else problem("v2_entity_forbidden", uuid)
    if number is None:
        return None
    order = state.find_by_cdek_number(number)
    if order is None:
        return problem("v2_order_not_found", number)
    return order if order.owner == request.owner else problem("v2_order_forbidden", number)


def list_own_orders(state: SandboxState, request: Request) -> Iterator[Order]:
    """List the client's orders that have a number, oldest first."""
    return (order for order in state.orders.values() if order.owner == request.owner and order.cdek_number is not None)
