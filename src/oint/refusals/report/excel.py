"""Writer of a report as an Excel workbook: all rows, those that need attention, and totals; without any formula."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from oint.errors import OintError
from oint.i18n import Message
from oint.refusals.report.messages import ALL_ROWS_SHEET, COLUMNS, FAILURES_SHEET, ROW_COUNT, TOTALS_SHEET
from oint.refusals.report.rows import is_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no type hints
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # as above

MAX_SHEET_ROWS = 1_048_576
"""Rows of a sheet in Excel, the header included; further rows go to a further sheet."""

_COLUMN_WIDTHS = {
    "row": 8,
    "verdict": 12,
    "sent": 9,
    "text": 60,
    "message": 60,
    "next_step": 60,
    "action_text": 40,
    "finding": 40,
    "status_text": 40,
    "status_since": 17,
    "days_at_office": 14,
    "free_until": 17,
    "cdek_number": 14,
    "duplicate_of": 9,
    "other_batch": 9,
    "uuid": 38,
    "action": 14,
    "reason": 9,
}
"""Characters, by the fields of the rows."""

_DATE_FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}
_HEADER_HEIGHT_POINTS = 32
"""Two lines of a header."""
_DEFAULT_COLUMN_WIDTH = 26
_MAX_CELL_LENGTH = 32_767
"""Characters."""

MIN_YEAR = 1900
"""Excel knows no earlier dates."""


class MissingDependency(OintError):
    """Report that XlsxWriter, which writes workbooks, is not installed."""

    kind = "missing_dependency"

    def __init__(self) -> None:
        super().__init__(
            Message("Для XLSX нужна библиотека XlsxWriter", "XLSX needs the library XlsxWriter"),
            Message("Установите её: pip install 'oint[tables]'", "Install it: pip install 'oint[tables]'"),
        )


def write_xlsx(
    rows: Iterable[Any],
    path: Path,
    max_rows: int = MAX_SHEET_ROWS,
    *,
    columns: Mapping[str, Message] = COLUMNS,
    total_by: str = "verdict",
    is_failure: Callable[[Any], bool] = is_failure,
) -> int:
    """Write rows as a workbook, in bounded memory.

    Args:
        rows: of the report, or of another table
        path: of the file
        max_rows: maximum number of rows of a sheet, the header included
        columns: names of the rows' fields -> titles
        total_by: name of the field by which rows are counted
        is_failure: whether a row needs attention
    Returns:
        the number of rows
    Raises:
        MissingDependency: XlsxWriter is not installed
        OSError: the file cannot be written
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra, and slow to load
        from xlsxwriter.exceptions import XlsxFileError  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    except ImportError:
        raise MissingDependency from None
    with TemporaryDirectory() as folder, path.open("wb") as file:  # nothing is left behind by a failure
        sink = _DeferredErrorFile(file)
        book = xlsxwriter.Workbook(sink, {"constant_memory": True, "tmpdir": folder})
        all_rows = _PagedSheet(book, str(ALL_ROWS_SHEET), max_rows, columns)
        failures = _PagedSheet(book, str(FAILURES_SHEET), max_rows, columns)
        totals: Counter[str] = Counter()
        for row in rows:
            all_rows.write_row(row)
            totals[str(getattr(row, total_by))] += 1
            if is_failure(row):
                failures.write_row(row)
        for sheet in (all_rows, failures):
            sheet.finish()
        _write_totals(book, totals, columns[total_by])
        try:
            book.close()
        except XlsxFileError as error:
            raise OSError(5, str(error)) from None
        sink.flush()
        if sink.error is not None:
            raise sink.error
    return totals.total()


class _DeferredErrorFile:
    """A file that keeps the first error of a write in `error` instead of raising it.

    `zipfile` tries to finish an archive once more when an unfinished one is garbage-collected, where nothing can catch
    what a write raises.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        self._try(lambda: self._file.write(data))
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> None:
        self._try(lambda: self._file.seek(offset, whence))

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, operation: Callable[[], object]) -> None:
        try:
            operation()
        except OSError as error:
            self.error = self.error or error
        except ValueError:  # the file is closed: write_xlsx has failed already
            pass


class _PagedSheet:
    """A sheet that continues on a further one ("All rows 2") when it is full; its header is frozen and filters its columns."""

    def __init__(self, book: Workbook, name: str, max_rows: int, columns: Mapping[str, Message]) -> None:
        self._book = book
        self._name = name
        self._max_rows = max_rows
        self._columns = columns
        self._page = 1
        self._header_format = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._date_formats = {kind: book.add_format({"num_format": text}) for kind, text in _DATE_FORMATS.items()}
        self._sheet = self._start_sheet(name)

    def write_row(self, row: object) -> None:
        """Write a row below the last one."""
        if self._next_row == self._max_rows:
            self.finish()
            self._page += 1
            self._sheet = self._start_sheet(f"{self._name} {self._page}")
        for column, name in enumerate(self._columns):
            value = getattr(row, name)
            if isinstance(value, str):
                self._sheet.write_string(self._next_row, column, value[:_MAX_CELL_LENGTH])
            elif isinstance(value, date):
                self._write_date(column, value)
            elif value is not None:
                self._sheet.write_number(self._next_row, column, value)
        self._next_row += 1

    def finish(self) -> None:
        """Let the header filter the rows above."""
        self._sheet.autofilter(0, 0, self._next_row - 1, len(self._columns) - 1)

    def _write_date(self, column: int, value: date) -> None:
        """Write a date as Excel knows it, a moment without its zone; one that Excel cannot know is a text."""
        if value.year >= MIN_YEAR:
            naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            self._sheet.write_datetime(self._next_row, column, naive, self._date_formats[type(value)])
        else:
            self._sheet.write_string(self._next_row, column, value.isoformat())

    def _start_sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, _HEADER_HEIGHT_POINTS)
        for column, (field, title) in enumerate(self._columns.items()):
            sheet.set_column(column, column, _COLUMN_WIDTHS.get(field, _DEFAULT_COLUMN_WIDTH))
            sheet.write_string(0, column, str(title), self._header_format)
        self._next_row = 1
        return sheet


def _write_totals(book: Workbook, totals: Counter[str], title: Message) -> None:
    sheet = book.add_worksheet(str(TOTALS_SHEET))
    sheet.write_string(0, 0, str(title))
    sheet.write_string(0, 1, str(ROW_COUNT))
    for row, (value, count) in enumerate(totals.most_common(), 1):
        sheet.write_string(row, 0, value)
        sheet.write_number(row, 1, count)
