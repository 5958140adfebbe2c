"""Cells -> names of orders, or what is wrong with them. No cell makes an exception."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, TypeGuard

from oint.refusals.input.rows import RowError

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.refusals.register import By

MAX_SHOP_NUMBER_LENGTH = 40
"""Characters, as CDEK takes them."""
_LARGEST_NUMBER = 2**63 - 1
"""CDEK's numbers are int64."""
_EXACT = 2**53
"""Above it a spreadsheet's number has lost digits."""
_LONGEST_FORM = 48

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_PLAIN_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_NEARLY_UUID = re.compile(r"(?=(?:[^-]*-){3})[0-9a-f-]{30,42}", re.IGNORECASE | re.ASCII)
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
_WHOLE_FLOAT = re.compile(r"([0-9]+)[.,]0+")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_UNSEEN = dict.fromkeys(
    (0xA0, 0xAD, 0x180E, 0x202F, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF)
)
"""Non-breaking spaces and marks of no width, which come along when a number is copied from a page."""
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014")
"""What people write into a cell that has no value."""


def is_plain_uuid(cell: object) -> TypeGuard[str]:
    """Whether a cell is a uuid and nothing else."""
    return type(cell) is str and _UUID.fullmatch(cell) is not None


def parse_uuid(cell: object) -> str | RowError:
    """The uuid in lower case; an empty text where the cell is empty."""
    if is_plain_uuid(cell):
        return cell.lower()
    text = _cell_text(cell, "uuid")
    if isinstance(text, RowError) or not text:
        return text
    bare = text.strip("{}").strip()
    return bare.lower() if _UUID.fullmatch(bare) else _trouble("bad_row_uuid", "uuid", text)


def parse_cdek_number(cell: object) -> str | RowError:
    """The digits of CDEK's number; an empty text where the cell is empty."""
    if type(cell) is str and _PLAIN_NUMBER.fullmatch(cell):
        return cell
    text = _cell_text(cell, "cdek_number")
    if isinstance(text, RowError) or not text:
        return text
    if _ROUNDED.fullmatch(text):
        return _trouble("bad_row_rounded", "cdek_number", text)
    whole = _WHOLE_FLOAT.fullmatch(text)
    digits = whole[1] if whole else text
    if (
        digits.isascii()
        and digits.isdigit()
        and len(digits) <= MAX_SHOP_NUMBER_LENGTH
        and 0 < int(digits) <= _LARGEST_NUMBER
    ):
        return digits
    return _trouble("bad_row_number", "cdek_number", text)


def parse_im_number(cell: object) -> str | RowError:
    """The shop's number; an empty text where the cell is empty."""
    text = _cell_text(cell, "im_number")
    if isinstance(text, RowError) or not text:
        return text
    if _ROUNDED.fullmatch(text):
        return _trouble("bad_row_rounded", "im_number", text)
    if len(text) > MAX_SHOP_NUMBER_LENGTH or not text.isprintable() or "\ufffd" in text:
        return _trouble("bad_row_shop_number", "im_number", text)
    return text


CHECKS: dict[str, Callable[[object], str | RowError]] = {
    "uuid": parse_uuid,
    "cdek_number": parse_cdek_number,
    "im_number": parse_im_number,
}
"""How the cell of each column is read."""
_FORCED = {"uuid": "uuid", "cdek": "cdek_number", "shop": "im_number"}


def detect_kind(cell: object, by: By) -> str:
    """Which name of an order a cell holds that does not say so: as `register_refusal` tells them apart."""
    if by != "auto":
        return _FORCED[by]
    if type(cell) is str and _UUID.fullmatch(cell):
        return "uuid"
    text = _cell_text(cell, "order")
    if isinstance(text, RowError):
        return "im_number"
    bare = text.strip("{}").strip()
    if _UUID.fullmatch(bare) or _NEARLY_UUID.fullmatch(bare):
        return "uuid"
    number = _WHOLE_FLOAT.fullmatch(text) or _ROUNDED.fullmatch(text) or (text.isascii() and text.isdigit())
    return "cdek_number" if number else "im_number"


def _cell_text(cell: object, column: str) -> str | RowError:
    """What a person sees in a cell; empty where it holds nothing."""
    if isinstance(cell, str):
        return _bare(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return RowError("bad_row_value", column)
    if isinstance(cell, int):
        return str(cell) if abs(cell) <= _LARGEST_NUMBER else RowError("bad_row_rounded", column)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else RowError("bad_row_rounded", column)
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return RowError("bad_row_date", column)
    return RowError("bad_row_value", column)


def _bare(cell: str) -> str:
    text = cell.translate(_UNSEEN).strip()
    formula = _FORMULA_TEXT.fullmatch(text)
    text = (formula[1] if formula else text.removeprefix("'")).strip()
    return "" if text in _DASHES else text


def _trouble(code: str, column: str, text: str) -> RowError:
    return RowError(code, f"{column}: {mask_value(text)}")


def mask_value(text: str) -> str:
    """The form of a value without the value: x for a letter, 9 for a digit, ? for what cannot be shown."""
    shown = "".join(_mask(char) for char in text[:_LONGEST_FORM])
    return shown + "…" if len(text) > _LONGEST_FORM else shown


def _mask(char: str) -> str:
    if char.isalpha():
        return "x"
    if char.isdigit():
        return "9"
    return char if char.isascii() and char.isprintable() else "?"
