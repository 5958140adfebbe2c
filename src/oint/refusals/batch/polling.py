"""When the card of a refusal is read next, when a lost one counts as not sent, and when patience is at its end. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.refusals.register import PollingPolicy

MAX_FAILED_READS = 5
"""Readings of one order that may fail, beyond its time, while others succeed."""


_GROWTHS = 50
"""Readings after which the distances grow no more, whatever the polling says: a card may be read for weeks."""


class PollingSchedule:
    """The moments of the rows in a worker's hands, by their ids; moments are seconds of the worker's clock.

    Args:
        polling: see `PollingPolicy`
        wait: seconds that a refusal is followed
        random_source: returns numbers in [0, 1), so that rows that started together are not read together
    """

    def __init__(self, polling: PollingPolicy, wait: float, random_source: Callable[[], float]) -> None:
        self._polling = polling
        self._wait = wait
        self._random_source = random_source
        self._until: dict[int, float] = {}
        self._settled: dict[int, float] = {}
        self._readings: dict[int, int] = {}

    def follow(self, row: int, now: float, *, settle: float | None) -> float:
        """Plan the next reading of a card whose refusal is pending or lost, at growing distances.

        Args:
            row: its id
            now: the first time that this is said, its time begins
            settle: its answer is lost: seconds from now until a card without a trace counts; the card is read at that
                very moment; None: it is pending
        """
        self._until.setdefault(row, now + self._wait)
        if settle is not None:
            self._settled.setdefault(row, now + settle)
        pause = self._compute_pause(self._readings.get(row, 0)) * (1 + self._random_source() / 10)
        settled = self._settled.get(row)
        return now + (min(pause, settled - now) if settled is not None and now < settled else pause)

    def record_read(self, row: int) -> None:
        """Record that a row's card was read."""
        self._readings[row] = self._readings.get(row, 0) + 1

    def record_failed_read(self, row: int, now: float) -> float:
        """Record that a row's card could not be read; return when to try again."""
        self.record_read(row)
        return now + self._compute_pause(self._readings[row])

    def is_settled(self, row: int, now: float) -> bool:
        """Return whether a card without a trace of the refusal counts."""
        return now >= self._settled.get(row, 0.0)

    def timed_out(self, row: int, now: float) -> bool:
        """Tell whether its time is over."""
        return now >= self._until.get(row, now)

    def retries_exhausted(self, row: int) -> bool:
        """Return whether one more failed reading would be one too many."""
        return self._readings.get(row, 0) >= MAX_FAILED_READS

    def clear_settle_deadline(self, row: int) -> None:
        """Forget the settling time: the row may be sent anew, and a later loss settles by itself."""
        self._settled.pop(row, None)

    def forget(self, row: int) -> None:
        """Forget a row that this worker no longer holds."""
        for position in (self._until, self._settled, self._readings):
            position.pop(row, None)

    def _compute_pause(self, readings: int) -> float:
        return min(self._polling.longest, self._polling.first * self._polling.factor ** min(readings, _GROWTHS))
