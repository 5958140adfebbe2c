"""Days and hours of delivery: `GET /v2/delivery/intervals`, `POST /v2/delivery/estimatedIntervals`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.calendar import local_day, workdays
from cdek_sandbox.core.entity_lookup import named_order, unusable
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import address_problems, empty_fields
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.random_source import derived
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.core.schema import FROM_LOCATION, TO_LOCATION, Form
from cdek_sandbox.resources.agreements.agreement_jobs import find_latest_day

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

ESTIMATED_INTERVALS_SCHEMA = {
    "date_time": Form("str"),
    **FROM_LOCATION,
    "shipment_point": Form("str"),
    **TO_LOCATION,
    "tariff_code": Form("int"),
    "additional_order_types": Form("int", many=True),
}
_SLOTS = (("09:00:00", "18:00:00"), ("09:00:00", "14:00:00"), ("14:00:00", "18:00:00"), ("18:00:00", "22:00:00"))
_SLOT_CAPACITY = 20
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


def list_intervals(world: World, call: Call) -> Answer:
    """Days and hours to which an order can be delivered."""
    order = named_order(world, call, call.parameters, "GET")
    if isinstance(order, Answer):
        return order
    refused = unusable(world, order, "GET")
    if refused is not None:
        return refused
    rows = [{"date": day, "time_intervals": _list_slots()} for day in _list_days(world)]
    return responses.plain(200, {"date_intervals": rows})


def _list_slots() -> list[dict[str, Any]]:
    return [{"start_time": first, "end_time": last} for first, last in _SLOTS]


def _list_days(world: World) -> list[date]:
    return workdays(local_day(world.clock.now()) + timedelta(days=1), find_latest_day(world))


def estimate_intervals(world: World, call: Call) -> Answer:
    """The same before an order exists, with how many are taken; the counts are made up."""
    body = read_body(world, call, ESTIMATED_INTERVALS_SCHEMA, "GET")
    if isinstance(body, Answer):
        return body
    problems = _check_estimate(body)
    if problems:
        return responses.simple(problems)
    rows = [
        {"date": day, "time_intervals": [_count_agreements(day, slot) for slot in _list_slots()]}
        for day in _list_days(world)
    ]
    return responses.plain(200, {"date_intervals": rows})


def _check_estimate(body: dict[str, Any]) -> list[Problem]:
    problems = empty_fields(body, "date_time", "to_location", "tariff_code") + address_problems(body)
    if "to_location" in body:
        problems += empty_fields(body["to_location"], "address", path="to_location.")
    if "shipment_point" not in body:
        problems += empty_fields(body, "from_location")
    if "date_time" in body and not _DATE_TIME.fullmatch(body["date_time"]):
        problems.append(problem("v2_invalid_format", body["date_time"], "date_time"))
    return problems


def _count_agreements(day: date, slot: dict[str, Any]) -> dict[str, Any]:
    agreed = derived(f"{day}:{slot['start_time']}:{slot['end_time']}")[0] % (_SLOT_CAPACITY + 1)
    return slot | {"agreed_count": agreed, "total_count": _SLOT_CAPACITY}


OPERATIONS = (
    Operation("interval_list", ("GET",), "/v2/delivery/intervals", list_intervals, query=("cdek_number", "order_uuid")),
    Operation(
        "interval_estimate",
        ("POST",),
        "/v2/delivery/estimatedIntervals",
        estimate_intervals,
        form=ESTIMATED_INTERVALS_SCHEMA,
    ),
)
