"""What CDEK finds wrong with the money of an order, VAT apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked


def _delivery_cost(asked: Asked) -> Iterator[Problem]:
    """That only a shop may ask this of the recipient is known, the code is not: this is the one that fits."""
    if not asked.of_shop and asked.body.get("delivery_recipient_cost", {}).get("value", 0) > 0:
        yield problem("error_validate_good_payment_not_suite")


def _thresholds(asked: Asked) -> Iterator[Problem]:
    rows = asked.body.get("delivery_recipient_cost_adv", ())
    thresholds = [row.get("threshold") for row in rows]
    if len(set(thresholds)) < len(thresholds):
        yield problem("error_validate_online_shop_price_threshold_can_not_be_duplicate")
    # The least value is not recorded: it is not less than nothing.
    if any(row.get("sum", 0) < 0 for row in rows):
        yield problem("error_validate_online_shop_price_threshold_cost_less_min_value", 0)


CHECKS = (_delivery_cost, _thresholds)
