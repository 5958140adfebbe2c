"""Delivery agreements: when and where an order is delivered (/v2/delivery)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import Accepted, Envelope, Location, SimpleResponse, StatusRow, find_latest
from oint.cdek.api._request import Request, add_query, validate_uuid
from oint.cdek.api._response import Model
from oint.cdek.api._schema import (
    PLACE,
    all_of,
    any_of,
    encode_body,
    iso_date,
    max_length,
    mutually_exclusive,
    object_schema,
    one_of,
    parse_digits,
    parse_int,
    require_exactly_one,
    time_of_day,
)

if TYPE_CHECKING:
    import uuid as uuids
    from collections.abc import Mapping


class Agreement(Model):
    """When and where an order is to be delivered; times are HH:MM of the recipient's place."""

    uuid: str | None = None
    cdek_number: str | None = None
    order_uuid: str | None = None
    date: str | None = None
    time_from: str | None = None
    time_to: str | None = None
    comment: str | None = None
    delivery_point: str | None = None
    to_location: Location | None = None
    statuses: list[StatusRow] = field(default_factory=list)
    source: str | None = None

    @property
    def status(self) -> StatusRow | None:
        """Return the current status; None without a status."""
        return find_latest(self.statuses)


class AgreementResponse(Envelope):
    """CDEK's response to GET delivery: the agreement, and the history of its operations."""

    entity: Agreement | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the agreement has a uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def agreement(self) -> Agreement:
        """Return the agreement; a complete response always has one."""
        return self.entity or Agreement()


class Interval(Model):
    """An interval, HH:MM or HH:MM:SS. Estimates have counts: agreed deliveries, and capacity."""

    start_time: str | None = None
    end_time: str | None = None
    agreed_count: int | None = None
    total_count: int | None = None


class DayIntervals(Model):
    """The intervals of a day, YYYY-MM-DD."""

    date: str | None = None
    time_intervals: list[Interval] = field(default_factory=list)


class Intervals(SimpleResponse):
    """The intervals when an order can be delivered, by day."""

    date_intervals: list[DayIntervals] = field(default_factory=list)


_AGREEMENT = all_of(
    object_schema(
        "date",
        date=iso_date,
        time_from=time_of_day,
        time_to=time_of_day,
        comment=max_length(255),
        delivery_point=max_length(255),
        to_location=PLACE,
    ),
    any_of("cdek_number", "order_uuid"),
    mutually_exclusive("delivery_point", "to_location"),
)
_ADDRESSED = all_of(object_schema("address"), PLACE)
_ESTIMATE = all_of(
    object_schema(
        *("date_time", "to_location", "tariff_code"),
        tariff_code=parse_int,
        from_location=_ADDRESSED,
        to_location=_ADDRESSED,
    ),
    one_of("from_location", "shipment_point"),
)


def create(agreement: Mapping[str, Any]) -> Request[Accepted]:
    """Agree on when and where an order is delivered (POST delivery).

    Args:
        agreement: CDEK's ScheduleDto as a mapping: `cdek_number` or `order_uuid`, `date`; to the door `time_from` and
            `time_to`; another place as `delivery_point` or `to_location`
    Returns:
        ACCEPTED with the agreement's uuid: queued; read the agreement to see the outcome
    Raises:
        InvalidArgument: a required field is missing, or a value is invalid; `field` is its path
    """
    document = encode_body(_AGREEMENT, agreement, "agreement")
    return Request("createAgreement", "POST", "/delivery", Accepted, changes=True, body=document)


def get(uuid: str | uuids.UUID) -> Request[AgreementResponse]:
    """Read an agreement (GET delivery/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getAgreement", "GET", f"/delivery/{validate_uuid(uuid)}", AgreementResponse, changes=False)


def intervals(order_uuid: str | uuids.UUID | None = None, cdek_number: str | int | None = None) -> Request[Intervals]:
    """Read when an order can be delivered (GET delivery/intervals). Pass exactly one of the two.

    Args:
        order_uuid: the order's uuid
        cdek_number: CDEK's number of the order
    Raises:
        InvalidArgument: not exactly one was passed, or it is malformed; nothing was sent
    """
    require_exactly_one(order_uuid=order_uuid, cdek_number=cdek_number)
    path = add_query(
        "/delivery/intervals",
        order_uuid=None if order_uuid is None else validate_uuid(order_uuid, "order_uuid"),
        cdek_number=None if cdek_number is None else parse_digits(cdek_number, "cdek_number"),
    )
    return Request("getIntervals", "GET", path, Intervals, changes=False)


def estimated_intervals(request: Mapping[str, Any]) -> Request[Intervals]:
    """Estimate when a future order could be delivered (POST delivery/estimatedIntervals).

    Args:
        request: CDEK's EstimatedDeliveryIntervalsRequestDto: `date_time`, `tariff_code`, `to_location`, and one of
            `from_location` and `shipment_point`; both places with their `address`
    Raises:
        InvalidArgument: a required field is missing, or two exclude each other; nothing was sent
    """
    document = encode_body(_ESTIMATE, request, "request")
    return Request("estimateIntervals", "POST", "/delivery/estimatedIntervals", Intervals, changes=False, body=document)
