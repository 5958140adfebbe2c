"""XLS by xlrd: it knows hidden rows, formats and fonts, and raises exceptions of any kind where a file is damaged."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

from oint.refusals.input.errors import InputFileError
from oint.refusals.input.files import MB, IndependentReader
from oint.refusals.input.workbooks.limits import CELLS, MAX_CELLS, MAX_SHEETS, MEGABYTES, SHEETS
from oint.refusals.input.workbooks.model import (
    DamagedWorkbookError,
    LockedWorkbookError,
    Merge,
    MergedCells,
    OversizedWorkbookError,
    SheetFacts,
    State,
)
from oint.refusals.input.workbooks.number_formats import get_number_format
from oint.refusals.input.workbooks.xlsx_attributes import MIN_ROW_HEIGHT_POINTS
from oint.refusals.input.workbooks.xlsx_cells import BOOLEAN, FORMULA_ERROR
from oint.refusals.input.workbooks.xlsx_strings import shorten
from oint.refusals.input.workbooks.xlsx_styles import UNKNOWN_STYLE, CellStyle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from oint.refusals.input.workbooks.model import Value

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_FILE_MB: Final = 64
"""XLS is not compressed, and all of it is held in memory."""
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_FILLED: Final = frozenset({_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR})
_TWIPS_PER_POINT = 20
_MAX_EXACT = 10**15


class XlsWorkbook:
    """An XLS workbook: its sheets in the order of their tabs.

    Raises:
        DamagedWorkbookError: it is not a workbook
        LockedWorkbookError: it is protected with a password
        OversizedWorkbookError: it is too large
        InputFileError: xlrd is not installed
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            import xlrd  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise InputFileError("input_tables_missing") from error
        data = IndependentReader(file).readall()
        if len(data) > MAX_FILE_MB * MB:
            raise OversizedWorkbookError(MAX_FILE_MB, MEGABYTES)
        if _ENCRYPTED_PACKAGE in data:
            raise LockedWorkbookError
        with _report_damage():
            self._book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=_Silence()
            )
            names = self._book.sheet_names()
            states = self._book._sheet_visibility  # noqa: SLF001 - otherwise each sheet would be loaded to know it
            positions = self._book._sh_abs_posn  # noqa: SLF001 - two sheets of one place would be read twice
        if len(names) > MAX_SHEETS:
            raise OversizedWorkbookError(MAX_SHEETS, SHEETS)
        if len(set(positions)) < len(positions):
            raise DamagedWorkbookError
        self.sheets = [
            XlsSheet(self, number, name, "visible" if states[number] == 0 else "hidden")
            for number, name in enumerate(names)
        ]
        self._styles: dict[int, CellStyle] = {}
        self._loaded: tuple[int, Any] = (-1, None)
        self._cell_count = 0

    def load_sheet(self, number: int) -> Any:
        """Load a sheet; the one that was loaded before is given up."""
        if self._loaded[0] == number:
            return self._loaded[1]
        with _report_damage():
            if self._loaded[1] is not None:
                self._book.unload_sheet(self._loaded[0])
            sheet = self._book.sheet_by_index(number)
            self._cell_count += sum(sheet.row_len(row) for row in range(sheet.nrows))
        if self._cell_count > MAX_CELLS:
            raise OversizedWorkbookError(MAX_CELLS, CELLS)
        self._loaded = (number, sheet)
        return sheet

    def get_style(self, number: int) -> CellStyle:
        """Return the style that a cell names by its number."""
        style = self._styles.get(number)
        if style is None:
            style = self._styles[number] = self._make_style(number)
        return style

    def is_struck_font(self, number: int) -> bool:
        """Return whether a font strikes the text through."""
        with _report_damage():
            return bool(self._book.font_list[number].struck_out)

    def _make_style(self, number: int) -> CellStyle:
        if not 0 <= number < len(self._book.xf_list):
            return UNKNOWN_STYLE
        style = self._book.xf_list[number]
        number_format = self._book.format_map.get(style.format_key)
        code = number_format.format_str if number_format is not None else None
        return CellStyle(get_number_format(code), self.is_struck_font(style.font_index))


