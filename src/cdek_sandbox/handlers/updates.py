"""`PATCH /v2/orders`: a change of an order that does not move yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entity_lookup import named_order, similar
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import address_problems
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.resources.orders.order_checks import check_order
from cdek_sandbox.resources.orders.order_schema import ORDER_UPDATE
from cdek_sandbox.world.ignored import leave_out
from cdek_sandbox.world.update_work import CHANGEABLE, merged, package_problems, warnings_of

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order, Problem
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

_TYPE = "UPDATE"


def update_order(world: World, call: Call) -> Answer:
    """Ask for a change; whether the new order can be made is found out in the background."""
    body = read_body(world, call, ORDER_UPDATE, _TYPE)
    if isinstance(body, Answer):
        return body
    order = named_order(world, call, body, _TYPE, "uuid")
    if isinstance(order, Answer):
        return order
    if order.pending(_TYPE):
        return similar(world, order.uuid, _TYPE)
    problems = _problems(world, order, body)
    if problems:
        return responses.refused(world, _TYPE, problems)
    warnings = leave_out(world, body, merged(order, body)) + warnings_of(order, body)
    entry = background_jobs.request(world, order, _TYPE, body, warnings)
    return responses.accepted(world, order.uuid, entry)


def _problems(world: World, order: Order, body: dict[str, Any]) -> list[Problem]:
    if order.status.code not in CHANGEABLE and world.settings.update_of_moving == "at_once":
        return [problem("v2_update_forbidden")]
    return address_problems(body) + package_problems(order, body) or check_order(world.settings, merged(order, body))
