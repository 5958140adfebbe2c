"""The card of a prealert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.serializers import describe_requests
from cdek_sandbox.resources.orders.order_card import build_package_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Order, Prealert
    from cdek_sandbox.core.state import SandboxState


def build_prealert_card(state: SandboxState, prealert: Prealert) -> dict[str, Any]:
    """Build the whole response of `GET /v2/prealert/{uuid}`; an unregistered prealert has no uuid."""
    planned, point = (
        {"planned_date": state.format_moment(prealert.planned)},
        {"shipment_point": prealert.body["shipment_point"]},
    )
    if prealert.status.code in {"ACCEPTED", "INVALID"}:
        entity = {**planned, **point, "orders": prealert.body["orders"]}
    else:
        head = {"uuid": prealert.uuid, "prealert_number": prealert.number, **planned, **point}
        entity = {**head, **_describe_closing(state, prealert), "orders": list(_list_orders(state, prealert))}
    return {"entity": entity, "requests": describe_requests(state, prealert), "related_entities": []}


def _describe_closing(state: SandboxState, prealert: Prealert) -> dict[str, Any]:
    if prealert.closed is None:
        return {}
    return {"closed_date": state.format_moment(prealert.closed), "fact_shipment_point": prealert.fact_shipment_point}


def _list_orders(state: SandboxState, prealert: Prealert) -> Iterator[dict[str, Any]]:
    for uuid in prealert.order_uuids:
        order = state.orders[uuid]
        row = {"order_uuid": uuid, "cdek_number": int(order.cdek_number or 0), "im_number": order.number}
        yield row if prealert.closed is None else row | {"packages": _list_packages(prealert, order)}


def _list_packages(prealert: Prealert, order: Order) -> list[dict[str, Any]]:
    return [
        {"package_id": one, "number": package["number"], "status": prealert.packages[one]}
        for index, package in enumerate(order.body["packages"])
        if (one := build_package_id(order, index)) in prealert.packages
    ]
