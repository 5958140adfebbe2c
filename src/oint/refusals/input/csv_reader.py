"""CSV and plain lists, row by row."""

from __future__ import annotations

import csv
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, TextIO

from oint.refusals.input.columns import HEADER_WITHIN, LIST, ColumnLayout, headers_seen, make_row_reader
from oint.refusals.input.encodings import MAX_LINE_BYTES
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.header import detect_layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from oint.refusals.input.rows import InputRow
    from oint.refusals.register import By

DELIMITERS = (";", ",", "\t", "|")
_END = "\x1f"
"""A line of ours after the last: where it comes out inside of a cell, a quote was left open."""
_HEAD = 40
"""Lines in which the delimiter and the header are looked for."""
csv.field_size_limit(
    max(csv.field_size_limit(), MAX_LINE_BYTES)
)  # it is one for the whole process, and 128 KB at first


class Layout(NamedTuple):
    """How a text is a table.

    Args:
        delimiter: between the cells; None: a plain list
        table: where its columns are
    """

    delimiter: str | None
    table: ColumnLayout


def detect_csv_layout(name: str, text: TextIO, delimiter: str | None, wanted: Mapping[str, str]) -> Layout:
    """Tell the delimiter and the columns from the first lines.

    Args:
        name: of the source, for errors
        text: from its beginning
        delimiter: the one given
        wanted: the columns that the user names
    Raises:
        InputFileError: it has columns, but none that is known to name an order, or a quote is left open above the header
    """
    lines = list(islice(text, _HEAD))
    heads = {mark: _head(lines, mark) for mark in ((delimiter,) if delimiter else DELIMITERS)}
    found = [
        (len(table.places), _columns(head.rows) > 1, table.width, mark, table)
        for mark, head in heads.items()
        if (table := detect_layout(name, head.rows, wanted))
    ]
    if found:
        *_, mark, table = max(found, key=lambda one: one[:3])
        return Layout(mark, table)
    for mark, head in heads.items():
        if head.left_open and any(mark in line for line in lines):
            raise InputFileError("source_quotes", name=name, line=head.left_open)
    widest = max((head.rows for head in heads.values()), key=_columns)
    if wanted or _columns(widest) > 1:
        raise InputFileError("source_header_missing", name=name, seen=headers_seen(widest))
    return Layout(None, LIST)


class _Head(NamedTuple):
    """The first rows, as one delimiter makes them. `left_open`: the line of a quote that has no end among them, or 0."""

    rows: list[list[str]]
    left_open: int


def _head(lines: list[str], delimiter: str) -> _Head:
    rows: list[list[str]] = []
    reading = csv.reader(chain(lines, (_END,)), delimiter=delimiter)
    line = 0
    try:
        for cells in reading:
            if cells[-1:] and cells[-1].endswith(_END):
                return _Head(rows, 0 if cells == [_END] else line + 1)
            rows.append(cells)
            line = reading.line_num
    except csv.Error:
        pass
    return _Head(rows, line + 1)


def _columns(rows: Sequence[Sequence[str]]) -> int:
    """How many columns all rows have alike; 1 where they differ: then what separates them is part of the text."""
    widths = {len(row) for row in rows[:HEADER_WITHIN] if row}
    return widths.pop() if len(widths) == 1 else 1


def read_list_rows(text: Iterable[str], by: By) -> Iterator[InputRow]:
    """The rows of a plain list: one order per line."""
    read = make_row_reader(LIST, by)
    for number, line in enumerate(text, 1):
        if row := read(number, (line.strip().strip('"'),)):
            yield row


def read_csv_rows(name: str, text: TextIO, layout: Layout, by: By) -> Iterator[InputRow]:
    """The rows of a table below its header.

    Raises:
        InputFileError: a quote is left open, so that rows would be lost in one cell
    """
    read, header = make_row_reader(layout.table, by), layout.table.header
    rows = csv.reader(chain(text, (_END,)), delimiter=layout.delimiter or DELIMITERS[0])
    line = 0
    try:
        for number, cells in enumerate(rows, 1):
            if cells == [_END]:
                return
            if rows.line_num != line + 1 and _has_unclosed_quote(cells, layout):
                raise InputFileError("source_quotes", name=name, line=line + 1)
            line = rows.line_num
            if number > header and (row := read(number, cells)):
                yield row
    except csv.Error as error:
        raise InputFileError("source_quotes", name=name, line=line + 1) from error


def _has_unclosed_quote(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a cell of several lines has swallowed rows: the end of the text, or a line that reads as a good row."""
    if cells and cells[-1].endswith(_END):
        return True
    read, width = make_row_reader(layout.table, "auto"), layout.table.width
    for cell in cells:
        for line in cell.splitlines()[1:]:
            row = line.split(layout.delimiter)
            if len(row) == width and (found := read(0, row)) and found.error is None:
                return True
    return False
