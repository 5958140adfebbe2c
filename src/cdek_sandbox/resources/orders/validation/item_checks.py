"""Checks of the items of an order and of their marking."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft

_PIECES = range(1, 1000)
_PIECES_IN_ALL = range(1, 1_000_000)
_SEPARATORS = frozenset("\x1d\x1e\x04")


def _check_amounts(draft: OrderDraft) -> Iterator[Problem]:
    if any(item["amount"] not in _PIECES for item in draft.items):
        yield problem("error_validate_package_im_wrong_amount")
    if draft.items and sum(item["amount"] for item in draft.items) not in _PIECES_IN_ALL:
        yield problem("error_validate_total_good_count_not_in_range")


def _check_weights(draft: OrderDraft) -> Iterator[Problem]:
    if any(item.get("weight_gross", item["weight"]) < item["weight"] for item in draft.items):
        yield problem("error_validate_good_gros_weight_less_than_net_weight")


def _check_payments(draft: OrderDraft) -> Iterator[Problem]:
    if not draft.is_from_shop and any(item["payment"]["value"] > 0 for item in draft.items):
        yield problem("error_validate_good_payment_not_suite")


def _check_ware_keys(draft: OrderDraft) -> Iterator[Problem]:
    """Refuse repeated keys, if a setting asks for it. CDEK is recorded as renaming them."""
    choice = draft.state.settings.same_ware_key
    in_packages = [[item["ware_key"] for item in package.get("items", ())] for package in draft.packages]
    if choice == "refused_in_package" and any(len(set(keys)) < len(keys) for keys in in_packages):
        yield problem("error_validate_package_article_not_unique")
    keys = [key for some in in_packages for key in some]
    if choice == "refused_in_order" and len(set(keys)) < len(keys):
        yield problem("error_validate_good_article_is_not_unique")


def _check_marking_characters(draft: OrderDraft) -> Iterator[Problem]:
    """Check the characters of markings: printable ASCII, as in GS1 DataMatrix. CDEK's rule is not known."""
    for item in _list_marked_items(draft):
        if not all(letter in _SEPARATORS or "!" <= letter <= "~" for letter in item["marking"]):
            yield problem("error_validate_good_invalid_label", item["name"], item["marking"])


def _check_marked_amounts(draft: OrderDraft) -> Iterator[Problem]:
    """Refuse marked items of more than one unit, unless they were refused at once."""
    if any(item["amount"] != 1 for item in _list_marked_items(draft)):
        yield problem("error_validate_good_label_count_is_over_limit")


def _check_marking_is_unique(draft: OrderDraft) -> Iterator[Problem]:
    for marking, lines in Counter(item["marking"] for item in _list_marked_items(draft)).items():
        if lines > 1:
            yield problem("error_validate_goods_label_count_is_over_limit", marking)


def _list_marked_items(draft: OrderDraft) -> Iterator[dict[str, Any]]:
    return (item for item in draft.items if item.get("marking"))


CHECKS = (
    _check_amounts,
    _check_weights,
    _check_payments,
    _check_ware_keys,
    _check_marking_characters,
    _check_marked_amounts,
    _check_marking_is_unique,
)
