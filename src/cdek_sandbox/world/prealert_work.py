"""Prealerts: their card, what CDEK makes of the request for one, and the office that takes the parcels in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.entities import Order, Prealert, Problem, Status, Work
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.serializers import requests
from cdek_sandbox.core.state import WorkRule
from cdek_sandbox.world.full_card import package_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.state import World

_MIN_LEAD_SECONDS = 86_400  # until the planned date; the code of the error is official, the number a choice
ACCEPTED, NOT_ACCEPTED, DELETED = "ACCEPTED", "NOT_ACCEPTED", "DELETED"


def new_prealert(world: World, owner: str, body: dict[str, Any], planned: float, orders: list[Order]) -> Prealert:
    """A prealert just asked for, in the world but not queued yet."""
    uuid = world.dice.uuid("prealert")
    made = Prealert(
        uuid=uuid,
        owner=owner,
        number=f"PA/{1300 + world.dice.counts['prealert']}/26",  # what the two figures mean is not documented
        planned=planned,
        body=body,
        order_uuids=[order.uuid for order in orders],
        statuses=[Status("ACCEPTED", world.clock.now())],
    )
    world.add(made)
    return made


def prealert_card(world: World, prealert: Prealert) -> dict[str, Any]:
    """The whole answer of `GET /v2/prealert/{uuid}`; the entity has no uuid until CDEK has registered it."""
    planned, point = (
        {"planned_date": world.stamp(prealert.planned)},
        {"shipment_point": prealert.body["shipment_point"]},
    )
    if prealert.status.code in {"ACCEPTED", "INVALID"}:
        entity = {**planned, **point, "orders": prealert.body["orders"]}
    else:
        head = {"uuid": prealert.uuid, "prealert_number": prealert.number, **planned, **point}
        entity = {**head, **_closing(world, prealert), "orders": list(_orders(world, prealert))}
    return {"entity": entity, "requests": requests(world, prealert), "related_entities": []}


def _closing(world: World, prealert: Prealert) -> dict[str, Any]:
    if prealert.closed is None:
        return {}
    return {"closed_date": world.stamp(prealert.closed), "fact_shipment_point": prealert.fact_shipment_point}


def _orders(world: World, prealert: Prealert) -> Iterator[dict[str, Any]]:
    for uuid in prealert.order_uuids:
        order = world.orders[uuid]
        row = {"order_uuid": uuid, "cdek_number": int(order.cdek_number or 0), "im_number": order.number}
        yield row if prealert.closed is None else row | {"packages": _packages(prealert, order)}


def _packages(prealert: Prealert, order: Order) -> list[dict[str, Any]]:
    return [
        {"package_id": one, "number": package["number"], "status": prealert.packages[one]}
        for index, package in enumerate(order.body["packages"])
        if (one := package_id(order, index)) in prealert.packages
    ]


def close(world: World, prealert: Prealert, point: str, missing: frozenset[str]) -> None:
    """The office has taken in all packages but those with the `missing` ids, and those of deleted orders."""
    prealert.closed, prealert.fact_shipment_point = world.clock.now(), point
    for uuid in prealert.order_uuids:
        order = world.orders[uuid]
        for index in range(len(order.body["packages"])):
            one = package_id(order, index)
            taken = NOT_ACCEPTED if one in missing else ACCEPTED
            prealert.packages[one] = DELETED if order.status.code == "REMOVED" else taken
    world.enter(prealert, Status("CLOSED", prealert.closed))


def _verdict(world: World, prealert: Prealert, _work: Work) -> list[Problem]:
    """CDEK's codes are official; that they come in the background is a choice, as for all of the back office's."""
    if not world.settings.prealert_contract:
        return [problem("PA_17")]
    if prealert.planned < prealert.entries[0].moment + _MIN_LEAD_SECONDS:
        return [problem("PA_02")]
    return [row for uuid in prealert.order_uuids for row in _order_problems(world.orders[uuid])]


def _order_problems(order: Order) -> list[Problem]:
    if order.status.code == "INVALID":
        return [problem("v2_entity_invalid", order.uuid)]
    if order.cdek_number is None:
        return [problem("v2_entity_not_ready")]
    if order.status.code != "REMOVED":
        return []
    return [problem("PA_11", package["number"], order.cdek_number) for package in order.body["packages"]]


def _registered(world: World, prealert: Prealert, _work: Work, moment: float) -> None:
    world.enter(prealert, Status("CREATED", moment))


def _not_registered(world: World, prealert: Prealert, _work: Work, moment: float) -> None:
    world.enter(prealert, Status("INVALID", moment))


PREALERT_WORK = {"prealert": WorkRule(Prealert, "CREATE", _verdict, _registered, _not_registered)}
