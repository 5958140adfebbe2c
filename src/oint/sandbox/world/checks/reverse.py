"""What CDEK finds wrong with an order that a reverse order is to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.sandbox.world.problems import problem
from oint.sandbox.world.tariffs import TO_LOCKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.sandbox.world.checks.asked import Asked
    from oint.sandbox.world.entities import Problem

_REVERSE_GRAMS = 30_000


def _reverse(asked: Asked) -> Iterator[Problem]:
    if not asked.body.get("has_reverse_order") and "REVERSE" not in asked.services:
        return
    if asked.mode in TO_LOCKER:
        yield problem("ie_reverse_mode_not_supported")
    if sum(package["weight"] for package in asked.packages) > _REVERSE_GRAMS:
        yield problem("error_internal_reverse_overweight")


CHECKS = (_reverse,)
