"""Parts of a response that every entity has: request entries and linked entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Entity, Work
    from cdek_sandbox.core.state import World


def requests(world: World, entity: Entity) -> list[dict[str, Any]]:
    """The request entries in the order that the settings ask for."""
    rows = [
        {
            "request_uuid": entry.request_uuid,
            "type": entry.type,
            "date_time": world.stamp(entry.moment),
            "state": entry.state,
            **({"errors": msgspec.to_builtins(entry.errors)} if entry.errors else {}),
            **({"warnings": msgspec.to_builtins(entry.warnings)} if entry.warnings else {}),
        }
        for entry in entity.entries
    ]
    return rows[::-1] if world.settings.newest_first else rows


def related(entity: Entity) -> list[dict[str, Any]]:
    """The linked entities."""
    rows: list[dict[str, Any]] = msgspec.to_builtins(entity.related)
    return rows


def half_done(world: World, work: Work) -> bool:
    """The second half of the time (or of the reads) that the work takes."""
    if work.started is None:
        return False
    if work.due is not None:
        return world.clock.now() >= (work.started + work.due) / 2
    return work.reads_left is not None and work.reads_left * 2 < (work.reads or 0)


def describe_statuses(world: World, entity: Entity, names: dict[str, str]) -> list[dict[str, Any]]:
    """Return the statuses with their names, in the order that the settings ask for."""
    rows = [
        {"code": row.code, "name": names.get(row.code, row.code), "date_time": world.stamp(row.moment)}
        for row in entity.statuses
    ]
    return rows[::-1] if world.settings.newest_first else rows
