"""What CDEK finds wrong with the goods of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_PIECES = range(1, 1000)
_PIECES_IN_ALL = range(1, 1_000_000)


def _amounts(asked: Asked) -> Iterator[Problem]:
    if any(item["amount"] not in _PIECES for item in asked.items):
        yield problem("error_validate_package_im_wrong_amount")
    if asked.items and sum(item["amount"] for item in asked.items) not in _PIECES_IN_ALL:
        yield problem("error_validate_total_good_count_not_in_range")


def _weights(asked: Asked) -> Iterator[Problem]:
    if any(item.get("weight_gross", item["weight"]) < item["weight"] for item in asked.items):
        yield problem("error_validate_good_gros_weight_less_than_net_weight")


def _payments(asked: Asked) -> Iterator[Problem]:
    if not asked.of_shop and any(item["payment"]["value"] > 0 for item in asked.items):
        yield problem("error_validate_good_payment_not_suite")


def _articles(asked: Asked) -> Iterator[Problem]:
    """As recorded, a key that comes twice is renamed; the two codes against it are from CDEK's list."""
    choice = asked.world.settings.same_ware_key
    in_packages = [[item["ware_key"] for item in package.get("items", ())] for package in asked.packages]
    if choice == "refused_in_package" and any(len(set(keys)) < len(keys) for keys in in_packages):
        yield problem("error_validate_package_article_not_unique")
    keys = [key for some in in_packages for key in some]
    if choice == "refused_in_order" and len(set(keys)) < len(keys):
        yield problem("error_validate_good_article_is_not_unique")


CHECKS = (_amounts, _weights, _payments, _articles)
