"""Background jobs of delivery agreements: the verdict, and its traces on the order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cdek_sandbox.core.background_jobs import invalidate
from cdek_sandbox.core.clock import to_local_day
from cdek_sandbox.core.entities import Agreement, BackgroundJob, Order, Problem, Related, Status
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.state import JobHandler
from cdek_sandbox.resources.orders.delivery_dates import cancel_agreements
from cdek_sandbox.resources.orders.order_body import TO_DOOR, get_delivery_mode
from cdek_sandbox.resources.orders.order_jobs import build_finished_problem
from cdek_sandbox.resources.orders.order_statuses import FINISHED

if TYPE_CHECKING:
    from cdek_sandbox.core.state import SandboxState

_MAX_DELIVERY_DAYS = 11  # from today; CDEK counts from the promised day, so the number is a choice


def find_latest_day(state: SandboxState) -> date:
    """Return the last day that can be agreed on, counted from today. CDEK counts from the planned day."""
    return to_local_day(state.clock.now()) + timedelta(days=_MAX_DELIVERY_DAYS)


def _decide_agreement(state: SandboxState, agreement: Agreement, _job: BackgroundJob) -> list[Problem]:
    order, body = state.orders[agreement.order_uuid], agreement.body
    if order.status.code in FINISHED:
        # No code is known for an agreement on a finished order: that of the refusal, also invented, is used.
        return [build_finished_problem(order)]
    if "to_location" in body or ("delivery_point" not in body and get_delivery_mode(order.body) in TO_DOOR):
        missing = [name for name in ("time_from", "time_to") if not body.get(name)]
        if missing:
            return [problem("ve_delivery_time_empty")]
    return _check_day(state, order, date.fromisoformat(body["date"]))


def _check_day(state: SandboxState, order: Order, day: date) -> list[Problem]:
    if day < to_local_day(order.statuses[0].moment):
        return [problem("error_validate_dd_date_delivery_before_order_date")]
    latest = find_latest_day(state)
    return [problem("delivery_date_too_late", latest)] if day > latest else []


def _register(state: SandboxState, agreement: Agreement, _job: BackgroundJob, moment: float) -> None:
    order, body = state.orders[agreement.order_uuid], agreement.body
    cancel_agreements(state, order, moment)
    state.set_status(agreement, Status("PROCESSING", moment))
    row = Related(
        "delivery",
        agreement.uuid,
        date=body["date"],
        time_from=body.get("time_from"),
        time_to=body.get("time_to"),
    )
    order.related += (row,)
    state.unsaved[order.uuid] = None


AGREEMENT_JOBS = {"agreement": JobHandler(Agreement, "CREATE", _decide_agreement, _register, invalidate)}
