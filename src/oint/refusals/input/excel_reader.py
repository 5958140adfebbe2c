"""XLSX, XLS and ODS by python-calamine, within bounds of memory: it loads a workbook as a whole."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from itertools import islice
from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple

from oint.refusals.input.columns import (
    SAMPLE_ROWS,
    ColumnLayout,
    detect_layout,
    detect_list_layout,
    make_missing_error,
)
from oint.refusals.input.detection import ZIP_MAGIC
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.files import CHUNK_BYTES, MB, IndependentReader, get_size
from oint.refusals.input.headers import format_names
from oint.refusals.input.rows import make_error_row, make_row_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

    from oint.refusals.input.rows import InputRow
    from oint.refusals.settings import By

MAX_FILE_MB = 100
MAX_UNPACKED_MB = 512
MAX_CELLS = 40_000_000
"""Cells from the first to the last, filled or not; that many take about 1.3 GB."""
_CELL_ADDRESS = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_OVERLAP_BYTES = 128
"""Bytes of a chunk that are searched again with the next one: a cell's tag may be cut."""
_CALAMINE_PANIC_MODULE = "pyo3_runtime"
"""Module of the exceptions of calamine's own defects; they do not derive from `Exception`, and a damaged .xls can cause one."""
_SUPPORTED_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, ValueError, EOFError)
"""What `zipfile` raises where an archive is damaged, encrypted, or compressed in a way that it does not know."""

_WORKBOOK_ENTRY, _RELATIONS_ENTRY = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MAX_INDEX_BYTES = 1024 * 1024
"""Bytes of these two entries that are read: a sheet takes about a hundred."""
_CELL_TAG = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_ERROR_TYPES = (b't="e"', b"t='e'")
_ROW_NUMBER = re.compile(rb"""(?:^|\s)r=["'][A-Z]{1,3}([0-9]{1,7})["']""")
_SHEET_TAG = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION_TAG = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class _ChosenSheet(NamedTuple):
    """The sheet with the orders, and where its columns are. `number` counts the sheets of the workbook from 0."""

    number: int
    cells: CalamineSheet
    layout: ColumnLayout


class SheetReader:
    """One sheet of a workbook, held in memory.

    Args:
        name: of the file, for errors
        file: its bytes
        sheet: the sheet's name; None: the first with a header
        user_columns: the columns that the user names, see `detect_layout`
    Raises:
        InputFileError: the workbook is too large, damaged or locked, has no such sheet or header, or python-calamine is
            not installed
    """

    def __init__(self, name: str, file: BinaryIO, sheet: str | None, user_columns: Mapping[str, str]) -> None:
        failed_rows = _check_size(name, file)
        self._sheet = _open_sheet(name, file, sheet, user_columns)
        self._failed_rows = failed_rows.get(self._sheet.number) or set()

    def read_rows(self, by: By) -> Iterator[InputRow]:
        """Read the rows below the header, numbered as the spreadsheet program numbers them."""
        layout = self._sheet.layout
        read = make_row_reader(layout, by)
        for number, cells in enumerate(_iterate_rows(self._sheet.cells), 1):
            if number <= layout.header_rows:
                continue
            row = make_error_row(number, "bad_row_date") if cells is None else read(number, cells)
            if number in self._failed_rows and (row is None or (row.error and row.error.code == "bad_row_empty")):
                row = make_error_row(number, "bad_row_formula")  # calamine shows a failed formula as an empty cell
            if row:
                yield row


def _iterate_rows(sheet: CalamineSheet) -> Iterator[Sequence[object] | None]:
    """Yield the cells of each row; None where one of them is a date or time that Python cannot represent."""
    rows = sheet.iter_rows()
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except (OverflowError, ValueError):
            yield None


def _open_sheet(name: str, file: BinaryIO, sheet: str | None, user_columns: Mapping[str, str]) -> _ChosenSheet:
    try:
        import python_calamine as calamine  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise InputFileError("input_tables_missing") from error
    try:
        with calamine.load_workbook(_load(file)) as book:
            return _choose_sheet(name, book, sheet, user_columns)
    except calamine.PasswordError as error:
        raise InputFileError("input_workbook_locked", name=name) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InputFileError("input_workbook_damaged", name=name) from error
    except BaseException as error:
        if type(error).__module__ == _CALAMINE_PANIC_MODULE:
            raise InputFileError("input_workbook_damaged", name=name) from error
        raise


