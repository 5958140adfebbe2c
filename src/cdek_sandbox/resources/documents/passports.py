"""Passport data: `GET /v2/passport`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Order
from cdek_sandbox.core.entity_lookup import find_queried_order
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.query_parameters import QueryParameters
from cdek_sandbox.resources.orders.order_body import has_passport

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import SandboxState


_SIDES = {"SENDER": ("SENDER",), "RECEIVER": ("RECEIVER",), "ALL": ("SENDER", "RECEIVER")}
_CONTACTS = {"SENDER": "sender", "RECEIVER": "recipient"}


def get_passport(state: SandboxState, request: Request) -> Response:
    """Return whether the passport data of an order are sufficient."""
    query = QueryParameters(request)
    client = query.get_choice("client", *_SIDES)
    order = find_queried_order(state, request, query)
    if query.problems:
        return responses.build_error_list(query.problems)
    if order is None:
        return responses.build_error_list([problem("v2_order_number_empty")])
    if not isinstance(order, Order) or order.status.code == "INVALID":
        return responses.build_error_list([problem("v2_entity_empty")])
    if order.cdek_number is None:
        return responses.build_error_list([problem("v2_entity_not_ready")])
    rows = [
        {"client": side, "passport_requirements_satisfied": has_passport(order.body.get(_CONTACTS[side], {}))}
        for side in _SIDES[client or "ALL"]
    ]
    row = {"order_uuid": order.uuid, "cdek_number": int(order.cdek_number), "passport": rows}
    return responses.build_json(200, {"orders": [row]})


OPERATIONS = (
    Operation(
        "passport_get", ("GET",), "/v2/passport", get_passport, query_parameters=("order_uuid", "cdek_number", "client")
    ),
)
