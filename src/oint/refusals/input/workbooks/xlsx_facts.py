"""What concerns a whole XLSX sheet: its hidden columns and merged cells, which stand around the rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.refusals.input.workbooks.limits import CELLS, MAX_CELLS, MAX_COLUMNS, MAX_ELEMENTS, MAX_ROWS, RANGES
from oint.refusals.input.workbooks.model import (
    DamagedWorkbookError,
    Merge,
    MergedCells,
    OversizedWorkbookError,
    SheetFacts,
)
from oint.refusals.input.workbooks.xlsx_attributes import is_less, parse_letters
from oint.refusals.input.workbooks.xml_parsing import get_local_name, is_true, parse_count, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MIN_COLUMN_WIDTH_CHARACTERS = 0.1
"""A column that is narrower shows nothing."""
_MAX_TAG_BYTES = 1024
"""Bytes of the tags of the rows."""
_ROWS_START = re.compile(rb"<(?:[\w.-]{1,64}:)?sheetData(?:\s[^<>]{0,512})?>|<(?:[\w.-]{1,64}:)?sheetData/>")
_ROWS_END = re.compile(rb"</(?:[\w.-]{1,64}:)?sheetData\s{0,512}>")
_CELL_TAGS = (b"<c ", b"<c>", b":c ", b":c>")
_CORNER = re.compile(r"([A-Za-z]{1,3})?([0-9]{1,7})?")
LAST_COLUMN = "XFD"


def read_facts(chunks: Iterable[bytes]) -> SheetFacts:
    """Read what stands around the rows of a sheet.

    Raises:
        DamagedWorkbookError: it is not well-formed, or a range is not one
        OversizedWorkbookError: there are too many ranges
    """
    sheet = _FactsParser()
    parse_xml(skip_rows(chunks), sheet.start, sheet.end)
    columns = frozenset(column for column, is_hidden in enumerate(sheet.hidden_columns) if is_hidden)
    return SheetFacts(columns, MergedCells(sheet.merges))


def skip_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Leave out what is between the tags of the rows; where a comment may hold such a tag, leave out nothing."""
    rest = b""
    source = iter(chunks)
    for chunk in source:
        rest += chunk
        start = _ROWS_START.search(rest)
        if start is None and b"<!" not in rest:
            boundary = max(0, len(rest) - _MAX_TAG_BYTES)
            yield rest[:boundary]
            rest = rest[boundary:]
            continue
        if start is None or b"<!" in rest[: start.start()] or start[0].endswith(b"/>"):
            yield rest
            yield from source
            return
        yield rest[: start.end()]
        yield from _skip_to_end(rest[start.end() :], source)
        return
    yield rest


def _skip_to_end(rest: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out the rows; their cells are only counted, so that too many are refused before any is read."""
    cell_count = 0
    while (end := _ROWS_END.search(rest)) is None:
        chunk = next(source, None)
        if chunk is None:
            return
        cell_count += sum(map(chunk.count, _CELL_TAGS))
        if cell_count > MAX_CELLS:
            raise OversizedWorkbookError(MAX_CELLS, CELLS)
        rest = rest[-_MAX_TAG_BYTES:] + chunk
    yield rest[end.start() :]
    yield from source


class _FactsParser:
    """Handlers of expat for the elements around the rows."""

    def __init__(self) -> None:
        self.hidden_columns = bytearray(MAX_COLUMNS)
        self.merges: list[Merge] = []
        self._is_in_rows = False
        self._element_count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = get_local_name(name)
        if local == "sheetData":
            self._is_in_rows = True
        elif self._is_in_rows:
            return
        elif local == "col":
            self._count_element()
            self._add_column(attributes)
        elif local == "mergeCell":
            self._count_element()
            self.merges.append(parse_range(attributes.get("ref", "")))

    def end(self, name: str) -> None:
        """Handle its end."""
        if get_local_name(name) == "sheetData":
            self._is_in_rows = False

    def _count_element(self) -> None:
        self._element_count += 1
        if self._element_count > MAX_ELEMENTS:
            raise OversizedWorkbookError(MAX_ELEMENTS, RANGES)

    def _add_column(self, attributes: dict[str, str]) -> None:
        first = max(parse_count(attributes.get("min"), default=1), 1)
        last = min(parse_count(attributes.get("max"), default=first), MAX_COLUMNS)
        is_narrow = "width" in attributes and is_less(attributes["width"], MIN_COLUMN_WIDTH_CHARACTERS)
        if last >= first and (is_true(attributes.get("hidden")) or is_narrow):
            self.hidden_columns[first - 1 : last] = b"\1" * (last - first + 1)


def parse_range(reference: str) -> Merge:
    """Parse a range such as A1:B2, whole columns A:B or whole rows 1:2.

    Raises:
        DamagedWorkbookError: it is not one
    """
    first, _, last = reference.replace("$", "").strip().partition(":")
    corners = [_CORNER.fullmatch(corner) for corner in (first, last or first)]
    if corners[0] is None or corners[1] is None or not corners[0][0]:
        raise DamagedWorkbookError
    merge = Merge(
        int(corners[0][2] or 1),
        int(corners[1][2] or MAX_ROWS),
        parse_letters(corners[0][1] or "A"),
        parse_letters(corners[1][1] or LAST_COLUMN),
    )
    if not 0 < merge.first_row <= merge.last_row <= MAX_ROWS or merge.first_column > merge.last_column:
        raise DamagedWorkbookError
    return merge
