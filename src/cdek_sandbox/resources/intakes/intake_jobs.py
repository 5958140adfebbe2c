"""Background jobs of intakes: verdicts and effects, with the consolidated order of an intake without an order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.background_jobs import invalidate, leave_unchanged
from cdek_sandbox.core.clock import to_local_day, to_local_time
from cdek_sandbox.core.entities import BackgroundJob, Intake, Order, Problem, RequestEntry, Status
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.state import JobHandler
from cdek_sandbox.resources.orders.order_body import FROM_DOOR, TYPE_DELIVERY, get_delivery_mode
from cdek_sandbox.resources.orders.reverse_orders import find_direct_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.state import SandboxState

CONSOLIDATED_TARIFF = 158
FINAL = frozenset({"DONE", "REMOVED", "INVALID"})
NEXT_STATUSES = {
    "CREATED": ("READY_FOR_APPOINTMENT", "PROCESSING_REQUIRED", "PROBLEM_DETECTED", "REMOVED"),
    "READY_FOR_APPOINTMENT": ("APPOINTED_COURIER", "PROCESSING_REQUIRED", "PROBLEM_DETECTED", "REMOVED"),
    "APPOINTED_COURIER": ("DONE", "READY_FOR_APPOINTMENT", "PROCESSING_REQUIRED", "PROBLEM_DETECTED", "REMOVED"),
    "PROCESSING_REQUIRED": ("READY_FOR_APPOINTMENT", "PROBLEM_DETECTED", "REMOVED"),
    "PROBLEM_DETECTED": ("PROCESSING_REQUIRED", "READY_FOR_APPOINTMENT", "REMOVED"),
}
"""The possible next statuses, the usual one first. The way from ACCEPTED to DONE is known, the rest is a choice."""


_UNCHANGEABLE_CODE = "ve_ci_status_for_change_date_incorrect"
_UNCHANGEABLE_MESSAGE = (
    'Дату и время приезда курьера можно изменять только в статусах "Требует обработки", "Готова к назначению" '
    'или "Назначен курьер"'
)
_CHANGEABLE = frozenset({"PROCESSING_REQUIRED", "READY_FOR_APPOINTMENT", "APPOINTED_COURIER"})
_FROM_LOCKER = frozenset({"8", "9", "10"})
_OPENS, _CLOSES = "09:00", "22:00"
_MAX_DAYS_AHEAD = 31
_OFFICE = {
    "code": 44,
    "city": "Москва",
    "longitude": 37.831928,
    "latitude": 55.644399,
    "address": "Россия, Москва, Москва, ул. Энергетиков, 22 корп. 2",
    "postal_code": "140091",
}


def _decide_creation(state: SandboxState, intake: Intake, _job: BackgroundJob) -> list[Problem]:
    problems = [problem(code, *values) for code, *values in _check_times(intake.body)]
    day, today = date.fromisoformat(intake.body["intake_date"]), to_local_day(state.clock.now())
    if day < today:
        problems.append(problem("ve_ci_pickup_date_expired"))
    if day > today + timedelta(days=_MAX_DAYS_AHEAD):
        problems.append(problem("ve_ci_pickup_date_too_large"))
    if day == today:
        problems += _check_time_today(state, intake.body)
    order = state.orders.get(intake.order_uuid or "")
    return problems + ([] if order is None else _check_order(state, order))


def _check_time_today(state: SandboxState, body: Mapping[str, Any]) -> list[Problem]:
    now, until = to_local_time(state.clock.now()).strftime("%H:%M"), state.settings.intake_today_until
    problems = []
    if body["intake_time_to"] <= now:
        problems.append(problem("error_validate_courier_invitation_time_expired"))
    if until is not None and now >= until:
        problems.append(problem("ve_ci_pickup_time_selfcare_too_large", until))
    return problems


def _check_times(body: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Check the times of a pick-up, as text: all of them have the form HH:mm."""
    first, last = body["intake_time_from"], body["intake_time_to"]
    if first < _OPENS:
        yield "ve_ci_pickup_time_too_small", _OPENS
    if last > _CLOSES:
        yield "ve_ci_pickup_time_too_large", _CLOSES
    if first >= last:
        yield ("ve_ci_pickup_time_to_before_from",)
    if "lunch_time_from" in body and "lunch_time_to" in body:
        yield from _check_lunch(first, last, body["lunch_time_from"], body["lunch_time_to"])


