"""The length of a delay: constant, uniform or log-normal, random by the seed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdek_sandbox.core.random_source import RandomSource
    from cdek_sandbox.faults.actions import Delay


def sample_delay(delay: Delay, random_source: RandomSource) -> float:
    """Return the delay of this call in seconds."""
    if delay.distribution == "uniform":
        return delay.seconds + random_source.next_share("latency") * max(0.0, delay.max_seconds - delay.seconds)
    if delay.distribution == "log_normal":
        return min(delay.max_seconds, delay.seconds * math.exp(delay.sigma * _sample_normal(random_source)))
    return delay.seconds


def _sample_normal(random_source: RandomSource) -> float:
    """Return a standard normal number, by Box and Muller."""
    radius = math.sqrt(-2 * math.log(1 - random_source.next_share("latency")))
    return radius * math.cos(2 * math.pi * random_source.next_share("latency"))
