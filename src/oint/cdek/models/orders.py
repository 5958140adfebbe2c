"""The order card: what CDEK answers to GET order (schema OrderResponseDto)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.envelope import Envelope
from oint.cdek.models.parts import Contact, Location, Money, StatusRow, chronological


class OrderStatus(StrEnum):
    """The statuses that this library decides by; a card may show any other."""

    ACCEPTED = "ACCEPTED"
    CREATED = "CREATED"
    REMOVED = "REMOVED"
    DELIVERED = "DELIVERED"
    NOT_DELIVERED = "NOT_DELIVERED"
    INVALID = "INVALID"


class Status(StatusRow):
    """One step of an order's way. `deleted`: CDEK has withdrawn it."""

    reason_code: str | None = None
    city: str | None = None
    city_code: str | None = None
    city_uuid: str | None = None
    deleted: bool | None = None


class CostThreshold(Model):
    """What the recipient pays for delivery where the goods cost no more than `threshold`; roubles."""

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
    """Which goods of a direct order go back; empty in a direct order."""

    direct_order_number: str | None = None
    direct_order_uuid: str | None = None
    direct_package_number: str | None = None


class Item(Model):
    """Goods of one kind in a package; `weight` in grams a piece."""

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
    """How it was handed over, and the sums, in roubles; rates in per cent."""

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
    """A call that the recipient put off."""

    date_time: str | None = None
    date_next: str | None = None
    time_next: str | None = None
    comment: str | None = None


class Calls(Model):
    """Calls to the recipient."""

    failed_calls: list[FailedCall] = field(default_factory=list)
    rescheduled_calls: list[RescheduledCall] = field(default_factory=list)


class OrderCard(Model):
    """An order as CDEK shows it. Fields that are not listed here stay in the answer's `raw`."""

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
        """Where the order stands now: the latest status that CDEK has not withdrawn; None where there is none."""
        standing = [status for status in chronological(self.statuses) if not status.deleted]
        return standing[-1] if standing else None


class OrderAnswer(Envelope):
    """CDEK's answer to GET order: the card, every operation ever made on it, and its links."""

    entity: OrderCard | None = None

    @property
    def usable(self) -> bool:
        """A card needs an order with a uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def card(self) -> OrderCard:
        """The order card; a usable answer always has one."""
        return self.entity or OrderCard()
