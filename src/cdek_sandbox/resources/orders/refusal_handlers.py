"""`POST /v2/orders/{uuid}/refusal` by the decision table of CDEK's facts, and `/clientReturn`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Order, Receipt
from cdek_sandbox.core.entity_lookup import not_found, own, similar
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_json
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.core.schema import read_form
from cdek_sandbox.resources.orders.order_jobs import build_finished_problem
from cdek_sandbox.resources.orders.order_schema import CLIENT_RETURN
from cdek_sandbox.resources.orders.order_statuses import FINISHED

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

_TYPE = "CREATE_REFUSAL"


def refuse_order(world: World, call: Call) -> Answer:
    """Register a refusal. Any body is taken; no status but those below is looked at before the background work."""
    order = own(world, call, Order, _TYPE)
    if isinstance(order, Answer):
        return order
    return _refuse_at_once(world, order) or responses.accepted(
        world, order.uuid, background_jobs.request(world, order, _TYPE)
    )


def _refuse_at_once(world: World, order: Order) -> Answer | None:
    settings, code = world.settings, order.status.code
    if code == "REMOVED" and settings.refusal_of_removed == "at_once":
        return not_found(world, order.uuid, _TYPE)
    if order.pending(_TYPE) and settings.second_refusal == "similar":
        return similar(world, order.uuid, _TYPE)
    found = _check_status(world, order)
    return None if found is None else responses.refused(world, _TYPE, [found])


def _check_status(world: World, order: Order) -> Problem | None:
    settings, code = world.settings, order.status.code
    if code == "INVALID" and settings.refusal_of_invalid == "at_once":
        return problem("v2_entity_invalid", order.uuid)
    if code == "ACCEPTED" and settings.refusal_of_accepted == "not_ready":
        return problem("v2_entity_not_ready")
    if code in FINISHED and settings.refusal_of_finished == "at_once":
        return build_finished_problem(order)
    return None


def record_refusal_attempt(world: World, call: Call) -> Receipt | None:
    """Note that a refusal of this order reached the sandbox, before anything is made of it."""
    order = world.orders.get(call.params["uuid"].lower())
    if order is None:
        return None
    receipt = Receipt(world.clock.now())
    order.receipts.append(receipt)
    world.changed[order.uuid] = None
    return receipt


def create_client_return(world: World, call: Call) -> Answer:
    """Ask for a client return; whether the order was delivered is found out in the background."""
    entry_type = "CREATE_CLIENT_RETURN"
    order = own(world, call, Order, entry_type)
    if isinstance(order, Answer):
        return order
    raw = read_json(call)
    body, problems = read_form(CLIENT_RETURN, raw if isinstance(raw, dict) else {})
    if not body and not problems:
        problems = [problem("v2_field_is_empty", "tariff_code")]
    if problems:
        return responses.refused(world, entry_type, problems)
    return responses.accepted(world, order.uuid, background_jobs.request(world, order, entry_type, body))


OPERATIONS = (
    Operation("refusal", ("POST",), "/v2/orders/{uuid}/refusal", refuse_order, witness=record_refusal_attempt),
    Operation("client_return", ("POST",), "/v2/orders/{uuid}/clientReturn", create_client_return, form=CLIENT_RETURN),
)
