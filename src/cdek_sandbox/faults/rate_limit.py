"""The rate limit: a bucket of calls that fills on the real clock, whatever the sandbox's own clock says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cdek_sandbox import answers
from cdek_sandbox.answers import Answer

if TYPE_CHECKING:
    from cdek_sandbox.world.settings import RateLimit
    from cdek_sandbox.world.world import World

_HTML = b"<html><head><title>429 Too Many Requests</title></head><body></body></html>"


class Bucket:
    """Calls that may still be taken; one second's worth at most, unless the limit names its own `burst`."""

    def __init__(self) -> None:
        self._limit: RateLimit | None = None
        self._left = 0.0
        self._seen = 0.0

    def takes(self, limit: RateLimit) -> bool:
        """May this call pass? A limit that has just been set begins with a full bucket."""
        now = time.monotonic()
        rate = limit.rate or 0.0
        most = max(1.0, rate) if limit.burst is None else float(limit.burst)
        if limit != self._limit:
            self._limit, self._left, self._seen = limit, most, now
        self._left = min(most, self._left + (now - self._seen) * rate)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def too_many(world: World, path: str) -> Answer:
    """429. No record of CDEK's own exists: its body is a choice."""
    limit = world.settings.rate_limit
    answer = answers.spring(world, 429, path)
    if limit.body != "spring":
        html = limit.body == "html"
        answer = Answer(429, _HTML if html else b"", [(b"content-type", b"text/html")] if html else [])
    if limit.retry_after is not None:
        answer.headers = [*answer.headers, (b"retry-after", str(limit.retry_after).encode())]
    return answer
