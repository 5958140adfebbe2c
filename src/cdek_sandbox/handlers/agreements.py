"""Agreements with the recipient: `POST /v2/delivery`, `GET /v2/delivery/{uuid}`, and the intervals to choose from."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.calendar import local_day, workdays
from cdek_sandbox.core.entities import Agreement, Order, Problem, Status
from cdek_sandbox.core.entity_lookup import named_order, own, similar, unusable
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import address_problems, empty_fields, format_problems
from cdek_sandbox.core.random_source import derived
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.world.agreement_work import latest_day
from cdek_sandbox.world.statuses import destination
from cdek_sandbox.world.visit_cards import agreement_card
from cdek_sandbox.world.visit_forms import AGREEMENT, ESTIMATED_INTERVALS

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

_SLOTS = (("09:00:00", "18:00:00"), ("09:00:00", "14:00:00"), ("14:00:00", "18:00:00"), ("18:00:00", "22:00:00"))
_TOTAL = 20
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


def agree(world: World, call: Call) -> Answer:
    """Note a day, a time or another place that the recipient agreed to."""
    body = read_body(world, call, AGREEMENT, "CREATE")
    if isinstance(body, Answer):
        return body
    order = named_order(world, call, body, "CREATE")
    if isinstance(order, Answer):
        return order
    return _refused(world, body, order) or _accepted(world, call, body, order)


def _refused(world: World, body: dict[str, Any], order: Order) -> Answer | None:
    problems = empty_fields(body, "date") + address_problems(body)
    if "to_location" in body:
        problems += empty_fields(body["to_location"], "address", path="to_location.")
    problems = problems or format_problems(body, ("date",), ("time_from", "time_to"))
    if problems:
        return responses.refused(world, "CREATE", problems)
    if (answer := unusable(world, order, "CREATE")) is not None:
        return answer
    if destination(order) == "locker":
        return responses.refused(world, "CREATE", [problem("v2_impossible_register_date")])
    earlier = (world.find(Agreement, uuid) for uuid in order.agreements)
    if any(one is not None and one.pending("CREATE") for one in earlier):
        return similar(world, order.uuid, "CREATE")
    return None


def _accepted(world: World, call: Call, body: dict[str, Any], order: Order) -> Answer:
    agreement = Agreement(
        uuid=world.dice.uuid("agreement"),
        owner=call.owner,
        body=body,
        order_uuid=order.uuid,
        statuses=[Status("ACCEPTED", world.clock.now())],
    )
    order.agreements += (agreement.uuid,)
    world.changed[order.uuid] = None
    world.add(agreement)
    return responses.accepted(world, agreement.uuid, background_jobs.request(world, agreement, "CREATE"))


def get_agreement(world: World, call: Call) -> Answer:
    """The agreement by uuid."""
    agreement = own(world, call, Agreement, "GET")
    if isinstance(agreement, Answer):
        return agreement
    background_jobs.read(world, agreement)
    return responses.plain(200, agreement_card(world, agreement))


def list_intervals(world: World, call: Call) -> Answer:
    """Days and hours to which an order can be delivered."""
    order = named_order(world, call, call.parameters, "GET")
    if isinstance(order, Answer):
        return order
    refused = unusable(world, order, "GET")
    if refused is not None:
        return refused
    rows = [{"date": day, "time_intervals": _slots()} for day in _days(world)]
    return responses.plain(200, {"date_intervals": rows})


def _slots() -> list[dict[str, Any]]:
    return [{"start_time": first, "end_time": last} for first, last in _SLOTS]


def _days(world: World) -> list[date]:
    return workdays(local_day(world.clock.now()) + timedelta(days=1), latest_day(world))


def estimate_intervals(world: World, call: Call) -> Answer:
    """The same before an order exists, with how many are taken; the counts are made up."""
    body = read_body(world, call, ESTIMATED_INTERVALS, "GET")
    if isinstance(body, Answer):
        return body
    problems = _estimate_problems(body)
    if problems:
        return responses.simple(problems)
    rows = [{"date": day, "time_intervals": [_counted(day, slot) for slot in _slots()]} for day in _days(world)]
    return responses.plain(200, {"date_intervals": rows})


def _estimate_problems(body: dict[str, Any]) -> list[Problem]:
    problems = empty_fields(body, "date_time", "to_location", "tariff_code") + address_problems(body)
    if "to_location" in body:
        problems += empty_fields(body["to_location"], "address", path="to_location.")
    if "shipment_point" not in body:
        problems += empty_fields(body, "from_location")
    if "date_time" in body and not _DATE_TIME.fullmatch(body["date_time"]):
        problems.append(problem("v2_invalid_format", body["date_time"], "date_time"))
    return problems


def _counted(day: date, slot: dict[str, Any]) -> dict[str, Any]:
    agreed = derived(f"{day}:{slot['start_time']}:{slot['end_time']}")[0] % (_TOTAL + 1)
    return slot | {"agreed_count": agreed, "total_count": _TOTAL}
