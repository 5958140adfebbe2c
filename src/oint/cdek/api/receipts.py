"""Fiscal receipts (/v2/check)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field

from oint.cdek.api._common import SimpleResponse
from oint.cdek.api._request import Request, add_query, validate_uuid
from oint.cdek.api._response import Model
from oint.cdek.api._schema import format_date, parse_digits, require_exactly_one

if TYPE_CHECKING:
    import uuid as uuids
    from datetime import date as dates


class ReceiptPayment(Model):
    """How a receipt was paid: `type` CASH or CARD, `sum` in roubles."""

    sum: float | None = None
    type: str | None = None


class Receipt(Model):
    """A fiscal receipt: `type` CASH_RECEIPT_IN or CASH_RECEIPT_REFUND."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    date: str | None = None
    fiscal_storage_number: str | None = None
    document_number: str | None = None
    fiscal_sign: int | None = None
    type: str | None = None
    payment_info: list[ReceiptPayment] = field(default_factory=list)
    shift_no: int | None = None


class Receipts(SimpleResponse):
    """The requested receipts; there may be none."""

    check_info: list[Receipt] = field(default_factory=list)


def get(
    order_uuid: str | uuids.UUID | None = None,
    cdek_number: str | int | None = None,
    date: dates | str | None = None,
) -> Request[Receipts]:
    """Read the receipts of an order or of a day (GET check). Pass exactly one of the three.

    Args:
        order_uuid: the order's uuid
        cdek_number: CDEK's number of the order
        date: the day, as a date or YYYY-MM-DD
    Raises:
        InvalidArgument: not exactly one was passed, or it is malformed; nothing was sent
    """
    require_exactly_one(order_uuid=order_uuid, cdek_number=cdek_number, date=date)
    path = add_query(
        "/check",
        order_uuid=None if order_uuid is None else validate_uuid(order_uuid, "order_uuid"),
        cdek_number=None if cdek_number is None else parse_digits(cdek_number, "cdek_number"),
        date=None if date is None else format_date(date),
    )
    return Request("getChecks", "GET", path, Receipts, changes=False)
