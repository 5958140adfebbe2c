"""Orders: `POST /v2/orders`, `GET /v2/orders`, `GET /v2/orders/{uuid}`, `DELETE /v2/orders/{uuid}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Order, Problem, Status
from cdek_sandbox.core.entity_lookup import get_numbered_order, get_owned, refuse_unknown
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_object
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import parse_body
from cdek_sandbox.resources.orders.ignored_fields import remove_ignored_fields
from cdek_sandbox.resources.orders.order_card import build_order_card
from cdek_sandbox.resources.orders.order_checks import check_order
from cdek_sandbox.resources.orders.order_schema import ORDER

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState


def create_order(state: SandboxState, request: Request) -> Response:
    """Register an order: static checks at once, the rest in the background."""
    raw = read_object(state, request, "CREATE")
    if isinstance(raw, Response):
        return raw
    body, problems = read_order(state, raw)
    if problems:
        return responses.build_refusal(state, "CREATE", problems)
    warnings = remove_ignored_fields(state, body, body)
    order = build_order(state, request.owner, body)
    order.hidden_reads = state.settings.hidden_reads
    state.add(order)
    details = {"host": request.get_header(b"host")} if "print" in body else None
    entry = background_jobs.queue_request(state, order, "CREATE", details, warnings)
    return responses.build_order_accepted(state, order.uuid, entry)


def read_order(state: SandboxState, raw: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Read the body as CDEK understands it, with the errors that CDEK reports at once."""
    body, problems = parse_body(ORDER, raw)
    return body, problems or check_order(state.settings, body)


def build_order(state: SandboxState, owner: str, body: dict[str, Any]) -> Order:
    """Build an order with status ACCEPTED, not yet stored in the state."""
    uuid = state.random_source.next_uuid("order")
    first = Status("ACCEPTED", state.clock.now())
    return Order(
        uuid=uuid,
        owner=owner,
        number=body.get("number") or uuid,
        body=body,
        is_client_return=body.get("is_client_return", False),
        statuses=[first],
    )


def get_order(state: SandboxState, request: Request) -> Response:
    """Return the order card by uuid."""
    order = get_owned(state, request, Order, "GET")
    return order if isinstance(order, Response) else _respond_with_card(state, order)


def find_order(state: SandboxState, request: Request) -> Response:
    """Return the order card by CDEK's number, or of the latest order by the shop's number."""
    parameters = request.query_parameters
    if "cdek_number" in parameters:
        order = get_numbered_order(state, request, parameters["cdek_number"], "GET")
        return order if isinstance(order, Response) else _respond_with_card(state, order)
    if "im_number" in parameters:
        orders = state.find_by_number(request.owner, parameters["im_number"])
        if orders:
            return _respond_with_card(state, orders[-1])
        return responses.build_refusal(
            state, "GET", [problem("v2_entity_not_found_im_number", parameters["im_number"])]
        )
    return responses.build_refusal(state, "GET", [problem("v2_parameters_empty")])


def _respond_with_card(state: SandboxState, order: Order) -> Response:
    if order.hidden_reads:
        order.hidden_reads -= 1
        state.unsaved[order.uuid] = None
        return refuse_unknown(state, order.uuid, "GET")
    background_jobs.count_read(state, order)
    return responses.build_json(200, build_order_card(state, order))


def delete_order(state: SandboxState, request: Request) -> Response:
    """Queue a deletion; CDEK decides in the background."""
    order = get_owned(state, request, Order, "DELETE")
    if isinstance(order, Response):
        return order
    return responses.build_accepted(state, order.uuid, background_jobs.queue_request(state, order, "DELETE"))


OPERATIONS = (
    Operation("order_create", ("POST",), "/v2/orders", create_order, schema=ORDER),
    Operation("order_find", ("GET",), "/v2/orders", find_order, query_parameters=("cdek_number", "im_number")),
    Operation("order_get", ("GET",), "/v2/orders/{uuid}", get_order),
    Operation("order_delete", ("DELETE",), "/v2/orders/{uuid}", delete_order),
)
