"""Finding the entity that a path names, and CDEK's words where it cannot be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.sandbox import answers
from oint.sandbox.world.problems import problem

if TYPE_CHECKING:
    from oint.sandbox.answers import Answer
    from oint.sandbox.call import Call
    from oint.sandbox.world.world import Kind, World

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Is this written as a UUID? Whether it names anything is another question."""
    return _UUID.fullmatch(text) is not None


def own(world: World, call: Call, kind: type[Kind], entry_type: str) -> Kind | Answer:
    """The caller's entity of a kind by the uuid of the path, or the answer that refuses it."""
    uuid = call.params["uuid"]
    if not is_uuid(uuid):
        return answers.refused(world, entry_type, [problem("v2_invalid_format", uuid, "uuid")])
    found = world.find(kind, uuid.lower())
    if found is None:
        return not_found(world, uuid, entry_type)
    if found.owner != call.owner:
        forbidden = [problem("v2_entity_forbidden", uuid)]
        return answers.refused(world, entry_type, forbidden, world.settings.forbidden_status)
    return found


def not_found(world: World, uuid: str, entry_type: str) -> Answer:
    """Nothing under this uuid."""
    missing = [problem("v2_entity_not_found", uuid)]
    return answers.refused(world, entry_type, missing, world.settings.unknown_uuid_status)
