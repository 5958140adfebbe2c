"""Retries: what may be repeated, when, and how often. Pure: the failure, the remaining time and the random source are arguments.

CDEK has no idempotency key. So the client repeats only requests that cannot have reached CDEK,
requests that CDEK answered with 429, and calls that change nothing. A change whose response was lost is never sent again
here: its outcome is unknown until the order has been read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from oint.cdek.errors import CdekError, InvalidResponse, RateLimited, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BACKOFF_EXPONENT = 64
"""After this exponent the wait exceeds any `max_delay`; a thousand more would overflow a float."""


class Retry(msgspec.Struct, frozen=True):
    """When and how often a call is repeated.

    Args:
        attempts: maximum number of sends
        first_delay: maximum seconds before the first repetition; each further one waits up to twice as long
        max_delay: maximum seconds between two sends, unless CDEK states a time itself
    """

    attempts: int = 4
    first_delay: float = 0.5
    max_delay: float = 8.0

    def delay(self, error: CdekError, attempt: int, remaining: float, rng: Callable[[], float]) -> float | None:
        """Return the seconds to wait before sending again.

        Args:
            error: the error of the last send
            attempt: its number, from 1; 0 for a send of another call
            remaining: seconds until the call's deadline
            rng: random numbers in [0, 1), so that many clients do not repeat at the same time
        Returns:
            the delay; None: do not send again
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
