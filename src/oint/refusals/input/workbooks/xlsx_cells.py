"""The cells of an XLSX workbook: what each shows, by its value, its type and its style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.number_formats import parse_number
from oint.refusals.input.workbooks.xlsx_strings import decode_text, shorten
from oint.refusals.input.workbooks.xlsx_styles import DEFAULT_STYLE, UNKNOWN_STYLE, CellStyle

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from oint.refusals.input.workbooks.model import Value
    from oint.refusals.input.workbooks.xlsx_strings import SharedStrings

BOOLEAN = RowError("bad_row_value", "")
FORMULA_ERROR = RowError("bad_row_formula", "")
NOT_CALCULATED = RowError("bad_row_not_calculated", "")
DATE = RowError("bad_row_date", "")


RawCell = tuple[bytes, bytes, bool, bytes]
"""A cell as the XML has it: the number of its style, its type, whether it has a formula, and its value.

The style is empty for the first one; the type is empty for a number, and "struck" for a text of its own that is struck
through.
"""


class CellReader:
    """What the cells of a workbook show: their values in their styles."""

    def __init__(self, strings: SharedStrings, styles: Sequence[CellStyle]) -> None:
        self._strings = strings
        self._styles = styles or [DEFAULT_STYLE]

    def read(self, cell: RawCell) -> Value:
        """Return what a cell shows.

        Raises:
            DamagedWorkbookError: it refers to a text or a style that does not exist
        """
        style, kind, has_formula, text = cell
        number_format = self._get_style(style).number_format
        if kind == b"s":
            if not text.isdigit():
                return "" if not text else BOOLEAN
            return number_format.render_text(decode_text(self._strings.get(int(text))))
        if kind in {b"inlineStr", b"struck", b"str"}:
            return number_format.render_text(decode_text(shorten(text.decode())))
        if kind in {b"", b"n"}:
            number_text = text.decode().strip()
            if has_formula and (not number_text or parse_number(number_text) == 0):
                return NOT_CALCULATED  # programs that do not calculate write no result, or 0
            return number_format.render_number(number_text) if number_text else ""
        return _OTHER_KINDS.get(kind, BOOLEAN)

    def peek(self, cell: RawCell) -> Value:
        """Return what is in a cell, a number as it is stored."""
        text = cell[3]
        if cell[1] == b"s" and text.isdigit():
            return self._strings.get(int(text))
        return shorten(text.decode())

    def is_struck(self, cell: RawCell) -> bool:
        """Return whether a cell's text, or a part of it, is struck through."""
        if self._get_style(cell[0]).is_struck or cell[1] == b"struck":
            return True
        return cell[1] == b"s" and cell[3].isdigit() and self._strings.is_struck(int(cell[3]))

    def _get_style(self, style: bytes) -> CellStyle:
        number = int(style or b"0")
        return self._styles[number] if number < len(self._styles) else UNKNOWN_STYLE


_OTHER_KINDS = {b"e": FORMULA_ERROR, b"d": DATE, b"b": BOOLEAN}


class XlsxRow:
    """A row with cells; see `SheetRow`."""

    __slots__ = ("_cells", "_reader", "is_hidden", "number")

    def __init__(self, number: int, is_hidden: bool, cells: dict[int, RawCell], reader: CellReader) -> None:  # noqa: FBT001 - a million times
        self.number = number
        self.is_hidden = is_hidden
        self._cells = cells
        self._reader = reader

    def list_columns(self) -> Collection[int]:
        """List the columns of the cells that may be filled."""
        return self._cells

    def read_cell(self, column: int) -> Value:
        """Return what a cell shows."""
        cell = self._cells.get(column)
        return "" if cell is None else self._reader.read(cell)

    def peek_cell(self, column: int) -> Value:
        """Return what is in a cell, a number as it is stored."""
        cell = self._cells.get(column)
        return "" if cell is None else self._reader.peek(cell)

    def is_struck(self, column: int) -> bool:
        """Return whether a cell's text is struck through, or a part of it."""
        cell = self._cells.get(column)
        return cell is not None and self._reader.is_struck(cell)

    def find_cover(self, column: int) -> None:
        """Return None: merged ranges are listed apart from the rows."""
