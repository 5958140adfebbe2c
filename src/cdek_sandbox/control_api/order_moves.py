"""Orders moved by the control API: into a status, along their route, to the end of their background work."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, Struct

from cdek_sandbox.control_api.clock import check_moment
from cdek_sandbox.control_api.inspection import inspect_order
from cdek_sandbox.core import background_jobs
from cdek_sandbox.core.entities import Problem, Status
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.errors import ControlError
from cdek_sandbox.resources.orders.order_statuses import NAMES, find_next_status
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
    from cdek_sandbox.core.entities import DeliveryProblem, Order
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.runtime import Runtime

MAX_STEPS = 100
_NO_ORDER = Message("Заказа {0} в песочнице нет.", "The sandbox has no order {0}.")
_ROUTE_ENDS = Message(
    "За статусом {0} по маршруту ничего нет, заказ остался в статусе {1}: задайте статус сами через /status.",
    "Nothing follows {0} on the route, the order has stayed in {1}: set a status yourself with /status.",
)
_INVALID_TIME = Message(
    "Время {0} не понято: нужны секунды или 2026-01-31T12:00:00+00:00.",
    "The time {0} is invalid: give seconds, or 2026-01-31T12:00:00+00:00.",
)
_UNKNOWN_STATUS = Message(
    "Статуса {0} у СДЭК нет.{1} Статусы: {2}. Чтобы задать статус, которого СДЭК не знает, передайте allow_unknown: true.",
    "CDEK has no status {0}.{1} Statuses: {2}. To set a status that CDEK does not know, pass allow_unknown: true.",
)
_NEAREST = Message(" Возможно, нужен {0}?", " Did you mean {0}?")


class StatusChange(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/status`. `date_time` is ISO 8601 or Unix seconds."""

    code: str
    reason_code: str | None = None
    deleted: bool = False
    date_time: str | float | None = None
    city: str = "Офис СДЭК"
    allow_unknown: bool = False


class DeletionBlockers(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/obstacles`; what is not named stays as it is."""

    in_warehouse: bool | None = None
    claimed: bool | None = None


class AdvanceOptions(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/orders/{uuid}/advance`, and the same of an intake."""

    steps: Annotated[int, Meta(ge=1, le=MAX_STEPS)] = 1


def change_status(runtime: Runtime, request: ControlRequest[StatusChange]) -> Any:
    """Put an order into a status."""
    order, change = find_order(runtime.state, request), request.body
    check_status(change.code, allow_unknown=change.allow_unknown)
    set_status(runtime.state, order, change)
    return inspect_order(runtime.state, order)


def advance_order(runtime: Runtime, request: ControlRequest[AdvanceOptions]) -> Any:
    """Move an order along its route; a route that is too short moves nothing."""
    state, order = runtime.state, find_order(runtime.state, request)
    codes = _plan_steps(order, request.body.steps)
    since, count = order.statuses[-1].moment, len(order.statuses)
    for code in codes:
        set_status(state, order, StatusChange(code))
    now = state.clock.now()
    spread_moments(order, order.statuses[count:], min(since, now), now)
    return inspect_order(state, order)


def change_deletion_blockers(runtime: Runtime, request: ControlRequest[DeletionBlockers]) -> Any:
    """Set whether a warehouse has handled an order and whether a claim is registered: CDEK then does not delete it."""
    order, blockers = find_order(runtime.state, request), request.body
    order.in_warehouse = order.in_warehouse if blockers.in_warehouse is None else blockers.in_warehouse
    order.claimed = order.claimed if blockers.claimed is None else blockers.claimed
    runtime.state.unsaved[order.uuid] = None
    return inspect_order(runtime.state, order)


def finish_work(runtime: Runtime, request: ControlRequest[NoFields]) -> Any:
    """End the background work of an order now, whatever the settings say about its time; it may have ended already."""
    state = runtime.state
    order = find_order(state, request)
    running = next((one for one in order.jobs if one.started is not None), None)
    if running is not None:
        background_jobs.finish_job(state, order, running, state.clock.now())
    return inspect_order(state, order)


def find_order(state: SandboxState, request: ControlRequest[Any]) -> Order:
    """Return the order that the path names.

    Raises:
        ControlError: there is no such order.
    """
    order = state.orders.get(request.params["uuid"].lower())
    if order is None:
        raise ControlError(_NO_ORDER.format(request.params["uuid"]))
    return order


def check_status(code: str, *, allow_unknown: bool) -> None:
    """Check that CDEK has this status.

    Raises:
        ControlError: it has not, and unknown ones are not allowed; the message has the list and the nearest.
    """
    if code in NAMES or allow_unknown:
        return
    matches = get_close_matches(code.upper(), NAMES, n=1)
    hint = _NEAREST.format(matches[0]) if matches else Message("", "")
    codes = ", ".join(NAMES)
    raise ControlError(
        Message(_UNKNOWN_STATUS.ru.format(code, hint.ru, codes), _UNKNOWN_STATUS.en.format(code, hint.en, codes))
    )


def set_status(state: SandboxState, order: Order, change: StatusChange) -> None:
    """Put an order into a status and end its creation if that has not ended."""
    moment = _read_moment(state, change.date_time)
    state.unsaved[order.uuid] = None
    if change.deleted and _withdraw(order, change.code):
        return
    if order.creation_job is not None and change.code != "ACCEPTED":
        background_jobs.finish_job(state, order, order.creation_job, moment, _creation_problems(change))
        if change.code in {"CREATED", "INVALID"}:
            return
    state.set_status(order, Status(change.code, moment, change.reason_code, change.city, change.deleted))


def spread_moments(order: Order, rows: Sequence[Status | DeliveryProblem], since: float, until: float) -> None:
    """Give each of these rows, which came at once, a moment of its own: even steps that end at `until`."""
    for place, row in enumerate(rows, 1):
        row.moment = since + (until - since) * place / len(rows)
    created_at = next((row.moment for row in rows if isinstance(row, Status) and row.code == "CREATED"), None)
    if created_at is not None:
        order.entries[0].moment = created_at


def _plan_steps(order: Order, steps: int) -> list[str]:
    """Return the codes of the next steps on the order's route."""
    plan, codes = copy(order), list[str]()
    for _ in range(steps):
        code = find_next_status(plan)
        if code is None:
            raise ControlError(_ROUTE_ENDS.format(plan.status.code, order.status.code))
        codes.append(code)
        plan.statuses = [Status(code, 0.0)]
    return codes


def _creation_problems(change: StatusChange) -> list[Problem]:
    return [problem("error_validate_receiver_delivery_point_is_empty")] if change.code == "INVALID" else []


def _withdraw(order: Order, code: str) -> bool:
    """Mark the newest row of this status as withdrawn, as CDEK does; return whether there is one."""
    row = next((row for row in reversed(order.statuses) if row.code == code), None)
    if row is not None:
        row.deleted = True
    return row is not None


def _read_moment(state: SandboxState, date_time: str | float | None) -> float:
    if date_time is None:
        return state.clock.now()
    if isinstance(date_time, float):
        return check_moment(date_time)
    try:
        moment = datetime.fromisoformat(date_time)
    except ValueError:
        raise ControlError(_INVALID_TIME.format(date_time)) from None
    return check_moment((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
