"""Moments counted by the second."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def fullest(moments: Iterable[float]) -> int:
    """The most of them within any one second, wherever it begins."""
    known = sorted(moments)
    return max((index + 1 - bisect_right(known, moment - 1.0) for index, moment in enumerate(known)), default=0)
