"""Prealerts: orders announced to the office that will take them (/v2/prealert)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from oint.cdek.models.envelope import Accepted
from oint.cdek.models.prealert import PrealertAnswer
from oint.cdek.operations.base import Request, checked_uuid, json_body
from oint.cdek.operations.named_orders import order_rows
from oint.cdek.operations.shapes import empty, missing, wrong
from oint.i18n import Message

if TYPE_CHECKING:
    import uuid as uuids

    from oint.cdek.operations.named_orders import Orders


def create(orders: Orders, planned_date: datetime | str, shipment_point: str) -> Request[Accepted]:
    """Announce that orders will be handed over (POST prealert). The contract must have that service.

    Args:
        orders: one order or several: uuids, CDEK's numbers, or CDEK's rows (`im_number` is known there too)
        planned_date: when; a datetime with its zone, or text as CDEK writes it, 2026-08-31T10:00:00+0300
        shipment_point: code of the office
    Returns:
        ACCEPTED with the prealert's uuid: queued; read the prealert to see its number
    Raises:
        BadArgument: no order, no office, no date, or a date without a zone; nothing was sent
    """
    rows = order_rows(orders)
    when = _moment(planned_date)
    for name, value in {"planned_date": when, "shipment_point": shipment_point}.items():
        if empty(value):
            missing(name)
    body = json_body({"planned_date": when, "shipment_point": shipment_point, "orders": rows}, "orders")
    return Request("createPrealert", "POST", "/prealert", Accepted, changes=True, body=body)


def get(uuid: str | uuids.UUID) -> Request[PrealertAnswer]:
    """Read a prealert (GET prealert/{uuid}).

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getPrealert", "GET", f"/prealert/{checked_uuid(uuid)}", PrealertAnswer, changes=False)


def _moment(value: datetime | str) -> str:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        wrong(
            "planned_date",
            "у времени нет часового пояса",
            "the time has no zone",
            Message("Укажите пояс: value.astimezone()", "Give it a zone: value.astimezone()"),
        )
    return value.strftime("%Y-%m-%dT%H:%M:%S%z")
