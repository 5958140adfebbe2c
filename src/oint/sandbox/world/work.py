"""Background work: a request entry is queued on its entity, waits for the ones before it, and ends with a verdict.

The work is done when somebody looks: each call first lets everything happen whose moment has passed. There are no
timers, so a moved clock and a replayed run behave as the real passage of time does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oint.sandbox.world.entities import Entry, Order, Problem, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.sandbox.world.settings import Transition
    from oint.sandbox.world.world import World

_RULE_OF_TYPE = {
    "CREATE": "create",
    "DELETE": "delete",
    "CREATE_REFUSAL": "refusal",
    "CREATE_CLIENT_RETURN": "client_return",
}


class WorkRule(NamedTuple):
    """What decides a kind of work, and what follows from the decision; `moment` is when it ended."""

    verdict: Callable[[World, Order, Work], list[Problem]]
    succeed: Callable[[World, Order, Work, float], None]
    fail: Callable[[World, Order, Work, float], None]


def request(world: World, order: Order, entry_type: str, details: dict[str, Any] | None = None) -> Entry:
    """Queue a request of this type; the copy of its entry that is answered stays as it was at that moment."""
    now = world.clock.now()
    state = "WAITING" if any(work.request_uuid for work in order.works) else "ACCEPTED"
    entry = Entry(world.dice.uuid("request"), entry_type, now, state)
    answered = Entry(entry.request_uuid, entry_type, now, state)
    order.entries.append(entry)
    work = Work(_RULE_OF_TYPE[entry_type], entry.request_uuid, details=details or {})
    order.works.append(work)
    if state == "ACCEPTED":
        start(world, order, work, now)
    world.changed[order.uuid] = None
    return answered


def start(world: World, order: Order, work: Work, moment: float) -> None:
    """Begin a piece of work by the settings of its kind."""
    transition: Transition = getattr(world.settings, work.kind)
    work.started = moment
    if transition.mode == "at_once":
        finish(world, order, work, moment)
    elif transition.mode == "after_seconds":
        work.due = moment + transition.value
        world.schedule(work.due, order.uuid)
    elif transition.mode == "after_reads":
        work.reads = work.reads_left = int(transition.value)


def finish(world: World, order: Order, work: Work, moment: float, problems: list[Problem] | None = None) -> None:
    """Decide a piece of work, unless `problems` say how it ends, and begin the next one in the queue."""
    order.works.remove(work)
    rule = world.rules[work.kind]
    if problems is None:
        problems = _forced(getattr(world.settings, work.kind)) or rule.verdict(world, order, work)
    settle(order, work, problems, moment)
    (rule.fail if problems else rule.succeed)(world, order, work, moment)
    world.changed[order.uuid] = None
    queue = next((waiting for waiting in order.works if waiting.request_uuid), None)
    if queue is not None and queue.started is None:
        entry = order.entry(queue.request_uuid or "")
        entry.state, entry.moment = "ACCEPTED", moment
        start(world, order, queue, moment)


def settle(order: Order, work: Work, problems: list[Problem], moment: float) -> None:
    """Write the verdict into the request entry, where the work has one."""
    if work.request_uuid is not None:
        entry = order.entry(work.request_uuid)
        entry.state, entry.errors, entry.moment = ("INVALID" if problems else "SUCCESSFUL"), problems, moment


def catch_up(world: World) -> None:
    """Let everything happen whose moment has come."""
    for moment, order in world.due(world.clock.now()):
        for work in [work for work in order.works if work.due is not None and work.due <= moment]:
            finish(world, order, work, moment)


def read(world: World, order: Order) -> None:
    """Count a read of the entity: what was to end after so many reads ends before the next one is answered."""
    for work in [work for work in order.works if work.reads_left is not None]:
        if work.reads_left:
            work.reads_left -= 1
        else:
            finish(world, order, work, world.clock.now())
        world.changed[order.uuid] = None


def _forced(transition: Transition) -> list[Problem]:
    if transition.verdict == "by_rules":
        return []
    return [Problem(code=transition.code, message=transition.message)]
