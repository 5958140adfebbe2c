"""Orders: registering, reading, refusing, deleting, client returns (/v2/orders)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import Accepted, Contact, Envelope, Location, Money, StatusRow, sort_statuses
from oint.cdek.api._request import Request, add_query, encode_json, validate_uuid
from oint.cdek.api._response import Model
from oint.cdek.api._schema import (
    all_of,
    any_of,
    encode_body,
    object_schema,
    parse_digits,
    require_exactly_one,
)
from oint.cdek.api.order_fields import (
    ENDS,
    FIELDS,
    AccompanyingWaybill,
    Calls,
    CostThreshold,
    DelayReason,
    DeliveryDetail,
    DeliveryProblem,
    Package,
    Seller,
    Service,
)

if TYPE_CHECKING:
    import uuid as uuids
    from collections.abc import Mapping

    from oint.cdek.api.intakes import Intakes


class OrderStatus(StrEnum):
    """The statuses that this library uses; an order may have others."""

    ACCEPTED = "ACCEPTED"
    CREATED = "CREATED"
    REMOVED = "REMOVED"
    DELIVERED = "DELIVERED"
    NOT_DELIVERED = "NOT_DELIVERED"
    INVALID = "INVALID"


class Status(StatusRow):
    """One status of an order. `deleted`: CDEK has withdrawn it."""

    reason_code: str | None = None
    city: str | None = None
    city_code: str | None = None
    city_uuid: str | None = None
    deleted: bool | None = None


class Order(Model):
    """An order as CDEK returns it. Fields that are not listed here are in the response's `raw`."""

    uuid: str | None = None
    type: int | None = None
    additional_order_types: list[int] = field(default_factory=list)
    is_return: bool | None = None
    is_reverse: bool | None = None
    is_client_return: bool | None = None
    has_reverse_order: bool | None = None
    cdek_number: str | None = None
    number: str | None = None
    accompanying_number: str | None = None
    accompanying_waybill: AccompanyingWaybill | None = None
    tariff_code: int | None = None
    comment: str | None = None
    shipment_point: str | None = None
    delivery_point: str | None = None
    delivery_mode: str | None = None
    date_invoice: str | None = None
    shipper_name: str | None = None
    shipper_address: str | None = None
    keep_free_until: str | None = None
    planned_delivery_date: str | None = None
    items_cost_currency: str | None = None
    recipient_currency: str | None = None
    delivery_recipient_cost: Money | None = None
    delivery_recipient_cost_adv: list[CostThreshold] = field(default_factory=list)
    sender: Contact | None = None
    seller: Seller | None = None
    recipient: Contact | None = None
    from_location: Location | None = None
    to_location: Location | None = None
    services: list[Service] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    delivery_problem: list[DeliveryProblem] = field(default_factory=list)
    delay_reasons: list[DelayReason] = field(default_factory=list)
    delivery_detail: DeliveryDetail | None = None
    transacted_payment: bool | None = None
    calls: Calls | None = None
    developer_key: str | None = None

    @property
    def status(self) -> Status | None:
        """Return the current status: the latest that CDEK has not withdrawn; None without one."""
        valid_statuses = [status for status in sort_statuses(self.statuses) if not status.deleted]
        return valid_statuses[-1] if valid_statuses else None


class OrderResponse(Envelope):
    """CDEK's response to GET order: the order, the history of its operations, and its links."""

    entity: Order | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the order has a uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def order(self) -> Order:
        """Return the order; a complete response always has one."""
        return self.entity or Order()


ONLINE_SHOP = 1
DELIVERY = 2

ORDER = all_of(object_schema("tariff_code", "recipient", "packages", **FIELDS), ENDS)
_NAMED_CHANGE = all_of(any_of("uuid", "cdek_number"), object_schema(**FIELDS), ENDS)


