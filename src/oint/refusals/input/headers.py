"""Names of columns: known headers in Russian and English, how much each of them says, and positions."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMN_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_COLUMN_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_NUMBER_SIGN = re.compile(r"[№#]")
_MAX_NAMES_SHOWN = 30
_MAX_NAME_LENGTH_SHOWN = 40
"""Characters."""


class Certainty(IntEnum):
    """How much a header says about its column."""

    WEAK = 1
    """It may name anything that has a number: the values must look like orders, and no other column may be better."""
    GENERAL = 2
    """It names an order, a parcel or a waybill, of whichever system: values of another kind disprove it."""
    EXPLICIT = 3
    """It names CDEK's number or the shop's, and nothing besides."""


class KnownHeader(NamedTuple):
    """What a header says.

    Args:
        columns: names of columns, as in `COLUMNS`, the likeliest first: the values decide between them
        certainty: see `Certainty`
        context: normalized headers, one of which must stand in the same row; empty: none is needed
        foreign: normalized headers beside which it names something else
    """

    columns: tuple[str, ...]
    certainty: Certainty
    context: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()


def normalize_header(cell: object) -> str:
    """Return a header in the form for comparing: letters and digits alone, without case, ё as е."""
    text = cell.casefold().replace("ё", "е") if isinstance(cell, str) else ""
    return "".join(char for char in text if char.isalnum())


def find_known(row: Sequence[object]) -> dict[int, KnownHeader]:
    """Return what the known headers of a row say, by the index of their cell."""
    keys = [_get_key(cell) for cell in row]
    known = {index: KNOWN_HEADERS[key] for index, key in enumerate(keys) if key in KNOWN_HEADERS}
    present = set(keys)
    return {
        index: header
        for index, header in known.items()
        if (not header.context or header.context & present) and header.foreign.isdisjoint(present)
    }


def _get_key(cell: object) -> str:
    """Return the key of a header in `KNOWN_HEADERS`: an order with a number sign is the number of an order."""
    key = normalize_header(cell)
    return "номерзаказа" if key in {"заказ", "order"} and isinstance(cell, str) and _NUMBER_SIGN.search(cell) else key


def parse_position(value: str) -> int | None:
    """Return the index of a column named by letters as in spreadsheets, or by a number from 1."""
    if _COLUMN_NUMBER.fullmatch(value):
        return int(value) - 1
    if not _COLUMN_LETTERS.fullmatch(value):
        return None
    index = 0
    for letter in value.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def format_position(index: int) -> str:
    """Return the letters of a column, as spreadsheets show it."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def format_names(names: Sequence[object]) -> str:
    """Format names of columns or sheets for an error: printable, shortened, in quotes."""
    quoted = [f"«{shorten_name(name)}»" for name in names[:_MAX_NAMES_SHOWN]]
    return ", ".join(quoted) + (", …" if len(names) > _MAX_NAMES_SHOWN else "")


def shorten_name(name: object) -> str:
    """Return a name of a column or a sheet as it can be shown: printable and shortened."""
    return "".join(char if char.isprintable() else " " for char in str(name))[:_MAX_NAME_LENGTH_SHOWN]


_UUID, _CDEK, _SHOP, _ORDER = ("uuid",), ("cdek_number",), ("im_number",), ("order",)
_CDEK_OR_UUID = ("cdek_number", "uuid")
_PARCEL = ("cdek_number", "im_number")
"""A parcel's number: CDEK's in its own lists, a marketplace's in its own."""
_SHOP_OR_CDEK = ("im_number", "order")
"""An order's number: the shop's nearly everywhere, CDEK's in the lists of its account page."""

_HEADERS: tuple[tuple[tuple[str, ...], Certainty, str], ...] = (
    (_UUID, Certainty.EXPLICIT, "uuid сдэк|uuid cdek|uuid заказа сдэк|cdek uuid|идентификатор заказа сдэк"),
    (_UUID, Certainty.GENERAL, "uuid|uuid заказа|заказ uuid|order uuid"),
    (_UUID, Certainty.WEAK, "guid|guid заказа|идентификатор|идентификатор заказа"),
    (
        _CDEK,
        Certainty.EXPLICIT,
        """cdek number|cdek order number|cdek track number|cdek tracking number|номер сдэк|номер cdek
        |номер заказа сдэк|номер заказа cdek|заказ сдэк|накладная сдэк|накладной сдэк|накладная cdek
        |номер накладной сдэк|номер накладной cdek|номер отправления сдэк|трек сдэк|трек номер сдэк|трек код сдэк
        |трек номер cdek|трек cdek""",
    ),
    (_CDEK_OR_UUID, Certainty.GENERAL, "cdek|сдэк"),
    (
        _CDEK,
        Certainty.GENERAL,
        """накладная|накладной|номер накладной|трек|трек номер|трек код|трек номер заказа|трекинг|трекинг номер
        |номер отслеживания|код отслеживания|номер для отслеживания|track|track number|track code
        |tracking|tracking number|tracking code|tracking no|waybill|waybill number|dispatch number""",
    ),
    (_PARCEL, Certainty.GENERAL, "номер отправления|номер посылки|shipment number"),
    (
        _SHOP,
        Certainty.EXPLICIT,
        """im number|номер им|номер заказа им|номер заказа в им|номер в им|заказа им|номер отправления им
        |номер интернет магазина|номер заказа интернет магазина|номер заказа в интернет магазине|номер магазина
        |номер заказа магазина|номер заказа в магазине|ваш номер заказа|shop number|shop order number
        |your order number|your order id""",
    ),
    (
        _SHOP_OR_CDEK,
        Certainty.GENERAL,
        """номер заказа|заказа|номер заказа клиента|номер заказа на сайте|номер заказа покупателя
        |номер по данным клиента|id заказа|order number|order no|order id|order name""",
    ),
    (_SHOP, Certainty.GENERAL, "im|им"),
    (_ORDER, Certainty.GENERAL, "order|заказ"),
    (_SHOP_OR_CDEK, Certainty.WEAK, "number"),
)
CDEK_REPORT_HEADERS = frozenset(
    map(normalize_header, ("Номер отправления ИМ", "Дата накладной", "Причина невручения", "Удаленный заказ"))
)
"""Headers of the lists that CDEK's account page exports; there "Номер заказа" is CDEK's number."""
KNOWN_HEADERS = {
    normalize_header(header): KnownHeader(columns, certainty)
    for columns, certainty, headers in _HEADERS
    for header in headers.split("|")
} | {
    "name": KnownHeader(_SHOP, Certainty.WEAK, context=frozenset({"financialstatus", "fulfillmentstatus"})),
    "номер": KnownHeader(_SHOP_OR_CDEK, Certainty.WEAK, foreign=frozenset({"серия"})),
}
"""Shopify's orders are called by `Name`, elsewhere that is a person; a series and a number are a passport's."""
