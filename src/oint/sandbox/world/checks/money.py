"""What CDEK finds wrong with the money of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.sandbox.world.checks.asked import Asked
    from oint.sandbox.world.entities import Problem

# 22 took the place of 20 in January 2026, yet the test host still answered 20 in August: both are taken.
_VAT_RATES = frozenset({None, 0, 5, 7, 10, 16, 20, 22})


def _rates(asked: Asked) -> Iterator[Problem]:
    moneys = [*(item["payment"] for item in asked.items), asked.body.get("delivery_recipient_cost", {})]
    if any(money.get("vat_rate") not in _VAT_RATES for money in moneys):
        yield problem("error_internal_cannot_set_vat")


def _threshold_rates(asked: Asked) -> Iterator[Problem]:
    if any(row.get("vat_rate") not in _VAT_RATES for row in asked.body.get("delivery_recipient_cost_adv", ())):
        yield problem("error_dsd_validate_vat_rate_code_incorrect")


def _thresholds(asked: Asked) -> Iterator[Problem]:
    thresholds = [row.get("threshold") for row in asked.body.get("delivery_recipient_cost_adv", ())]
    if len(set(thresholds)) < len(thresholds):
        yield problem("error_validate_online_shop_price_threshold_can_not_be_duplicate")


CHECKS = (_rates, _threshold_rates, _thresholds)
