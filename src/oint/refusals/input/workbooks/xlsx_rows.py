"""The rows of an XLSX sheet: by a pattern where the XML is in the form that most programs write, otherwise by a parser.

Both give the same rows. The pattern is used only as far as counts of tags prove that it has missed nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.refusals.input.workbooks.limits import (
    CELLS,
    MAX_CELLS,
    MAX_ROWS,
    MAX_STRING_BYTES,
)
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError
from oint.refusals.input.workbooks.xlsx_attributes import is_hidden_row
from oint.refusals.input.workbooks.xlsx_cells import CellReader, RawCell, XlsxRow
from oint.refusals.input.workbooks.xlsx_row_parser import parse_rows
from oint.refusals.input.workbooks.xlsx_strings import NotPlainError
from oint.refusals.input.workbooks.xml_parsing import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


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


def _format_letters(index: int) -> str:
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


_COLUMNS = {_format_letters(index).encode(): index for index in range(1024)}
"""Index of each column that a table of orders may have."""
