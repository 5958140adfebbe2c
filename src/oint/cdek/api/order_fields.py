"""Fields of an order: packages, items, services, sums; schema checks of requests and models of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import Money  # noqa: TC001 - msgspec reads the types of fields as it runs
from oint.cdek.api._response import Model
from oint.cdek.api._schema import (
    CONTACT,
    PLACE,
    SIZES,
    all_of,
    as_list,
    fail,
    iso_date,
    join_path,
    list_of,
    max_length,
    mutually_exclusive,
    non_negative,
    object_schema,
    parse_int,
)
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Mapping


class CostThreshold(Model):
    """The recipient's delivery cost where the goods cost at most `threshold`; roubles."""

    threshold: int | None = None
    sum: float | None = None
    vat_sum: float | None = None
    vat_rate: int | None = None


class Seller(Model):
    """The true seller of goods."""

    name: str | None = None
    inn: str | None = None
    phone: str | None = None
    ownership_form: str | None = None
    address: str | None = None
    giis_subdivision_id: str | None = None


class ReturnItemDetail(Model):
    """The returned goods of a direct order; empty in a direct order."""

    direct_order_number: str | None = None
    direct_order_uuid: str | None = None
    direct_package_number: str | None = None


class Item(Model):
    """Goods of one kind in a package; `weight` is grams a piece."""

    name: str | None = None
    ware_key: str | None = None
    marking: str | None = None
    payment: Money | None = None
    cost: float | None = None
    weight: int | None = None
    weight_gross: int | None = None
    amount: int | None = None
    delivery_amount: int | None = None
    name_i18n: str | None = None
    brand: str | None = None
    country_code: str | None = None
    material: str | None = None
    wifi_gsm: bool | None = None
    url: str | None = None
    seller: Seller | None = None
    return_item_detail: ReturnItemDetail | None = None
    excise: bool | None = None
    feacn_code: str | None = None
    jewel_uin: str | None = None
    used: bool | None = None


class PackageService(Model):
    """A service that concerns one package."""

    code: str | None = None


class Package(Model):
    """A package: weights in grams, sizes in centimetres."""

    number: str | None = None
    package_id: str | None = None
    barcode: str | None = None
    weight: int | None = None
    length: int | None = None
    width: int | None = None
    height: int | None = None
    weight_volume: int | None = None
    weight_calc: int | None = None
    comment: str | None = None
    items: list[Item] = field(default_factory=list)
    services: list[PackageService] = field(default_factory=list)


class Service(Model):
    """An additional service; sums in roubles, rates in per cent."""

    code: str | None = None
    parameter: str | None = None
    sum: float | None = None
    total_sum: float | None = None
    discount_percent: float | None = None
    discount_sum: float | None = None
    vat_rate: float | None = None
    vat_sum: float | None = None


class AccompanyingWaybill(Model):
    """The transport that an order goes with."""

    client_name: str | None = None
    flight_number: str | None = None
    air_waybill_numbers: list[str] = field(default_factory=list)
    vehicle_numbers: list[str] = field(default_factory=list)
    vehicle_driver: str | None = None
    planned_departure_date_time: str | None = None


class DeliveryProblem(Model):
    """Why a delivery did not happen."""

    code: str | None = None
    create_date: str | None = None


class DelayReason(Model):
    """Why an order is late."""

    create_date: str | None = None
    description: str | None = None


class PaymentPart(Model):
    """How a part of the sum was paid: CASH or CARD."""

    type: str | None = None
    sum: float | None = None


class DeliveryDetail(Model):
    """The handover to the recipient and the sums, in roubles; rates in per cent."""

    date: str | None = None
    recipient_name: str | None = None
    payment_sum: float | None = None
    delivery_sum: float | None = None
    total_sum: float | None = None
    payment_info: list[PaymentPart] = field(default_factory=list)
    delivery_vat_rate: float | None = None
    delivery_vat_sum: float | None = None
    delivery_discount_percent: float | None = None
    delivery_discount_sum: float | None = None


