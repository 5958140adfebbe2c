"""Webhook events of CDEK: the body of a POST as a typed event. Pure and lenient, because anyone may send anything.

CDEK signs nothing and guarantees no order of events, so an event is a hint: read the order to confirm it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from msgspec import field

from oint.cdek._decoding import convert
from oint.cdek.api._common import RelatedEntity, parse_datetime
from oint.cdek.api._response import Model, RawModel, decoder_lock
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    from datetime import datetime


class Event(RawModel, dict=True):
    """An event of any type; for RECEIPT and unknown types `attributes` are unchanged.

    `uuid` is of the order, print form, prealert or office; of COURIER_INFO about a pick-up, of the intake.
    """

    KIND: ClassVar[str | None] = None

    type: str | None = None
    date_time: str | None = None
    uuid: str | None = None
    attributes: Any = None

    @property
    def at(self) -> datetime | None:
        """Return the time of the event with its zone; None where CDEK's text is not a date."""
        return parse_datetime(self.date_time)

    @property
    def raw(self) -> Mapping[str, Any]:
        """Return the event as CDEK sent it, complete and unchanged."""
        source: Mapping[str, Any] = self.__dict__["raw"]
        return source


class OrderStatusAttributes(Model):
    """`code` is the status by name; `status_code` its old number. A withdrawn status comes with `deleted`."""

    is_return: bool | None = None
    is_reverse: bool | None = None
    is_client_return: bool | None = None
    cdek_number: str | None = None
    number: str | None = None
    code: str | None = None
    status_code: str | None = None
    status_reason_code: str | None = None
    status_date_time: str | None = None
    city_name: str | None = None
    city_code: str | None = None
    related_entities: list[RelatedEntity] = field(default_factory=list)
    deleted: bool | None = None


class OrderStatusEvent(Event):
    """An order has a new status, or lost one."""

    KIND = "ORDER_STATUS"
    attributes: OrderStatusAttributes = field(default_factory=OrderStatusAttributes)


class NewValue(Model):
    """A changed value as text; `type` DATE, FLOAT or INTEGER says how to read it."""

    type: str | None = None
    value: str | None = None


class OrderModifiedAttributes(Model):
    """`modification_type`: PLANED_DELIVERY_DATE_CHANGED (CDEK's spelling), DELIVERY_SUM_CHANGED, DELIVERY_MODE_CHANGED."""

    modification_type: str | None = None
    new_value: NewValue | None = None


class OrderModifiedEvent(Event):
    """CDEK has changed an order."""

    KIND = "ORDER_MODIFIED"
    attributes: OrderModifiedAttributes = field(default_factory=OrderModifiedAttributes)


class PrintFormAttributes(Model):
    """`type` WAYBILL or BARCODE; `url` is good for an hour, and wants the token."""

    type: str | None = None
    url: str | None = None


class PrintFormEvent(Event):
    """A print form is ready."""

    KIND = "PRINT_FORM"
    attributes: PrintFormAttributes = field(default_factory=PrintFormAttributes)


class DownloadPhotoAttributes(Model):
    """Where an order's photos are; the link wants the token."""

    cdek_number: str | None = None
    link: str | None = None
    create_date: str | None = None


class DownloadPhotoEvent(Event):
    """Photos of an order's documents are ready."""

    KIND = "DOWNLOAD_PHOTO"
    attributes: DownloadPhotoAttributes = field(default_factory=DownloadPhotoAttributes)


class PrealertClosedAttributes(Model):
    """`fact_shipment_point`: the office where the parcels were really handed over."""

    prealert_number: str | None = None
    closed_date: str | None = None
    fact_shipment_point: str | None = None


class PrealertClosedEvent(Event):
    """A prealert is closed."""

    KIND = "PREALERT_CLOSED"
    attributes: PrealertClosedAttributes = field(default_factory=PrealertClosedAttributes)


class AccompanyingWaybillAttributes(Model):
    """The transport that carries an order."""

    cdek_number: str | None = None
    client_name: str | None = None
    flight_number: str | None = None
    air_waybill_numbers: list[str] = field(default_factory=list)
    vehicle_numbers: list[str] = field(default_factory=list)
    vehicle_driver: str | None = None
    planned_departure_date_time: str | None = None


