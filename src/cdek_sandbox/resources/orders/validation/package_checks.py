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
_GRAMS_IN_KILOGRAM = 1000
_LOCKER_GRAMS = 15_000


def _check_numbers(draft: OrderDraft) -> Iterator[Problem]:
    numbers = [package["number"] for package in draft.packages]
    if len(set(numbers)) == len(numbers):
        return
    # Two messages say the same: that the second one belongs to changes of an order is inferred from "already".
    yield problem(f"error_validate_package_number_{'has_alreasy_used' if draft.is_change else 'not_unique'}")


def _check_sizes(draft: OrderDraft) -> Iterator[Problem]:
    """Check the sizes of packages. A missing size counts as zero: CDEK has no other code for it."""
    by_the_text = draft.state.settings.sizes == "by_the_text"
    for package in draft.packages:
        required = by_the_text and (draft.mode in TO_LOCKER or package["weight"] >= _SMALL_GRAMS)
        sizes = [package.get(size, 0) for size in _SIZES]
        if (required or any(size in package for size in _SIZES)) and not all(sizes):
            yield problem("error_validate_package_one_of_size_is_zero")


def _check_weights(draft: OrderDraft) -> Iterator[Problem]:
    """Check the weights of packages against the tariff. CDEK's messages name no limit: that one is inferred."""
    tariff = TARIFFS.get(draft.body["tariff_code"])
    min_kilograms = tariff.service.weight_min if tariff else 0
    max_kilograms = tariff.service.weight_max if tariff else None
    for package in draft.packages:
        if package["weight"] < max(min_kilograms * _GRAMS_IN_KILOGRAM, 1):
            yield problem("ve_package_weight_too_small")
        if max_kilograms is not None and package["weight"] > max_kilograms * _GRAMS_IN_KILOGRAM:
            yield problem("ve_package_weight_too_large")


def _check_locker_package_count(draft: OrderDraft) -> Iterator[Problem]:
    if draft.mode in TO_LOCKER and len(draft.packages) > 1:
        yield problem("error_validate_postamat_package_count")


def _check_locker_partial_delivery(draft: OrderDraft) -> Iterator[Problem]:
    if draft.mode in TO_LOCKER and "PART_DELIV" in draft.services:
        yield problem("error_validate_delivery_detail_postamat_part_delivery")


def _check_locker_weight(draft: OrderDraft) -> Iterator[Problem]:
    """Refuse packages too heavy for any locker, if no office replaces the locker."""
    if draft.state.settings.office_check == "on" or draft.mode not in TO_LOCKER:
        return
    if any(package["weight"] > _LOCKER_GRAMS for package in draft.packages):
        yield problem("error_validate_postamat_package_weight")


CHECKS = (
    _check_numbers,
    _check_sizes,
    _check_weights,
    _check_locker_package_count,
    _check_locker_partial_delivery,
    _check_locker_weight,
)
