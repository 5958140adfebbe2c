"""Fiscal receipts (/v2/check)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.models.checks import Receipts
from oint.cdek.operations.base import Request, checked_uuid, query
from oint.cdek.operations.checked import day, digits, exactly_one

if TYPE_CHECKING:
    import uuid as uuids
    from datetime import date as dates


def get(
    order_uuid: str | uuids.UUID | None = None,
    cdek_number: str | int | None = None,
    date: dates | str | None = None,
) -> Request[Receipts]:
    """The receipts of an order or of a day (GET check). Exactly one of the three is to be given.

    Args:
        order_uuid: the order's uuid
        cdek_number: CDEK's number of the order
        date: the day, as a date or YYYY-MM-DD
    Raises:
        BadArgument: not exactly one is given, or it is malformed; nothing was sent
    """
    exactly_one(order_uuid=order_uuid, cdek_number=cdek_number, date=date)
    path = query(
        "/check",
        order_uuid=None if order_uuid is None else checked_uuid(order_uuid, "order_uuid"),
        cdek_number=None if cdek_number is None else digits(cdek_number, "cdek_number"),
        date=None if date is None else day(date),
    )
    return Request("getChecks", "GET", path, Receipts, changes=False)
