"""The sandbox's clock: real time plus an offset that a test may change, CDEK's formats of a moment, and local days."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

DateForm = Literal["+0000", "+00:00", "+03:00", "+0700", "Z", "fraction"]
_OFFSETS = {"+03:00": timezone(timedelta(hours=3)), "+0700": timezone(timedelta(hours=7))}
_TIME_ZONE = timezone(timedelta(hours=3))
_SUNDAY = 6


class Clock:
    """Seconds since 1970, UTC: real time plus `offset` seconds, or frozen at `stopped`."""

    def __init__(self, offset: float = 0.0, stopped: float | None = None) -> None:
        self.offset = offset
        self.stopped = stopped

    def now(self) -> float:
        """Return the present moment of the sandbox, in seconds."""
        return time.time() + self.offset if self.stopped is None else self.stopped

    def advance(self, seconds: float) -> None:
        """Move the clock forward by a number of seconds, or back if it is negative."""
        if self.stopped is None:
            self.offset += seconds
        else:
            self.freeze(self.stopped + seconds)

    def freeze(self, moment: float) -> None:
        """Freeze the clock at a moment, so that moments in responses are the same in every run."""
        self.offset = moment - time.time()
        self.stopped = moment

    def resume(self) -> None:
        """Resume from the moment at which the clock is frozen."""
        self.offset = self.now() - time.time()
        self.stopped = None


def format_moment(moment: float, form: DateForm) -> str:
    """Format a moment as CDEK does; every format was recorded from its responses."""
    if form == "fraction":
        return _format_second(int(moment), "+0000").replace("+", f".{int(moment % 1 * 1000):03d}+")
    return _format_second(int(moment), form)


@lru_cache(maxsize=4096)
def _format_second(second: int, form: DateForm) -> str:
    written = datetime.fromtimestamp(second, _OFFSETS.get(form, UTC)).strftime("%Y-%m-%dT%H:%M:%S")
    return written + form


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
