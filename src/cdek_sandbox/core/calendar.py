"""Days and times of day in the courier's time zone, which is the same for all cities."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

_TIME_ZONE = timezone(timedelta(hours=3))
_SUNDAY = 6


def to_local_time(moment: float) -> datetime:
    """Convert a moment to the time of the courier's city."""
    return datetime.fromtimestamp(moment, _TIME_ZONE)


def to_local_day(moment: float) -> date:
    """Return the day of a moment in the courier's city."""
    return to_local_time(moment).date()


def list_workdays(first: date, last: date) -> list[date]:
    """List the days on which a courier comes; no courier on Sundays is a choice."""
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return [day for day in days if day.weekday() != _SUNDAY]
