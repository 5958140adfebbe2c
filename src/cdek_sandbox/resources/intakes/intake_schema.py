"""Schemas and static checks of the bodies of intakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import check_formats, check_required
from cdek_sandbox.core.schema import CONTACT, FROM_LOCATION, Field, define_integers, define_strings

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order, Problem

INTAKE = {
    **define_strings("cdek_number", "order_uuid", "intake_date", "intake_time_from", "intake_time_to"),
    **define_strings("lunch_time_from", "lunch_time_to", "name"),
    **define_integers("weight", "length", "width", "height"),
    "comment": Field("str"),
    "courier_power_of_attorney": Field("bool"),
    "courier_identity_card": Field("bool"),
    "sender": Field("object", CONTACT),
    **FROM_LOCATION,
    "need_call": Field("bool"),
}
INTAKE_CHANGE = {"uuid": Field("str"), "status": Field("object", define_strings("code", "add_status"))}
AVAILABLE_DAYS = {**FROM_LOCATION, "date": Field("str")}
_REQUIRED = ("intake_date", "intake_time_from", "intake_time_to")
_TIMES = ("intake_time_from", "intake_time_to", "lunch_time_from", "lunch_time_to")
_CHANGES = {"code": ("PROCESSING_REQUIRED",), "add_status": ("CALL_REQUIRED", "DOC_REQUIRED")}


def check_intake(body: dict[str, Any], order: Order | None) -> list[Problem]:
    """Check the fields of a new intake; without an order it needs a sender and an address."""
    problems = check_required(body, *_REQUIRED)
    if order is None:
        problems += check_required(body, "name", "sender", "from_location")
        if "sender" in body:
            problems += check_required(body["sender"], "name", path="sender.")
    if "from_location" in body:
        problems += check_required(body["from_location"], "address", path="from_location.")
    return problems or check_formats(body, ("intake_date",), _TIMES)


def check_intake_change(status: dict[str, str]) -> list[Problem]:
    """Check the status that a change asks for."""
    invalid_names = [name for name, values in _CHANGES.items() if status.get(name) and status[name] not in values]
    invalid = [problem("v2_invalid_format", status[name], f"status.{name}") for name in invalid_names]
    return check_required(status, *_CHANGES, path="status.") + invalid
