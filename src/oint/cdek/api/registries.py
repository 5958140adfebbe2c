"""Registries of cash on delivery (/v2/registries)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field

from oint.cdek.api._common import SimpleResponse
from oint.cdek.api._request import Request, add_query
from oint.cdek.api._response import Model
from oint.cdek.api._schema import format_date

if TYPE_CHECKING:
    from datetime import date as dates


class RegistryOrder(Model):
    """An order in a registry."""

    cdek_number: str | None = None
    transfer_sum: float | None = None
    payment_sum: float | None = None
    total_sum_without_agent: float | None = None
    agent_commission_sum: float | None = None
    basis_type: str | None = None


class Registry(Model):
    """A registry of money paid out to the shop."""

    registry_number: int | None = None
    payment_date: str | None = None
    sum: float | None = None
    payment_order_number: str | None = None
    orders: list[RegistryOrder] = field(default_factory=list)
    date_created: str | None = None


class Registries(SimpleResponse):
    """The registries of a day; there may be none."""

    registries: list[Registry] = field(default_factory=list)


def get(date: dates | str) -> Request[Registries]:
    """Read the registries of money paid out on a day (GET registries).

    Args:
        date: the day, as a date or YYYY-MM-DD
    Raises:
        InvalidArgument: the value is not a date; nothing was sent
    """
    return Request("getRegistries", "GET", add_query("/registries", date=format_date(date)), Registries, changes=False)
