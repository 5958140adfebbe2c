"""Background jobs: a request entry is queued on its entity, waits for the entries before it, and ends with a verdict.

Jobs run on demand: each HTTP request first finishes all jobs that are due. There are no timers, so a changed clock and
a repeated run behave as real time does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.entities import BackgroundJob, Problem, RequestEntry, Status

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Entity
    from cdek_sandbox.core.random_source import RandomSource
    from cdek_sandbox.core.settings import Transition
    from cdek_sandbox.core.state import SandboxState


def queue_request(
    state: SandboxState,
    entity: Entity,
    entry_type: str,
    details: dict[str, Any] | None = None,
    warnings: list[Problem] | None = None,
) -> RequestEntry:
    """Queue a request of this type, and return a copy of its entry for the response."""
    now = state.clock.now()
    entry_state = "WAITING" if any(job.request_uuid for job in entity.jobs) else "ACCEPTED"
    entry = RequestEntry(
        state.random_source.next_uuid("request"), entry_type, now, entry_state, warnings=tuple(warnings or ())
    )
    entity.entries.append(entry)
    job = BackgroundJob(state.job_kinds[type(entity), entry_type], entry.request_uuid, details=details or {})
    entity.jobs += (job,)
    if entry_state == "ACCEPTED":
        start_job(state, entity, job, now)
    state.unsaved[entity.uuid] = None
    return RequestEntry(entry.request_uuid, entry_type, now, entry_state, warnings=entry.warnings)


def start_job(state: SandboxState, entity: Entity, job: BackgroundJob, moment: float) -> None:
    """Start a job by the settings of its kind."""
    transition: Transition = getattr(state.settings, job.kind)
    job.started = moment
    if transition.mode == "at_once":
        finish_job(state, entity, job, moment)
    elif transition.mode == "after_seconds":
        seconds = _sample_duration(transition, state.random_source)
        if seconds is not None:
            job.due = moment + seconds
            state.schedule(job.due, entity.uuid)
    elif transition.mode == "after_reads":
        job.reads = job.reads_left = int(transition.value)


def finish_job(
    state: SandboxState, entity: Entity, job: BackgroundJob, moment: float, problems: list[Problem] | None = None
) -> None:
    """Finish a job with its verdict, or with `problems`, and start the next job of the queue."""
    entity.jobs = tuple(other for other in entity.jobs if other is not job)
    handler = state.job_handlers[job.kind]
    if problems is None:
        problems = _read_forced_verdict(getattr(state.settings, job.kind)) or handler.verdict(state, entity, job)
    record_verdict(entity, job, problems, moment)
    (handler.fail if problems else handler.succeed)(state, entity, job, moment)
    state.unsaved[entity.uuid] = None
    next_job = next((waiting for waiting in entity.jobs if waiting.request_uuid), None)
    if next_job is not None and next_job.started is None:
        entry = entity.find_entry(next_job.request_uuid or "")
        entry.state, entry.moment = "ACCEPTED", moment
        start_job(state, entity, next_job, moment)


def record_verdict(entity: Entity, job: BackgroundJob, problems: list[Problem], moment: float) -> None:
    """Write the verdict into the request entry of the job, if it has one."""
    if job.request_uuid is not None:
        entry = entity.find_entry(job.request_uuid)
        entry.state, entry.errors, entry.moment = ("INVALID" if problems else "SUCCESSFUL"), tuple(problems), moment


def run_due_jobs(state: SandboxState) -> None:
    """Finish every job whose moment has come."""
    for moment, entity in state.pop_due(state.clock.now()):
        for job in [job for job in entity.jobs if job.due is not None and job.due <= moment]:
            finish_job(state, entity, job, moment)


def count_read(state: SandboxState, entity: Entity) -> None:
    """Count a read of the entity, and finish the jobs whose number of reads is reached."""
    for job in [job for job in entity.jobs if job.reads_left is not None]:
        if job.reads_left:
            job.reads_left -= 1
        else:
            finish_job(state, entity, job, state.clock.now())
        state.unsaved[entity.uuid] = None


def _read_forced_verdict(transition: Transition) -> list[Problem]:
    if transition.verdict == "by_rules":
        return []
    return [Problem(code=transition.code, message=transition.message)]


def _sample_duration(transition: Transition, random_source: RandomSource) -> float | None:
    """Return the duration of a job in seconds of the sandbox's clock; None if it never ends."""
    if transition.stuck and random_source.next_share("stuck") < transition.stuck:
        return None
    if transition.slow and random_source.next_share("slow") < transition.slow:
        return transition.slow_from + random_source.next_share("slow_for") * (transition.slow_to - transition.slow_from)
    return transition.value


def approve(_state: SandboxState, _entity: Entity, _job: BackgroundJob) -> list[Problem]:
    """Decide for success, without any check: the verdict of jobs that only a setting lets fail."""
    return []


def invalidate(state: SandboxState, entity: Entity, _job: BackgroundJob, moment: float) -> None:
    """Set the status INVALID: the effect of a failed creation."""
    state.set_status(entity, Status("INVALID", moment))


def leave_unchanged(_state: SandboxState, _entity: Entity, _job: BackgroundJob, _moment: float) -> None:
    """Leave the entity as it was: the effect of a failed request that creates nothing."""
