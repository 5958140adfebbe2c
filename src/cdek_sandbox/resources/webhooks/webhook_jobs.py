"""Subscriptions: which are active, and their removal after a bad response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.entities import BackgroundJob, Problem, Subscription
from cdek_sandbox.core.state import JobHandler

if TYPE_CHECKING:
    from cdek_sandbox.core.state import SandboxState

_REMOVAL = "webhook_removal"


def list_active(state: SandboxState, owner: str | None = None) -> list[Subscription]:
    """The active subscriptions of a client, of all where none is named; oldest first."""
    return [row for row in state.subscriptions.values() if row.ended is None and owner in {None, row.owner}]


def end_subscription(state: SandboxState, subscription: Subscription, why: str) -> None:
    """Nothing more is sent to it."""
    subscription.ended = why
    state.unsaved[subscription.uuid] = None


def schedule_removal(state: SandboxState, subscription: Subscription) -> None:
    """A bad answer: it is removed after a day, counted from the first such answer."""
    if any(job.kind == _REMOVAL for job in subscription.jobs):
        return
    removal = BackgroundJob(_REMOVAL)
    subscription.jobs.append(removal)
    background.start_job(state, subscription, removal, state.clock.now())
    state.unsaved[subscription.uuid] = None


def cancel_removal(state: SandboxState, subscription: Subscription) -> None:
    """A good answer after a bad one; whether that saves a subscription is not documented."""
    subscription.jobs = [job for job in subscription.jobs if job.kind != _REMOVAL]
    state.unsaved[subscription.uuid] = None


def _approve(_state: SandboxState, _subscription: Subscription, _job: BackgroundJob) -> list[Problem]:
    return []


def _remove(state: SandboxState, subscription: Subscription, _job: BackgroundJob, _moment: float) -> None:
    if subscription.ended is None:
        end_subscription(state, subscription, "bad_answer")


def _leave_unchanged(_state: SandboxState, _subscription: Subscription, _job: BackgroundJob, _moment: float) -> None:
    """A removal that was told to fail leaves the subscription."""


WEBHOOK_JOBS = {_REMOVAL: JobHandler(Subscription, None, _approve, _remove, _leave_unchanged)}
