"""What CDEK's back office finds wrong with an order after it was accepted: one small check a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.sandbox.world.problems import problem
from oint.sandbox.world.tariffs import delivery_mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oint.sandbox.world.entities import Problem

_LOCKERS = frozenset({"6", "7", "10"})
_LOCKER_GRAMS = 15_000
_REVERSE_GRAMS = 30_000
_MOST_PIECES = 999
_TYPE_DELIVERY = 2
# 22 took the place of 20 in January 2026, yet the test host still answered 20 in August: both are taken.
_VAT_RATES = frozenset({None, 0, 5, 7, 10, 16, 20, 22})
_SIZES = ("length", "width", "height")
_EXCLUSIVE = {
    "ve_as_get_up_floor_any_checked": ("GET_UP_FLOOR_BY_HAND", "GET_UP_FLOOR_BY_ELEVATOR"),
    "err_addservice_ban_attachment_inspection_incompatible_part_deliv": ("BAN_ATTACHMENT_INSPECTION", "PART_DELIV"),
    "err_addservice_ban_attachment_inspection_incompatible_trying_on": ("BAN_ATTACHMENT_INSPECTION", "TRYING_ON"),
}


def body_problems(body: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with the body of an order, each code once. That these are found late is inferred, not recorded."""
    checks = (_names, _packages, _goods, _money, _locker, _services, _reverse)
    return [problem(code) for code in dict.fromkeys(code for check in checks for code in check(body))]


def locker_weight_problems(body: Mapping[str, Any]) -> list[Problem]:
    """A package too heavy for any locker, where no office takes the locker's place."""
    heavy = any(package["weight"] > _LOCKER_GRAMS for package in body["packages"])
    return [problem("error_validate_postamat_package_weight")] if heavy and delivery_mode(body) in _LOCKERS else []


def _names(body: Mapping[str, Any]) -> Iterator[str]:
    for contact, side in (("sender", "sender"), ("recipient", "receiver")):
        name = body.get(contact, {}).get("name", "")
        if "/" in name:
            yield f"error_validate_{side}_name_incorrect_symbol"
        if name.isdigit():
            yield f"error_validate_{side}_name_only_digits"


def _packages(body: Mapping[str, Any]) -> Iterator[str]:
    numbers = [package["number"] for package in body["packages"]]
    if len(set(numbers)) < len(numbers):
        yield "error_validate_package_number_not_unique"
    if any(package.get(size) == 0 for package in body["packages"] for size in _SIZES):
        yield "error_validate_package_one_of_size_is_zero"


def _goods(body: Mapping[str, Any]) -> Iterator[str]:
    for item in _items(body):
        if item["amount"] > _MOST_PIECES:
            yield "error_validate_package_im_wrong_amount"
        if item.get("weight_gross", item["weight"]) < item["weight"]:
            yield "error_validate_good_gros_weight_less_than_net_weight"
        if body.get("type") == _TYPE_DELIVERY and item["payment"]["value"] > 0:
            yield "error_validate_good_payment_not_suite"


def _money(body: Mapping[str, Any]) -> Iterator[str]:
    moneys = [item["payment"] for item in _items(body)]
    moneys.append(body.get("delivery_recipient_cost", {}))
    if any(money.get("vat_rate") not in _VAT_RATES for money in moneys):
        yield "error_internal_cannot_set_vat"
    rows = body.get("delivery_recipient_cost_adv", [])
    if any(row.get("vat_rate") not in _VAT_RATES for row in rows):
        yield "error_dsd_validate_vat_rate_code_incorrect"
    thresholds = [row.get("threshold") for row in rows]
    if len(set(thresholds)) < len(thresholds):
        yield "error_validate_online_shop_price_threshold_can_not_be_duplicate"


def _locker(body: Mapping[str, Any]) -> Iterator[str]:
    if delivery_mode(body) not in _LOCKERS:
        return
    if len(body["packages"]) > 1:
        yield "error_validate_postamat_package_count"
    if "PART_DELIV" in _service_codes(body):
        yield "error_validate_delivery_detail_postamat_part_delivery"


def _services(body: Mapping[str, Any]) -> Iterator[str]:
    asked = _service_codes(body)
    for code, together in _EXCLUSIVE.items():
        if asked.issuperset(together):
            yield code
    if "PART_DELIV" in asked and sum(item["amount"] for item in _items(body)) == 1:
        yield "error_validate_additional_service_param_cant_part_deliv_one_good"


def _reverse(body: Mapping[str, Any]) -> Iterator[str]:
    if not body.get("has_reverse_order") and "REVERSE" not in _service_codes(body):
        return
    if delivery_mode(body) in _LOCKERS:
        yield "ie_reverse_mode_not_supported"
    if sum(package["weight"] for package in body["packages"]) > _REVERSE_GRAMS:
        yield "error_internal_reverse_overweight"


def _items(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [item for package in body["packages"] for item in package.get("items", ())]


def _service_codes(body: Mapping[str, Any]) -> set[str]:
    return {service.get("code", "") for service in body.get("services", ())}
