"""Delivery agreements with the recipient: `POST /v2/delivery`, `GET /v2/delivery/{uuid}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Agreement, Order, Status
from cdek_sandbox.core.entity_lookup import named_order, own, similar, unusable
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import address_problems, empty_fields, format_problems
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Answer
from cdek_sandbox.core.schema import TO_LOCATION, strings
from cdek_sandbox.core.serializers import describe_statuses, related, requests
from cdek_sandbox.resources.orders.order_statuses import find_destination_kind

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.state import World

AGREEMENT_SCHEMA = {
    **strings("cdek_number", "order_uuid", "date", "time_from", "time_to", "comment", "delivery_point"),
    **TO_LOCATION,
}
_STATUS_NAMES = {
    "ACCEPTED": "Принята",
    "PROCESSING": "Зарегистрирована",
    "INVALID": "Некорректна",
    "CANCEL": "Аннулирована",
}


def create_agreement(world: World, call: Call) -> Answer:
    """Note a day, a time or another place that the recipient agreed to."""
    body = read_body(world, call, AGREEMENT_SCHEMA, "CREATE")
    if isinstance(body, Answer):
        return body
    order = named_order(world, call, body, "CREATE")
    if isinstance(order, Answer):
        return order
    return _refuse_at_once(world, body, order) or _register(world, call, body, order)


def _refuse_at_once(world: World, body: dict[str, Any], order: Order) -> Answer | None:
    problems = empty_fields(body, "date") + address_problems(body)
    if "to_location" in body:
        problems += empty_fields(body["to_location"], "address", path="to_location.")
    problems = problems or format_problems(body, ("date",), ("time_from", "time_to"))
    if problems:
        return responses.refused(world, "CREATE", problems)
    if (answer := unusable(world, order, "CREATE")) is not None:
        return answer
    if find_destination_kind(order) == "locker":
        return responses.refused(world, "CREATE", [problem("v2_impossible_register_date")])
    earlier = (world.find(Agreement, uuid) for uuid in order.agreements)
    if any(one is not None and one.pending("CREATE") for one in earlier):
        return similar(world, order.uuid, "CREATE")
    return None


def _register(world: World, call: Call, body: dict[str, Any], order: Order) -> Answer:
    agreement = Agreement(
        uuid=world.dice.uuid("agreement"),
        owner=call.owner,
        body=body,
        order_uuid=order.uuid,
        statuses=[Status("ACCEPTED", world.clock.now())],
    )
    order.agreements += (agreement.uuid,)
    world.changed[order.uuid] = None
    world.add(agreement)
    return responses.accepted(world, agreement.uuid, background_jobs.request(world, agreement, "CREATE"))


def get_agreement(world: World, call: Call) -> Answer:
    """The agreement by uuid."""
    agreement = own(world, call, Agreement, "GET")
    if isinstance(agreement, Answer):
        return agreement
    background_jobs.read(world, agreement)
    return responses.plain(200, _build_card(world, agreement))


def _build_card(world: World, agreement: Agreement) -> dict[str, Any]:
    """The whole answer: entity, requests, related entities."""
    order, body = world.orders[agreement.order_uuid], agreement.body
    entity = {
        "cdek_number": order.cdek_number,
        "order_uuid": order.uuid,
        **{name: value for name, value in body.items() if name not in {"cdek_number", "order_uuid"}},
        "uuid": agreement.uuid,
        "statuses": describe_statuses(world, agreement, _STATUS_NAMES),
    }
    return {"entity": entity, "requests": requests(world, agreement), "related_entities": related(agreement)}


OPERATIONS = (
    Operation("agreement_create", ("POST",), "/v2/delivery", create_agreement, form=AGREEMENT_SCHEMA),
    Operation("agreement_get", ("GET",), "/v2/delivery/{uuid}", get_agreement),
)
