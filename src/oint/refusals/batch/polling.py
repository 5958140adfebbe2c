"""Polling schedule: when a card is read next, when a lost refusal is settled, when a row times out. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.refusals.register import PollingPolicy

MAX_FAILED_READS = 5
"""Failed reads of one order after its time-out, while reads of other orders succeed."""

_GROWTHS = 50
"""Reads after which the interval no longer grows: a card may be read for weeks, and the power would overflow."""


class PollingSchedule:
    """Moments of a worker's rows, by row id. Moments are seconds of the worker's clock.

    Args:
        polling: see `PollingPolicy`
        wait: seconds until a row times out
        random_source: returns numbers in [0, 1), so that rows that started together are not read together
    """

    def __init__(self, polling: PollingPolicy, wait: float, random_source: Callable[[], float]) -> None:
        self._polling = polling
        self._wait = wait
        self._random_source = random_source
        self._until: dict[int, float] = {}
        self._settled: dict[int, float] = {}
        self._reads: dict[int, int] = {}

    def follow(self, row: int, now: float, *, settle: float | None) -> float:
        """Return when the card of a pending or lost refusal is read next, at growing intervals.

        Args:
            row: id of the row
            now: the first call for a row starts its time-out
            settle: seconds from now after which a card without a trace means that a lost refusal was not received; the
                card is read exactly then; None: the refusal is pending
        """
        self._until.setdefault(row, now + self._wait)
        if settle is not None:
            self._settled.setdefault(row, now + settle)
        pause = self._compute_pause(self._reads.get(row, 0)) * (1 + self._random_source() / 10)
        settled = self._settled.get(row)
        return now + (min(pause, settled - now) if settled is not None and now < settled else pause)

    def record_read(self, row: int) -> None:
        """Record that a row's card was read."""
        self._reads[row] = self._reads.get(row, 0) + 1

    def record_failed_read(self, row: int, now: float) -> float:
        """Record that a row's card could not be read; return when to try again."""
        self.record_read(row)
        return now + self._compute_pause(self._reads[row])

    def is_settled(self, row: int, now: float) -> bool:
        """Return whether a card without a trace means that the refusal was not received."""
        return now >= self._settled.get(row, 0.0)

    def timed_out(self, row: int, now: float) -> bool:
        """Return whether a row has timed out."""
        return now >= self._until.get(row, now)

    def retries_exhausted(self, row: int) -> bool:
        """Return whether a row has had all the failed reads that it may have."""
        return self._reads.get(row, 0) >= MAX_FAILED_READS

    def clear_settle_deadline(self, row: int) -> None:
        """Forget the settling time: the row may be sent again, and a later loss has a settling time of its own."""
        self._settled.pop(row, None)

    def forget(self, row: int) -> None:
        """Forget a row that this worker no longer holds."""
        for moments in (self._until, self._settled, self._reads):
            moments.pop(row, None)

    def _compute_pause(self, reads: int) -> float:
        return min(self._polling.longest, self._polling.first * self._polling.factor ** min(reads, _GROWTHS))
