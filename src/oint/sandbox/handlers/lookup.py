"""Finding the order that a path names, and CDEK's words where it cannot be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.sandbox import answers
from oint.sandbox.world.problems import problem

if TYPE_CHECKING:
    from oint.sandbox.answers import Answer
    from oint.sandbox.call import Call
    from oint.sandbox.world.entities import Order
    from oint.sandbox.world.world import World

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Is this written as a UUID? Whether it names anything is another question."""
    return _UUID.fullmatch(text) is not None


def own_order(world: World, call: Call, entry_type: str) -> Order | Answer:
    """The caller's order by the uuid of the path, or the answer that refuses it."""
    uuid = call.params["uuid"]
    if not is_uuid(uuid):
        return answers.refused(world, entry_type, [problem("v2_invalid_format", uuid, "uuid")])
    order = world.orders.get(uuid.lower())
    if order is None:
        return not_found(world, uuid, entry_type)
    if order.owner != call.owner:
        forbidden = [problem("v2_entity_forbidden", uuid)]
        return answers.refused(world, entry_type, forbidden, world.settings.forbidden_status)
    return order


def not_found(world: World, uuid: str, entry_type: str) -> Answer:
    """Nothing under this uuid."""
    missing = [problem("v2_entity_not_found", uuid)]
    return answers.refused(world, entry_type, missing, world.settings.unknown_uuid_status)
