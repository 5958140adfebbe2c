"""Checks of the money of an order: delivery cost, thresholds, VAT rates and VAT sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft

# 22 took the place of 20 in January 2026, yet the test host still used 20 in August: both are accepted.
_RATES = frozenset({None, 0, 5, 7, 10, 16, 20, 22})
_ROUNDING = 0.011
"""A difference of one kopeck and the error of a float. CDEK's tolerance is not known."""


def _check_delivery_cost(draft: OrderDraft) -> Iterator[Problem]:
    """Refuse a delivery cost for an order that is not a shop's. The rule is known, the code is the one that fits."""
    if not draft.is_from_shop and draft.body.get("delivery_recipient_cost", {}).get("value", 0) > 0:
        yield problem("error_validate_good_payment_not_suite")


def _check_thresholds(draft: OrderDraft) -> Iterator[Problem]:
    rows = draft.body.get("delivery_recipient_cost_adv", ())
    thresholds = [row.get("threshold") for row in rows]
    if len(set(thresholds)) < len(thresholds):
        yield problem("error_validate_online_shop_price_threshold_can_not_be_duplicate")
    # The minimum is not recorded: here it is zero.
    if any(row.get("sum", 0) < 0 for row in rows):
        yield problem("error_validate_online_shop_price_threshold_cost_less_min_value", 0)


def _check_vat_rates(draft: OrderDraft) -> Iterator[Problem]:
    moneys = [*(item["payment"] for item in draft.items), draft.body.get("delivery_recipient_cost", {})]
    if any(money.get("vat_rate") not in _RATES for money in moneys):
        yield problem("error_internal_cannot_set_vat")


def _check_vat_sums(draft: OrderDraft) -> Iterator[Problem]:
    for item in draft.items:
        money = item["payment"]
        rate, vat = money.get("vat_rate"), money.get("vat_sum")
        if vat and not rate:
            yield problem("error_validate_good_vat_rate_sum_not_appropriate")
        elif vat is not None and rate and rate in _RATES and _differ(vat, due := _calculate_vat(money["value"], rate)):
            yield problem("error_validate_good_vat_rate_diff", item["ware_key"], due)


def _check_required_vat(draft: OrderDraft) -> Iterator[Problem]:
    """Refuse payments without a VAT rate, if a setting asks for it. CDEK is recorded as accepting them."""
    if draft.state.settings.vat_of_goods == "optional":
        return
    paid = [item["payment"] for item in draft.items if item["payment"]["value"] > 0]
    if any("vat_rate" not in money for money in paid):
        yield problem("error_validate_good_vat_rate_is_not_selected")
    if any(money.get("vat_rate") and "vat_sum" not in money for money in paid):
        yield problem("error_validate_good_vat_rate_sum_empty")


def _check_threshold_vat(draft: OrderDraft) -> Iterator[Problem]:
    for row in draft.body.get("delivery_recipient_cost_adv", ()):
        rate, vat = row.get("vat_rate"), row.get("vat_sum")
        if rate not in _RATES:
            yield problem("error_dsd_validate_vat_rate_code_incorrect")
        elif vat and not rate:
            yield problem("error_validate_online_shop_price_threshold_surcharge_vat_sum_incorrect")
        elif vat is not None and rate and _differ(vat, due := _calculate_vat(row.get("sum", 0), rate)):
            yield problem("error_dsd_validate_vat_sum_difference_between", row.get("threshold", ""), due)


def _calculate_vat(value: float, rate: int) -> float:
    """Calculate the VAT inside a sum. That CDEK's sums include VAT is inferred."""
    return round(value * rate / (100 + rate), 2)


def _differ(vat: float, due: float) -> bool:
    return abs(vat - due) > _ROUNDING


CHECKS = (
    _check_delivery_cost,
    _check_thresholds,
    _check_vat_rates,
    _check_vat_sums,
    _check_required_vat,
    _check_threshold_vat,
)
