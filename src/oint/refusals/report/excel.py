"""A report as an Excel workbook: all rows, those that somebody must look at, and sums; no formula anywhere."""

from __future__ import annotations

from collections import Counter
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from oint.i18n import Message
from oint.refusals.report.messages import COLUMNS, COUNT, SHEETS
from oint.refusals.report.rows import is_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it comes without types
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # as above

MAX_ROWS = 1_048_576
"""Rows of a sheet in Excel, the header included; further ones go to a further sheet."""

_WIDTHS = {"row": 8, "verdict": 12, "sent": 9, "text": 60, "message": 60, "next_step": 60}
_LONGEST_CELL = 32_767


class MissingDependency(Exception):
    """The library that writes workbooks is not installed."""

    text = Message("для XLSX нет библиотеки XlsxWriter", "XLSX needs the library XlsxWriter")
    hint = Message("Установите: pip install 'oint[tables]'", "Install it: pip install 'oint[tables]'")

    def __str__(self) -> str:
        return f"{self.text}. {self.hint}"


def write_xlsx(
    lines: Iterable[Any],
    path: Path,
    most: int = MAX_ROWS,
    *,
    columns: Mapping[str, Message] = COLUMNS,
    total_by: str = "verdict",
    is_failure: Callable[[Any], bool] = is_failure,
) -> int:
    """Write a report as a workbook, in bounded memory.

    Args:
        lines: see `lines`
        path: of the file
        most: rows of a sheet, the header included
        columns: names of the lines' fields -> titles
        total_by: name of the field by which lines are counted
        is_failure: whether somebody must look at a line
    Returns:
        how many lines
    Raises:
        MissingDependency: XlsxWriter is not installed
        OSError: the file cannot be written
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra, and slow to load
        from xlsxwriter.exceptions import XlsxFileError  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    except ImportError:
        raise MissingDependency from None
    with TemporaryDirectory() as folder, path.open("wb") as file:  # what breaks off leaves nothing behind
        sink = _DeferredErrorFile(file)
        book = xlsxwriter.Workbook(sink, {"constant_memory": True, "tmpdir": folder})
        rows, failures = (_Sheets(book, str(name), most, columns) for name in SHEETS[:2])
        sums: Counter[str] = Counter()
        for line in lines:
            rows.add(line)
            sums[str(getattr(line, total_by))] += 1
            if is_failure(line):
                failures.add(line)
        _totals(book, sums, columns[total_by])
        try:
            book.close()
        except XlsxFileError as error:
            raise OSError(5, str(error)) from None
        sink.flush()
        if sink.failed is not None:
            raise sink.failed
    return sums.total()


class _DeferredErrorFile:
    """A file that tells only at the end that it could not be written.

    An archive that is broken off tries to end itself once more when it is forgotten, where nobody catches what is raised.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        self._try(lambda: self._file.write(data))
        return len(data)

    def seek(self, place: int, whence: int = 0) -> None:
        self._try(lambda: self._file.seek(place, whence))

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, step: Callable[[], object]) -> None:
        try:
            step()
        except OSError as error:
            self.failed = self.failed or error
        except ValueError:  # closed: nobody wants it any more
            pass


class _Sheets:
    """One sheet, and further ones where its rows do not suffice."""

    def __init__(self, book: Workbook, name: str, most: int, columns: Mapping[str, Message]) -> None:
        self._book = book
        self._name = name
        self._most = most
        self._columns = columns
        self._count = 1
        self._sheet = self._begun(name)

    def add(self, line: object) -> None:
        """Write a line below the last one."""
        if self._row == self._most:
            self._count += 1
            self._sheet = self._begun(f"{self._name} {self._count}")
        for column, name in enumerate(self._columns):
            value = getattr(line, name)
            if isinstance(value, str):
                self._sheet.write_string(self._row, column, value[:_LONGEST_CELL])
            elif value is not None:
                self._sheet.write_number(self._row, column, value)
        self._row += 1

    def _begun(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for column, (field, title) in enumerate(self._columns.items()):
            sheet.set_column(column, column, _WIDTHS.get(field, 26))
            sheet.write_string(0, column, str(title))
        self._row = 1
        return sheet


def _totals(book: Workbook, sums: Counter[str], title: Message) -> None:
    sheet = book.add_worksheet(str(SHEETS[2]))
    sheet.write_string(0, 0, str(title))
    sheet.write_string(0, 1, str(COUNT))
    for row, (verdict, count) in enumerate(sums.most_common(), 1):
        sheet.write_string(row, 0, verdict)
        sheet.write_number(row, 1, count)
