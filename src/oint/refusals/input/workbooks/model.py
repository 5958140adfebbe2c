"""Sheets and rows of a workbook as a person sees them, whatever its file format."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from oint.i18n import Message
from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.limits import MAX_MERGED_COLUMNS, RANGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

Value = str | RowError
"""The text that a cell shows, "" where it is blank, or why that text cannot be known."""
State = Literal["visible", "hidden"]


class DamagedWorkbookError(Exception):
    """The bytes are not those of a workbook, or contradict each other."""


class LockedWorkbookError(Exception):
    """The workbook is protected with a password."""


class BinaryWorkbookError(Exception):
    """The workbook is an .xlsb, which is not read."""


class OversizedWorkbookError(Exception):
    """The workbook exceeds one of the limits.

    Args:
        maximum: that it exceeds
        unit: what is counted
    """

    def __init__(self, maximum: int, unit: Message) -> None:
        super().__init__(maximum, unit)
        number = f"{maximum:,}"
        self.limit = Message(f"{number.replace(',', ' ')} {unit.ru}", f"{number} {unit.en}")


class Merge(NamedTuple):
    """A merged range: rows from 1, columns from 0, the last ones included. Its first cell shows the text of all."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class SheetRow(Protocol):
    """A row that has cells."""

    @property
    def number(self) -> int:
        """Return the number that the spreadsheet program shows."""

    @property
    def is_hidden(self) -> bool:
        """Return whether a person does not see the row."""

    def list_columns(self) -> Collection[int]:
        """List the columns of the cells that may be filled."""

    def read_cell(self, column: int) -> Value:
        """Return what a cell shows."""

    def peek_cell(self, column: int) -> Value:
        """Return what is in a cell, a number as it is stored: enough to tell a total from an order, and fast."""

    def is_struck(self, column: int) -> bool:
        """Return whether a cell's text is struck through, or a part of it."""

    def find_cover(self, column: int) -> int | None:
        """Return the first row of the merged range that covers a cell, None where the row itself does not know one."""


class SheetFacts(NamedTuple):
    """What concerns a whole sheet.

    Args:
        hidden_columns: columns that a person does not see, from 0
        merges: the merged cells; None: the rows themselves know them
    """

    hidden_columns: Collection[int]
    merges: MergedCells | None


class Sheet(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str:
        """Return the name that its tab shows."""

    @property
    def state(self) -> State:
        """Return whether a person sees its tab."""

    def read_facts(self) -> SheetFacts:
        """Read what concerns the whole sheet."""

    def read_rows(self) -> Iterator[SheetRow]:
        """Read the rows that have cells, in ascending order."""


class MergedCells:
    """The merged ranges of a sheet, and which of its cells they cover.

    Raises:
        OversizedWorkbookError: there are too many
    """

    def __init__(self, merges: Iterable[Merge] = ()) -> None:
        self._by_column: dict[int, list[Merge]] = {}
        width = 0
        for merge in sorted(merges):
            width += merge.last_column - merge.first_column + 1
            if width > MAX_MERGED_COLUMNS:
                raise OversizedWorkbookError(MAX_MERGED_COLUMNS, RANGES)
            for column in range(merge.first_column, merge.last_column + 1):
                above = self._by_column.setdefault(column, [])
                if above and above[-1].last_row >= merge.first_row:  # Excel repairs ranges that overlap
                    above[-1] = above[-1]._replace(last_row=max(above[-1].last_row, merge.last_row))
                else:
                    above.append(merge)

    def __bool__(self) -> bool:
        return bool(self._by_column)

    def find_merge(self, row: int, column: int) -> Merge | None:
        """Find the merged range that covers a cell; return None where the cell shows its own text."""
        merges = self._by_column.get(column)
        if merges is None:
            return None
        at = bisect_right(merges, row, key=_get_first_row) - 1
        if at < 0 or merges[at].last_row < row or (merges[at].first_row, merges[at].first_column) == (row, column):
            return None
        return merges[at]


def _get_first_row(merge: Merge) -> int:
    return merge.first_row


class Workbook(Protocol):
    """An open workbook."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """Return the sheets that have cells, in the order of their tabs."""
