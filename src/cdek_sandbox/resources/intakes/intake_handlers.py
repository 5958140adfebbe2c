"""Intakes (courier pick-ups): `POST`, `PATCH`, `GET`, `DELETE /v2/intakes`, those of an order, and the available days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.clock import list_workdays, to_local_day, to_local_time
from cdek_sandbox.core.entities import Intake, Order, Status
from cdek_sandbox.core.entity_lookup import check_usable, get_named_order, get_owned, get_owned_by_field, refuse_similar
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import check_formats, check_required
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
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
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

_LATE_HOUR = 15
_DEFAULT_DAYS_AHEAD = 14
_MAX_DAYS_AHEAD = 366


def create_intake(state: SandboxState, request: Request) -> Response:
    """Register an intake, for an order or for a load without an order."""
    body = read_body(state, request, INTAKE, "CREATE")
    if isinstance(body, Response):
        return body
    with_order = "order_uuid" in body or "cdek_number" in body
    order = get_named_order(state, request, body, "CREATE") if with_order else None
    if isinstance(order, Response):
        return order
    return _refuse_at_once(state, request, body, order) or _register(state, request, body, order)


def _refuse_at_once(
    state: SandboxState, request: Request, body: dict[str, Any], order: Order | None
) -> Response | None:
    problems = check_intake(body, order)
    if problems:
        return responses.build_refusal(state, "CREATE", problems)
    if order is not None and (response := check_usable(state, order, "CREATE")) is not None:
        return response
    active = [intake for intake in state.list_all(Intake) if intake.status.code not in FINAL]
    of_order = [intake for intake in active if order is not None and intake.order_uuid == order.uuid]
    if order is not None and any(intake.is_pending("CREATE") for intake in of_order):
        return refuse_similar(state, order.uuid, "CREATE")
    if order is not None and of_order:
        return responses.build_refusal(state, "CREATE", [problem("v2_intake_exists_by_order", order.cdek_number)])
    if order is None and any(_is_same_visit(intake, request.owner, body) for intake in active):
        return responses.build_refusal(state, "CREATE", [problem("v2_intake_exists_by_date_address")])
    return None


def _is_same_visit(intake: Intake, owner: str, body: dict[str, Any]) -> bool:
    return (
        intake.owner == owner
        and intake.body["intake_date"] == body["intake_date"]
        and intake.body.get("from_location") == body["from_location"]
    )


def _register(state: SandboxState, request: Request, body: dict[str, Any], order: Order | None) -> Response:
    now = state.clock.now()
    intake = Intake(
        uuid=state.random_source.next_uuid("intake"),
        owner=request.owner,
        body=body,
        order_uuid=None if order is None else order.uuid,
        statuses=[Status("ACCEPTED", now)],
    )
    if order is not None:
        order.intakes += (intake.uuid,)
        state.unsaved[order.uuid] = None
    state.add(intake)
    is_late = body["intake_date"] == to_local_day(now).isoformat() and to_local_time(now).hour >= _LATE_HOUR
    warnings = [problem("v2_late_intake")] if is_late else []
    return responses.build_accepted(
        state, intake.uuid, background_jobs.queue_request(state, intake, "CREATE", warnings=warnings)
    )


def get_intake(state: SandboxState, request: Request) -> Response:
    """Return the intake by uuid."""
    intake = get_owned(state, request, Intake, "GET")
    if isinstance(intake, Response):
        return intake
    background_jobs.count_read(state, intake)
    return responses.build_json(200, build_intake_card(state, intake))


def list_intakes(state: SandboxState, request: Request) -> Response:
    """Return all intakes of an order, oldest first."""
    order = get_owned(state, request, Order, "GET")
    if isinstance(order, Response):
        return order
    intakes = [intake for uuid in order.intakes if (intake := state.find(Intake, uuid)) is not None]
    return responses.build_json(200, [build_intake_entity(state, intake) for intake in intakes])


def update_intake(state: SandboxState, request: Request) -> Response:
    """Return an intake to processing."""
    body = read_body(state, request, INTAKE_CHANGE, "UPDATE")
    if isinstance(body, Response):
        return body
    problems = check_required(body, "uuid", "status") or check_intake_change(body["status"])
    if problems:
        return responses.build_refusal(state, "UPDATE", problems)
    intake = get_owned_by_field(state, request, Intake, "UPDATE", ("uuid", body["uuid"]))
    if isinstance(intake, Response):
        return intake
    return responses.build_accepted(
        state, intake.uuid, background_jobs.queue_request(state, intake, "UPDATE", body["status"]), 200
    )


def delete_intake(state: SandboxState, request: Request) -> Response:
    """Delete an intake."""
    intake = get_owned(state, request, Intake, "DELETE")
    if isinstance(intake, Response):
        return intake
    if intake.is_pending("DELETE"):
        return refuse_similar(state, intake.uuid, "DELETE")
    code = intake.status.code
    if code in FINAL:
        return responses.build_refusal(state, "DELETE", [problem("v2_entity_has_final_status", code)])
    return responses.build_accepted(state, intake.uuid, background_jobs.queue_request(state, intake, "DELETE"), 200)


def list_available_days(state: SandboxState, request: Request) -> Response:
    """Return the days on which a courier can come; without a last day, two weeks ahead."""
    body = read_body(state, request, AVAILABLE_DAYS, "GET")
    if isinstance(body, Response):
        return body
    problems = check_required(body, "from_location") or check_formats(body, ("date",), ())
    if not problems and not {"code", "address"} & body["from_location"].keys():
        problems = check_required(body["from_location"], "address", path="from_location.")
    if problems:
        return responses.build_error_list(problems)
    today = to_local_day(state.clock.now())
    last = date.fromisoformat(body["date"]) if "date" in body else today + timedelta(days=_DEFAULT_DAYS_AHEAD)
    last = min(last, today + timedelta(days=_MAX_DAYS_AHEAD))
    days = list_workdays(today, last)
    return responses.build_json(200, {"date": days, "all_days": len(days) == (last - today).days + 1})


OPERATIONS = (
    Operation("order_intake_list", ("GET",), "/v2/orders/{uuid}/intakes", list_intakes),
    Operation("intake_create", ("POST",), "/v2/intakes", create_intake, schema=INTAKE),
    Operation("intake_update", ("PATCH",), "/v2/intakes", update_intake, schema=INTAKE_CHANGE),
    Operation("intake_day_list", ("POST",), "/v2/intakes/availableDays", list_available_days, schema=AVAILABLE_DAYS),
    Operation("intake_get", ("GET",), "/v2/intakes/{uuid}", get_intake),
    Operation("intake_delete", ("DELETE",), "/v2/intakes/{uuid}", delete_intake),
)
