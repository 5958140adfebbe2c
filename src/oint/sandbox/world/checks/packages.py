"""What CDEK finds wrong with the packages of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.sandbox.world.checks.asked import Asked
    from oint.sandbox.world.entities import Problem

_SIZES = ("length", "width", "height")


def _numbers(asked: Asked) -> Iterator[Problem]:
    numbers = [package["number"] for package in asked.packages]
    if len(set(numbers)) < len(numbers):
        yield problem("error_validate_package_number_not_unique")


def _sizes(asked: Asked) -> Iterator[Problem]:
    if any(package.get(size) == 0 for package in asked.packages for size in _SIZES):
        yield problem("error_validate_package_one_of_size_is_zero")


CHECKS = (_numbers, _sizes)
