"""Delivery agreements with the recipient: `POST /v2/delivery`, `GET /v2/delivery/{uuid}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Agreement, Order, Status
from cdek_sandbox.core.entity_lookup import check_usable, get_named_order, get_owned, refuse_similar
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import check_addresses, check_formats, check_required
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import TO_LOCATION, define_strings
from cdek_sandbox.core.serializers import describe_related, describe_requests, describe_statuses
from cdek_sandbox.resources.orders.order_statuses import find_destination_kind

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

AGREEMENT_SCHEMA = {
    **define_strings("cdek_number", "order_uuid", "date", "time_from", "time_to", "comment", "delivery_point"),
    **TO_LOCATION,
}
_STATUS_NAMES = {
    "ACCEPTED": "Принята",
    "PROCESSING": "Зарегистрирована",
    "INVALID": "Некорректна",
    "CANCEL": "Аннулирована",
}


def create_agreement(state: SandboxState, request: Request) -> Response:
    """Register a day, a time or another place that the recipient agreed to."""
    body = read_body(state, request, AGREEMENT_SCHEMA, "CREATE")
    if isinstance(body, Response):
        return body
    order = get_named_order(state, request, body, "CREATE")
    if isinstance(order, Response):
        return order
    return _refuse_at_once(state, body, order) or _register(state, request, body, order)


def _refuse_at_once(state: SandboxState, body: dict[str, Any], order: Order) -> Response | None:
    problems = check_required(body, "date") + check_addresses(body)
    if "to_location" in body:
        problems += check_required(body["to_location"], "address", path="to_location.")
    problems = problems or check_formats(body, ("date",), ("time_from", "time_to"))
    if problems:
        return responses.build_refusal(state, "CREATE", problems)
    if (response := check_usable(state, order, "CREATE")) is not None:
        return response
    if find_destination_kind(order) == "locker":
        return responses.build_refusal(state, "CREATE", [problem("v2_impossible_register_date")])
    earlier = (state.find(Agreement, uuid) for uuid in order.agreements)
    if any(one is not None and one.is_pending("CREATE") for one in earlier):
        return refuse_similar(state, order.uuid, "CREATE")
    return None


def _register(state: SandboxState, request: Request, body: dict[str, Any], order: Order) -> Response:
    agreement = Agreement(
        uuid=state.random_source.next_uuid("agreement"),
        owner=request.owner,
        body=body,
        order_uuid=order.uuid,
        statuses=[Status("ACCEPTED", state.clock.now())],
    )
    order.agreements += (agreement.uuid,)
    state.unsaved[order.uuid] = None
    state.add(agreement)
    return responses.build_accepted(state, agreement.uuid, background_jobs.queue_request(state, agreement, "CREATE"))


def get_agreement(state: SandboxState, request: Request) -> Response:
    """Return the agreement by uuid."""
    agreement = get_owned(state, request, Agreement, "GET")
    if isinstance(agreement, Response):
        return agreement
    background_jobs.count_read(state, agreement)
    return responses.build_json(200, _build_card(state, agreement))


def _build_card(state: SandboxState, agreement: Agreement) -> dict[str, Any]:
    """Build the whole response: entity, requests, related entities."""
    order, body = state.orders[agreement.order_uuid], agreement.body
    entity = {
        "cdek_number": order.cdek_number,
        "order_uuid": order.uuid,
        **{name: value for name, value in body.items() if name not in {"cdek_number", "order_uuid"}},
        "uuid": agreement.uuid,
        "statuses": describe_statuses(state, agreement, _STATUS_NAMES),
    }
    return {
        "entity": entity,
        "requests": describe_requests(state, agreement),
        "related_entities": describe_related(agreement),
    }


OPERATIONS = (
    Operation("agreement_create", ("POST",), "/v2/delivery", create_agreement, schema=AGREEMENT_SCHEMA),
    Operation("agreement_get", ("GET",), "/v2/delivery/{uuid}", get_agreement),
)
