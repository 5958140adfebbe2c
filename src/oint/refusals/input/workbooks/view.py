"""A sheet as a person sees it: without what is hidden, and without the cells that a merged one covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.limits import MAX_FILLED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from oint.refusals.input.workbooks.model import Sheet, SheetFacts, SheetRow, Value

MERGED: Final = RowError("bad_row_merged", "")
STRUCK: Final = RowError("bad_row_struck", "")


class SheetView:
    """A sheet as a person sees it.

    Args:
        sheet: of the workbook
        shows_hidden: whether hidden rows and columns count as seen
    """

    def __init__(self, sheet: Sheet, *, shows_hidden: bool) -> None:
        self.sheet = sheet
        self.shows_hidden = shows_hidden
        self._facts: SheetFacts = sheet.read_facts()
        self._hidden_columns: Collection[int] = () if shows_hidden else self._facts.hidden_columns

    def read_rows(self) -> Iterator[SheetRow]:
        """Read all rows that have cells; see `is_hidden_row`."""
        return self.sheet.read_rows()

    def is_hidden_row(self, row: SheetRow) -> bool:
        """Return whether a person does not see a row."""
        return row.is_hidden and not self.shows_hidden

    def is_hidden_column(self, column: int) -> bool:
        """Return whether a person does not see a column."""
        return column in self._hidden_columns

    def find_cover(self, row: SheetRow, column: int) -> int | None:
        """Return the first row of the merged range that covers a cell, None where the cell shows its own text."""
        merges = self._facts.merges
        if merges is None:
            return row.find_cover(column)
        merge = merges.find_merge(row.number, column) if merges else None
        return merge.first_row if merge else None

    def read_cell(self, row: SheetRow, column: int) -> Value:
        """Return what a person sees in a cell."""
        return "" if self._is_unseen(row, column) else row.read_cell(column)

    def read_head_row(self, row: SheetRow) -> list[Value]:
        """Return what a person sees in the cells of a row above the data."""
        last = max(self.list_filled_columns(row), default=-1)
        return [self.read_cell(row, column) for column in range(last + 1)]

    def read_row(self, row: SheetRow, columns: Collection[int]) -> list[Value]:
        """Return what a person sees in the cells with orders, or why they are not to be sent, and what the others hold.

        Args:
            row: below the header
            columns: those with orders
        Returns:
            empty where the row shows nothing of its own
        """
        own_columns = row.list_columns()
        last = min(max(*own_columns, *columns, 0), MAX_FILLED_COLUMNS)
        cells: list[Value] = [""] * (last + 1)
        for column in own_columns:
            if column not in columns and not self._is_unseen(row, column) and (value := row.peek_cell(column)):
                cells[min(column, last)] = value
        for column in columns:
            if value := self.read_cell(row, column):
                cells[column] = STRUCK if row.is_struck(column) else value
        if not any(cells):
            return []
        for column in columns:
            if self.find_cover(row, column) is not None:
                cells[column] = MERGED
        return cells

    def _is_unseen(self, row: SheetRow, column: int) -> bool:
        return column in self._hidden_columns or self.find_cover(row, column) is not None

    def list_filled_columns(self, row: SheetRow) -> list[int]:
        """List the columns of the cells of a row in which a person sees something."""
        return [column for column in row.list_columns() if not is_blank(self.read_cell(row, column))]


def is_blank(value: Value) -> bool:
    """Return whether a cell shows nothing."""
    return isinstance(value, str) and not value.strip()
