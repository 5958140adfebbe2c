"""Intakes (courier pick-ups): `POST`, `PATCH`, `GET`, `DELETE /v2/intakes`, those of an order, and the available days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.calendar import local, local_day, workdays
from cdek_sandbox.core.entities import Intake, Order, Status
from cdek_sandbox.core.entity_lookup import named_order, own, own_by, similar, unusable
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import empty_fields, format_problems
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.resources.intakes.intake_card import build_intake_card, build_intake_entity
from cdek_sandbox.resources.intakes.intake_jobs import FINAL
from cdek_sandbox.resources.intakes.intake_schema import (
    AVAILABLE_DAYS,
    INTAKE,
    INTAKE_CHANGE,
    check_intake,
    check_intake_change,
)

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

_LATE_HOUR = 15
_DEFAULT_DAYS_AHEAD = 14
_MAX_DAYS_AHEAD = 366


def create_intake(world: World, call: Call) -> Answer:
    """Call a courier, for an order or for a load that CDEK makes an order of itself."""
    body = read_body(world, call, INTAKE, "CREATE")
    if isinstance(body, Answer):
        return body
    with_order = "order_uuid" in body or "cdek_number" in body
    order = named_order(world, call, body, "CREATE") if with_order else None
    if isinstance(order, Answer):
        return order
    return _refuse_at_once(world, call, body, order) or _register(world, call, body, order)


def _refuse_at_once(world: World, call: Call, body: dict[str, Any], order: Order | None) -> Answer | None:
    problems = check_intake(body, order)
    if problems:
        return responses.refused(world, "CREATE", problems)
    if order is not None and (answer := unusable(world, order, "CREATE")) is not None:
        return answer
    active = [intake for intake in world.all(Intake) if intake.status.code not in FINAL]
    of_order = [intake for intake in active if order is not None and intake.order_uuid == order.uuid]
    if order is not None and any(intake.pending("CREATE") for intake in of_order):
        return similar(world, order.uuid, "CREATE")
    if order is not None and of_order:
        return responses.refused(world, "CREATE", [problem("v2_intake_exists_by_order", order.cdek_number)])
    if order is None and any(_is_same_visit(intake, call.owner, body) for intake in active):
        return responses.refused(world, "CREATE", [problem("v2_intake_exists_by_date_address")])
    return None


def _is_same_visit(intake: Intake, owner: str, body: dict[str, Any]) -> bool:
    return (
        intake.owner == owner
        and intake.body["intake_date"] == body["intake_date"]
        and intake.body.get("from_location") == body["from_location"]
    )


def _register(world: World, call: Call, body: dict[str, Any], order: Order | None) -> Answer:
    now = world.clock.now()
    intake = Intake(
        uuid=world.dice.uuid("intake"),
        owner=call.owner,
        body=body,
        order_uuid=None if order is None else order.uuid,
        statuses=[Status("ACCEPTED", now)],
    )
    if order is not None:
        order.intakes += (intake.uuid,)
        world.changed[order.uuid] = None
    world.add(intake)
    late = body["intake_date"] == local_day(now).isoformat() and local(now).hour >= _LATE_HOUR
    warnings = [problem("v2_late_intake")] if late else []
    return responses.accepted(world, intake.uuid, background_jobs.request(world, intake, "CREATE", warnings=warnings))


def get_intake(world: World, call: Call) -> Answer:
    """The intake by uuid."""
    intake = own(world, call, Intake, "GET")
    if isinstance(intake, Answer):
        return intake
    background_jobs.read(world, intake)
    return responses.plain(200, build_intake_card(world, intake))


def list_intakes(world: World, call: Call) -> Answer:
    """Every intake of an order, oldest first."""
    order = own(world, call, Order, "GET")
    if isinstance(order, Answer):
        return order
    found = [intake for uuid in order.intakes if (intake := world.find(Intake, uuid)) is not None]
    return responses.plain(200, [build_intake_entity(world, intake) for intake in found])


def update_intake(world: World, call: Call) -> Answer:
    """Put an intake back for processing."""
    body = read_body(world, call, INTAKE_CHANGE, "UPDATE")
    if isinstance(body, Answer):
        return body
    problems = empty_fields(body, "uuid", "status") or check_intake_change(body["status"])
    if problems:
        return responses.refused(world, "UPDATE", problems)
    intake = own_by(world, call, Intake, "UPDATE", ("uuid", body["uuid"]))
    if isinstance(intake, Answer):
        return intake
    return responses.accepted(world, intake.uuid, background_jobs.request(world, intake, "UPDATE", body["status"]), 200)


def delete_intake(world: World, call: Call) -> Answer:
    """Call the courier off."""
    intake = own(world, call, Intake, "DELETE")
    if isinstance(intake, Answer):
        return intake
    if intake.pending("DELETE"):
        return similar(world, intake.uuid, "DELETE")
    code = intake.status.code
    if code in FINAL:
        return responses.refused(world, "DELETE", [problem("v2_entity_has_final_status", code)])
    return responses.accepted(world, intake.uuid, background_jobs.request(world, intake, "DELETE"), 200)


def list_available_days(world: World, call: Call) -> Answer:
    """The days on which a courier can come, two weeks ahead where no last day is given."""
    body = read_body(world, call, AVAILABLE_DAYS, "GET")
    if isinstance(body, Answer):
        return body
    problems = empty_fields(body, "from_location") or format_problems(body, ("date",), ())
    if not problems and not {"code", "address"} & body["from_location"].keys():
        problems = empty_fields(body["from_location"], "address", path="from_location.")
    if problems:
        return responses.simple(problems)
    today = local_day(world.clock.now())
    last = date.fromisoformat(body["date"]) if "date" in body else today + timedelta(days=_DEFAULT_DAYS_AHEAD)
    last = min(last, today + timedelta(days=_MAX_DAYS_AHEAD))
    days = workdays(today, last)
    return responses.plain(200, {"date": days, "all_days": len(days) == (last - today).days + 1})


OPERATIONS = (
    Operation("order_intake_list", ("GET",), "/v2/orders/{uuid}/intakes", list_intakes),
    Operation("intake_create", ("POST",), "/v2/intakes", create_intake, form=INTAKE),
    Operation("intake_update", ("PATCH",), "/v2/intakes", update_intake, form=INTAKE_CHANGE),
    Operation("intake_day_list", ("POST",), "/v2/intakes/availableDays", list_available_days, form=AVAILABLE_DAYS),
    Operation("intake_get", ("GET",), "/v2/intakes/{uuid}", get_intake),
    Operation("intake_delete", ("DELETE",), "/v2/intakes/{uuid}", delete_intake),
)
