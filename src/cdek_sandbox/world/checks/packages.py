"""What CDEK finds wrong with the packages of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.reference_data.tariffs import TARIFFS
from cdek_sandbox.world.tariffs import TO_LOCKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_SIZES = ("length", "width", "height")
_SMALL_GRAMS = 100
_GRAMS = 1000


def _numbers(asked: Asked) -> Iterator[Problem]:
    numbers = [package["number"] for package in asked.packages]
    if len(set(numbers)) == len(numbers):
        return
    # Two messages say the same: that the second one belongs to changes of an order is inferred from "already".
    yield problem(f"error_validate_package_number_{'has_alreasy_used' if asked.is_change else 'not_unique'}")


def _sizes(asked: Asked) -> Iterator[Problem]:
    """A size that is left out counts as zero: CDEK has no other code for it."""
    wanted = asked.world.settings.sizes == "by_the_text"
    for package in asked.packages:
        needed = wanted and (asked.mode in TO_LOCKER or package["weight"] >= _SMALL_GRAMS)
        given = [package.get(size, 0) for size in _SIZES]
        if (needed or any(size in package for size in _SIZES)) and not all(given):
            yield problem("error_validate_package_one_of_size_is_zero")


def _weights(asked: Asked) -> Iterator[Problem]:
    """CDEK's messages end before the figure; that it is the tariff's is inferred."""
    tariff = TARIFFS.get(asked.body["tariff_code"])
    least = tariff.service.weight_min if tariff else 0
    most = tariff.service.weight_max if tariff else None
    for package in asked.packages:
        if package["weight"] < max(least * _GRAMS, 1):
            yield problem("ve_package_weight_too_small")
        if most is not None and package["weight"] > most * _GRAMS:
            yield problem("ve_package_weight_too_large")


CHECKS = (_numbers, _sizes, _weights)
