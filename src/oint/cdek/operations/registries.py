"""Registries of cash on delivery (/v2/registries)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.models.registries import Registries
from oint.cdek.operations.base import Request, query
from oint.cdek.operations.checked import day

if TYPE_CHECKING:
    from datetime import date as dates


def get(date: dates | str) -> Request[Registries]:
    """The registries by which money was paid out on a day (GET registries).

    Args:
        date: the day, as a date or YYYY-MM-DD
    Raises:
        BadArgument: that is no date; nothing was sent
    """
    return Request("getRegistries", "GET", query("/registries", date=day(date)), Registries, changes=False)
