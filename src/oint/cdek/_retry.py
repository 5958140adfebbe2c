"""What may be repeated, when, and how often. Pure: it is given the failure, the time left and the dice.

CDEK has no idempotency key. So only these are ever repeated by the client itself: what cannot have reached CDEK,
what CDEK turned away with 429, and calls that change nothing. A change whose answer was lost is never sent again
here: its outcome is unknown until the order has been read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from oint.cdek.errors import CdekError, InvalidResponse, RateLimited, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BACKOFF_EXPONENT = 64
"""After so many the wait is beyond any `longest`; a thousand more, and it is beyond all numbers."""


class Retry(msgspec.Struct, frozen=True):
    """How patiently a call is repeated.

    Args:
        attempts: sendings at the most
        first: seconds before the first repetition, at the most; each further one waits up to twice as long
        longest: seconds between two sendings, at the most, where CDEK names no time itself
    """

    attempts: int = 4
    first_delay: float = 0.5
    max_delay: float = 8.0

    def delay(self, error: CdekError, attempt: int, remaining: float, rng: Callable[[], float]) -> float | None:
        """Return the seconds to wait before sending again.

        Args:
            error: how the sending failed
            attempt: its number, from 1; 0 for a sending of another call's
            remaining: seconds until the call's deadline
            rng: random numbers in [0, 1), so that many clients do not repeat at the same time
        Returns:
            the wait, or None: do not send again
        """
        if attempt >= self.attempts or not isinstance(error, (RateLimited, ServiceUnavailable, InvalidResponse)):
            return None
        if isinstance(error, ServiceUnavailable) and error.will_recur:
            return None
        wait = rng() * min(self.max_delay, self.first_delay * 2 ** min(attempt - 1, MAX_BACKOFF_EXPONENT))
        if isinstance(error, RateLimited) and error.retry_after is not None:
            wait += error.retry_after
        return wait if wait < remaining else None


RETRY = Retry()
