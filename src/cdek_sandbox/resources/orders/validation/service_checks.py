"""Checks of the additional services of an order, of its reverse and of the contract that pays for it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.settings import SIGNED
from cdek_sandbox.reference_data.services import ADDITIONAL_SERVICES, FORBIDDEN, INSURANCE
from cdek_sandbox.resources.orders.order_body import TO_DOOR, get_delivery_mode, is_known_tariff, wants_reverse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.settings import Contract
    from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft

_KOPECK = 0.01
# Not in the appendix, yet seen in clients of CDEK's; the first, priced, on the test host too.
_UNDOCUMENTED = frozenset(
    {
        *("SECURE_PACKAGE_A2", "SECURE_PACKAGE_A3", "SECURE_PACKAGE_A4", "SECURE_PACKAGE_A5", "PACKAGE_1"),
        *("CARTON_BOX_500GR", "CARTON_BOX_1KG", "CARTON_BOX_15KG", "CARTON_BOX_S", "CARTON_BOX_L"),
        *("REVERSE", "CALL", "GRID_TREE"),
    }
)
_EXCLUSIVE = {
    "ve_as_get_up_floor_any_checked": ("GET_UP_FLOOR_BY_HAND", "GET_UP_FLOOR_BY_ELEVATOR"),
    "err_addservice_ban_attachment_inspection_incompatible_part_deliv": ("BAN_ATTACHMENT_INSPECTION", "PART_DELIV"),
    "err_addservice_ban_attachment_inspection_incompatible_trying_on": ("BAN_ATTACHMENT_INSPECTION", "TRYING_ON"),
}
_REVERSE_GRAMS = 30_000
_WITH_LOCKER = frozenset({"6", "7", "8", "9", "10"})
_CURRENCY = "RUB"  # of every order here: a request names none


def _check_exclusive_services(draft: OrderDraft) -> Iterator[Problem]:
    for code, together in _EXCLUSIVE.items():
        if draft.services.issuperset(together):
            yield problem(code)


def _check_partial_delivery(draft: OrderDraft) -> Iterator[Problem]:
    pieces = sum(item["amount"] for item in draft.items)
    if "PART_DELIV" in draft.services and pieces == 1:
        yield problem("error_validate_additional_service_param_cant_part_deliv_one_good")
    if "PART_DELIV" in draft.services and pieces == 0:
        yield problem("ve_as_part_deliv_count")


def _check_known_services(draft: OrderDraft) -> Iterator[Problem]:
    for code in sorted(draft.services):
        if code in FORBIDDEN:
            yield problem("ve_as_forbidden", code)
        elif code not in ADDITIONAL_SERVICES and code not in _UNDOCUMENTED:
            yield problem("error_validate_additional_service_param_unsupported_param")


def _check_insurance(draft: OrderDraft) -> Iterator[Problem]:
    """Check the declared value of an insurance: one rouble if absent, otherwise the value of the items."""
    rows = [row for row in draft.body.get("services", ()) if row.get("code") == INSURANCE and row.get("parameter")]
    goods = sum(item["cost"] * item["amount"] for item in draft.items)
    for value in map(_parse_declared_value, rows):
        if value is None:
            yield problem(
                "error_validate_additional_service_param_declared_cost_is_required", ADDITIONAL_SERVICES[INSURANCE].name
            )
        elif draft.items and abs(value - goods) >= _KOPECK:
            yield problem("error_validate_declared_cost_of_insurance_not_eq_to_dc_of_goods")


def _parse_declared_value(row: Mapping[str, str]) -> float | None:
    try:
        value = float(row["parameter"].replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) else None


def check_reverse_conditions(contract: Contract, body: Mapping[str, Any]) -> Iterator[Problem]:
    """Check whether the contract, the tariff and the addresses of this body allow a reverse."""
    mode = get_delivery_mode(body)
    if contract.reverse == "forbidden":
        yield problem("ve_as_reverse_contract_forbidden")
    if not is_known_tariff(body["tariff_code"]):
        yield problem("ve_reverse_tariff_not_available")
    elif mode in _WITH_LOCKER:
        yield problem("ie_reverse_mode_not_supported")
    elif contract.reverse == "to_door" and mode not in TO_DOOR:
        yield problem("ve_as_reverse_only_to_door")
    if contract.reverse_to == "sender" and not body.get("from_location", {}).get("address"):
        yield problem("ve_as_reverse_sender_address_empty")


def _check_reverse(draft: OrderDraft) -> Iterator[Problem]:
    if wants_reverse(draft.body):
        yield from check_reverse_conditions(draft.state.settings.contract, draft.body)


def _check_reverse_weight(draft: OrderDraft) -> Iterator[Problem]:
    if wants_reverse(draft.body) and sum(package["weight"] for package in draft.packages) > _REVERSE_GRAMS:
        yield problem("error_internal_reverse_overweight")


def _check_contract_status(draft: OrderDraft) -> Iterator[Problem]:
    contract = draft.state.settings.contract
    if contract.named and contract.status != SIGNED:
        yield problem("ve_payer_contract_status_incorrect", contract.status)


def _check_contract_currency(draft: OrderDraft) -> Iterator[Problem]:
    contract = draft.state.settings.contract
    if contract.currency != _CURRENCY:
        named, unnamed = "ve_currency_not_corresponds_to_contract", "ve_currency_not_corresponds_to_contragent"
        yield problem(named if contract.named else unnamed)


def _check_contract_services(draft: OrderDraft) -> Iterator[Problem]:
    contract = draft.state.settings.contract
    for code in sorted(draft.services.intersection(contract.forbidden_services)):
        yield problem("ve_as_forbidden", code)
    if "PART_DELIV" in draft.services and not contract.partial_delivery:
        yield problem("ve_as_part_deliv_forbidden")


CHECKS = (
    _check_exclusive_services,
    _check_partial_delivery,
    _check_known_services,
    _check_insurance,
    _check_reverse,
    _check_reverse_weight,
    _check_contract_status,
    _check_contract_currency,
    _check_contract_services,
)
