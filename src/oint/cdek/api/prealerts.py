"""Prealerts: orders announced to the office that will receive them (/v2/prealert)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import field

from oint.cdek.api._common import Accepted, Envelope
from oint.cdek.api._order_refs import build_order_rows
from oint.cdek.api._request import Request, encode_json, validate_uuid
from oint.cdek.api._response import Model
from oint.cdek.api._schema import fail, fail_missing, is_empty
from oint.i18n import Message

if TYPE_CHECKING:
    import uuid as uuids

    from oint.cdek.api._order_refs import OrderRefs


class PrealertPackage(Model):
    """A package and its acceptance: ACCEPTED, NOT_ACCEPTED, DELETED."""

    package_id: str | None = None
    number: str | None = None
    status: str | None = None


class PrealertOrder(Model):
    """An order of a prealert; `packages` come when it is closed."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    im_number: str | None = None
    packages: list[PrealertPackage] = field(default_factory=list)


class Prealert(Model):
    """A prealert; it has no uuid and no number while CDEK works on it."""

    uuid: str | None = None
    prealert_number: str | None = None
    planned_date: str | None = None
    shipment_point: str | None = None
    closed_date: str | None = None
    fact_shipment_point: str | None = None
    orders: list[PrealertOrder] = field(default_factory=list)


class PrealertResponse(Envelope):
    """CDEK's response to GET prealert."""

    entity: Prealert | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the response has an entity."""
        return self.entity is not None

    @property
    def prealert(self) -> Prealert:
        """Return the prealert; a complete response always has one."""
        return self.entity or Prealert()


def create(orders: OrderRefs, planned_date: datetime | str, shipment_point: str) -> Request[Accepted]:
    """Announce that orders will be handed over (POST prealert). The contract must have that service.

    Args:
        orders: one order or several: uuids, CDEK's numbers, or CDEK's rows (`im_number` is known there too)
        planned_date: when; a datetime with its zone, or text as CDEK writes it, 2026-08-31T10:00:00+0300
        shipment_point: code of the office
    Returns:
        ACCEPTED with the prealert's uuid: queued; read the prealert to see its number
    Raises:
        InvalidArgument: no order, no office, no date, or a date without a zone; nothing was sent
    """
    rows = build_order_rows(orders)
    when = _format_datetime(planned_date)
    for name, value in {"planned_date": when, "shipment_point": shipment_point}.items():
        if is_empty(value):
            fail_missing(name)
    body = encode_json({"planned_date": when, "shipment_point": shipment_point, "orders": rows}, "orders")
    return Request("createPrealert", "POST", "/prealert", Accepted, changes=True, body=body)


def get(uuid: str | uuids.UUID) -> Request[PrealertResponse]:
    """Read a prealert (GET prealert/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getPrealert", "GET", f"/prealert/{validate_uuid(uuid)}", PrealertResponse, changes=False)


def _format_datetime(value: datetime | str) -> str:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        fail(
            "planned_date",
            "у времени нет часового пояса",
            "the time has no zone",
            Message("Укажите пояс: value.astimezone()", "Give it a zone: value.astimezone()"),
        )
    return value.strftime("%Y-%m-%dT%H:%M:%S%z")
