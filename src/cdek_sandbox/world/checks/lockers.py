"""What CDEK finds wrong with an order to a locker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.world.tariffs import TO_LOCKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_LOCKER_GRAMS = 15_000


def _package(asked: Asked) -> Iterator[Problem]:
    if asked.mode in TO_LOCKER and len(asked.packages) > 1:
        yield problem("error_validate_postamat_package_count")


def _partial(asked: Asked) -> Iterator[Problem]:
    if asked.mode in TO_LOCKER and "PART_DELIV" in asked.services:
        yield problem("error_validate_delivery_detail_postamat_part_delivery")


def _weight(asked: Asked) -> Iterator[Problem]:
    """A package too heavy for any locker: told where no office takes the locker's place."""
    if asked.world.settings.office_check == "on" or asked.mode not in TO_LOCKER:
        return
    if any(package["weight"] > _LOCKER_GRAMS for package in asked.packages):
        yield problem("error_validate_postamat_package_weight")


CHECKS = (_package, _partial, _weight)
