"""What CDEK finds wrong with the goods of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.sandbox.world.checks.asked import Asked
    from oint.sandbox.world.entities import Problem

_MOST_PIECES = 999


def _amounts(asked: Asked) -> Iterator[Problem]:
    if any(item["amount"] > _MOST_PIECES for item in asked.items):
        yield problem("error_validate_package_im_wrong_amount")


def _weights(asked: Asked) -> Iterator[Problem]:
    if any(item.get("weight_gross", item["weight"]) < item["weight"] for item in asked.items):
        yield problem("error_validate_good_gros_weight_less_than_net_weight")


def _payments(asked: Asked) -> Iterator[Problem]:
    if not asked.of_shop and any(item["payment"]["value"] > 0 for item in asked.items):
        yield problem("error_validate_good_payment_not_suite")


CHECKS = (_amounts, _weights, _payments)
