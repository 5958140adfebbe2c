"""How long a piece of background work takes: as usual, slow as in CDEK's worst hours, or for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdek_sandbox.world.dice import Dice
    from cdek_sandbox.world.settings import Transition


def seconds(transition: Transition, dice: Dice) -> float | None:
    """Seconds of the sandbox's clock, None for work that is stuck."""
    if transition.stuck and dice.share("stuck") < transition.stuck:
        return None
    if transition.slow and dice.share("slow") < transition.slow:
        return transition.slow_from + dice.share("slow_for") * (transition.slow_to - transition.slow_from)
    return transition.value
