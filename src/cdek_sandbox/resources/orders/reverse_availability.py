"""`POST /v2/reverse/availability`: whether a reverse order is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.field_checks import check_addresses, check_required
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import FROM_LOCATION, PHONE, TO_LOCATION, Field
from cdek_sandbox.resources.orders.order_body import FROM_DOOR, TO_DOOR, get_delivery_mode
from cdek_sandbox.resources.orders.validation.service_checks import check_reverse_conditions

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

_CONTACTED = {"contragent_type": Field("str"), "phones": Field("object", PHONE, many=True)}
REVERSE_SCHEMA = {
    **FROM_LOCATION,
    "shipment_point": Field("str"),
    **TO_LOCATION,
    "delivery_point": Field("str"),
    "tariff_code": Field("int"),
    "sender": Field("object", _CONTACTED),
    "recipient": Field("object", _CONTACTED),
}


def check_reverse_availability(state: SandboxState, request: Request) -> Response:
    """Respond 200 without a body if a reverse is possible. No error of CDEK was recorded: the codes are those that fit."""
    body = read_body(state, request, REVERSE_SCHEMA, "GET")
    if isinstance(body, Response):
        return body
    problems = _check_fields(body) or list(check_reverse_conditions(state.settings.contract, body)) or _check_ends(body)
    return responses.build_error_list(problems) if problems else responses.build_empty()


def _check_fields(body: dict[str, Any]) -> list[Problem]:
    problems = check_required(body, "tariff_code", "sender", "recipient") + check_addresses(body)
    for contact in ("sender", "recipient"):
        if contact in body:
            problems += check_required(body[contact], "phones", path=f"{contact}.")
        for index, phone in enumerate(body.get(contact, {}).get("phones", ())):
            problems += check_required(phone, "number", path=f"{contact}.phones[{index}].")
    return problems


def _check_ends(body: dict[str, Any]) -> list[Problem]:
    mode = get_delivery_mode(body)
    start = "from_location" if mode in FROM_DOOR else "shipment_point"
    end = "to_location" if mode in TO_DOOR else "delivery_point"
    problems = check_required(body, start, end)
    if mode in TO_DOOR and "to_location" in body:
        problems += check_required(body["to_location"], "address", path="to_location.")
    return problems


OPERATIONS = (
    Operation(
        "reverse_check", ("POST",), "/v2/reverse/availability", check_reverse_availability, schema=REVERSE_SCHEMA
    ),
)
