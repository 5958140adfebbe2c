"""How a batch is carried out: patience, concurrency and how often cards are read."""

from __future__ import annotations

import msgspec

from oint.refusals.register import DEFAULT_POLLING, PollingPolicy
from oint.refusals.settings import IN_FLIGHT


class RunOptions(msgspec.Struct, frozen=True):
    """Limits and intervals of a run.

    Args:
        wait: seconds that a refusal is followed after it was sent; what is pending then stays accepted. A lost answer is
            followed until it has settled. A CDEK that does not answer for so long ends a run
        outage: seconds without any answer of CDEK after which a run ends; None: it waits forever
        in_flight: maximum number of requests under way at once
        window: maximum number of rows that a worker holds at once
        polling: how often a card is read
    """

    wait: float = 600.0
    outage: float | None = None
    in_flight: int = IN_FLIGHT
    window: int = 5_000
    polling: PollingPolicy = DEFAULT_POLLING
