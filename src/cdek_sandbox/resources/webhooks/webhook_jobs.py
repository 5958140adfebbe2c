"""Subscriptions: which are active, and their removal after a bad response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.entities import Problem, Subscription, Work
from cdek_sandbox.core.state import WorkRule

if TYPE_CHECKING:
    from cdek_sandbox.core.state import World

_REMOVAL = "webhook_removal"


def list_active(world: World, owner: str | None = None) -> list[Subscription]:
    """The active subscriptions of a client, of all where none is named; oldest first."""
    return [row for row in world.subscriptions.values() if row.ended is None and owner in {None, row.owner}]


def end_subscription(world: World, subscription: Subscription, why: str) -> None:
    """Nothing more is sent to it."""
    subscription.ended = why
    world.changed[subscription.uuid] = None


def schedule_removal(world: World, subscription: Subscription) -> None:
    """A bad answer: it is removed after a day, counted from the first such answer."""
    if any(work.kind == _REMOVAL for work in subscription.works):
        return
    removal = Work(_REMOVAL)
    subscription.works.append(removal)
    background.start(world, subscription, removal, world.clock.now())
    world.changed[subscription.uuid] = None


def cancel_removal(world: World, subscription: Subscription) -> None:
    """A good answer after a bad one; whether that saves a subscription is not documented."""
    subscription.works = [work for work in subscription.works if work.kind != _REMOVAL]
    world.changed[subscription.uuid] = None


def _approve(_world: World, _subscription: Subscription, _work: Work) -> list[Problem]:
    return []


def _remove(world: World, subscription: Subscription, _work: Work, _moment: float) -> None:
    if subscription.ended is None:
        end_subscription(world, subscription, "bad_answer")


def _leave_unchanged(_world: World, _subscription: Subscription, _work: Work, _moment: float) -> None:
    """A removal that was told to fail leaves the subscription."""


WEBHOOK_JOBS = {_REMOVAL: WorkRule(Subscription, None, _approve, _remove, _leave_unchanged)}
