"""Subscriptions: which are active, and their removal after a bad response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.background_jobs import approve, leave_unchanged
from cdek_sandbox.core.entities import BackgroundJob, Subscription
from cdek_sandbox.core.state import JobHandler

if TYPE_CHECKING:
    from cdek_sandbox.core.state import SandboxState

_REMOVAL = "webhook_removal"


def list_active(state: SandboxState, owner: str | None = None) -> list[Subscription]:
    """List the active subscriptions of a client, or of all clients; oldest first."""
    return [row for row in state.subscriptions.values() if row.ended is None and owner in {None, row.owner}]


def end_subscription(state: SandboxState, subscription: Subscription, why: str) -> None:
    """End a subscription: no more events are sent to it."""
    subscription.ended = why
    state.unsaved[subscription.uuid] = None


def schedule_removal(state: SandboxState, subscription: Subscription) -> None:
    """Schedule the removal of a subscription a day after its first bad response."""
    if any(job.kind == _REMOVAL for job in subscription.jobs):
        return
    removal = BackgroundJob(_REMOVAL)
    subscription.jobs += (removal,)
    background.start_job(state, subscription, removal, state.clock.now())
    state.unsaved[subscription.uuid] = None


def cancel_removal(state: SandboxState, subscription: Subscription) -> None:
    """Cancel the removal after a good response; whether CDEK does so is not documented."""
    subscription.jobs = tuple(job for job in subscription.jobs if job.kind != _REMOVAL)
    state.unsaved[subscription.uuid] = None


def _remove(state: SandboxState, subscription: Subscription, _job: BackgroundJob, _moment: float) -> None:
    if subscription.ended is None:
        end_subscription(state, subscription, "bad_answer")


WEBHOOK_JOBS = {_REMOVAL: JobHandler(Subscription, None, approve, _remove, leave_unchanged)}
