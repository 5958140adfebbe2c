"""Number formats: the text that a cell shows for a number or a text, or that it cannot be known for sure.

Rendered are literals, the placeholders 0, # and ?, group separators, General and @. All other formats depend on the
program, its language or the width of the column, so the cell's text stays unknown.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.limits import MAX_FORMAT_LENGTH

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

_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | _(?P<width>.) | \*(?P<fill>.) | \[(?P<bracket>[^\]]*)\]
    | (?P<general>general) | (?P<digit>[0\#?]) | (?P<group>,) | (?P<text>@) | (?P<literal>[-+()/\ \u00a0\u202f])
    | (?P<date>[ymdhs]) | (?P<end>;)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_COLORS = re.compile(r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]{1,2})", re.IGNORECASE)
_DATE_BRACKET = re.compile(r"h+|m+|s+|\$-f[48]00", re.IGNORECASE)
"""Elapsed time, and the formats of date and time that Windows sets."""
_LOCALE = re.compile(r"\$-(?!f[48]00)[0-9a-f]{1,4}", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_DIGITS_AND_BLANKS = re.compile(r"[0-9\s]+")

UNKNOWN: Final = RowError("bad_row_format", "")
DATE: Final = RowError("bad_row_date", "")
ROUNDED: Final = RowError("bad_row_rounded", "")
FRACTION: Final = RowError("bad_row_fraction", "")

_ZERO: Final = "\0" + "0"
"""The placeholder 0; see `_Section`."""
_BLANK_DIGITS: Final = {"0": "0", "#": "", "?": " "}
"""What a placeholder shows without a digit."""

Kind = Literal["number", "general", "text", "literal", "date", "unknown"]


class _Section(NamedTuple):
    """One of the parts of a format between semicolons.

    Args:
        kind: what it shows
        parts: literals; a placeholder is a single character 0, # or ? after a NUL; @ and General are NUL alone
        is_grouped: whether thousands are separated
        is_text: whether it has a place for a text
    """

    kind: Kind
    parts: tuple[str, ...] = ()
    is_grouped: bool = False
    is_text: bool = False


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
        sections = _parse_sections(code) if code is not None and len(code) <= MAX_FORMAT_LENGTH else None
        self._is_known = sections is not None
        self._sections = sections or [_Section("unknown")]
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


def _detect_padding(sections: list[_Section]) -> _Padding | None:
    """Return the padding of a format, None where it does more than that."""
    if len(sections) != 1 or sections[0].kind != "number" or sections[0].is_grouped:
        return None
    parts = sections[0].parts
    places = [index for index, part in enumerate(parts) if part == _ZERO]
    first, last = places[0] if places else 0, places[-1] if places else 0
    before, after = "".join(parts[:first]).lstrip(), "".join(parts[last + 1 :]).rstrip()
    is_plain = len(places) == last - first + 1 == sum(part[0] == "\0" for part in parts)
    return _Padding(before, len(places), after) if is_plain and not _DIGITS_AND_BLANKS.search(before + after) else None


def _render_section(section: _Section, number: int) -> str | RowError:
    if section.kind == "literal":
        return "".join(section.parts).strip()
    if section.kind == "general":
        text = "".join(part.replace("\0", str(number)) for part in section.parts)
    elif section.kind == "number":
        filled = _fill_placeholders(section.parts, str(number) if number else "")
        if filled is None:
            return make_unknown(number)
        text = filled
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
    shown: dict[int, str] = {}
    rest = digits
    for index in reversed(places[1:]):
        shown[index], rest = rest[-1:], rest[:-1]
    shown[places[0]] = rest
    for index in places:
        if not shown[index]:
            if is_split and parts[index] != _ZERO:
                return None
            shown[index] = _BLANK_DIGITS[parts[index][1]]
    return "".join(shown.get(index, part) for index, part in enumerate(parts))


def _parse_sections(code: str) -> list[_Section] | None:
    """Parse a format; return None where it is not one."""
    if "\0" in code:
        return None
    if not code:
        return [_Section("general", ("\0",))]
    sections: list[_Section] = []
    tokens: list[re.Match[str] | None] = []
    at = 0
    while at < len(code):
        token = _TOKEN.match(code, at)
        if token is not None and token["end"]:
            sections.append(_parse_section(tokens))
            tokens = []
        else:
            tokens.append(token)
        at = token.end() if token is not None else at + 1
    sections.append(_parse_section(tokens))
    return sections if len(sections) <= 4 else None  # noqa: PLR2004 - positive, negative, zero, text


def _parse_section(tokens: list[re.Match[str] | None]) -> _Section:
    """Parse the tokens of a section; None stands for a character that means nothing known."""
    kinds: set[Kind] = set()
    parts: list[str] = []
    for index, token in enumerate(tokens):
        if token is None or (token["group"] and not _is_between_digits(tokens, index)):
            kinds.add("unknown")
            continue
        if token["literal"] == "/" and "number" in kinds:
            kinds.add("unknown")  # a fraction
        kind = _get_kind(token)
        if kind is not None:
            kinds.add(kind)
        parts.append(_get_part(token))
    is_grouped = any(token is not None and token["group"] for token in tokens)
    is_text = "text" in kinds
    return _Section(_choose_kind(kinds, parts), tuple(part for part in parts if part), is_grouped, is_text)


def _get_kind(token: re.Match[str]) -> Kind | None:
    """Return what a token makes of its section, None where any section may have it."""
    if token["digit"]:
        return "number"
    if token["general"]:
        return "general"
    if token["text"]:
        return "text"
    if token["date"]:
        return "date"
    if token["fill"]:
        return "unknown" if token["fill"].strip() else None
    if token["bracket"] is None or _COLORS.fullmatch(token["bracket"]) or _LOCALE.fullmatch(token["bracket"]):
        return None
    return "date" if _DATE_BRACKET.fullmatch(token["bracket"]) else "unknown"


def _get_part(token: re.Match[str]) -> str:
    """Return what a token shows; see `_Section`."""
    if token["digit"]:
        return "\0" + token["digit"]
    if token["general"] or token["text"]:
        return "\0"
    if token["width"]:
        return " "
    return token["quoted"] or token["escaped"] or token["literal"] or ""


def _is_between_digits(tokens: list[re.Match[str] | None], index: int) -> bool:
    around = [tokens[near] for near in (index - 1, index + 1) if 0 <= near < len(tokens)]
    return len(around) == 2 and all(token is not None and token["digit"] for token in around)  # noqa: PLR2004 - two neighbours


def _choose_kind(kinds: set[Kind], parts: list[str]) -> Kind:
    """Choose what a section shows: the one kind of its tokens, where they are of one."""
    if "date" in kinds and "text" not in kinds and "general" not in kinds:
        return "date"
    if len(kinds) > 1 or parts.count("\0") > 1:
        return "unknown"
    return kinds.pop() if kinds else "literal"
