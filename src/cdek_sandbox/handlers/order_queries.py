"""Finding the order of a query string, in the bare errors of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.call import Call
    from cdek_sandbox.handlers.queries import Query
    from cdek_sandbox.world.entities import Order, Problem
    from cdek_sandbox.world.world import World


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
