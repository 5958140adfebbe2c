"""Circuit breaker: stops sending while CDEK does not respond, and probes it at growing intervals. Pure.

closed --N failures in a row--> open --pause over--> half open --success--> closed
                                 ^--- twice the pause ---failure--'

All chunks of a worker share one breaker: an unreachable CDEK gets one request per pause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES_TO_OPEN = 10
MIN_PAUSE_SECONDS = 1.0
MAX_PAUSE_SECONDS = 60.0


class CircuitBreaker:
    """State of the connection to CDEK. Moments are seconds of one clock.

    Args:
        random_source: returns numbers in [0, 1), so that many workers do not probe at once
        failures_to_open: failures in a row that open the circuit
        first: seconds of the first pause; each further one is twice as long
        longest: maximum seconds of a pause
    """

    def __init__(
        self,
        random_source: Callable[[], float],
        *,
        failures_to_open: int = FAILURES_TO_OPEN,
        first: float = MIN_PAUSE_SECONDS,
        longest: float = MAX_PAUSE_SECONDS,
    ) -> None:
        self._random_source = random_source
        self._failures_to_open = failures_to_open
        self._first = first
        self._longest = longest
        self._failures = 0
        self._pauses = 0
        self._is_probing = False
        self.open_until: float | None = None
        self.down_since: float | None = None
        """Moment of the first failure since the last response; None: the last request got a response."""

    def wait(self, now: float) -> float:
        """Return the seconds until a request may be sent; 0: now."""
        return 0.0 if self.open_until is None else max(0.0, self.open_until - now)

    @property
    def is_half_open(self) -> bool:
        """Return whether only a probe may be sent, one at a time."""
        return self.open_until is not None

    def allows_request(self, now: float) -> bool:
        """Return whether a request may begin now."""
        return self.open_until is None or (now >= self.open_until and not self._is_probing)

    def acquire(self) -> bool:
        """Begin a request; return whether it is the probe, whose end must be released."""
        self._is_probing = self.is_half_open
        return self._is_probing

    def release(self) -> None:
        """End the probe, whatever its result."""
        self._is_probing = False

    def record_success(self) -> None:
        """Record that CDEK responded: the circuit closes."""
        self._failures = self._pauses = 0
        self.open_until = self.down_since = None

    def record_failure(self, now: float) -> float | None:
        """Record that CDEK did not respond.

        Returns:
            seconds of the pause that begins now; None: no pause begins
        """
        self._failures += 1
        self.down_since = now if self.down_since is None else self.down_since
        if self._failures < self._failures_to_open or self.wait(now) > 0:
            return None
        pause: float = min(self._longest, self._first * 2**self._pauses) * (0.75 + self._random_source() / 2)
        self._pauses = min(self._pauses + 1, 30)
        self.open_until = now + pause
        return pause
