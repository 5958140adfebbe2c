"""The rows of an XLSX sheet: by a pattern where the XML is in the form that most programs write, otherwise by a parser.

Both give the same rows. The pattern is used only as far as counts of tags prove that it has missed nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.limits import (
    CELLS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_STRING_BYTES,
    TEXT_CHARACTERS,
)
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError
from oint.refusals.input.workbooks.xlsx_strings import NotPlainError, RichText, SharedStrings, decode_text, shorten
from oint.refusals.input.workbooks.xlsx_styles import DEFAULT_STYLE, UNKNOWN_STYLE, CellStyle
from oint.refusals.input.workbooks.xml_parsing import XmlParser, get_local_name, is_true, parse_count, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from oint.refusals.input.workbooks.model import Value

MIN_ROW_HEIGHT_POINTS = 1.5
"""A row that is set to less shows nothing."""
_MAX_ROW_BYTES = 4 * 1024 * 1024

_SHEET_DATA = re.compile(rb"<sheetData(/?)>")
_END_OF_SHEET_DATA = b"</sheetData>"
_END_OF_ROW = b"</row>"
_ROW = re.compile(rb'<row((?: [A-Za-z0-9:]+="[^"<>&]*")*) ?(?:/>|>(.*?)</row>)', re.DOTALL)
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
_ROW_NUMBER = re.compile(rb' r="([1-9][0-9]{0,6})"')
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,7})")?(?: t="([A-Za-z]+)")?'
    rb"(?:/>|>(<f(?: [^<>]*)?/>|<f(?: [^<>]*)?>[^<]*</f>)?"
    rb'(<v>|<is><t(?: xml:space="preserve")?>)([^<]*)(?:</v>|</t></is>)</c>)'
)
_TAGS_OF_VALUE, _TAGS_OF_INLINE_TEXT = 4, 6
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")

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
            stored = text.decode().strip()
            if has_formula and stored in {"", "0"}:
                return NOT_CALCULATED  # programs that do not calculate write no result, or 0
            return number_format.render_number(stored) if stored else ""
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


def read_rows(read_chunks: Callable[[], Iterable[bytes]], reader: CellReader) -> Iterator[XlsxRow]:
    """Read the rows of a sheet that have cells.

    Raises:
        DamagedWorkbookError: they contradict each other
        OversizedWorkbookError: there are too many cells
    """
    last = 0
    try:
        for row in read_plain_rows(read_chunks(), reader):
            yield row
            last = row.number
    except NotPlainError:
        yield from (row for row in parse_rows(read_chunks(), reader) if row.number > last)


def read_plain_rows(chunks: Iterable[bytes], reader: CellReader) -> Iterator[XlsxRow]:
    """Read rows by a pattern.

    Raises:
        NotPlainError: the pattern does not match all of the XML; what was read before is right
    """
    last_number = cell_count = 0
    for rows in _split_rows(chunks):
        end = 0
        for match in _ROW.finditer(rows):
            if rows[end : match.start()].strip():
                raise NotPlainError
            end = match.end()
            if not match[2]:
                continue
            number = _read_plain_number(match[1])
            cells = _read_plain_cells(match[2], number)
            cell_count += match[2].count(b"<c ")
            if cell_count > MAX_CELLS:
                raise OversizedWorkbookError(MAX_CELLS, CELLS)
            if number <= last_number:
                raise DamagedWorkbookError
            last_number = number
            if cells:
                yield XlsxRow(number, _is_plain_hidden(match[1]), cells, reader)
        if rows[end:].strip():
            raise NotPlainError


def _split_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split a sheet into pieces that are rows alone."""
    rest = b""
    is_inside = False
    for chunk in chunks:
        rest += chunk
        if not is_inside:
            start = _SHEET_DATA.search(rest)
            if start is None:
                if len(rest) > MAX_STRING_BYTES:
                    raise NotPlainError
                continue
            if b"<!" in rest[: start.start()] or start[1]:
                raise NotPlainError
            rest, is_inside = rest[start.end() :], True
        last = rest.find(_END_OF_SHEET_DATA)
        if last >= 0:
            yield rest[:last]
            return
        end = rest.rfind(_END_OF_ROW) + len(_END_OF_ROW)
        if end >= len(_END_OF_ROW):
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _MAX_ROW_BYTES:
            raise NotPlainError
    raise NotPlainError


def _read_plain_number(attributes: bytes) -> int:
    match = _ROW_NUMBER.search(attributes)
    if match is None:
        raise NotPlainError
    number = int(match[1])
    if number > MAX_ROWS:
        raise DamagedWorkbookError
    return number


def _is_plain_hidden(attributes: bytes) -> bool:
    if b"hidden=" not in attributes and b"customHeight=" not in attributes:
        return False
    return is_hidden_row(dict(_ATTRIBUTE.findall(attributes.decode())))


def _read_plain_cells(body: bytes, number: int) -> dict[int, RawCell]:
    tags = 0
    cells: dict[int, RawCell] = {}
    row = b"%d" % number
    for letters, cell_row, style, kind, formula, start, text in _CELL.findall(body):
        if not start:
            tags += 1
            continue
        tags += _TAGS_OF_VALUE if start == b"<v>" else _TAGS_OF_INLINE_TEXT
        if formula:
            tags += formula.count(b"<")
        column = _COLUMNS.get(letters)
        if column is None or cell_row != row or column in cells:
            raise NotPlainError
        if text or formula:
            cells[column] = (style, kind, bool(formula), unescape(text.decode()).encode() if b"&" in text else text)
    if body.count(b"<") != tags:
        raise NotPlainError
    return cells


