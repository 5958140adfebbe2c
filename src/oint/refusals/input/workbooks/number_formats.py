"""Number formats: the text that a cell shows for a number or a text, or that it cannot be known for sure.

Rendered are literals, the placeholders 0, # and ?, group separators, General and @. All other formats depend on the
program, its language or the width of the column, so the cell's text stays unknown.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.limits import MAX_FORMAT_LENGTH
from oint.refusals.input.workbooks.number_format_sections import ZERO, Section, parse_sections

MAX_EXACT_DIGITS: Final = 15
"""Digits of a number that every spreadsheet program keeps."""
_MAX_NUMBER_LENGTH = 64
"""Characters of a stored number."""
_PLAIN_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,14})")
_BUILT_IN_FORMATS: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "d"),
}
"""Formats that a workbook names by number alone; what all others show depends on the language."""

_BLANKS = re.compile(r"\s+")
_DIGITS_AND_BLANKS = re.compile(r"[0-9\s]+")

UNKNOWN: Final = RowError("bad_row_format", "")
DATE: Final = RowError("bad_row_date", "")
ROUNDED: Final = RowError("bad_row_rounded", "")
FRACTION: Final = RowError("bad_row_fraction", "")

_BLANK_DIGITS: Final = {"0": "0", "#": "", "?": " "}
"""What a placeholder shows without a digit."""


class _Padding(NamedTuple):
    """A section that only adds zeros and literals, as most do.

    Args:
        before: the digits
        width: of the digits with their zeros
        after: the digits
    """

    before: str
    width: int
    after: str

    def render(self, digits: str) -> str:
        """Return what is shown for the digits of a number."""
        return self.before + digits.zfill(self.width) + self.after


class NumberFormat:
    """A number format, as workbooks store it.

    Args:
        code: the format, or None where it is not known
    """

    def __init__(self, code: str | None) -> None:
        sections = parse_sections(code) if code is not None and len(code) <= MAX_FORMAT_LENGTH else None
        self._is_known = sections is not None
        self._sections = sections or [Section("unknown")]
        last = self._sections[-1]
        self._text_section = last if last.is_text or len(self._sections) == 4 else None  # noqa: PLR2004 - the fourth is for texts
        self._numeric_sections = self._sections[:-1] if self._text_section else self._sections
        general = self._numeric_sections or self._sections[:1]
        self.is_general = self._is_known and [(part.kind in {"general", "text"}, part.parts) for part in general] == [
            (True, ("\0",))
        ]
        """Whether a number shows its digits alone."""
        self._padding = _detect_padding(self._numeric_sections)
        self.keeps_text = self._is_known and (self._text_section is None or self._text_section.parts == ("\0",))
        """Whether a text is shown as it is."""

    def render_text(self, text: str) -> str | RowError:
        """Return what a cell with this text shows."""
        if self.keeps_text:
            return text
        section = self._text_section
        if section is None or section.kind not in {"text", "literal"}:
            return UNKNOWN
        return "".join(part.replace("\0", text) for part in section.parts)

    def render_number(self, stored: str) -> str | RowError:
        """Return what a cell with this number shows; digits without group separators or blanks between them.

        Args:
            stored: the number as the workbook writes it
        """
        if (self.is_general or self._padding) and _PLAIN_NUMBER.fullmatch(stored):
            return self._padding.render(stored) if self._padding else stored
        section = self._sections[0]
        if section.kind == "date":
            return DATE
        number = parse_number(stored)
        if isinstance(number, RowError):
            return number
        if self.is_general:
            return str(number)
        if number < 0 or not self._numeric_sections:
            return make_unknown(number)
        if number == 0 and len(self._numeric_sections) > 2:  # noqa: PLR2004 - the third is for zeros
            section = self._numeric_sections[2]
        return _render_section(section, number)


@lru_cache(maxsize=1024)
def get_number_format(code: str | None) -> NumberFormat:
    """Return the number format of a code."""
    return NumberFormat(code)


def get_built_in_format(number: int) -> str | None:
    """Return the code of a format that is known by its number alone, None where its text depends on the language."""
    return _BUILT_IN_FORMATS.get(number)


def parse_number(stored: str) -> int | RowError:
    """Return a stored number that is whole and exact, otherwise why it is not."""
    if len(stored) > _MAX_NUMBER_LENGTH or not stored.isascii():
        return UNKNOWN
    try:
        number = Decimal(stored.strip())
    except InvalidOperation:
        return UNKNOWN
    if not number.is_finite() or (number and number.adjusted() >= MAX_EXACT_DIGITS):
        return ROUNDED
    return int(number) if number == number.to_integral_value() else FRACTION


def make_unknown(number: int) -> RowError:
    """Make the error for a number whose format cannot be rendered, with as many nines as it has digits."""
    return RowError(UNKNOWN.code, "9" * len(str(abs(number))))


def _detect_padding(sections: list[Section]) -> _Padding | None:
    """Return the padding of a format, None where it does more than that."""
    if len(sections) != 1 or sections[0].kind != "number" or sections[0].is_grouped:
        return None
    parts = sections[0].parts
    places = [index for index, part in enumerate(parts) if part == ZERO]
    first, last = places[0] if places else 0, places[-1] if places else 0
    before, after = "".join(parts[:first]).lstrip(), "".join(parts[last + 1 :]).rstrip()
    is_plain = len(places) == last - first + 1 == sum(part[0] == "\0" for part in parts)
    return _Padding(before, len(places), after) if is_plain and not _DIGITS_AND_BLANKS.search(before + after) else None


def _render_section(section: Section, number: int) -> str | RowError:
    if section.kind == "literal":
        return "".join(section.parts).strip()
    if section.kind == "general":
        text = "".join(part.replace("\0", str(number)) for part in section.parts)
    elif section.kind == "number":
        digits = _fill_placeholders(section.parts, str(number) if number else "")
        if digits is None:
            return make_unknown(number)
        text = digits
    else:
        return make_unknown(number)
    text = text.strip()
    if _DIGITS_AND_BLANKS.fullmatch(text):
        return _BLANKS.sub("", text)
    return make_unknown(number) if section.is_grouped and sum(map(str.isdigit, text)) > 3 else text  # noqa: PLR2004 - a group has three digits


def _fill_placeholders(parts: tuple[str, ...], digits: str) -> str | None:
    """Fill the placeholders from the right; return None where literals stand between them and digits are missing."""
    places = [index for index, part in enumerate(parts) if part[0] == "\0"]
    is_split = len(places) <= places[-1] - places[0]
    texts: dict[int, str] = {}
    rest = digits
    for index in reversed(places[1:]):
        texts[index], rest = rest[-1:], rest[:-1]
    texts[places[0]] = rest
    for index in places:
        if not texts[index]:
            if is_split and parts[index] != ZERO:
                return None
            texts[index] = _BLANK_DIGITS[parts[index][1]]
    return "".join(texts.get(index, part) for index, part in enumerate(parts))
