"""Checks of the sender, the recipient, the sellers and the shipper of an order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.resources.orders.order_cities import find_recipient_country

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft

_NUMBER = re.compile(r"\+?[\d\s()-]+")
_WRITING = re.compile(r"[+\s()-]")
# Forms of Russia and Kazakhstan, China, Malaysia: whichever country the order goes to.
_ALWAYS = re.compile(r"[78]?\d{10}|86\d{10,11}|60\d{8,10}")
# The countries' own numbering plans; how strictly CDEK reads them is not known.
_OF_COUNTRY = {
    "AE": r"971\d{8,9}",
    "AM": r"374\d{8}",
    "AZ": r"994\d{9}",
    "BY": r"375\d{9}",
    "EE": r"372\d{7,8}",
    "ES": r"34\d{9}",
    "FI": r"358\d{5,12}",
    "GE": r"995\d{9}",
    "GI": r"350\d{8}",
    "HR": r"385\d{8,9}",
    "IT": r"39\d{6,11}",
    "KG": r"996\d{9}",
    "LU": r"352\d{4,11}",
    "LV": r"371\d{8}",
    "PT": r"351\d{9}",
    "RO": r"40\d{9}",
    "RS": r"381\d{8,9}",
    "SG": r"65\d{8}",
    "TR": r"90\d{10}",
    "UZ": r"998\d{9}",
}
_ANYWHERE = r"\d{7,15}"
_OWNERSHIP_FORMS = frozenset({"9", "61", "63", "119", "137", "147", "179"})


def _check_names(draft: OrderDraft) -> Iterator[Problem]:
    for contact, side in (("sender", "sender"), ("recipient", "receiver")):
        name = draft.body.get(contact, {}).get("name", "")
        if "/" in name:
            yield problem(f"error_validate_{side}_name_incorrect_symbol")
        if name.isdigit():
            yield problem(f"error_validate_{side}_name_only_digits")


def _check_recipient_phones(draft: OrderDraft) -> Iterator[Problem]:
    """Check the format of the recipient's phones by country. What CDEK means by "type" is not known."""
    if draft.state.settings.phone_check == "off":
        return
    for phone in draft.body["recipient"].get("phones", ()):
        number = phone.get("number", "")
        digits = _WRITING.sub("", number)
        if not digits or not _NUMBER.fullmatch(number):
            yield problem("error_validate_receiver_phone_number_incorrect")
        elif not _ALWAYS.fullmatch(digits) and not re.fullmatch(_choose_phone_form(draft), digits):
            yield problem("ve_receiver_phone_type_incorrect", number)


def _choose_phone_form(draft: OrderDraft) -> str:
    country = find_recipient_country(draft.state, draft.body)
    if country in {"RU", "KZ", "CN", "MY"}:
        return _ALWAYS.pattern
    return _OF_COUNTRY.get(country or "", _ANYWHERE)


def _check_ownership_forms(draft: OrderDraft) -> Iterator[Problem]:
    sellers = [draft.body.get("seller", {}), *(item.get("seller", {}) for item in draft.items)]
    if any(seller.get("ownership_form") and seller["ownership_form"] not in _OWNERSHIP_FORMS for seller in sellers):
        yield problem("error_validate_online_shop_seller_ownership_form_incorrect")


def _check_shipper_address(draft: OrderDraft) -> Iterator[Problem]:
    """Require the shipper's address of an international order, which has an invoice date or a shipper."""
    if any(draft.body.get(name) for name in ("date_invoice", "shipper_name")) and not draft.body.get("shipper_address"):
        yield problem("error_validate_international_shipper_address_is_required")


CHECKS = (
    _check_names,
    _check_recipient_phones,
    _check_ownership_forms,
    _check_shipper_address,
)