class FailedCall(Model):
    """A call that did not reach the recipient."""

    date_time: str | None = None
    reason_code: int | None = None


class RescheduledCall(Model):
    """A call that the recipient postponed."""

    date_time: str | None = None
    date_next: str | None = None
    time_next: str | None = None
    comment: str | None = None


class Calls(Model):
    """Calls to the recipient."""

    failed_calls: list[FailedCall] = field(default_factory=list)
    rescheduled_calls: list[RescheduledCall] = field(default_factory=list)


MAX_MONEY = 50_000_000
MAX_PACKAGES = 255
MAX_LINES = 126
MAX_PIECES = 999


def _check_money(value: Any, path: str) -> None:
    if isinstance(value, (int, float)) and not 0 <= value <= MAX_MONEY:
        fail(
            path,
            f"сумма должна быть от 0 до {MAX_MONEY}",
            f"a sum must be from 0 to {MAX_MONEY}",
            Message("Проверьте сумму: она в валюте заказа", "Check the sum: it is in the order's currency"),
        )


def _check_marking(item: Mapping[str, Any], path: str) -> None:
    if item.get("marking") and item.get("amount") not in {1, "1", None}:
        fail(
            join_path(path, "amount"),
            "у товара с маркировкой должна быть 1 штука",
            "an item with a marking must have the amount 1",
            Message("Разделите товар на строки по одной штуке", "Split it into items of one piece"),
        )


def _check_amount(value: Any, path: str) -> None:
    if parse_int(value, path) > MAX_PIECES:
        fail(
            path,
            f"не больше {MAX_PIECES} штук в строке",
            f"an item has at most {MAX_PIECES} pieces",
            Message("Разделите товар на несколько строк", "Split it into several items"),
        )


def _check_lines(packages: Any, path: str) -> None:
    lines = sum(len(as_list(package.get("items") or [])) for package in as_list(packages))
    if lines > MAX_LINES:
        fail(
            path,
            f"{lines} товарных позиций, а в заказе их не больше {MAX_LINES}",
            f"{lines} items, and an order has at most {MAX_LINES}",
            Message("Разделите заказ на несколько", "Split it into several orders"),
        )


_SUM = object_schema("value", value=_check_money)
_ITEM = all_of(
    object_schema(
        *("name", "ware_key", "payment", "cost", "weight", "amount"),
        ware_key=max_length(50),
        payment=_SUM,
        cost=_check_money,
        weight=non_negative,
        weight_gross=non_negative,
        amount=_check_amount,
        name_i18n=max_length(255),
        brand=max_length(255),
        country_code=max_length(2),
        url=max_length(255),
        feacn_code=max_length(255),
        seller=object_schema(inn=max_length(12)),
    ),
    _check_marking,
)
_PACKAGE = object_schema(
    "number", "weight", number=max_length(30), comment=max_length(255), items=list_of(_ITEM), **SIZES
)
FIELDS = {
    "type": parse_int,
    "number": max_length(40),
    "accompanying_number": max_length(255),
    "tariff_code": parse_int,
    "comment": max_length(255),
    "shipment_point": max_length(255),
    "delivery_point": max_length(255),
    "date_invoice": iso_date,
    "shipper_name": max_length(255),
    "shipper_address": max_length(255),
    "delivery_recipient_cost": _SUM,
    "sender": CONTACT,
    "seller": object_schema(inn=max_length(12)),
    "recipient": CONTACT,
    "from_location": PLACE,
    "to_location": PLACE,
    "services": list_of(object_schema("code")),
    "packages": all_of(list_of(_PACKAGE, MAX_PACKAGES), _check_lines),
    "print": max_length(7),
}
ENDS = all_of(
    mutually_exclusive("shipment_point", "from_location"), mutually_exclusive("delivery_point", "to_location")
)
