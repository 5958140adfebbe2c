"""The rate limit of an account, as a generic cell rate algorithm without a burst: slots at even distances. Pure.

Its whole state is the moment of the next free slot, kept in the ledger, so that all who share the ledger share the
limit. Slots at even distances, each used within `LATE` seconds of its moment or not at all, never put more than the
limit into any one second; the distance is a little longer than the limit asks for, to make room for `LATE`.
"""

from __future__ import annotations

from typing import NamedTuple

UTILIZATION = 0.955
"""Maximum share of the limit that is used; the rest is for requests that the network bunches together."""

SLOT_TOLERANCE_SECONDS = 0.008
"""Seconds after its moment at which a slot is lost: a slot and a half of the default limit."""

MAX_RESERVATION_SECONDS = 60.0
"""Seconds ahead at which no worker reserves: a free slot farther off was written by a clock that has been set back."""

MAX_PAUSE_SECONDS = 600.0
"""Maximum pause that CDEK may ask for: it may ask again, and one absurd header must not stop a run for a year."""

DEFAULT_PAUSE_SECONDS = 1.0
"""Seconds of a pause that CDEK asked for without naming its length: a choice."""

CLOCK_EPSILON = 1e-6
"""Seconds by which sums of moments are wrong by rounding, and more."""


class Reservation(NamedTuple):
    """Reserved slots: the first, the distance between two, how many; seconds of the ledger's clock."""

    first: float
    distance: float
    size: int

    @property
    def after(self) -> float:
        """Return the moment of the next free slot."""
        return self.first + self.distance * self.size


class ClockOffset:
    """How far the ledger's clock is ahead of one's own, learnt from each answer of the ledger.

    An answer proves it between two bounds. What was learnt stays while it lies between them, so that slots do not move
    to and fro with the time that each answer takes; else it is what the answer would prove had it come back at once.
    """

    def __init__(self) -> None:
        self.offset: float | None = None

    def learn(self, started: float, now: float, answered: float) -> float:
        """Take an answer into account.

        Args:
            started: local clock before the query
            now: the ledger's clock, at some moment between
            answered: one's own clock, after
        Returns:
            seconds that the ledger's clock is ahead
        """
        if self.offset is None or not now - answered - CLOCK_EPSILON <= self.offset <= now - started + CLOCK_EPSILON:
            self.offset = now - answered
        return self.offset


def pause_seconds(retry_after: float | None) -> float:
    """Return the seconds for which nothing is sent after CDEK asked for fewer requests; None: it named none."""
    return min(MAX_PAUSE_SECONDS, DEFAULT_PAUSE_SECONDS if retry_after is None else retry_after)


def reserve_slots(next_slot: float, held_until: float, now: float, count: int, rate: float) -> Reservation:
    """Take slots that nobody else has.

    Args:
        next_slot: the moment of the next free one
        held_until: nobody sends before: CDEK asked for it (Retry-After)
        now: seconds of the same clock
        count: how many are wanted
        rate: requests a second
    """
    free = next_slot if next_slot < now + MAX_RESERVATION_SECONDS else now
    held = held_until if held_until <= now + MAX_PAUSE_SECONDS else now
    return Reservation(max(free, held, now), 1.0 / (rate * UTILIZATION), count)
