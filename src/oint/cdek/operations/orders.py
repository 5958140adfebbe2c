"""Orders: registering, reading, refusing, deleting, client returns (/v2/orders)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.models.envelope import Accepted
from oint.cdek.models.intakes import Intakes
from oint.cdek.models.orders import OrderAnswer
from oint.cdek.operations.base import Request, checked_uuid, json_body, query
from oint.cdek.operations.checked import digits, exactly_one
from oint.cdek.operations.order_shapes import CHANGE, ORDER
from oint.cdek.operations.shapes import body, every, some_of

if TYPE_CHECKING:
    import uuid as uuids
    from collections.abc import Mapping

ONLINE_SHOP = 1
DELIVERY = 2

_NAMED_CHANGE = every(some_of("uuid", "cdek_number"), CHANGE)


def create(order: Mapping[str, Any], type: int | None = None) -> Request[Accepted]:  # noqa: A002 - CDEK's field name
    """Register an order (POST orders).

    Args:
        order: CDEK's OrderCreateRequestDto as a mapping: weights in grams, sizes in centimetres, sums in roubles
        type: 1 online shop, 2 delivery; None keeps what the order says
    Returns:
        ACCEPTED with the new order's uuid: queued; read the order to see CREATED or INVALID
    Raises:
        BadArgument: what CDEK needs is missing, or a value cannot be right; `field` is its path, `packages[0].weight`
    """
    whole_order = order if type is None else {**order, "type": type}
    return Request("createOrder", "POST", "/orders", Accepted, changes=True, body=body(ORDER, whole_order, "order"))


def update(order: Mapping[str, Any]) -> Request[Accepted]:
    """Change an order that has not moved yet (PATCH orders).

    Args:
        order: CDEK's OrderUpdateRequestDto as a mapping: `uuid` or `cdek_number`, and what is to change. Packages that
            exist are named by their `package_id`
    Returns:
        ACCEPTED: queued; read the order to see the UPDATE entry SUCCESSFUL or INVALID
    Raises:
        BadArgument: neither `uuid` nor `cdek_number` is given, or a value cannot be right; `field` is its path
    """
    document = body(_NAMED_CHANGE, order, "order")
    return Request("updateOrder", "PATCH", "/orders", Accepted, changes=True, body=document)


def get(uuid: str | uuids.UUID) -> Request[OrderAnswer]:
    """Read an order by its uuid (GET orders/{uuid}).

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getOrder", "GET", f"/orders/{checked_uuid(uuid)}", OrderAnswer, changes=False)


def find(cdek_number: str | int | None = None, im_number: str | None = None) -> Request[OrderAnswer]:
    """Read an order by one of its numbers (GET orders).

    Args:
        cdek_number: CDEK's number
        im_number: the shop's own number; where several orders bear it, CDEK answers the latest
    Raises:
        BadArgument: not exactly one number is given, or it cannot be right; nothing was sent
    """
    exactly_one(cdek_number=cdek_number, im_number=im_number)
    number = None if cdek_number is None else digits(cdek_number, "cdek_number")
    path = query("/orders", cdek_number=number, im_number=im_number)
    return Request("findOrder", "GET", path, OrderAnswer, changes=False)


def refuse(uuid: str | uuids.UUID) -> Request[Accepted]:
    """Register that the recipient refuses an order, so that it goes back to the shop (POST orders/{uuid}/refusal).

    It cannot be taken back. In CREATED it is billed, where deleting is free.

    Returns:
        ACCEPTED or WAITING: queued. `oint.refusals.register_refusal` follows it to CDEK's verdict
    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("refuse", "POST", f"/orders/{checked_uuid(uuid)}/refusal", Accepted, changes=True)


def delete(uuid: str | uuids.UUID) -> Request[Accepted]:
    """Delete an order that no warehouse has touched (DELETE orders/{uuid}); CDEK checks that in the background.

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("deleteOrder", "DELETE", f"/orders/{checked_uuid(uuid)}", Accepted, changes=True)


def client_return(uuid: str | uuids.UUID, tariff_code: int) -> Request[Accepted]:
    """Order the way back of a delivered shop order (POST orders/{uuid}/clientReturn).

    Args:
        uuid: of the direct order, which must be DELIVERED
        tariff_code: CDEK's tariff for the way back
    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    path = f"/orders/{checked_uuid(uuid)}/clientReturn"
    document = json_body({"tariff_code": tariff_code}, "tariff_code")
    return Request("clientReturn", "POST", path, Accepted, changes=True, body=document)


def intakes(uuid: str | uuids.UUID) -> Request[Intakes]:
    """All intakes of an order (GET orders/{orderUuid}/intakes).

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getOrderIntakes", "GET", f"/orders/{checked_uuid(uuid)}/intakes", Intakes, changes=False)
