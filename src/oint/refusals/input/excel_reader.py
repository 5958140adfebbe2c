"""XLSX, XLS and ODS by python-calamine, within bounds: a workbook is opened whole."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from itertools import islice
from typing import IO, TYPE_CHECKING, BinaryIO

from oint.refusals.input.columns import HEADER_WITHIN, LIST, ColumnLayout, display_header, headers_seen, make_row_reader
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.failed_formulas import entries, failed_rows
from oint.refusals.input.files import CHUNK, MB, IndependentReader, size
from oint.refusals.input.header import detect_layout
from oint.refusals.input.rows import InputRow, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

    from oint.refusals.register import By

MAX_FILE_BYTES = 100
MAX_UNPACKED_BYTES = 512
"""MB."""
MAX_CELLS = 40_000_000
"""From the first cell to the last, filled or not: that many take about 1.3 GB."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_OVERLAP = 128
_PANIC = "pyo3_runtime"
"""Where calamine's own defects come from; they are no `Exception`, and a damaged .xls can make one."""
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, ValueError, EOFError)
"""What `zipfile` raises where an archive is damaged, encrypted, or packed in a way that it does not know."""


def is_workbook(head: bytes) -> bool:
    """Whether a file begins as workbooks do."""
    return head.startswith((_ZIP, _OLE))


class Sheet:
    """One sheet of a workbook, held in memory.

    Args:
        name: of the source, for errors
        file: its bytes
        sheet: the sheet's name; None: the first with a header
        wanted: the columns that the user names
    Raises:
        InputFileError: it is too large, damaged or locked, has no such sheet or no header, or calamine is not installed
    """

    def __init__(self, name: str, file: BinaryIO, sheet: str | None, wanted: Mapping[str, str]) -> None:
        failed = _check_size_limits(name, file)
        at, self._sheet, self._table = _open(name, file, sheet, wanted)
        self._failed = failed.get(at) or set()

    def rows(self, by: By) -> Iterator[InputRow]:
        """The rows below the header, numbered as the spreadsheet program numbers them."""
        read = make_row_reader(self._table, by)
        for number, cells in enumerate(_rows(self._sheet), 1):
            if number <= self._table.header:
                continue
            row = _broken(number, "bad_row_date") if cells is None else read(number, cells)
            if number in self._failed and (row is None or (row.error and row.error.code == "bad_row_empty")):
                row = _broken(number, "bad_row_formula")
            if row:
                yield row


def _rows(sheet: CalamineSheet) -> Iterator[Sequence[object] | None]:
    """The cells of each row; None where one of them is a date or time beyond those that Python has."""
    rows = sheet.iter_rows()
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except (OverflowError, ValueError):
            yield None


def _broken(number: int, code: str) -> InputRow:
    return InputRow(number, None, None, None, RowError(code, ""))


def _open(
    name: str, file: BinaryIO, sheet: str | None, wanted: Mapping[str, str]
) -> tuple[int, CalamineSheet, ColumnLayout]:
    try:
        import python_calamine as calamine  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise InputFileError("source_tables_missing") from error
    try:
        with calamine.load_workbook(_whole(file)) as book:
            return _choose(name, book, sheet, wanted)
    except calamine.PasswordError as error:
        raise InputFileError("source_workbook_locked", name=name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InputFileError("source_workbook_broken", name=name) from error
    except BaseException as error:
        if type(error).__module__ == _PANIC:
            raise InputFileError("source_workbook_broken", name=name) from error
        raise


def _choose(
    name: str, book: CalamineWorkbook, sheet: str | None, wanted: Mapping[str, str]
) -> tuple[int, CalamineSheet, ColumnLayout]:
    """The sheet that is named, else the first with a header, else a sheet that is one column of orders.

    Returns:
        its place among the sheets, itself, and its table
    """
    if sheet is not None and sheet not in book.sheet_names:
        raise InputFileError("source_sheet_unknown", name=name, given=sheet[:40], seen=display_header(book.sheet_names))
    heads = []
    for title in [sheet] if sheet is not None else book.sheet_names:
        one = book.get_sheet_by_name(title)
        head = [cells or [] for cells in islice(_rows(one), HEADER_WITHIN)]
        if table := detect_layout(name, head, wanted):
            return book.sheet_names.index(title), one, table
        heads.append((one, head))
    filled = [(one, head) for one, head in heads if one.end is not None]
    if not filled:
        raise InputFileError("source_empty", name=name)
    one, head = filled[0]
    if not wanted and one.width == 1 and one.start and one.start[1] == 0:
        return book.sheet_names.index(one.name), one, LIST
    raise InputFileError("source_header_missing", name=name, seen=headers_seen(head))


def _whole(file: BinaryIO) -> io.BytesIO:
    return io.BytesIO(IndependentReader(file).readall())


def _check_size_limits(name: str, file: BinaryIO) -> dict[int, set[int]]:
    """Refuse what would not fit into memory, before it is opened.

    Returns:
        place of a sheet -> its rows with a formula that has failed; of XLSX alone
    """
    if size(file) > MAX_FILE_BYTES * MB:
        raise InputFileError("source_too_large", name=name, limit=MAX_FILE_BYTES)
    if (IndependentReader(file).read(len(_ZIP)) or b"") != _ZIP:
        return {}
    try:
        with zipfile.ZipFile(_whole(file)) as packed:
            if any(entry.compress_type not in _PACKED for entry in packed.infolist()):
                raise InputFileError("source_workbook_broken", name=name)
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED_BYTES * MB:
                raise InputFileError("source_too_large", name=name, limit=MAX_UNPACKED_BYTES)
            failed: dict[str, set[int]] = {}
            for entry in packed.infolist():
                with packed.open(entry) as part:
                    failed[entry.filename] = _bound_sheet(entry.filename, part)
            return {at: failed.get(entry, set()) for at, entry in enumerate(entries(packed))}
    except _BROKEN as error:
        raise InputFileError("source_workbook_broken", name=name) from error


def _bound_sheet(entry: str, part: IO[bytes]) -> set[int]:
    """Read an entry to its end, which proves its size, and look how far the cells of a sheet reach, and which failed."""
    is_sheet = entry.endswith(".xml") and "worksheet" in entry
    rows = columns = 0
    failed: set[int] = set()
    rest = b""
    while data := part.read(CHUNK):
        if not is_sheet:
            continue
        piece = rest + data
        for letters, row in {(len(m[1]), m[1]): m[2] for m in _CELL.finditer(piece)}.items():
            columns = max(columns, _index(letters[1]))
            rows = max(rows, int(row))
        failed |= failed_rows(piece)
        rest = piece[-_OVERLAP:]
    if rows * columns > MAX_CELLS:
        raise InputFileError("source_workbook_wide", sheet=entry.rpartition("/")[2], rows=rows, columns=columns)
    return failed


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index
