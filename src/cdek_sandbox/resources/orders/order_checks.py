"""Static checks of a new order: what CDEK refuses at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import check_addresses, find_empty
from cdek_sandbox.resources.orders.field_limits import check_field_limits
from cdek_sandbox.resources.orders.order_body import TYPE_DELIVERY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.settings import Settings

_MOST_ITEMS = 126
_ITEM_FIELDS = ("name", "ware_key", "payment", "cost", "weight", "amount")
_SELLER_FIELDS = ("name", "inn", "phone")


def check_order(settings: Settings, body: Mapping[str, Any]) -> list[Problem]:
    """Check the body of a new order as CDEK does before it stores anything."""
    # How CDEK writes {Название поля} in "... is empty" is not recorded: the path of the field is a choice.
    problems = [problem("v2_field_is_empty", path) for path in _empty_fields(body)]
    problems += check_field_limits(body, settings.field_lengths)
    problems += check_addresses(body)
    items = [item for package in body.get("packages", ()) for item in package.get("items", ())]
    if len(items) > _MOST_ITEMS:
        problems.append(problem("v2_number_items_is_more_126"))
    if body.get("type", 1) != TYPE_DELIVERY and any(row.get("code") == "INSURANCE" for row in body.get("services", ())):
        # That CDEK refuses it is known, its code is not: this is the one that fits.
        problems.append(problem("v2_unable_add_service", "INSURANCE"))
    marked = (item for item in items if item.get("marking"))
    if settings.marked_amount == "at_once" and any(item.get("amount", 1) != 1 for item in marked):
        problems.append(problem("v2_order_item_amount_incorrect"))
    return problems


def _empty_fields(body: Mapping[str, Any]) -> Iterator[str]:
    yield from find_empty(body, "", "tariff_code", "recipient", "packages")
    if "recipient" in body:
        yield from find_empty(body["recipient"], "recipient.", "name", "phones")
    for contact in ("sender", "recipient"):
        for index, phone in enumerate(body.get(contact, {}).get("phones", ())):
            yield from find_empty(phone, f"{contact}.phones[{index}].", "number")
    of_shop = body.get("type", 1) != TYPE_DELIVERY
    if not of_shop:
        yield from find_empty(body, "", "sender")
    for index, package in enumerate(body.get("packages", ())):
        yield from _empty_in_package(package, f"packages[{index}].", of_shop=of_shop)


def _empty_in_package(package: Mapping[str, Any], path: str, *, of_shop: bool) -> Iterator[str]:
    yield from find_empty(package, path, "number", "weight", *(("items",) if of_shop else ()))
    for index, item in enumerate(package.get("items", ())):
        place = f"{path}items[{index}]."
        yield from find_empty(item, place, *_ITEM_FIELDS)
        if "payment" in item:
            yield from find_empty(item["payment"], f"{place}payment.", "value")
        if "inn" in item.get("seller", {}) or "name" in item.get("seller", {}):
            yield from find_empty(item["seller"], f"{place}seller.", *_SELLER_FIELDS)
