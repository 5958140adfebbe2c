"""Reverse orders: created with the direct order, removed with it, and changed only while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.background_jobs import approve, leave_unchanged
from cdek_sandbox.core.entities import BackgroundJob, Order, Problem, Status
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.state import JobHandler
from cdek_sandbox.resources.orders.order_body import wants_reverse
from cdek_sandbox.resources.orders.order_statuses import FINAL
from cdek_sandbox.resources.orders.return_orders import build_reverse_order, link_orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import SandboxState

_JOB_KIND = "reverse_order"


def start_reverse_order(state: SandboxState, order: Order, moment: float) -> None:
    """Start the job that creates the reverse order, if the order asks for one and has none."""
    exists = any(row.type == _JOB_KIND for row in order.related) or any(job.kind == _JOB_KIND for job in order.jobs)
    if exists or order.is_reverse or not wants_reverse(order.body):
        return
    # When CDEK forms it is not recorded: with the order itself, as its number is needed before the courier comes.
    follow_up = BackgroundJob(_JOB_KIND)
    order.jobs += (follow_up,)
    background.start_job(state, order, follow_up, moment)


def remove_reverse_order(state: SandboxState, order: Order, moment: float) -> None:
    """Remove the reverse order of a deleted order, unless it is already on its way."""
    if state.settings.reverse_of_removed == "kept":
        return
    for row in order.related:
        reverse = state.orders[row.uuid] if row.type == _JOB_KIND else None
        if reverse is not None and reverse.status.code == "CREATED":
            state.set_status(reverse, Status("REMOVED", moment))


def find_direct_order(state: SandboxState, order: Order) -> Order | None:
    """Find the direct order of a reverse order."""
    directs = (state.orders.get(row.uuid) for row in order.related if row.type == "direct_order")
    return next(directs, None) if order.is_reverse else None


def check_reverse_change(state: SandboxState, order: Order, body: Mapping[str, Any]) -> list[Problem]:
    """Check that a reverse order keeps its sender's city and address once its direct order is final."""
    direct = find_direct_order(state, order)
    if direct is None or direct.status.code not in FINAL:
        return []
    old, new = order.body.get("from_location", {}), body.get("from_location", {})
    if any(old.get(name) != new.get(name) for name in ("code", "city")):
        return [problem("error_validate_reverse_deny_change_sender_city")]
    if old.get("address") != new.get("address"):
        return [problem("error_validate_reverse_deny_change_sender_address")]
    return []


def _create_reverse_order(state: SandboxState, order: Order, _job: BackgroundJob, moment: float) -> None:
    link_orders(state, order, build_reverse_order(state, order, moment), _JOB_KIND, "direct_order")


REVERSE_JOBS = {_JOB_KIND: JobHandler(Order, None, approve, _create_reverse_order, leave_unchanged)}
