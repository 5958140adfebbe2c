"""The sandbox's own clock: real time plus an offset that a test may move, and CDEK's ways to write a moment."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

DateForm = Literal["+0000", "+00:00", "+03:00", "+0700", "Z", "fraction"]
_OFFSETS = {"+03:00": timezone(timedelta(hours=3)), "+0700": timezone(timedelta(hours=7))}


class Clock:
    """Seconds since 1970, UTC, moved by `offset` seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> float:
        """The present moment of the sandbox, in seconds."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward (or, below zero, back) by so many seconds."""
        self.offset += seconds


def stamp(moment: float, form: DateForm) -> str:
    """A moment as CDEK writes it; every form was recorded from its answers."""
    if form == "fraction":
        return _stamp(int(moment), "+0000").replace("+", f".{int(moment % 1 * 1000):03d}+")
    return _stamp(int(moment), form)


@lru_cache(maxsize=4096)
def _stamp(second: int, form: DateForm) -> str:
    written = datetime.fromtimestamp(second, _OFFSETS.get(form, UTC)).strftime("%Y-%m-%dT%H:%M:%S")
    return written + form
