"""Parsers of cells: each returns an identifier of an order, or a `RowError`; no cell raises an exception."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final, TypeGuard

from oint.refusals.input.errors import RowError

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.refusals.settings import By

MAX_SHOP_NUMBER_LENGTH = 40
"""Characters; CDEK's own limit."""
_MAX_CDEK_NUMBER = 2**63 - 1
"""CDEK's numbers are of the type int64."""
_MAX_EXACT_FLOAT = 2**53
"""From here on a spreadsheet's number has lost digits."""
_MAX_FORM_LENGTH = 48
"""Characters."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_PLAIN_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_NEARLY_UUID = re.compile(r"(?=(?:[^-]*-){3})[0-9a-f-]{30,42}", re.IGNORECASE | re.ASCII)
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
_WHOLE_FLOAT = re.compile(r"([0-9]+)[.,]0+")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_INVISIBLE = dict.fromkeys(
    (0xA0, 0xAD, 0x180E, 0x202F, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF)
)
"""Non-breaking spaces and zero-width characters, which come along when a number is copied from a web page."""
_MISREAD_CODECS = ("cp1251", "cp866")
_MIN_MISREAD_LETTERS = 2
"""One that is not a Russian capital may be chance: "В№5" in cp1251 is a letter in UTF-8."""
_CAPITAL = re.compile("[А-ЯЁ]")
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014")
"""What people type into a cell that has no value."""


def is_plain_uuid(cell: object) -> TypeGuard[str]:
    """Return whether a cell is a UUID and nothing else."""
    return type(cell) is str and _UUID.fullmatch(cell) is not None


def parse_uuid(cell: object) -> str | RowError:
    """Return the UUID in lower case, or an empty text where the cell is empty."""
    if is_plain_uuid(cell):
        return cell.lower()
    text = _cell_text(cell, "uuid")
    if isinstance(text, RowError) or not text:
        return text
    bare = text.strip("{}").strip()
    return bare.lower() if _UUID.fullmatch(bare) else _make_error("bad_row_uuid", "uuid", text)


def parse_cdek_number(cell: object) -> str | RowError:
    """Return the digits of CDEK's number, or an empty text where the cell is empty."""
    if type(cell) is str and _PLAIN_NUMBER.fullmatch(cell):
        return cell
    text = _cell_text(cell, "cdek_number")
    if isinstance(text, RowError) or not text:
        return text
    if _ROUNDED.fullmatch(text):
        return _make_error("bad_row_rounded", "cdek_number", text)
    whole = _WHOLE_FLOAT.fullmatch(text)
    digits = whole[1] if whole else text
    if (
        digits.isascii()
        and digits.isdigit()
        and len(digits) <= MAX_SHOP_NUMBER_LENGTH
        and 0 < int(digits) <= _MAX_CDEK_NUMBER
    ):
        return digits
    return _make_error("bad_row_number", "cdek_number", text)


def parse_im_number(cell: object) -> str | RowError:
    """Return the shop's number, or an empty text where the cell is empty."""
    text = _cell_text(cell, "im_number")
    if isinstance(text, RowError) or not text:
        return text
    if _ROUNDED.fullmatch(text):
        return _make_error("bad_row_rounded", "im_number", text)
    if len(text) > MAX_SHOP_NUMBER_LENGTH or not text.isprintable():
        return _make_error("bad_row_shop_number", "im_number", text)
    return text


PARSERS: dict[str, Callable[[object], str | RowError]] = {
    "uuid": parse_uuid,
    "cdek_number": parse_cdek_number,
    "im_number": parse_im_number,
}
"""Parser of the cells of each column."""
_COLUMN_BY = {"uuid": "uuid", "cdek": "cdek_number", "shop": "im_number"}


def detect_column(cell: object, by: By) -> str:
    """Return the column that a cell of the column `order` belongs to, by the rules of `register_refusal`."""
    if by != "auto":
        return _COLUMN_BY[by]
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
    """Return the text that a person sees in a cell, empty where the cell is."""
    if isinstance(cell, str):
        text = _clean(cell)
        return _make_error("bad_row_encoding", column, text) if is_damaged(text) else text
    if cell is None:
        return ""
    if isinstance(cell, RowError):  # the reader of the file knows why the cell cannot be read
        return RowError(cell.code, f"{column}: {cell.detail}" if cell.detail else column)
    if isinstance(cell, bool):
        return RowError("bad_row_value", column)
    if isinstance(cell, int):
        return str(cell) if abs(cell) <= _MAX_CDEK_NUMBER else RowError("bad_row_rounded", column)
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell.is_integer() and abs(cell) < _MAX_EXACT_FLOAT
            else RowError("bad_row_rounded", column)
        )
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return RowError("bad_row_date", column)
    return RowError("bad_row_value", column)


def is_damaged(text: str) -> bool:
    """Return whether letters of a text are lost, or are those of another encoding: a file may be glued from two."""
    if text.isascii():
        return False
    return "\ufffd" in text or any(_is_misread(text, codec) for codec in _MISREAD_CODECS)


def _is_misread(text: str, codec: str) -> bool:
    """Return whether a text is UTF-8 that was read in another encoding: all its letters are pairs of such bytes."""
    try:
        original = text.encode(codec).decode("utf-8")
    except UnicodeError:
        return False
    return len(text) - len(original) >= _MIN_MISREAD_LETTERS or _CAPITAL.search(original) is not None


def _clean(cell: str) -> str:
    """Strip what programs and people put around a number: a formula that is a text, an apostrophe, a dash."""
    text = cell.translate(_INVISIBLE).strip()
    formula = _FORMULA_TEXT.fullmatch(text)
    text = (formula[1] if formula else text.removeprefix("'")).strip()
    return "" if text in _DASHES else text


def _make_error(code: str, column: str, text: str) -> RowError:
    return RowError(code, f"{column}: {mask_value(text)}")


def mask_value(text: str) -> str:
    """Return the form of a value without the value: x for a letter, 9 for a digit, ? for what cannot be shown."""
    form = "".join(_mask_char(char) for char in text[:_MAX_FORM_LENGTH])
    return form + "…" if len(text) > _MAX_FORM_LENGTH else form


def _mask_char(char: str) -> str:
    if char.isalpha():
        return "x"
    if char.isdigit():
        return "9"
    return char if char.isascii() and char.isprintable() else "?"
