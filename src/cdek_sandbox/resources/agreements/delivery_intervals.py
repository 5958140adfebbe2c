"""Days and hours of delivery: `GET /v2/delivery/intervals`, `POST /v2/delivery/estimatedIntervals`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.clock import list_workdays, to_local_day
from cdek_sandbox.core.entity_lookup import check_usable, get_named_order
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import check_addresses, check_required
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.random_source import hash_text
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import FROM_LOCATION, TO_LOCATION, Field
from cdek_sandbox.resources.agreements.agreement_jobs import find_latest_day

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

ESTIMATED_INTERVALS_SCHEMA = {
    "date_time": Field("str"),
    **FROM_LOCATION,
    "shipment_point": Field("str"),
    **TO_LOCATION,
    "tariff_code": Field("int"),
    "additional_order_types": Field("int", many=True),
}
_SLOTS = (("09:00:00", "18:00:00"), ("09:00:00", "14:00:00"), ("14:00:00", "18:00:00"), ("18:00:00", "22:00:00"))
_SLOT_CAPACITY = 20
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


def list_intervals(state: SandboxState, request: Request) -> Response:
    """List the days and hours at which an order can be delivered."""
    order = get_named_order(state, request, request.query_parameters, "GET")
    if isinstance(order, Response):
        return order
    refused = check_usable(state, order, "GET")
    if refused is not None:
        return refused
    rows = [{"date": day, "time_intervals": _list_slots()} for day in _list_days(state)]
    return responses.build_json(200, {"date_intervals": rows})


def _list_slots() -> list[dict[str, Any]]:
    return [{"start_time": first, "end_time": last} for first, last in _SLOTS]


def _list_days(state: SandboxState) -> list[date]:
    return list_workdays(to_local_day(state.clock.now()) + timedelta(days=1), find_latest_day(state))


def estimate_intervals(state: SandboxState, request: Request) -> Response:
    """Return days and hours before an order exists, with invented numbers of agreements."""
    body = read_body(state, request, ESTIMATED_INTERVALS_SCHEMA, "GET")
    if isinstance(body, Response):
        return body
    problems = _check_estimate(body)
    if problems:
        return responses.build_error_list(problems)
    rows = [
        {"date": day, "time_intervals": [_count_agreements(day, slot) for slot in _list_slots()]}
        for day in _list_days(state)
    ]
    return responses.build_json(200, {"date_intervals": rows})


def _check_estimate(body: dict[str, Any]) -> list[Problem]:
    problems = check_required(body, "date_time", "to_location", "tariff_code") + check_addresses(body)
    if "to_location" in body:
        problems += check_required(body["to_location"], "address", path="to_location.")
    if "shipment_point" not in body:
        problems += check_required(body, "from_location")
    if "date_time" in body and not _DATE_TIME.fullmatch(body["date_time"]):
        problems.append(problem("v2_invalid_format", body["date_time"], "date_time"))
    return problems


def _count_agreements(day: date, slot: dict[str, Any]) -> dict[str, Any]:
    agreed = hash_text(f"{day}:{slot['start_time']}:{slot['end_time']}")[0] % (_SLOT_CAPACITY + 1)
    return slot | {"agreed_count": agreed, "total_count": _SLOT_CAPACITY}


OPERATIONS = (
    Operation(
        "interval_list",
        ("GET",),
        "/v2/delivery/intervals",
        list_intervals,
        query_parameters=("cdek_number", "order_uuid"),
    ),
    Operation(
        "interval_estimate",
        ("POST",),
        "/v2/delivery/estimatedIntervals",
        estimate_intervals,
        schema=ESTIMATED_INTERVALS_SCHEMA,
    ),
)
