"""Prealerts: `POST /v2/prealert`, `GET /v2/prealert/{uuid}`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Order, Prealert, Problem
from cdek_sandbox.core.entity_lookup import get_named_order, get_owned
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import ORDER_REFERENCE, Field, define_strings
from cdek_sandbox.resources.prealerts.prealert_card import build_prealert_card
from cdek_sandbox.resources.prealerts.prealert_jobs import add_prealert

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

PREALERT_SCHEMA = {
    **define_strings("planned_date", "shipment_point"),
    "orders": Field("object", {**ORDER_REFERENCE, **define_strings("im_number")}, many=True),
}
_END_MOMENT = 2**32  # the year 2106: any later one is a typing error
_REQUIRED = ("planned_date", "shipment_point", "orders")


def create_prealert(state: SandboxState, request: Request) -> Response:
    """Announce a hand-over of parcels; CDEK checks it in the background."""
    body = read_body(state, request, PREALERT_SCHEMA, "CREATE")
    if isinstance(body, Response):
        return body
    problems = [problem("v2_field_is_empty", name) for name in _REQUIRED if not body.get(name)]
    planned = _parse_planned_date(body.get("planned_date", ""))
    if problems or isinstance(planned, Problem):
        return responses.build_refusal(state, "CREATE", problems or [planned])
    orders = [_find_order(state, request, row) for row in body["orders"]]
    # That an unknown order is refused at once is a choice: CDEK's response is not recorded.
    refused = next((order for order in orders if isinstance(order, Response)), None)
    if refused is not None:
        return refused
    body["orders"] = [_echo_reference(row) for row in body["orders"]]
    prealert = add_prealert(
        state, request.owner, body, planned, [order for order in orders if isinstance(order, Order)]
    )
    return responses.build_accepted(state, prealert.uuid, background_jobs.queue_request(state, prealert, "CREATE"))


def _parse_planned_date(text: str) -> Any:
    """Parse the planned date; return the moment in seconds, or the error."""
    try:
        read = datetime.fromisoformat(text)
        moment = (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        moment = -1
    return moment if 0 <= moment < _END_MOMENT else problem("v2_invalid_format", text, "planned_date")


def _find_order(state: SandboxState, request: Request, row: dict[str, Any]) -> Order | Response:
    """Find the client's order by uuid, CDEK's number or, if both are absent, the shop's number."""
    if row.get("order_uuid") or row.get("cdek_number") or not row.get("im_number"):
        return get_named_order(state, request, row, "CREATE")
    orders = state.find_by_number(request.owner, row["im_number"])
    if orders:
        return orders[-1]
    return responses.build_refusal(state, "CREATE", [problem("v2_entity_not_found_im_number", row["im_number"])])


def _echo_reference(row: dict[str, Any]) -> dict[str, Any]:
    """Return the order's reference as the request has it: one of the three."""
    if row.get("order_uuid"):
        return {"order_uuid": row["order_uuid"]}
    return {"cdek_number": int(row["cdek_number"])} if row.get("cdek_number") else {"im_number": row["im_number"]}


def get_prealert(state: SandboxState, request: Request) -> Response:
    """Return the prealert by uuid."""
    prealert = get_owned(state, request, Prealert, "GET")
    if isinstance(prealert, Response):
        return prealert
    background_jobs.count_read(state, prealert)
    return responses.build_json(200, build_prealert_card(state, prealert))


OPERATIONS = (
    Operation("prealert_create", ("POST",), "/v2/prealert", create_prealert, schema=PREALERT_SCHEMA),
    Operation("prealert_get", ("GET",), "/v2/prealert/{uuid}", get_prealert),
)
