"""The sandbox's clock: real time plus an offset that a test may change, and CDEK's formats of a moment."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

DateForm = Literal["+0000", "+00:00", "+03:00", "+0700", "Z", "fraction"]
_OFFSETS = {"+03:00": timezone(timedelta(hours=3)), "+0700": timezone(timedelta(hours=7))}


class Clock:
    """Seconds since 1970, UTC: real time moved by `offset` seconds, or standing still at `stopped`."""

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
