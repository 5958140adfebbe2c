"""When CDEK does not answer, it is left alone for a while, longer each time, and then asked once. Pure.

closed --so many troubles in a row--> open until a moment --then--> one try --well--> closed
^-------------- twice as long --ill-----'

All workers of a process share one breaker: however many chunks they have in hand, a dead CDEK gets one request a pause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES_TO_OPEN = 10
MIN_PAUSE_SECONDS = 1.0
MAX_PAUSE_SECONDS = 60.0


class CircuitBreaker:
    """The state of the way to CDEK; moments are seconds of any one clock.

    Args:
        random_source: returns numbers in [0, 1), so that many workers do not probe at once
        troubles: in a row, until CDEK is left alone
        first: seconds of the first pause; each further one is twice as long
        longest: maximum seconds of a pause
    """

    def __init__(
        self,
        random_source: Callable[[], float],
        *,
        troubles: int = FAILURES_TO_OPEN,
        first: float = MIN_PAUSE_SECONDS,
        longest: float = MAX_PAUSE_SECONDS,
    ) -> None:
        self._random_source = random_source
        self._most = troubles
        self._first = first
        self._longest = longest
        self._troubles = 0
        self._pauses = 0
        self._tried = False
        self.open_until: float | None = None
        self.down_since: float | None = None
        """The moment of the first trouble since the last answer; None: the last request was answered."""

    def wait(self, now: float) -> float:
        """Return the seconds until a request may be sent; 0: now."""
        return 0.0 if self.open_until is None else max(0.0, self.open_until - now)

    @property
    def is_half_open(self) -> bool:
        """Return whether a probe decides: one request at a time, of all workers that share the breaker."""
        return self.open_until is not None

    def allows_request(self, now: float) -> bool:
        """Return whether a request may begin now."""
        return self.open_until is None or (now >= self.open_until and not self._tried)

    def acquire(self) -> bool:
        """Begin a request; return whether it is the probe, whose end must be released."""
        self._tried = self.is_half_open
        return self._tried

    def release(self) -> None:
        """End the probe, whatever its result."""
        self._tried = False

    def record_success(self) -> None:
        """Record that CDEK responded: the circuit closes."""
        self._troubles = self._pauses = 0
        self.open_until = self.down_since = None

    def record_failure(self, now: float) -> float | None:
        """Record that CDEK did not respond.

        Returns:
            seconds to leave CDEK alone, where a pause begins with this
        """
        self._troubles += 1
        self.down_since = now if self.down_since is None else self.down_since
        if self._troubles < self._most or self.wait(now) > 0:
            return None
        pause: float = min(self._longest, self._first * 2**self._pauses) * (0.75 + self._random_source() / 2)
        self._pauses = min(self._pauses + 1, 30)
        self.open_until = now + pause
        return pause
