"""Maximum lengths of the texts of an order and maximum numbers, by CDEK's documents of January and February 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem

_ENDS = ("from_location", "to_location")
_CONTACTS = ("sender", "recipient")
_SELLERS = ("seller", "packages.items.seller")
_LINE = 255
_ITEM_TEXTS = ("name_i18n", "brand", "url", "feacn_code")
_PLACE_TEXTS = ("city", "region", "address", "postal_code")
_CONTACT_TEXTS = ("name", "company", "email", "passport_organization")
_SAME = {
    "print": 7,
    "packages.items.country_code": 2,
    **dict.fromkeys(("comment", "shipment_point", "delivery_point", "accompanying_number"), _LINE),
    **dict.fromkeys(("shipper_name", "shipper_address"), _LINE),
    **{f"packages.items.{name}": _LINE for name in _ITEM_TEXTS},
    **{f"{end}.country_code": 2 for end in _ENDS},
    **{f"{end}.{name}": _LINE for end in _ENDS for name in _PLACE_TEXTS},
    **{f"{contact}.{name}": _LINE for contact in _CONTACTS for name in _CONTACT_TEXTS},
    **{f"{contact}.phones.number": 24 for contact in _CONTACTS},
    **{f"{contact}.phones.additional": _LINE for contact in _CONTACTS},
}
MAX_LENGTHS: Mapping[str, Mapping[str, int]] = {
    "2026-02": {
        **_SAME,
        "number": 40,
        "packages.number": 30,
        "packages.items.ware_key": 50,
        **{f"{contact}.passport_series": 4 for contact in _CONTACTS},
        **{f"{contact}.passport_number": 30 for contact in _CONTACTS},
        **{f"{contact}.tin": 12 for contact in _CONTACTS},
        **{f"{seller}.inn": 12 for seller in _SELLERS},
    },
    "2026-01": {
        **_SAME,
        "number": _LINE,
        "packages.number": _LINE,
        "packages.items.ware_key": 20,
        **{
            f"{contact}.{name}": _LINE
            for contact in _CONTACTS
            for name in ("passport_series", "passport_number", "tin")
        },
        **{f"{seller}.inn": 20 for seller in _SELLERS},
    },
}
MAX_MONEY = 50_000_000
MAX_INTEGER = 1_000_000
MAX_PACKAGES = 255
# That a declared value is held to the same is inferred: it is money, though not of CDEK's type "money".
_MONEY = ("packages.items.payment.value", "packages.items.cost", "delivery_recipient_cost.value")
_INTEGERS = (
    *(f"packages.{name}" for name in ("weight", "length", "width", "height")),
    *(f"packages.items.{name}" for name in ("weight", "weight_gross", "amount")),
)
MAX_NUMBERS: Mapping[str, int] = {**dict.fromkeys(_MONEY, MAX_MONEY), **dict.fromkeys(_INTEGERS, MAX_INTEGER)}


def check_field_limits(body: Mapping[str, Any], document: str) -> list[Problem]:
    """Check the lengths of texts, the range of numbers and the number of packages.

    CDEK does not document the code: `v2_invalid_format`, which all of its methods have, fits.
    """
    lengths = MAX_LENGTHS[document]
    problems = [
        problem("v2_invalid_format", value, path)
        for path, field, value in _iterate_values(body, "", "")
        if _is_outside_limit(value, field, lengths)
    ]
    packages = len(body.get("packages", ()))
    if packages > MAX_PACKAGES:
        problems.append(problem("v2_invalid_format", packages, "packages"))
    return problems


def _is_outside_limit(value: Any, field: str, lengths: Mapping[str, int]) -> bool:
    if isinstance(value, str):
        return field in lengths and len(value) > lengths[field]
    return field in MAX_NUMBERS and not 0 <= value <= MAX_NUMBERS[field]


def _iterate_values(value: Any, path: str, field: str) -> Iterator[tuple[str, str, Any]]:
    """Yield every value with its path (`packages[0].weight`) and its field (`packages.weight`)."""
    if isinstance(value, dict):
        for name, inner in value.items():
            dot = "." if path else ""
            yield from _iterate_values(inner, f"{path}{dot}{name}", f"{field}{dot}{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _iterate_values(inner, f"{path}[{index}]", field)
    else:
        yield path, field, value