def _check_lunch(first: str, last: str, lunch_from: str, lunch_to: str) -> Iterator[tuple[str, ...]]:
    if lunch_from < first:
        yield ("ve_ci_pickup_lunch_too_small",)
    if lunch_to > last:
        yield ("ve_ci_pickup_lunch_too_large",)
    if lunch_to < lunch_from:
        yield ("ve_ci_pickup_lunch_interval_incorrect",)
    if lunch_to == lunch_from:
        yield ("ve_ci_pickup_lunch_interval_zero",)


def _check_order(state: SandboxState, order: Order) -> list[Problem]:
    direct = find_direct_order(state, order)
    if direct is not None and direct.status.code == "REMOVED":
        return [problem("ve_reverse_straight_order_not_found")]
    if get_delivery_mode(order.body) in _FROM_LOCKER:
        # The message has no reason: that couriers do not collect from lockers is the one that fits a tariff.
        return [problem("ve_tariff_mode_warehouse_unavailable")]
    has_pickup = any(row.get("code") == "TAKE_SENDER" for row in order.body.get("services", ()))
    if get_delivery_mode(order.body) not in FROM_DOOR and not has_pickup:
        return [problem("ve_tariff_mode_not_from_door")]
    return [] if order.status.code == "CREATED" else [problem("error_validate_build_ci_from_order")]


def _complete_creation(state: SandboxState, intake: Intake, _job: BackgroundJob, moment: float) -> None:
    intake.number = state.random_source.next_intake_number()
    if intake.order_uuid is None:
        order = _build_consolidated_order(state, intake, moment)
        intake.order_uuid, order.intakes = order.uuid, (intake.uuid,)
        state.add(order)
    for code in ("CREATED", "READY_FOR_APPOINTMENT"):
        state.set_status(intake, Status(code, moment))


def _build_consolidated_order(state: SandboxState, intake: Intake, moment: float) -> Order:
    """Build the consolidated order that CDEK creates for an intake without an order."""
    uuid, body = state.random_source.next_uuid("order"), intake.body
    sizes = {name: body.get(name, 1) for name in ("length", "width", "height")}
    sender = {name: value for name, value in body["sender"].items() if name in {"company", "name", "phones"}}
    order = {
        "type": TYPE_DELIVERY,
        "tariff_code": CONSOLIDATED_TARIFF,
        "sender": sender,
        "recipient": {"name": sender["name"], "phones": sender.get("phones", [])},
        "from_location": body["from_location"],
        "to_location": _OFFICE,
        "packages": [{"number": "1", "weight": body.get("weight", 100), **sizes, "comment": body["name"]}],
    }
    return Order(
        uuid=uuid,
        owner=intake.owner,
        number=uuid,
        body=order,
        cdek_number=state.random_source.next_cdek_number(),
        statuses=[Status("ACCEPTED", moment), Status("CREATED", moment)],
        entries=[RequestEntry(state.random_source.next_uuid("request"), "CREATE", moment, "SUCCESSFUL")],
    )


def _decide_update(_state: SandboxState, intake: Intake, _job: BackgroundJob) -> list[Problem]:
    if intake.status.code in _CHANGEABLE:
        return []
    # Not recorded: this code of the same family has a message about these three statuses.
    return [Problem(code=_UNCHANGEABLE_CODE, message=_UNCHANGEABLE_MESSAGE)]


def _apply_update(state: SandboxState, intake: Intake, job: BackgroundJob, moment: float) -> None:
    state.set_status(intake, Status("PROCESSING_REQUIRED", moment, reason_code=job.details["add_status"]))


def _decide_deletion(_state: SandboxState, intake: Intake, _job: BackgroundJob) -> list[Problem]:
    code = intake.status.code
    return [problem("v2_entity_has_final_status", code)] if code in FINAL else []


def _remove(state: SandboxState, intake: Intake, _job: BackgroundJob, moment: float) -> None:
    state.set_status(intake, Status("REMOVED", moment))


INTAKE_JOBS = {
    "intake_create": JobHandler(Intake, "CREATE", _decide_creation, _complete_creation, invalidate),
    "intake_update": JobHandler(Intake, "UPDATE", _decide_update, _apply_update, leave_unchanged),
    "intake_delete": JobHandler(Intake, "DELETE", _decide_deletion, _remove, leave_unchanged),
}
