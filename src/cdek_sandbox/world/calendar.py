"""Days and times of day in the courier's city: Moscow's time zone for all, a choice."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from cdek_sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cdek_sandbox.world.entities import Problem

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TIME_ZONE = timezone(timedelta(hours=3))
_SUNDAY = 6


def local(moment: float) -> datetime:
    """A moment on the clock of the courier's city."""
    return datetime.fromtimestamp(moment, _TIME_ZONE)


def local_day(moment: float) -> date:
    """The day of a moment in the courier's city."""
    return local(moment).date()


def workdays(first: date, last: date) -> list[date]:
    """The days on which a courier comes; that he rests on Sundays is a choice."""
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return [day for day in days if day.weekday() != _SUNDAY]


def format_problems(body: Mapping[str, Any], days: tuple[str, ...], times: tuple[str, ...]) -> list[Problem]:
    """Days and times of day that are not written as CDEK writes them."""
    wrong = [name for name in days if name in body and not _is_day(body[name])]
    wrong += [name for name in times if name in body and not _TIME.fullmatch(body[name])]
    return [problem("v2_invalid_format", body[name], name) for name in wrong]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
