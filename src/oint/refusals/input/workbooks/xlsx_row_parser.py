"""The rows of an XLSX sheet by an XML parser, whatever dialect a program writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.refusals.input.workbooks.limits import (
    CELLS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_STRING_BYTES,
    TEXT_CHARACTERS,
)
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError
from oint.refusals.input.workbooks.xlsx_attributes import is_hidden_row, parse_letters
from oint.refusals.input.workbooks.xlsx_cells import XlsxRow
from oint.refusals.input.workbooks.xlsx_strings import RichText, shorten
from oint.refusals.input.workbooks.xml_parsing import XmlParser, get_local_name, parse_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oint.refusals.input.workbooks.xlsx_cells import CellReader, RawCell

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


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