def create(order: Mapping[str, Any], type: int | None = None) -> Request[Accepted]:  # noqa: A002 - CDEK's field name
    """Register an order (POST orders).

    Args:
        order: CDEK's OrderCreateRequestDto as a mapping: weights in grams, sizes in centimetres, sums in roubles
        type: 1 online shop, 2 delivery; None keeps what the order says
    Returns:
        ACCEPTED with the new order's uuid: queued; read the order to see CREATED or INVALID
    Raises:
        InvalidArgument: a required field is missing, or a value is invalid; `field` is its path, `packages[0].weight`
    """
    whole_order = order if type is None else {**order, "type": type}
    return Request(
        "createOrder", "POST", "/orders", Accepted, changes=True, body=encode_body(ORDER, whole_order, "order")
    )


def update(order: Mapping[str, Any]) -> Request[Accepted]:
    """Change an order that has not moved yet (PATCH orders).

    Args:
        order: CDEK's OrderUpdateRequestDto as a mapping: `uuid` or `cdek_number`, and what is to change. Packages that
            exist are named by their `package_id`
    Returns:
        ACCEPTED: queued; read the order to see the UPDATE entry SUCCESSFUL or INVALID
    Raises:
        InvalidArgument: `uuid` and `cdek_number` are missing, or a value is invalid; `field` is its path
    """
    document = encode_body(_NAMED_CHANGE, order, "order")
    return Request("updateOrder", "PATCH", "/orders", Accepted, changes=True, body=document)


def get(uuid: str | uuids.UUID) -> Request[OrderResponse]:
    """Read an order by its uuid (GET orders/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getOrder", "GET", f"/orders/{validate_uuid(uuid)}", OrderResponse, changes=False)


def find(cdek_number: str | int | None = None, im_number: str | None = None) -> Request[OrderResponse]:
    """Read an order by one of its numbers (GET orders).

    Args:
        cdek_number: CDEK's number
        im_number: the shop's number; if several orders have it, CDEK returns the latest
    Raises:
        InvalidArgument: not exactly one number was passed, or it is malformed; nothing was sent
    """
    require_exactly_one(cdek_number=cdek_number, im_number=im_number)
    number = None if cdek_number is None else parse_digits(cdek_number, "cdek_number")
    path = add_query("/orders", cdek_number=number, im_number=im_number)
    return Request("findOrder", "GET", path, OrderResponse, changes=False)


def refuse(uuid: str | uuids.UUID) -> Request[Accepted]:
    """Register the recipient's refusal of an order: it goes back to the shop (POST orders/{uuid}/refusal).

    A refusal is irreversible. In status CREATED it is billed, while deleting is free.

    Returns:
        ACCEPTED or WAITING: queued. `oint.refusals.register_refusal` follows it to CDEK's verdict
    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("refuse", "POST", f"/orders/{validate_uuid(uuid)}/refusal", Accepted, changes=True)


def delete(uuid: str | uuids.UUID) -> Request[Accepted]:
    """Delete an order that no warehouse has received (DELETE orders/{uuid}); CDEK checks that in the background.

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("deleteOrder", "DELETE", f"/orders/{validate_uuid(uuid)}", Accepted, changes=True)


def client_return(uuid: str | uuids.UUID, tariff_code: int) -> Request[Accepted]:
    """Order the return of a delivered shop order (POST orders/{uuid}/clientReturn).

    Args:
        uuid: uuid of the direct order, which must be DELIVERED
        tariff_code: CDEK's tariff of the return
    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    path = f"/orders/{validate_uuid(uuid)}/clientReturn"
    document = encode_json({"tariff_code": tariff_code}, "tariff_code")
    return Request("clientReturn", "POST", path, Accepted, changes=True, body=document)


def intakes(uuid: str | uuids.UUID) -> Request[Intakes]:
    """Read all intakes of an order (GET orders/{orderUuid}/intakes).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    from oint.cdek.api.intakes import Intakes  # noqa: PLC0415 - a refusal needs none of its models

    return Request("getOrderIntakes", "GET", f"/orders/{validate_uuid(uuid)}/intakes", Intakes, changes=False)
