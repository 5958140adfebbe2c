"""The rows of an ODS sheet, and what their cells show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.number_formats import make_unknown, parse_number
from oint.refusals.input.workbooks.xlsx_cells import BOOLEAN, DATE, FORMULA_ERROR, NOT_CALCULATED

if TYPE_CHECKING:
    from collections.abc import Collection

    from oint.refusals.input.workbooks.model import Value
    from oint.refusals.input.workbooks.ods_styles import OdsStyles

_SEPARATORS = re.compile(r"[\s.,'’]")
_NOT_DIGITS = re.compile(r"[^0-9]")
_LAST_DIGITS = re.compile(r"([0-9]+)\Z")
_FORMULA_ERROR_TEXT = re.compile(r"#[A-Z/0!?]+[!?]?|#N/A|Err:[0-9]{3}|Ошибка:[0-9]{3}")
_CALCEXT_TYPE: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_OTHER_TYPES: Final = {"date": DATE, "time": DATE, "boolean": BOOLEAN}


class RawCell(NamedTuple):
    """A cell as the XML has it.

    Args:
        style: name of its style, None for none
        kind: its type: float, string, …; "error" for a formula that has failed; "" for none
        value: as it is stored, None where only the text is
        text: that is written to be shown, None where there is no paragraph
        has_formula: whether it is calculated
        is_struck: whether a part of the text is struck through
    """

    style: str | None
    kind: str
    value: str | None
    text: str | None
    has_formula: bool
    is_struck: bool


class OdsRow:
    """A row with cells; see `SheetRow`."""

    __slots__ = ("_cells", "_covers", "_styles", "is_hidden", "number")

    def __init__(
        self,
        number: int,
        is_hidden: bool,  # noqa: FBT001 - a million times
        cells: dict[int, RawCell],
        covers: dict[int, int],
        styles: OdsStyles,
    ) -> None:
        self.number = number
        self.is_hidden = is_hidden
        self._cells = cells
        self._covers = covers
        self._styles = styles

    def copy_below(self) -> OdsRow:
        """Return the same row with the next number."""
        return OdsRow(self.number + 1, self.is_hidden, self._cells, self._covers, self._styles)

    def list_columns(self) -> Collection[int]:
        """List the columns of the cells that may be filled."""
        return self._cells

    def read_cell(self, column: int) -> Value:
        """Return what a cell shows."""
        cell = self._cells.get(column)
        return "" if cell is None else read_cell(cell, self._styles)

    def peek_cell(self, column: int) -> Value:
        """Return what is in a cell, a number as it is stored."""
        cell = self._cells.get(column)
        return "" if cell is None else cell.text or cell.value or ""

    def is_struck(self, column: int) -> bool:
        """Return whether a cell's text is struck through, or a part of it."""
        cell = self._cells.get(column)
        return cell is not None and (cell.is_struck or self._styles.is_struck("table-cell", cell.style))

    def find_cover(self, column: int) -> int | None:
        """Return the first row of the merged range that covers a cell."""
        return self._covers.get(column)


def read_cell(cell: RawCell, styles: OdsStyles) -> Value:
    """Return what a cell shows."""
    if cell.kind == "error" or (cell.has_formula and _FORMULA_ERROR_TEXT.fullmatch(cell.text or "")):
        return FORMULA_ERROR
    if cell.kind in {"", "string"}:
        return _read_text(cell, styles)
    if cell.kind in {"float", "currency", "percentage"} and cell.value is not None:
        return _read_number(cell, cell.value, styles)
    return _OTHER_TYPES.get(cell.kind, BOOLEAN)


def _read_text(cell: RawCell, styles: OdsStyles) -> Value:
    text = cell.value if cell.text is None else cell.text
    if text is None:
        return NOT_CALCULATED if cell.has_formula and not cell.kind else ""
    if cell.value is not None and cell.text is not None and cell.value != cell.text:
        return BOOLEAN
    return styles.get_format(cell.style).render_text(text)


def _read_number(cell: RawCell, value: str, styles: OdsStyles) -> Value:
    """Return what a number shows: the text beside it, where it agrees with the number and its format."""
    number = parse_number(value)
    if isinstance(number, RowError):
        return number
    if number == 0 and cell.has_formula:
        return NOT_CALCULATED
    if cell.kind != "float":
        return make_unknown(number)
    expected = styles.get_format(cell.style).render_number(value)
    if cell.text is None:
        return expected
    text = cell.text.strip()
    if _SEPARATORS.sub("", text) == str(number):
        text = str(number)
    if isinstance(expected, str):
        return expected if expected == text else make_unknown(number)
    return text if _holds_number(text, number) else make_unknown(number)


def _holds_number(text: str, number: int) -> bool:
    """Return whether all digits of a text, or the last ones, are those of a number."""
    digits, last = _NOT_DIGITS.sub("", text), _LAST_DIGITS.search(text)
    return number >= 0 and any(
        len(each) <= len(text) and each.lstrip("0") == str(number).lstrip("0") and each
        for each in (digits, last[1] if last else "")
    )
