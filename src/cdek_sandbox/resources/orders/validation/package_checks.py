"""Checks of the packages of an order, with the limits of lockers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.reference_data.tariffs import TARIFFS
from cdek_sandbox.resources.orders.order_body import TO_LOCKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft

_SIZES = ("length", "width", "height")
_SMALL_GRAMS = 100
_GRAMS = 1000


def _check_numbers(asked: OrderDraft) -> Iterator[Problem]:
    numbers = [package["number"] for package in asked.packages]
    if len(set(numbers)) == len(numbers):
        return
    # Two messages say the same: that the second one belongs to changes of an order is inferred from "already".
    yield problem(f"error_validate_package_number_{'has_alreasy_used' if asked.is_change else 'not_unique'}")


def _check_sizes(asked: OrderDraft) -> Iterator[Problem]:
    """A size that is left out counts as zero: CDEK has no other code for it."""
    wanted = asked.world.settings.sizes == "by_the_text"
    for package in asked.packages:
        needed = wanted and (asked.mode in TO_LOCKER or package["weight"] >= _SMALL_GRAMS)
        given = [package.get(size, 0) for size in _SIZES]
        if (needed or any(size in package for size in _SIZES)) and not all(given):
            yield problem("error_validate_package_one_of_size_is_zero")


def _check_weights(asked: OrderDraft) -> Iterator[Problem]:
    """CDEK's messages end before the figure; that it is the tariff's is inferred."""
    tariff = TARIFFS.get(asked.body["tariff_code"])
    least = tariff.service.weight_min if tariff else 0
    most = tariff.service.weight_max if tariff else None
    for package in asked.packages:
        if package["weight"] < max(least * _GRAMS, 1):
            yield problem("ve_package_weight_too_small")
        if most is not None and package["weight"] > most * _GRAMS:
            yield problem("ve_package_weight_too_large")


_LOCKER_GRAMS = 15_000


def _check_locker_package_count(asked: OrderDraft) -> Iterator[Problem]:
    if asked.mode in TO_LOCKER and len(asked.packages) > 1:
        yield problem("error_validate_postamat_package_count")


def _check_locker_partial_delivery(asked: OrderDraft) -> Iterator[Problem]:
    if asked.mode in TO_LOCKER and "PART_DELIV" in asked.services:
        yield problem("error_validate_delivery_detail_postamat_part_delivery")


def _check_locker_weight(asked: OrderDraft) -> Iterator[Problem]:
    """A package too heavy for any locker: told where no office takes the locker's place."""
    if asked.world.settings.office_check == "on" or asked.mode not in TO_LOCKER:
        return
    if any(package["weight"] > _LOCKER_GRAMS for package in asked.packages):
        yield problem("error_validate_postamat_package_weight")


CHECKS = (
    _check_numbers,
    _check_sizes,
    _check_weights,
    _check_locker_package_count,
    _check_locker_partial_delivery,
    _check_locker_weight,
)
