"""Count requests per second."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def count_max_per_second(times: Iterable[float]) -> int:
    """Return the maximum number of times within any second, whenever it begins."""
    ordered = sorted(times)
    return max((index + 1 - bisect_right(ordered, time - 1.0) for index, time in enumerate(ordered)), default=0)
