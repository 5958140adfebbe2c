"""Orders whose money was paid out (/v2/payment), a method that CDEK has removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.models.payments import Payments
from oint.cdek.operations.base import Request, query
from oint.cdek.operations.checked import day

if TYPE_CHECKING:
    from datetime import date as dates


def get(date: dates | str) -> Request[Payments]:
    """The orders paid out on a day (GET payment).

    Since March 2026 at the latest CDEK answers 404 Not Found: the method is gone. `registries.get` has the orders too.

    Args:
        date: the day, as a date or YYYY-MM-DD
    Raises:
        BadArgument: that is no date; nothing was sent
    """
    return Request("getPayments", "GET", query("/payment", date=day(date)), Payments, changes=False)
