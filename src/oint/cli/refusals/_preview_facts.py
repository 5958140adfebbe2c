"""What the rows of a preview show of time: since when, days at the office, the end of free storage. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from oint.cdek.api._common import parse_datetime
from oint.refusals.card_facts import Phase, phase_of

if TYPE_CHECKING:
    from oint.refusals.preview import PreviewRow

DAY_SECONDS = 24 * 3600
SOON_DAYS = 3
"""Days before the end of free storage in which a preview points it out."""

_DAY_LENGTH = len("2026-11-30")


class DayRange(NamedTuple):
    """A range of days at the office; `last` None: without an end."""

    first: int
    last: int | None

    def __str__(self) -> str:
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"


DAY_RANGES = (DayRange(0, 2), DayRange(3, 6), DayRange(7, 13), DayRange(14, None))


class Storage(StrEnum):
    """How the free storage of an order at an office stands."""

    ENDED = "ended"
    ENDS_SOON = "ends_soon"
    LATER = "later"
    UNKNOWN = "unknown"


def find_phase(row: PreviewRow) -> Phase | None:
    """Return where the parcel of a row is; None: its card was not read."""
    if row.phase is not None and row.phase in set(Phase):
        return Phase(row.phase)
    return None if row.status is None else phase_of(row.status)


def find_local_time(moment: float | None) -> datetime | None:
    """Return a Unix time in the machine's time zone; None: it is unknown, or no calendar has it."""
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(moment).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def find_day_range(days: int) -> DayRange:
    """Return the range that a number of days is in."""
    return next(each for each in DAY_RANGES if each.last is None or days <= each.last)


def find_storage_end(row: PreviewRow) -> date | None:
    """Return the end of free storage: a local moment, or a day where the card has no time; None: not known."""
    text = (row.keep_free_until or "").strip()
    end = parse_datetime(text)
    if end is None:
        return None
    if len(text) == _DAY_LENGTH:
        return end.date()
    try:
        return end.astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def classify_storage(row: PreviewRow, now: float) -> Storage:
    """Return how the free storage of a row's order stands.

    A day is free until it ends: a choice, CDEK's schema says no more than «until».
    """
    end, here = find_storage_end(row), find_local_time(now)
    if end is None or here is None:
        return Storage.UNKNOWN
    left = end - here if isinstance(end, datetime) else end - here.date()
    if left < timedelta():
        return Storage.ENDED
    return Storage.ENDS_SOON if left <= timedelta(days=SOON_DAYS) else Storage.LATER
