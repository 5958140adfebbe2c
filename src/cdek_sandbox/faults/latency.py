"""How long a delayed call takes: constant, uniform or log-normal, drawn with the dice of the seed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdek_sandbox.faults.actions import Delay
    from cdek_sandbox.world.dice import Dice


def drawn(delay: Delay, dice: Dice) -> float:
    """Seconds that this call takes."""
    if delay.distribution == "uniform":
        return delay.seconds + dice.share("latency") * max(0.0, delay.most - delay.seconds)
    if delay.distribution == "log_normal":
        return min(delay.most, delay.seconds * math.exp(delay.sigma * _normal(dice)))
    return delay.seconds


def _normal(dice: Dice) -> float:
    """A standard normal number, by Box and Muller."""
    radius = math.sqrt(-2 * math.log(1 - dice.share("latency")))
    return radius * math.cos(2 * math.pi * dice.share("latency"))
