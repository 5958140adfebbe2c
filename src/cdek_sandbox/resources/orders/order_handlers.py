"""Orders: `POST /v2/orders`, `GET /v2/orders`, `GET /v2/orders/{uuid}`, `DELETE /v2/orders/{uuid}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Order, Problem, Status
from cdek_sandbox.core.entity_lookup import not_found, numbered_order, own
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_object
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.core.schema import read_form
from cdek_sandbox.resources.orders.ignored_fields import remove_ignored_fields
from cdek_sandbox.resources.orders.order_card import build_order_card
from cdek_sandbox.resources.orders.order_checks import check_order
from cdek_sandbox.resources.orders.order_schema import ORDER

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World


def create_order(world: World, call: Call) -> Answer:
    """Register an order: static checks at once, the rest in the background."""
    raw = read_object(world, call, "CREATE")
    if isinstance(raw, Answer):
        return raw
    body, problems = read_order(world, raw)
    if problems:
        return responses.refused(world, "CREATE", problems)
    warnings = remove_ignored_fields(world, body, body)
    order = build_order(world, call.owner, body)
    order.hidden_reads = world.settings.hidden_reads
    world.add(order)
    details = {"host": call.header(b"host")} if "print" in body else None
    entry = background_jobs.request(world, order, "CREATE", details, warnings)
    return responses.created(world, order.uuid, entry)


def read_order(world: World, raw: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The body as CDEK understands it, and what it refuses in it at once."""
    body, problems = read_form(ORDER, raw)
    return body, problems or check_order(world.settings, body)


def build_order(world: World, owner: str, body: dict[str, Any]) -> Order:
    """An order just taken in, not yet in the world."""
    uuid = world.dice.uuid("order")
    first = Status("ACCEPTED", world.clock.now())
    return Order(
        uuid=uuid,
        owner=owner,
        number=body.get("number") or uuid,
        body=body,
        is_client_return=body.get("is_client_return", False),
        statuses=[first],
    )


def get_order(world: World, call: Call) -> Answer:
    """The order card by uuid."""
    found = own(world, call, Order, "GET")
    return found if isinstance(found, Answer) else _respond_with_card(world, found)


def find_order(world: World, call: Call) -> Answer:
    """The order card by CDEK's number, or by the shop's number: then the latest order."""
    asked = call.parameters
    if "cdek_number" in asked:
        found = numbered_order(world, call, asked["cdek_number"], "GET")
        return found if isinstance(found, Answer) else _respond_with_card(world, found)
    if "im_number" in asked:
        orders = world.by_number(call.owner, asked["im_number"])
        if orders:
            return _respond_with_card(world, orders[-1])
        return responses.refused(world, "GET", [problem("v2_entity_not_found_im_number", asked["im_number"])])
    return responses.refused(world, "GET", [problem("v2_parameters_empty")])


def _respond_with_card(world: World, order: Order) -> Answer:
    if order.hidden_reads:
        order.hidden_reads -= 1
        world.changed[order.uuid] = None
        return not_found(world, order.uuid, "GET")
    background_jobs.read(world, order)
    return responses.plain(200, build_order_card(world, order))


def delete_order(world: World, call: Call) -> Answer:
    """Ask for a deletion; whether the order may be deleted is found out in the background."""
    found = own(world, call, Order, "DELETE")
    if isinstance(found, Answer):
        return found
    return responses.accepted(world, found.uuid, background_jobs.request(world, found, "DELETE"))


OPERATIONS = (
    Operation("order_create", ("POST",), "/v2/orders", create_order, form=ORDER),
    Operation("order_find", ("GET",), "/v2/orders", find_order, query=("cdek_number", "im_number")),
    Operation("order_get", ("GET",), "/v2/orders/{uuid}", get_order),
    Operation("order_delete", ("DELETE",), "/v2/orders/{uuid}", delete_order),
)
