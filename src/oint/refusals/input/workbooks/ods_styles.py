"""The styles of an ODS workbook: what hides, what strikes through, and how numbers are shown."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from oint.refusals.input.workbooks.limits import MAX_STYLES, STYLES
from oint.refusals.input.workbooks.model import OversizedWorkbookError
from oint.refusals.input.workbooks.number_formats import NumberFormat, get_number_format
from oint.refusals.input.workbooks.xml_parsing import is_true, parse_count

NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
STYLE: Final = f"{NAMESPACE}style:1.0 "
NUMBER: Final = f"{NAMESPACE}datastyle:1.0 "
TABLE: Final = f"{NAMESPACE}table:1.0 "
OFFICE: Final = f"{NAMESPACE}office:1.0 "
TEXT: Final = f"{NAMESPACE}text:1.0 "

MIN_SIZE_MM: Final = 0.5
"""A row or a column that is set to less shows nothing."""
_MAX_PARENTS = 20
_LENGTH = re.compile(r"\s*([0-9.]{1,20})(mm|cm|in|pt|pc|px)\s*")
_MM: Final = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96}
_STRIKES: Final = (f"{STYLE}text-line-through-style", f"{STYLE}text-line-through-type")
_SIZES: Final = (f"{STYLE}row-height", f"{STYLE}column-width")
_DATA_STYLES: Final = frozenset(
    NUMBER + kind
    for kind in (
        "number-style",
        "text-style",
        "currency-style",
        "percentage-style",
        "boolean-style",
        "date-style",
        "time-style",
    )
)
_RENDERED_STYLES: Final = frozenset({f"{NUMBER}number-style", f"{NUMBER}text-style"})
_NEUTRAL: Final = frozenset({f"{NUMBER}text", f"{STYLE}text-properties"})


class _Style(NamedTuple):
    """A style as it is written: what it leaves open comes from its parent."""

    parent: str
    data_style: str | None
    is_struck: bool | None
    is_hidden: bool


class OdsStyles:
    """Styles by family and name, filled by handlers of expat."""

    def __init__(self) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        self._formats: dict[str, str | None] = {}
        self._key: tuple[str, str] | None = None
        self._format: str | None = None
        """Name of the data style that is read."""
        self._code: list[str] = []
        self._is_known = True
        self._is_literal = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if self._format is not None:
            self._add_format_part(name, attributes)
        elif name in {f"{STYLE}style", f"{STYLE}default-style"}:
            self._start_style(attributes)
        elif name in _DATA_STYLES:
            self._format = attributes.get(f"{STYLE}name", "")
            self._code, self._is_known = [], name in _RENDERED_STYLES
        elif self._key is not None and name.startswith(STYLE):
            self._add_properties(attributes)

    def end(self, name: str) -> None:
        """Handle its end."""
        if name in {f"{STYLE}style", f"{STYLE}default-style"}:
            self._key = None
        elif name in _DATA_STYLES and self._format is not None:
            self._formats[self._format] = "".join(self._code) if self._is_known else None
            self._format = None
        elif name == f"{NUMBER}text" and self._is_literal:
            self._code.append('"')
            self._is_literal = False

    def add_text(self, text: str) -> None:
        """Handle the text between."""
        if self._is_literal:
            self._is_known = self._is_known and '"' not in text
            self._code.append(text)

    def is_hidden(self, family: str, name: str | None) -> bool:
        """Return whether a style hides its sheet, row or column."""
        return name is not None and (style := self._styles.get((family, name))) is not None and style.is_hidden

    def is_struck(self, family: str, name: str | None) -> bool:
        """Return whether a style or its parents strike the text through."""
        for _ in range(_MAX_PARENTS):
            style = self._styles.get((family, name or ""))
            if style is None:
                return bool(name) and self.is_struck(family, None)
            if style.is_struck is not None or not name:
                return bool(style.is_struck)
            name = style.parent
        return True

    def get_format(self, name: str | None) -> NumberFormat:
        """Return the number format of a cell's style."""
        for _ in range(_MAX_PARENTS):
            style = self._styles.get(("table-cell", name or ""))
            if style is None:
                return _GENERAL
            if style.data_style is not None:
                return get_number_format(self._formats.get(style.data_style))
            if not name:
                return _GENERAL
            name = style.parent
        return get_number_format(None)

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._key = (attributes.get(f"{STYLE}family", ""), attributes.get(f"{STYLE}name", ""))
        data_style = attributes.get(f"{STYLE}data-style-name")
        parent = attributes.get(f"{STYLE}parent-style-name", "")
        self._styles[self._key] = _Style(parent, data_style, None, is_hidden=False)
        if len(self._styles) > MAX_STYLES:
            raise OversizedWorkbookError(MAX_STYLES, STYLES)

    def _add_properties(self, attributes: dict[str, str]) -> None:
        if self._key is None:
            return
        style = self._styles[self._key]
        strikes = [value != "none" for key in _STRIKES if (value := attributes.get(key)) is not None]
        if strikes:
            style = style._replace(is_struck=any(strikes))
        if not is_true(attributes.get(f"{TABLE}display", "true")) or any(
            is_small(size) for key in _SIZES if (size := attributes.get(key)) is not None
        ):
            style = style._replace(is_hidden=True)
        self._styles[self._key] = style

    def _add_format_part(self, name: str, attributes: dict[str, str]) -> None:
        """Add a part of a data style as a part of a format's code."""
        if name == f"{NUMBER}text":
            self._code.append('"')
            self._is_literal = True
        elif name == f"{NUMBER}text-content":
            self._code.append("@")
        elif name == f"{NUMBER}number":
            self._code.append(_make_number_code(attributes))
        elif name not in _NEUTRAL:
            self._is_known = False


def is_small(length: str) -> bool:
    """Return whether a length shows nothing."""
    match = _LENGTH.fullmatch(length)
    if match is None or match[1].count(".") > 1:
        return False
    return float(match[1]) * _MM[match[2]] < MIN_SIZE_MM


def _make_number_code(attributes: dict[str, str]) -> str:
    digits = "0" * min(parse_count(attributes.get(f"{NUMBER}min-integer-digits"), default=1), _MAX_DIGITS) or "#"
    if is_true(attributes.get(f"{NUMBER}grouping", "false")):
        digits = "#,##0" if len(digits) == 1 else _UNKNOWN
    decimals = attributes.get(f"{NUMBER}decimal-places", "0").strip() not in {"", "0"}
    return _UNKNOWN if decimals or f"{NUMBER}display-factor" in attributes else digits


_MAX_DIGITS = 30
_UNKNOWN = "."
"""Part of a format that is not rendered."""
_GENERAL: Final = get_number_format("General")
