"""Find the entity that a request names, or build CDEK's error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.entities import Order
from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.query_parameters import Query
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.core.state import Kind, World

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Is this written as a UUID? Whether it names anything is another question."""
    return _UUID.fullmatch(text) is not None


def own(world: World, call: Call, kind: type[Kind], entry_type: str) -> Kind | Answer:
    """The caller's entity of a kind by the uuid of the path, or the answer that refuses it."""
    return own_by(world, call, kind, entry_type, ("uuid", call.params["uuid"]))


def own_by(world: World, call: Call, kind: type[Kind], entry_type: str, named: tuple[str, str]) -> Kind | Answer:
    """The caller's entity of a kind by the name and value of the field that has its uuid."""
    field, uuid = named
    if not is_uuid(uuid):
        return responses.refused(world, entry_type, [problem("v2_invalid_format", uuid, field)])
    found = world.find(kind, uuid.lower())
    if found is None:
        return not_found(world, uuid, entry_type)
    if found.owner != call.owner:
        forbidden = [problem("v2_entity_forbidden", uuid)]
        return responses.refused(world, entry_type, forbidden, world.settings.forbidden_status)
    return found


def named_order(
    world: World, call: Call, asked: Mapping[str, Any], entry_type: str, field: str = "order_uuid"
) -> Order | Answer:
    """The caller's order that a body or a query names by uuid or by CDEK's number; the uuid wins."""
    if asked.get(field):
        return own_by(world, call, Order, entry_type, (field, asked[field]))
    number = asked.get("cdek_number")
    if not number:
        return responses.refused(world, entry_type, [problem("v2_order_number_empty")])
    return numbered_order(world, call, number, entry_type)


def numbered_order(world: World, call: Call, number: str, entry_type: str) -> Order | Answer:
    """The caller's order by CDEK's number, or the answer that refuses it."""
    order = world.by_cdek_number(number)
    if order is None:
        return responses.refused(world, entry_type, [problem("v2_order_not_found", number)])
    if order.owner != call.owner:
        forbidden = [problem("v2_order_forbidden", number)]
        return responses.refused(world, entry_type, forbidden, world.settings.forbidden_status)
    return order


def unusable(world: World, order: Order, entry_type: str) -> Answer | None:
    """The answer where nothing can be hung on an order: deleted, never made, or not made yet."""
    code = order.status.code
    if code == "REMOVED":
        return not_found(world, order.uuid, entry_type)
    if code == "INVALID":
        return responses.refused(world, entry_type, [problem("v2_entity_invalid", order.uuid)])
    if order.cdek_number is None:
        return responses.refused(world, entry_type, [problem("v2_entity_not_ready")])
    return None


def similar(world: World, uuid: str, entry_type: str) -> Answer:
    """The same kind of request on this entity is not finished."""
    row = problem("v2_similar_request_still_processed", uuid)
    return responses.refused(world, entry_type, [row], world.settings.similar_status)


def not_found(world: World, uuid: str, entry_type: str) -> Answer:
    """Nothing under this uuid."""
    missing = [problem("v2_entity_not_found", uuid)]
    return responses.refused(world, entry_type, missing, world.settings.unknown_uuid_status)


def asked_order(world: World, call: Call, query: Query) -> Order | Problem | None:
    """The caller's order by `order_uuid` or `cdek_number`; None where neither was given."""
    uuid, number = query.uuid("order_uuid"), query.text("cdek_number")
    if query.problems:
        return query.problems[0]
    if uuid is not None:
        order = world.orders.get(uuid)
        if order is None:
            return problem("v2_entity_not_found", uuid)
        return order if order.owner == call.owner else problem("v2_entity_forbidden", uuid)
    if number is None:
        return None
    order = world.by_cdek_number(number)
    if order is None:
        return problem("v2_order_not_found", number)
    return order if order.owner == call.owner else problem("v2_order_forbidden", number)


def own_orders(world: World, call: Call) -> Iterator[Order]:
    """All orders of the caller that have a number, oldest first."""
    return (order for order in world.orders.values() if order.owner == call.owner and order.cdek_number is not None)