class XlsSheet:
    """A sheet of an XLS workbook; see `Sheet`."""

    def __init__(self, workbook: XlsWorkbook, number: int, name: str, state: State) -> None:
        self.name = name
        self.state = state
        self._workbook = workbook
        self._number = number

    def read_facts(self) -> SheetFacts:
        """Read what concerns the whole sheet."""
        sheet = self._workbook.load_sheet(self._number)
        columns = {column for column, info in sheet.colinfo_map.items() if info.hidden or info.width == 0}
        ranges = sheet.merged_cells
        return SheetFacts(
            columns, MergedCells(Merge(first + 1, last, left, right - 1) for first, last, left, right in ranges)
        )

    def read_rows(self) -> Iterator[XlsRow]:
        """Read the rows that have cells, in ascending order."""
        sheet = self._workbook.load_sheet(self._number)
        for index in range(sheet.nrows):
            types = sheet.row_types(index)
            if not _FILLED.isdisjoint(types):
                yield XlsRow(self._workbook, sheet, index, types)


class XlsRow:
    """A row with cells; see `SheetRow`."""

    def __init__(self, workbook: XlsWorkbook, sheet: Any, index: int, types: Sequence[int]) -> None:
        self.number = index + 1
        self._workbook = workbook
        self._sheet = sheet
        self._index = index
        self._types = types

    @property
    def is_hidden(self) -> bool:
        """Return whether a person does not see the row."""
        info = self._sheet.rowinfo_map.get(self._index)
        if info is None:
            return bool(self._sheet.default_row_hidden)
        return bool(info.hidden or (info.height_mismatch and info.height < MIN_ROW_HEIGHT_POINTS * _TWIPS_PER_POINT))

    def list_columns(self) -> list[int]:
        """List the columns of the cells that are filled."""
        return [column for column, kind in enumerate(self._types) if kind in _FILLED]

    def read_cell(self, column: int) -> Value:
        """Return what a cell shows."""
        kind = self._types[column] if column < len(self._types) else 0
        if kind == _TEXT:
            return self._get_style(column).number_format.render_text(shorten(str(self._get_value(column))))
        if kind in {_NUMBER, _DATE}:
            return self._get_style(column).number_format.render_number(_format_stored(self._get_value(column)))
        if kind == _ERROR:
            return FORMULA_ERROR
        return BOOLEAN if kind == _BOOLEAN else ""

    def peek_cell(self, column: int) -> Value:
        """Return what is in a cell, a number as it is stored."""
        kind = self._types[column] if column < len(self._types) else 0
        return shorten(str(self._get_value(column))) if kind in _FILLED else ""

    def is_struck(self, column: int) -> bool:
        """Return whether a cell's text is struck through, or a part of it."""
        if column >= len(self._types):
            return False
        runs = self._sheet.rich_text_runlist_map.get((self._index, column), ())
        return self._get_style(column).is_struck or any(self._workbook.is_struck_font(font) for _, font in runs)

    def find_cover(self, _: int) -> None:
        """Return None: merged ranges are listed apart from the rows."""

    def _get_value(self, column: int) -> Any:
        return self._sheet.cell_value(self._index, column)

    def _get_style(self, column: int) -> CellStyle:
        return self._workbook.get_style(self._sheet.cell_xf_index(self._index, column))


class _Silence(io.TextIOBase):
    """Drops the warnings of xlrd, which may quote what is in cells."""

    def write(self, text: str) -> int:
        """Drop a text."""
        return len(text)


def _format_stored(value: float) -> str:
    """Return a number as other workbooks store it."""
    return str(int(value)) if value.is_integer() and abs(value) < _MAX_EXACT else repr(value)


@contextmanager
def _report_damage() -> Iterator[None]:
    """Turn any exception of xlrd into one error.

    Raises:
        LockedWorkbookError: the workbook is protected with a password
        DamagedWorkbookError: for any other reason
    """
    try:
        yield
    except (LockedWorkbookError, DamagedWorkbookError):
        raise
    except Exception as error:  # noqa: BLE001 - a damaged file makes xlrd raise any of nine kinds
        _raise_error(error)


def _raise_error(error: Exception) -> NoReturn:
    if "encrypted" in str(error).lower():
        raise LockedWorkbookError from error
    raise DamagedWorkbookError from error
