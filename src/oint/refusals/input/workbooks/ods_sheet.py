"""Handlers of expat for one sheet of an ODS workbook: they collect its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from oint.refusals.input.workbooks.limits import (
    CELLS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_STRING_BYTES,
    TEXT_CHARACTERS,
)
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError
from oint.refusals.input.workbooks.ods_rows import OdsRow, RawCell
from oint.refusals.input.workbooks.ods_styles import OFFICE, TABLE, TEXT, OdsStyles
from oint.refusals.input.workbooks.xlsx_strings import shorten
from oint.refusals.input.workbooks.xml_parsing import is_true, parse_count

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALCEXT_TYPE: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_HIDDEN: Final = frozenset({"collapse", "filter"})
_PARAGRAPHS: Final = frozenset({f"{TEXT}p", f"{TEXT}h"})
_UNSEEN: Final = frozenset({f"{TEXT}note", f"{TEXT}ruby-text"})
_CELL, _COVERED_CELL = f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
_CELLS: Final = frozenset({_CELL, _COVERED_CELL})
_BLANKS = re.compile(r"[ \t\r\n]+")


class CellText:
    """The text of a cell: its paragraphs, without comments and drawings.

    Args:
        styles: of the workbook
    """

    def __init__(self, styles: OdsStyles) -> None:
        self.is_struck = False
        self._styles = styles
        self._paragraphs: list[str] = []
        self._pieces: list[str] | None = None
        """Of the paragraph that is read."""
        self._size = 0
        self._skipped = 0
        """Elements within each other of what is not text."""

    @property
    def is_nested(self) -> bool:
        """Return whether an element within the cell has not ended."""
        return self._skipped > 0 or self._pieces is not None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element within the cell."""
        if self._skipped:
            self._skipped += 1
        elif self._pieces is None:
            if name in _PARAGRAPHS:
                self._pieces = []
            else:
                self._skipped = 1
        elif name in _UNSEEN or not name.startswith(TEXT):
            self._skipped = 1
        elif name == f"{TEXT}s":
            self._add(" " * min(parse_count(attributes.get(f"{TEXT}c"), default=1), MAX_STRING_BYTES))
        elif name in {f"{TEXT}tab", f"{TEXT}line-break"}:
            self._add("\n" if name.endswith("k") else "\t")
        elif name == f"{TEXT}span" and self._styles.is_struck("text", attributes.get(f"{TEXT}style-name")):
            self.is_struck = True

    def end(self, name: str) -> None:
        """Handle its end."""
        if self._skipped:
            self._skipped -= 1
        elif name in _PARAGRAPHS and self._pieces is not None:
            self._paragraphs.append("".join(self._pieces))
            self._pieces = None

    def add_text(self, text: str) -> None:
        """Handle a piece of text: blanks in a row are one."""
        if self._pieces is not None and not self._skipped:
            self._add(_BLANKS.sub(" ", text))

    def join(self) -> str | None:
        """Return the text, None where there is no paragraph."""
        return shorten("\n".join(self._paragraphs)) if self._paragraphs else None

    def _add(self, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_STRING_BYTES:
            raise OversizedWorkbookError(MAX_STRING_BYTES, TEXT_CHARACTERS)
        if self._pieces is not None:
            self._pieces.append(text)


class SheetParser:
    """Handlers of expat for one sheet, from its start to its end.

    Args:
        styles: of the workbook
    """

    def __init__(self, styles: OdsStyles) -> None:
        self.hidden_columns: set[int] = set()
        self.is_complete = False
        self._styles = styles
        self._rows: list[tuple[OdsRow, int]] = []
        """Rows, and how often each is repeated."""
        self._column_styles: list[str | None] = []
        self._groups: list[bool] = []
        """Groups of rows or columns within each other: whether each is hidden."""
        self._depth = 0
        """Tables within each other; 0: the sheet has not begun."""
        self._number = 0
        self._size = 0
        self._row: dict[str, str] | None = None
        self._cells: dict[int, RawCell] = {}
        self._covers: dict[int, int] = {}
        self._spans: dict[int, tuple[int, int]] = {}
        """Column -> the first and the last row of the merged range that covers it."""
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._text = CellText(styles)

    @property
    def has_rows(self) -> bool:
        """Return whether a row has come, so that all columns are known."""
        return self._row is not None or self._number > 0

    def take_rows(self) -> Iterator[OdsRow]:
        """Yield the rows that are complete, once."""
        rows, self._rows = self._rows, []
        for row, count in rows:
            yield row
            for _ in range(1, count):
                row = row.copy_below()  # noqa: PLW2901 - the next of the same rows
                yield row

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if self._cell is not None:
            self._text.start(name, attributes)
        elif name in _CELLS:
            if self._row is not None:
                self._cell = attributes
                self._text = CellText(self._styles)
        elif name == f"{TABLE}table-row":
            if self._depth == 1:
                self._start_row(attributes)
        elif name == f"{TABLE}table":
            self._depth += not self.is_complete
        elif name in _GROUPS:
            self._groups.append(not is_true(attributes.get(f"{TABLE}display", "true")))
        elif name == f"{TABLE}table-column" and self._depth == 1:
            self._add_columns(attributes)

    def end(self, name: str) -> None:
        """Handle its end."""
        if self._cell is not None:
            if name in _CELLS and not self._text.is_nested:
                self._end_cell(self._cell, is_covered=name == _COVERED_CELL)
            else:
                self._text.end(name)
        elif name == f"{TABLE}table-row" and self._row is not None:
            self._end_row(self._row)
        elif name == f"{TABLE}table":
            self._depth -= not self.is_complete
            self.is_complete = self._depth == 0
        elif name in _GROUPS and self._groups:
            self._groups.pop()

    def add_text(self, text: str) -> None:
        """Handle the text between."""
        if self._cell is not None:
            self._text.add_text(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = attributes
        self._cells, self._covers, self._column = {}, {}, 0

    def _end_row(self, attributes: dict[str, str]) -> None:
        count = parse_count(attributes.get(f"{TABLE}number-rows-repeated"), default=1)
        number = self._number + 1
        self._number += count
        self._row = None
        if not self._cells:
            return
        self._add_size((count - 1) * len(self._cells))
        if self._number > MAX_ROWS:
            raise DamagedWorkbookError
        is_hidden = (
            any(self._groups)
            or attributes.get(f"{TABLE}visibility") in _HIDDEN
            or self._styles.is_hidden("table-row", attributes.get(f"{TABLE}style-name"))
        )
        self._rows.append((OdsRow(number, is_hidden, self._cells, self._covers, self._styles), count))

    def _add_columns(self, attributes: dict[str, str]) -> None:
        count = parse_count(attributes.get(f"{TABLE}number-columns-repeated"), default=1)
        first = len(self._column_styles)
        count = min(count, MAX_COLUMNS - first)
        self._column_styles += [attributes.get(f"{TABLE}default-cell-style-name")] * count
        if (
            any(self._groups)
            or attributes.get(f"{TABLE}visibility") in _HIDDEN
            or self._styles.is_hidden("table-column", attributes.get(f"{TABLE}style-name"))
        ):
            self.hidden_columns.update(range(first, first + count))

    def _end_cell(self, attributes: dict[str, str], *, is_covered: bool) -> None:
        self._cell = None
        count = parse_count(attributes.get(f"{TABLE}number-columns-repeated"), default=1)
        first = self._column
        self._column += count
        cell = None if is_covered else self._make_cell(attributes, first)
        if cell is None and not is_covered:
            self._add_span(attributes, first)
            return
        self._add_size(count)
        if self._column > MAX_COLUMNS:
            raise DamagedWorkbookError
        for column in range(first, self._column):
            if cell is not None:
                is_same = column == first or f"{TABLE}style-name" in attributes
                self._cells[column] = cell if is_same else cell._replace(style=self._find_style(column))
            else:
                span = self._spans.get(column, (0, 0))
                self._covers[column] = span[0] if span[1] > self._number else self._number + 1
        self._add_span(attributes, first)

    def _make_cell(self, attributes: dict[str, str], column: int) -> RawCell | None:
        """Make a cell, None where nothing is in it."""
        kind = attributes.get(f"{OFFICE}value-type", "")
        text = self._text.join()
        has_formula = f"{TABLE}formula" in attributes
        if not kind and text is None and not has_formula:
            return None
        if attributes.get(_CALCEXT_TYPE) == "error":
            kind = "error"
        value = attributes.get(f"{OFFICE}string-value" if kind == "string" else f"{OFFICE}value")
        style = attributes.get(f"{TABLE}style-name") or self._find_style(column)
        return RawCell(style, kind, value, text, has_formula, self._text.is_struck)

    def _find_style(self, column: int) -> str | None:
        """Return the style of a cell that names none: its row's or its column's."""
        style = (self._row or {}).get(f"{TABLE}default-cell-style-name")
        return style or (self._column_styles[column] if column < len(self._column_styles) else None)

    def _add_span(self, attributes: dict[str, str], first: int) -> None:
        rows = attributes.get(f"{TABLE}number-rows-spanned", "1")
        if rows.strip() == "1":
            return
        columns = min(parse_count(attributes.get(f"{TABLE}number-columns-spanned"), default=1), MAX_COLUMNS)
        self._add_size(columns)
        span = (self._number + 1, self._number + parse_count(rows, default=1))
        self._spans.update(dict.fromkeys(range(first, first + columns), span))

    def _add_size(self, count: int) -> None:
        self._size += count
        if self._size > MAX_CELLS:
            raise OversizedWorkbookError(MAX_CELLS, CELLS)


_GROUPS: Final = frozenset({f"{TABLE}table-row-group", f"{TABLE}table-column-group"})
