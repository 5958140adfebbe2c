"""Orders whose money was paid out (/v2/payment), a method that CDEK has removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field

from oint.cdek.api._common import SimpleResponse
from oint.cdek.api._request import Request, add_query
from oint.cdek.api._response import Model
from oint.cdek.api._schema import format_date

if TYPE_CHECKING:
    from datetime import date as dates


class PaidOrder(Model):
    """An order whose money was paid out."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    number: str | None = None


class Payments(SimpleResponse):
    """The orders paid out on a day."""

    orders: list[PaidOrder] = field(default_factory=list)


def get(date: dates | str) -> Request[Payments]:
    """Read the orders paid out on a day (GET payment).

    Since March 2026 at the latest CDEK answers 404 Not Found: the method is gone. `registries.get` has the orders too.

    Args:
        date: the day, as a date or YYYY-MM-DD
    Raises:
        InvalidArgument: the value is not a date; nothing was sent
    """
    return Request("getPayments", "GET", add_query("/payment", date=format_date(date)), Payments, changes=False)
