"""The forms of phone numbers by country, as CDEK holds a recipient's phone against the country that the order goes to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.world.recipient import country_of_recipient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

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


def _recipient(asked: Asked) -> Iterator[Problem]:
    """What CDEK means by the "type" of a phone is not known: here a number that is not of the country's form."""
    if asked.world.settings.phone_check == "off":
        return
    for phone in asked.body["recipient"].get("phones", ()):
        number = phone.get("number", "")
        digits = _WRITING.sub("", number)
        if not digits or not _NUMBER.fullmatch(number):
            yield problem("error_validate_receiver_phone_number_incorrect")
        elif not _ALWAYS.fullmatch(digits) and not re.fullmatch(_form(asked), digits):
            yield problem("ve_receiver_phone_type_incorrect", number)


def _form(asked: Asked) -> str:
    country = country_of_recipient(asked.world, asked.body)
    if country in {"RU", "KZ", "CN", "MY"}:
        return _ALWAYS.pattern
    return _OF_COUNTRY.get(country or "", _ANYWHERE)


CHECKS = (_recipient,)
