"""The shape of an order that goes to CDEK. Lengths are those of CDEK's documents of February 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.operations.checked import whole
from oint.cdek.operations.shapes import at, day, every, listed, not_both, rows, shape, text, wrong
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_MONEY = 50_000_000
MOST_PACKAGES = 255
MOST_LINES = 126
MOST_PIECES = 999


def number(value: Any, path: str) -> None:
    """A whole number, zero included."""
    whole(value, path, least=0)


def _money(value: Any, path: str) -> None:
    if isinstance(value, (int, float)) and not 0 <= value <= MOST_MONEY:
        wrong(
            path,
            f"сумма должна быть от 0 до {MOST_MONEY}",
            f"a sum is from 0 to {MOST_MONEY}",
            Message("Проверьте сумму: она в валюте заказа", "Check the sum: it is in the order's currency"),
        )


def _marked(item: Mapping[str, Any], path: str) -> None:
    if item.get("marking") and item.get("amount") not in {1, "1", None}:
        wrong(
            at(path, "amount"),
            "у товара с маркировкой должна быть 1 штука",
            "goods with a marking come one a line",
            Message("Разделите товар на строки по одной штуке", "Make a line of each piece"),
        )


def _pieces(value: Any, path: str) -> None:
    if whole(value, path) > MOST_PIECES:
        wrong(
            path,
            f"не больше {MOST_PIECES} штук в строке",
            f"{MOST_PIECES} pieces a line at the most",
            Message("Разделите товар на несколько строк", "Make several lines of it"),
        )


def _lines(packages: Any, path: str) -> None:
    lines = sum(len(listed(package.get("items") or [])) for package in listed(packages))
    if lines > MOST_LINES:
        wrong(
            path,
            f"{lines} товарных позиций, а в заказе их не больше {MOST_LINES}",
            f"{lines} lines of goods, and an order has {MOST_LINES} at the most",
            Message("Разделите заказ на несколько", "Make several orders of it"),
        )


PHONE = shape("number", number=text(24), additional=text(255))
CONTACT = shape(
    company=text(255),
    name=text(255),
    passport_series=text(4),
    passport_number=text(30),
    passport_date_of_issue=day,
    passport_organization=text(255),
    tin=text(12),
    passport_date_of_birth=day,
    email=text(255),
    phones=rows(PHONE),
)
PLACE = shape(
    code=number,
    country_code=text(2),
    city=text(255),
    region=text(255),
    region_code=number,
    address=text(255),
    postal_code=text(255),
)
SIZES = {"weight": number, "length": number, "width": number, "height": number}
_SUM = shape("value", value=_money)
_ITEM = every(
    shape(
        *("name", "ware_key", "payment", "cost", "weight", "amount"),
        ware_key=text(50),
        payment=_SUM,
        cost=_money,
        weight=number,
        weight_gross=number,
        amount=_pieces,
        name_i18n=text(255),
        brand=text(255),
        country_code=text(2),
        url=text(255),
        feacn_code=text(255),
        seller=shape(inn=text(12)),
    ),
    _marked,
)
_PACKAGE = shape("number", "weight", number=text(30), comment=text(255), items=rows(_ITEM), **SIZES)
_FIELDS = {
    "type": whole,
    "number": text(40),
    "accompanying_number": text(255),
    "tariff_code": whole,
    "comment": text(255),
    "shipment_point": text(255),
    "delivery_point": text(255),
    "date_invoice": day,
    "shipper_name": text(255),
    "shipper_address": text(255),
    "delivery_recipient_cost": _SUM,
    "sender": CONTACT,
    "seller": shape(inn=text(12)),
    "recipient": CONTACT,
    "from_location": PLACE,
    "to_location": PLACE,
    "services": rows(shape("code")),
    "packages": every(rows(_PACKAGE, MOST_PACKAGES), _lines),
    "print": text(7),
}
_ENDS = every(not_both("shipment_point", "from_location"), not_both("delivery_point", "to_location"))
ORDER = every(shape("tariff_code", "recipient", "packages", **_FIELDS), _ENDS)
CHANGE = every(shape(**_FIELDS), _ENDS)
