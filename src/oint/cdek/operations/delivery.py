"""Delivery agreements: when and where an order is delivered (/v2/delivery)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.models.delivery import AgreementAnswer, Intervals
from oint.cdek.models.envelope import Accepted
from oint.cdek.operations.base import Request, checked_uuid, query
from oint.cdek.operations.checked import digits, exactly_one, whole
from oint.cdek.operations.order_shapes import PLACE
from oint.cdek.operations.shapes import body, clock, day, every, not_both, one_of, shape, some_of, text

if TYPE_CHECKING:
    import uuid as uuids
    from collections.abc import Mapping

_AGREEMENT = every(
    shape(
        "date",
        date=day,
        time_from=clock,
        time_to=clock,
        comment=text(255),
        delivery_point=text(255),
        to_location=PLACE,
    ),
    some_of("cdek_number", "order_uuid"),
    not_both("delivery_point", "to_location"),
)
_ADDRESSED = every(shape("address"), PLACE)
_ESTIMATE = every(
    shape(
        *("date_time", "to_location", "tariff_code"),
        tariff_code=whole,
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
        ACCEPTED with the agreement's uuid: queued; read the agreement to see what became of it
    Raises:
        BadArgument: what CDEK needs is missing, or a value cannot be right; `field` is its path
    """
    document = body(_AGREEMENT, agreement, "agreement")
    return Request("createAgreement", "POST", "/delivery", Accepted, changes=True, body=document)


def get(uuid: str | uuids.UUID) -> Request[AgreementAnswer]:
    """Read an agreement (GET delivery/{uuid}).

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getAgreement", "GET", f"/delivery/{checked_uuid(uuid)}", AgreementAnswer, changes=False)


def intervals(order_uuid: str | uuids.UUID | None = None, cdek_number: str | int | None = None) -> Request[Intervals]:
    """When an order can be delivered (GET delivery/intervals). Exactly one of the two is to be given.

    Args:
        order_uuid: the order's uuid
        cdek_number: CDEK's number of the order
    Raises:
        BadArgument: not exactly one is given, or it is malformed; nothing was sent
    """
    exactly_one(order_uuid=order_uuid, cdek_number=cdek_number)
    path = query(
        "/delivery/intervals",
        order_uuid=None if order_uuid is None else checked_uuid(order_uuid, "order_uuid"),
        cdek_number=None if cdek_number is None else digits(cdek_number, "cdek_number"),
    )
    return Request("getIntervals", "GET", path, Intervals, changes=False)


def estimated_intervals(request: Mapping[str, Any]) -> Request[Intervals]:
    """When an order that is yet to be made could be delivered (POST delivery/estimatedIntervals).

    Args:
        request: CDEK's EstimatedDeliveryIntervalsRequestDto: `date_time`, `tariff_code`, `to_location`, and one of
            `from_location` and `shipment_point`; both places with their `address`
    Raises:
        BadArgument: what CDEK needs is missing, or given twice; nothing was sent
    """
    document = body(_ESTIMATE, request, "request")
    return Request("estimateIntervals", "POST", "/delivery/estimatedIntervals", Intervals, changes=False, body=document)
