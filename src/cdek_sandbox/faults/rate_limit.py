"""The rate limit: a token bucket that fills by the real clock, not by the sandbox's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cdek_sandbox.core import responses
from cdek_sandbox.core.responses import Response

if TYPE_CHECKING:
    from cdek_sandbox.core.settings import RateLimit
    from cdek_sandbox.core.state import SandboxState

_HTML = b"<html><head><title>429 Too Many Requests</title></head><body></body></html>"


class TokenBucket:
    """A token bucket: it holds the calls of one second, or `burst` of them."""

    def __init__(self) -> None:
        self._limit: RateLimit | None = None
        self._left = 0.0
        self._seen = 0.0

    def try_acquire(self, limit: RateLimit) -> bool:
        """Take a token for a call and return whether there was one. A new limit begins with a full bucket."""
        now = time.monotonic()
        rate = limit.rate or 0.0
        capacity = max(1.0, rate) if limit.burst is None else float(limit.burst)
        if limit != self._limit:
            self._limit, self._left, self._seen = limit, capacity, now
        self._left = min(capacity, self._left + (now - self._seen) * rate)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def build_too_many(state: SandboxState, path: str) -> Response:
    """Build the 429. CDEK's own is not recorded: the body is a choice."""
    limit = state.settings.rate_limit
    answer = responses.build_spring_error(state, 429, path)
    if limit.body != "spring":
        html = limit.body == "html"
        answer = Response(429, _HTML if html else b"", [(b"content-type", b"text/html")] if html else [])
    if limit.retry_after is not None:
        answer.headers = [*answer.headers, (b"retry-after", str(limit.retry_after).encode())]
    return answer