class AccompanyingWaybillEvent(Event):
    """An order's accompanying waybill is known."""

    KIND = "ACCOMPANYING_WAYBILL"
    attributes: AccompanyingWaybillAttributes = field(default_factory=AccompanyingWaybillAttributes)


class OfficeAvailabilityAttributes(Model):
    """`type` AVAILABLE_OFFICE or UNAVAILABLE_OFFICE, `code` of the office."""

    type: str | None = None
    code: str | None = None


class OfficeAvailabilityEvent(Event):
    """An office opens or closes."""

    KIND = "OFFICE_AVAILABILITY"
    attributes: OfficeAvailabilityAttributes = field(default_factory=OfficeAvailabilityAttributes)


class DeliveryProblemAttributes(Model):
    """`code` of CDEK's list of delivery problems."""

    cdek_number: str | None = None
    number: str | None = None
    code: str | None = None
    create_date: str | None = None


class DeliveryProblemEvent(Event):
    """A delivery did not happen."""

    KIND = "DELIV_PROBLEM"
    attributes: DeliveryProblemAttributes = field(default_factory=DeliveryProblemAttributes)


class DeliveryAgreementAttributes(Model):
    """What was agreed: `type` DOOR, WAREHOUSE or POSTAMAT; `source`: where."""

    delivery_uuid: str | None = None
    date_time: str | None = None
    cdek_number: str | None = None
    date: str | None = None
    time_from: str | None = None
    time_to: str | None = None
    comment: str | None = None
    source: str | None = None
    type: str | None = None
    delivery_point: str | None = None


class DeliveryAgreementEvent(Event):
    """A delivery was agreed upon."""

    KIND = "DELIV_AGREEMENT"
    attributes: DeliveryAgreementAttributes = field(default_factory=DeliveryAgreementAttributes)


class Courier(Model):
    """A courier and their car."""

    name: str | None = None
    car_model: str | None = None
    registration_mark: str | None = None
    phone: str | None = None


class CourierInfoAttributes(Model):
    """`task_type` DELIVERY, or DEMAND for a pick-up."""

    task_type: str | None = None
    cdek_number: str | None = None
    intake_number: str | None = None
    courier: Courier | None = None


class CourierInfoEvent(Event):
    """A courier is on the way."""

    KIND = "COURIER_INFO"
    attributes: CourierInfoAttributes = field(default_factory=CourierInfoAttributes)


_KINDS: dict[Any, type[Event]] = {kind.KIND: kind for kind in Event.__subclasses__()}


def parse(body: bytes | str | Mapping[str, Any]) -> Event:
    """Read a webhook event.

    Args:
        body: what CDEK posted, or the same decoded
    Returns:
        an event of the class of its type (`OrderStatusEvent` and so on), a plain `Event` for RECEIPT, whose contents CDEK
        does not document, and for types that are new; `raw` is what CDEK sent
    Raises:
        InvalidArgument: the body is not a JSON object
    """
    raw = _decode_json(body) if isinstance(body, (bytes, str)) else body
    if not isinstance(raw, Mapping):
        raise InvalidArgument(
            "body",
            Message("тело вебхука — не объект JSON", "the body of the webhook is not a JSON object"),
            Message(
                "Передайте тело запроса СДЭК целиком и без изменений; чужие запросы можно отбросить",
                "Pass the complete, unchanged body of CDEK's request; other requests may be dropped",
            ),
        )
    event, drift = _decode_event(dict(raw))
    event.__dict__["raw"] = raw
    event.__dict__["drift"] = drift
    return event


def _decode_event(raw: dict[str, Any]) -> tuple[Event, tuple[str, ...]]:
    """Return the event as its class, and the paths of fields that have drifted."""
    type_ = raw.get("type")
    kind = _KINDS.get(type_, Event) if isinstance(type_, str) else Event
    try:
        with decoder_lock:
            return msgspec.convert(raw, kind, strict=False), ()
    except (msgspec.ValidationError, RecursionError):
        event, drift = convert(raw, kind)
        return event or Event(), drift


def _decode_json(body: bytes | str) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
