"""Orders of a workbook: its rows below the header, as a person sees them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from oint.refusals.input.errors import InputFileError
from oint.refusals.input.rows import make_error_row, make_row_reader
from oint.refusals.input.sheet_choice import choose_sheet
from oint.refusals.input.workbooks import (
    BinaryWorkbookError,
    DamagedWorkbookError,
    LockedWorkbookError,
    OversizedWorkbookError,
    open_workbook,
)
from oint.refusals.input.workbooks.view import MERGED, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oint.refusals.input.columns import ColumnLayout
    from oint.refusals.input.left_out import LeftOut
    from oint.refusals.input.rows import InputRow
    from oint.refusals.input.workbooks.model import SheetRow
    from oint.refusals.settings import By, HiddenPolicy


class SheetReader:
    """The sheet of a workbook that holds the orders.

    Args:
        name: of the file, for errors
        file: its bytes, which stay open
        sheet: the sheet's name; None: the only one that shows orders
        user_columns: the columns that the user names, see `detect_layout`
        hidden: whether hidden sheets, rows and columns are taken
    Raises:
        InputFileError: the workbook is too large, damaged or locked, or no sheet or column is clearly the one with orders
    """

    def __init__(
        self,
        name: str,
        file: BinaryIO,
        sheet: str | None,
        user_columns: Mapping[str, str],
        hidden: HiddenPolicy = "skip",
    ) -> None:
        self._name = name
        with _report_workbook_errors(name):
            workbook = open_workbook(file)
            self._view, self._layout = choose_sheet(name, workbook, sheet, user_columns, hidden)
        named = {self._view.sheet.name} if hidden == "skip" else {each.name for each in workbook.sheets}
        self._hidden_sheets = [
            number
            for number, each in enumerate(workbook.sheets, 1)
            if each.state != "visible" and each.name not in named
        ]

    @property
    def layout(self) -> ColumnLayout:
        """Return where the columns are; rows are numbered as in the sheet."""
        return self._layout

    def read_rows(self, by: By, left_out: LeftOut) -> Iterator[InputRow]:
        """Read the rows below the header, numbered as the spreadsheet program numbers them.

        Args:
            by: how a cell of the column `order` is read
            left_out: counts the hidden sheets and rows
        """
        for number in self._hidden_sheets:
            left_out.add("hidden_sheet", number)
        with _report_workbook_errors(self._name):
            yield from self._read_visible_rows(by, left_out)

    def _read_visible_rows(self, by: By, left_out: LeftOut) -> Iterator[InputRow]:
        view, indexes = self._view, self._list_columns()
        width = max(self._layout.width, *indexes) + 1
        read = make_row_reader(self._layout._replace(width=width), by)
        is_header = True
        header_row = last_row = self._layout.header_rows
        for row in view.read_rows():
            if row.number <= header_row:
                continue
            if view.is_hidden_row(row):
                if not all(is_blank(row.read_cell(index)) for index in indexes):
                    left_out.add("hidden_row", row.number)
                continue
            if is_header and row.number == last_row + 1 and self._is_below_header(row, indexes):
                last_row = row.number
                continue
            is_header = False
            cells: list[object] = [""] * width
            for index in indexes:
                cells[index] = view.read_order_cell(row, index)
            if item := self._read_row(read(row.number, cells), row, cells):
                yield item

    def _list_columns(self) -> list[int]:
        """List the columns that are read: those with orders, and those that must not contradict them."""
        return [*self._layout.indexes.values(), *(twin.position for twin in self._layout.twins)]

    def _is_below_header(self, row: SheetRow, indexes: list[int]) -> bool:
        """Return whether a row is a part of the header: a merged cell of it reaches down."""
        covers = (self._view.find_cover(row, index) for index in indexes)
        return any(cover is not None and cover <= self._layout.header_rows for cover in covers)

    def _read_row(self, item: InputRow | None, row: SheetRow, cells: list[object]) -> InputRow | None:
        """Judge a row without an order by its other cells: a row that shows nothing is left out."""
        if item is None or MERGED in cells:
            if not self._view.list_filled_columns(row):
                return None
            return item or make_error_row(row.number, "bad_row_empty")
        return item


@contextmanager
def _report_workbook_errors(name: str) -> Iterator[None]:
    """Turn the errors of a workbook into those of a file.

    Raises:
        InputFileError: instead
    """
    try:
        yield
    except LockedWorkbookError as error:
        raise InputFileError("input_workbook_locked", name=name) from error
    except BinaryWorkbookError as error:
        raise InputFileError("input_workbook_binary", name=name) from error
    except OversizedWorkbookError as error:
        raise InputFileError("input_workbook_oversized", name=name, limit=error.limit) from error
    except DamagedWorkbookError as error:
        raise InputFileError("input_workbook_damaged", name=name) from error
