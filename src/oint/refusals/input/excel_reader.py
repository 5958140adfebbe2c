"""Orders of a workbook: its rows below the header, as a person sees them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from oint.refusals.input.errors import InputFileError
from oint.refusals.input.row_filter import filter_rows
from oint.refusals.input.sheet_choice import choose_sheet
from oint.refusals.input.workbooks import (
    BinaryWorkbookError,
    DamagedWorkbookError,
    LockedWorkbookError,
    OversizedWorkbookError,
    open_workbook,
)
from oint.refusals.input.workbooks.limits import MAX_FILLED_COLUMNS
from oint.refusals.input.workbooks.view import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oint.refusals.input.layout import ColumnLayout
    from oint.refusals.input.left_out import LeftOut
    from oint.refusals.input.rows import InputRow
    from oint.refusals.input.uuid_blocks import UuidBlock
    from oint.refusals.input.workbooks.model import SheetRow, Value
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
        names = {self._view.sheet.name} if hidden == "skip" else {each.name for each in workbook.sheets}
        self._hidden_sheets = [
            (number, each.name)
            for number, each in enumerate(workbook.sheets, 1)
            if each.state != "visible" and each.name not in names
        ]

    @property
    def name(self) -> str:
        """Return the name of the sheet."""
        return self._view.sheet.name

    @property
    def layout(self) -> ColumnLayout:
        """Return where the columns are; rows are numbered as in the sheet."""
        return self._layout

    def read_rows(self, by: By, left_out: LeftOut) -> Iterator[InputRow | UuidBlock]:
        """Read the rows below the header, numbered as the spreadsheet program numbers them.

        Args:
            by: how a cell of the column `order` is read
            left_out: counts the hidden sheets and rows
        """
        for number, sheet in self._hidden_sheets:
            left_out.add("hidden_sheet", number, sheet)
        with _report_workbook_errors(self._name):
            layout = self._layout._replace(width=MAX_FILLED_COLUMNS + 1)  # cells of a workbook do not shift
            yield from filter_rows(self._read_table(left_out), layout, by, left_out)

    def _read_table(self, left_out: LeftOut) -> Iterator[tuple[int, list[Value]]]:
        """Yield the number and the cells of the header and of each visible row below it."""
        view, header_rows = self._view, self._layout.header_rows
        columns = self._list_columns()
        below_header = last = header_rows
        for row in view.read_rows():
            number = row.number
            if number <= header_rows:
                if number == self._layout.header_row:
                    yield number, view.read_head_row(row)
                continue
            if view.is_hidden_row(row):
                if any(not is_blank(row.read_cell(column)) for column in columns):
                    left_out.add("hidden_row", number)
            elif number == below_header + 1 and self._is_below_header(row, columns):
                below_header = number
            else:
                if number > last + 1:
                    yield number - 1, []
                if cells := view.read_row(row, columns):
                    yield number, cells
            last = number

    def _list_columns(self) -> list[int]:
        """List the columns that are read: those with orders, and those that must not contradict them."""
        return [*self._layout.indexes.values(), *(twin.position for twin in self._layout.twins)]

    def _is_below_header(self, row: SheetRow, columns: list[int]) -> bool:
        """Return whether a row is a part of the header: a merged cell of it reaches down."""
        covers = (self._view.find_cover(row, column) for column in columns)
        return any(cover is not None and cover <= self._layout.header_rows for cover in covers)


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
    except (DamagedWorkbookError, UnicodeError) as error:
        raise InputFileError("input_workbook_damaged", name=name) from error