def _choose_sheet(
    name: str, book: CalamineWorkbook, sheet: str | None, user_columns: Mapping[str, str]
) -> _ChosenSheet:
    """Choose the sheet that is named, or the first with a header, or a sheet that is one column of orders."""
    if sheet is not None and sheet not in book.sheet_names:
        raise InputFileError("input_sheet_unknown", name=name, sheet=sheet[:40], sheets=format_names(book.sheet_names))
    heads = []
    for title in [sheet] if sheet is not None else book.sheet_names:
        cells = book.get_sheet_by_name(title)
        head = [row or [] for row in islice(_iterate_rows(cells), SAMPLE_ROWS)]
        if layout := detect_layout(name, head, user_columns):
            return _ChosenSheet(book.sheet_names.index(title), cells, layout)
        heads.append((cells, head))
    filled = [(cells, head) for cells, head in heads if cells.end is not None]
    if not filled:
        raise InputFileError("input_empty", name=name)
    cells, head = filled[0]
    is_list = not user_columns and cells.width == 1 and cells.start and cells.start[1] == 0
    if is_list and (layout := detect_list_layout(head)):
        return _ChosenSheet(book.sheet_names.index(cells.name), cells, layout)
    raise make_missing_error(name, head)


def _load(file: BinaryIO) -> io.BytesIO:
    return io.BytesIO(IndependentReader(file).readall())


def _check_size(name: str, file: BinaryIO) -> dict[int, set[int]]:
    """Reject a workbook that would not fit into memory, before it is opened.

    Returns:
        number of a sheet, from 0 -> its rows with a formula that has failed; of XLSX alone
    """
    if get_size(file) > MAX_FILE_MB * MB:
        raise InputFileError("input_too_large", name=name, limit=MAX_FILE_MB)
    if (IndependentReader(file).read(len(ZIP_MAGIC)) or b"") != ZIP_MAGIC:
        return {}
    try:
        with zipfile.ZipFile(_load(file)) as archive:
            if any(entry.compress_type not in _SUPPORTED_COMPRESSION for entry in archive.infolist()):
                raise InputFileError("input_workbook_damaged", name=name)
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_MB * MB:
                raise InputFileError("input_too_large", name=name, limit=MAX_UNPACKED_MB)
            failed_rows: dict[str, set[int]] = {}
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    failed_rows[entry.filename] = _scan_entry(entry.filename, part)
            return {index: failed_rows.get(entry, set()) for index, entry in enumerate(_list_sheet_entries(archive))}
    except _ARCHIVE_ERRORS as error:
        raise InputFileError("input_workbook_damaged", name=name) from error


def _scan_entry(entry: str, part: IO[bytes]) -> set[int]:
    """Read an entry to its end, which proves its size, and check how far the cells of a sheet reach.

    Returns:
        the rows of a sheet with a formula that has failed
    Raises:
        InputFileError: the sheet has too many cells
    """
    is_sheet = entry.endswith(".xml") and "worksheet" in entry
    rows = columns = 0
    failed: set[int] = set()
    rest = b""
    while data := part.read(CHUNK_BYTES):
        if not is_sheet:
            continue
        chunk = rest + data
        for letters, row in {(len(m[1]), m[1]): m[2] for m in _CELL_ADDRESS.finditer(chunk)}.items():
            columns = max(columns, _parse_letters(letters[1]))
            rows = max(rows, int(row))
        failed |= _find_failed_rows(chunk)
        rest = chunk[-_OVERLAP_BYTES:]
    if rows * columns > MAX_CELLS:
        raise InputFileError("input_workbook_wide", sheet=entry.rpartition("/")[2], rows=rows, columns=columns)
    return failed


def _parse_letters(letters: bytes) -> int:
    """Return the number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _find_failed_rows(chunk: bytes) -> set[int]:
    """Return the rows in a chunk of a sheet's XML that have a cell whose formula has failed (#N/A, #DIV/0!)."""
    if not any(mark in chunk for mark in _ERROR_TYPES):
        return set()
    cells = (cell[1] for cell in _CELL_TAG.finditer(chunk) if any(mark in cell[1] for mark in _ERROR_TYPES))
    return {int(row[1]) for cell in cells if (row := _ROW_NUMBER.search(cell))}


def _list_sheet_entries(archive: zipfile.ZipFile) -> list[str]:
    """List the archive entries of the sheets in the order of the sheets, "" where an entry is unknown."""
    targets = {}
    for relation in _RELATION_TAG.finditer(_read_entry(archive, _RELATIONS_ENTRY)):
        attributes = _parse_attributes(relation[1])
        targets[attributes.get("Id")] = posixpath.join("xl", attributes.get("Target", "")).lstrip("/")
    relation_ids = []
    for sheet in _SHEET_TAG.finditer(_read_entry(archive, _WORKBOOK_ENTRY)):
        attributes = _parse_attributes(sheet[1])
        relation_ids.append(next((value for key, value in attributes.items() if key.endswith(":id")), None))
    return [targets.get(relation_id, "") for relation_id in relation_ids]


def _parse_attributes(tag: str) -> dict[str, str]:
    return {name: double_quoted or single_quoted for name, double_quoted, single_quoted in _ATTRIBUTE.findall(tag)}


def _read_entry(archive: zipfile.ZipFile, entry: str) -> str:
    if entry not in archive.namelist():
        return ""
    with archive.open(entry) as part:
        return part.read(_MAX_INDEX_BYTES).decode("utf-8", "replace")
