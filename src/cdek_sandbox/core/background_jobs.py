"""Background work: a request entry is queued on its entity, waits for the ones before it, and ends with a verdict.

The work is done when somebody looks: each call first lets everything happen whose moment has passed. There are no
timers, so a moved clock and a replayed run behave as the real passage of time does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.entities import Entry, Problem, Work

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Entity
    from cdek_sandbox.core.random_source import Dice
    from cdek_sandbox.core.settings import Transition
    from cdek_sandbox.core.state import World


def request(
    world: World,
    entity: Entity,
    entry_type: str,
    details: dict[str, Any] | None = None,
    warnings: list[Problem] | None = None,
) -> Entry:
    """Queue a request of this type; the copy of its entry that is answered stays as it was at that moment."""
    now = world.clock.now()
    state = "WAITING" if any(work.request_uuid for work in entity.works) else "ACCEPTED"
    entry = Entry(world.dice.uuid("request"), entry_type, now, state, warnings=warnings or [])
    answered = Entry(entry.request_uuid, entry_type, now, state, warnings=entry.warnings)
    entity.entries.append(entry)
    work = Work(world.work_of[type(entity), entry_type], entry.request_uuid, details=details or {})
    entity.works.append(work)
    if state == "ACCEPTED":
        start(world, entity, work, now)
    world.changed[entity.uuid] = None
    return answered


def start(world: World, entity: Entity, work: Work, moment: float) -> None:
    """Begin a piece of work by the settings of its kind."""
    transition: Transition = getattr(world.settings, work.kind)
    work.started = moment
    if transition.mode == "at_once":
        finish(world, entity, work, moment)
    elif transition.mode == "after_seconds":
        seconds = _sample_duration(transition, world.dice)
        if seconds is not None:
            work.due = moment + seconds
            world.schedule(work.due, entity.uuid)
    elif transition.mode == "after_reads":
        work.reads = work.reads_left = int(transition.value)


def finish(world: World, entity: Entity, work: Work, moment: float, problems: list[Problem] | None = None) -> None:
    """Decide a piece of work, unless `problems` say how it ends, and begin the next one in the queue."""
    entity.works.remove(work)
    rule = world.rules[work.kind]
    if problems is None:
        problems = _forced(getattr(world.settings, work.kind)) or rule.verdict(world, entity, work)
    settle(entity, work, problems, moment)
    (rule.fail if problems else rule.succeed)(world, entity, work, moment)
    world.changed[entity.uuid] = None
    queue = next((waiting for waiting in entity.works if waiting.request_uuid), None)
    if queue is not None and queue.started is None:
        entry = entity.entry(queue.request_uuid or "")
        entry.state, entry.moment = "ACCEPTED", moment
        start(world, entity, queue, moment)


def settle(entity: Entity, work: Work, problems: list[Problem], moment: float) -> None:
    """Write the verdict into the request entry, where the work has one."""
    if work.request_uuid is not None:
        entry = entity.entry(work.request_uuid)
        entry.state, entry.errors, entry.moment = ("INVALID" if problems else "SUCCESSFUL"), problems, moment


def catch_up(world: World) -> None:
    """Let everything happen whose moment has come."""
    for moment, entity in world.due(world.clock.now()):
        for work in [work for work in entity.works if work.due is not None and work.due <= moment]:
            finish(world, entity, work, moment)


def read(world: World, entity: Entity) -> None:
    """Count a read of the entity: what was to end after so many reads ends before the next one is answered."""
    for work in [work for work in entity.works if work.reads_left is not None]:
        if work.reads_left:
            work.reads_left -= 1
        else:
            finish(world, entity, work, world.clock.now())
        world.changed[entity.uuid] = None


def _forced(transition: Transition) -> list[Problem]:
    if transition.verdict == "by_rules":
        return []
    return [Problem(code=transition.code, message=transition.message)]


def _sample_duration(transition: Transition, dice: Dice) -> float | None:
    """Seconds of the sandbox's clock, None for work that is stuck."""
    if transition.stuck and dice.share("stuck") < transition.stuck:
        return None
    if transition.slow and dice.share("slow") < transition.slow:
        return transition.slow_from + dice.share("slow_for") * (transition.slow_to - transition.slow_from)
    return transition.value
