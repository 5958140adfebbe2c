"""Parts of a response that every entity has: request entries and linked entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import BackgroundJob, Entity
    from cdek_sandbox.core.state import SandboxState


def describe_requests(state: SandboxState, entity: Entity) -> list[dict[str, Any]]:
    """Describe the request entries in the order that the settings ask for."""
    rows = [
        {
            "request_uuid": entry.request_uuid,
            "type": entry.type,
            "date_time": state.format_moment(entry.moment),
            "state": entry.state,
            **({"errors": msgspec.to_builtins(entry.errors)} if entry.errors else {}),
            **({"warnings": msgspec.to_builtins(entry.warnings)} if entry.warnings else {}),
        }
        for entry in entity.entries
    ]
    return rows[::-1] if state.settings.newest_first else rows


def describe_related(entity: Entity) -> list[dict[str, Any]]:
    """Describe the linked entities."""
    rows: list[dict[str, Any]] = msgspec.to_builtins(entity.related)
    return rows


def is_half_done(state: SandboxState, job: BackgroundJob) -> bool:
    """Check whether the second half of a job's time, or of its reads, has begun."""
    if job.started is None:
        return False
    if job.due is not None:
        return state.clock.now() >= (job.started + job.due) / 2
    return job.reads_left is not None and job.reads_left * 2 < (job.reads or 0)


def describe_statuses(state: SandboxState, entity: Entity, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the statuses with their names, in the order that the settings ask for."""
    rows = [
        {"code": row.code, "name": names.get(row.code, row.code), "date_time": state.format_moment(row.moment)}
        for row in entity.statuses
    ]
    return rows[::-1] if state.settings.newest_first else rows