def is_hidden_row(attributes: dict[str, str]) -> bool:
    """Return whether the attributes of a row hide it.

    A filter, a collapsed group and a person's hand set `hidden`; a height set to nothing hides as well. A height that is
    not set by hand is only a measurement.
    """
    if is_true(attributes.get("hidden")):
        return True
    if not is_true(attributes.get("customHeight")):
        return False
    return is_less(attributes.get("ht", "0"), MIN_ROW_HEIGHT_POINTS)


def is_less(text: str, minimum: float) -> bool:
    """Return whether a measure is less than a minimum.

    Raises:
        DamagedWorkbookError: it is not a number
    """
    try:
        return float(text) < minimum
    except ValueError as error:
        raise DamagedWorkbookError from error


def parse_letters(letters: str) -> int:
    """Return the index of a column, from 0.

    Raises:
        DamagedWorkbookError: no sheet has such a column
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > MAX_COLUMNS:
        raise DamagedWorkbookError
    return number - 1


def _format_letters(index: int) -> str:
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


_COLUMNS = {_format_letters(index).encode(): index for index in range(1024)}
"""Index of each column that a table of orders may have."""


def parse_rows(chunks: Iterable[bytes], reader: CellReader) -> Iterator[XlsxRow]:
    """Read rows by an XML parser."""
    sheet = _SheetParser(reader)
    parser = XmlParser(sheet.start, sheet.end, sheet.add_text, namespaces=False)
    for chunk in chunks:
        parser.feed(chunk)
        yield from sheet.take_rows()
    parser.feed(b"", is_last=True)
    yield from sheet.take_rows()


class _SheetParser:
    """Handlers of expat: they collect the rows of a sheet."""

    def __init__(self, reader: CellReader) -> None:
        self._reader = reader
        self._rows: list[XlsxRow] = []
        self._is_inside = False
        self._number = 0
        self._cell_count = 0
        self._is_hidden = False
        self._cells: dict[int, RawCell] = {}
        self._column = -1
        self._style = self._kind = b""
        self._has_formula = self._in_value = False
        self._rich: RichText | None = None
        self._pieces: list[str] = []
        self._size = 0

    def take_rows(self) -> list[XlsxRow]:
        """Return the rows that are complete, once."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = get_local_name(name)
        if not self._is_inside:
            self._is_inside = local == "sheetData"
        elif local == "row":
            self._start_row(attributes)
        elif local == "c":
            self._start_cell(attributes)
        elif local == "v":
            self._in_value = True
        elif local == "f":
            self._has_formula = True
        elif local == "is":
            self._rich = RichText()
        elif self._rich is not None:
            self._rich.start(local, attributes)

    def end(self, name: str) -> None:
        """Handle its end."""
        if not self._is_inside:
            return
        local = get_local_name(name)
        if local == "v":
            self._in_value = False
        elif local == "c":
            self._end_cell()
        elif local == "row" and self._cells:
            self._rows.append(XlsxRow(self._number, self._is_hidden, self._cells, self._reader))
        elif local == "sheetData":
            self._is_inside = False
        elif self._rich is not None:
            self._rich.end(local)

    def add_text(self, text: str) -> None:
        """Handle a piece of text."""
        if self._in_value:
            self._size += len(text)
            if self._size > MAX_STRING_BYTES:
                raise OversizedWorkbookError(MAX_STRING_BYTES, TEXT_CHARACTERS)
            self._pieces.append(text)
        elif self._rich is not None:
            self._rich.add_text(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = parse_count(attributes.get("r"), default=self._number + 1)
        if not self._number < number <= MAX_ROWS:
            raise DamagedWorkbookError
        self._number = number
        self._is_hidden = is_hidden_row(attributes)
        self._cells = {}
        self._column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cell_count += 1
        if self._cell_count > MAX_CELLS:
            raise OversizedWorkbookError(MAX_CELLS, CELLS)
        self._column = self._parse_reference(attributes.get("r"))
        self._style = b"%d" % parse_count(attributes.get("s") or None, default=0)
        self._kind = attributes.get("t", "").encode(errors="replace")
        self._has_formula = False
        self._rich = None
        self._pieces = []
        self._size = 0

    def _parse_reference(self, reference: str | None) -> int:
        """Return the column of a cell; a cell without a reference follows the one before it."""
        if reference is None:
            column = self._column + 1
            if column >= MAX_COLUMNS:
                raise DamagedWorkbookError
            return column
        match = _REFERENCE.fullmatch(reference.strip())
        if match is None or int(match[2]) != self._number:
            raise DamagedWorkbookError
        return parse_letters(match[1])

    def _end_cell(self) -> None:
        text = self._rich.join() if self._rich is not None else shorten("".join(self._pieces)).encode(errors="replace")
        is_struck = self._rich is not None and self._rich.is_struck
        self._rich = None
        if self._column in self._cells:
            raise DamagedWorkbookError
        if text or self._has_formula:
            self._cells[self._column] = (self._style, b"struck" if is_struck else self._kind, self._has_formula, text)
