"""The order card: what CDEK answers to GET order (schema OrderResponseDto)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.envelope import Envelope
from oint.cdek.moments import EPOCH, moment

if TYPE_CHECKING:
    from datetime import datetime


class OrderStatus(StrEnum):
    """The statuses that this library decides by; a card may show any other."""

    ACCEPTED = "ACCEPTED"
    CREATED = "CREATED"
    REMOVED = "REMOVED"
    DELIVERED = "DELIVERED"
    NOT_DELIVERED = "NOT_DELIVERED"
    INVALID = "INVALID"


class Status(Model):
    """One step of an order's way. `deleted`: CDEK has withdrawn it."""

    code: str | None = None
    name: str | None = None
    date_time: str | None = None
    reason_code: str | None = None
    city: str | None = None
    city_code: str | None = None
    city_uuid: str | None = None
    deleted: bool | None = None

    @property
    def at(self) -> datetime | None:
        """When it happened, with its zone; None where CDEK's text is no date."""
        return moment(self.date_time)


class Phone(Model):
    """A phone; CDEK drops the leading plus."""

    number: str | None = None
    additional: str | None = None


class Contact(Model):
    """Sender or recipient. Personal data: never logged by this library."""

    company: str | None = None
    name: str | None = None
    contragent_type: str | None = None
    email: str | None = None
    tin: str | None = None
    phones: list[Phone] = field(default_factory=list)
    passport_requirements_satisfied: bool | None = None


class Location(Model):
    """A place; `code` is CDEK's own number of the city."""

    code: int | None = None
    city_uuid: str | None = None
    city: str | None = None
    fias_guid: str | None = None
    kladr_code: str | None = None
    country_code: str | None = None
    country: str | None = None
    region: str | None = None
    region_code: int | None = None
    sub_region: str | None = None
    postal_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    address: str | None = None


class Money(Model):
    """A sum in the order's currency (roubles unless the card says otherwise)."""

    value: float | None = None
    vat_sum: float | None = None
    vat_rate: int | None = None


class Item(Model):
    """Goods of one kind in a package; `weight` in grams a piece."""

    name: str | None = None
    ware_key: str | None = None
    payment: Money | None = None
    cost: float | None = None
    weight: int | None = None
    weight_gross: int | None = None
    amount: int | None = None
    delivery_amount: int | None = None
    url: str | None = None


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


class Service(Model):
    """An additional service; `sum` and `total_sum` in roubles."""

    code: str | None = None
    parameter: str | None = None
    sum: float | None = None
    total_sum: float | None = None


class DeliveryProblem(Model):
    """Why a delivery did not happen."""

    code: str | None = None
    create_date: str | None = None


class DeliveryDetail(Model):
    """How it was handed over, and the sums, in roubles."""

    date: str | None = None
    recipient_name: str | None = None
    payment_sum: float | None = None
    delivery_sum: float | None = None
    total_sum: float | None = None


class OrderCard(Model):
    """An order as CDEK shows it. Fields that are not listed here stay in the answer's `raw`."""

    uuid: str | None = None
    type: int | None = None
    is_return: bool | None = None
    is_reverse: bool | None = None
    is_client_return: bool | None = None
    has_reverse_order: bool | None = None
    cdek_number: str | None = None
    number: str | None = None
    tariff_code: int | None = None
    comment: str | None = None
    shipment_point: str | None = None
    delivery_point: str | None = None
    delivery_mode: str | None = None
    keep_free_until: str | None = None
    planned_delivery_date: str | None = None
    items_cost_currency: str | None = None
    recipient_currency: str | None = None
    sender: Contact | None = None
    recipient: Contact | None = None
    from_location: Location | None = None
    to_location: Location | None = None
    services: list[Service] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    delivery_problem: list[DeliveryProblem] = field(default_factory=list)
    delivery_detail: DeliveryDetail | None = None

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


def chronological(statuses: list[Status]) -> list[Status]:
    """The statuses from the oldest to the newest, whichever way CDEK wrote them.

    Several may carry the same second, so the list's own direction decides between equals: newest first, as today,
    unless the dates show the opposite. Where a date cannot be read, that direction alone decides.
    """
    dated = [(status.at, status) for status in statuses]
    known = [date for date, _ in dated if date is not None]
    if not (known and known[0] < known[-1]):
        dated.reverse()
    if len(known) == len(dated):
        dated.sort(key=lambda pair: pair[0] or EPOCH)
    return [status for _, status in dated]
