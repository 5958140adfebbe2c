"""CSV and plain lists, row by row."""

from __future__ import annotations

import csv
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, TextIO

from oint.refusals.input.columns import detect_layout, is_header, make_missing_error
from oint.refusals.input.detection import MAX_LINE_LENGTH
from oint.refusals.input.errors import InputFileError, RowError
from oint.refusals.input.layout import HEADER_SEARCH_ROWS, LIST_LAYOUT, SAMPLE_ROWS, ColumnLayout
from oint.refusals.input.list_lines import SAMPLE_LINES, is_list_of_orders, split_list
from oint.refusals.input.row_filter import filter_rows
from oint.refusals.input.rows import InputRow, make_row_reader
from oint.refusals.input.uuid_blocks import UuidBlock, has_only_uuids, read_lines, read_pieces, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from oint.refusals.input.left_out import LeftOut
    from oint.refusals.settings import By

DELIMITERS = (";", ",", "\t", "|")
_END_MARK = "\x1f"
"""Line added after the last one: where it comes out inside a cell, a quote was left open."""
_DETECTION_LINES = 40
"""Lines from the top that are always read for the delimiter, the header and the columns."""
_DETECTION_CHARACTERS = 1024 * 1024
"""Characters up to which further lines are read for them, `SAMPLE_ROWS` at most."""
csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_LENGTH))  # of the whole process; 128 KB by default


class CsvLayout(NamedTuple):
    """How a text is a table.

    Args:
        delimiter: between the cells; None: a plain list
        columns: where the columns are
    """

    delimiter: str | None
    columns: ColumnLayout


class _Head(NamedTuple):
    """The first rows of a text, split by one delimiter.

    Args:
        rows: their cells
        unclosed_line: line of a quote that is not closed among these rows, 0: none
    """

    rows: list[list[str]]
    unclosed_line: int


def detect_csv_layout(name: str, text: TextIO, delimiter: str | None, user_columns: Mapping[str, str]) -> CsvLayout:
    """Detect the delimiter and the columns from the first lines.

    Args:
        name: of the file, for errors
        text: at its beginning
        delimiter: the user's choice; None: to be detected
        user_columns: the columns that the user names, see `detect_layout`
    Raises:
        InputFileError: no column is known to identify an order, or a quote is left open above the header
    """
    lines = read_head(text)
    heads = {mark: _split_head(lines, mark) for mark in ((delimiter,) if delimiter else DELIMITERS)}
    layouts = {mark: layout for mark, head in heads.items() if (layout := detect_layout(name, head.rows, user_columns))}
    if layouts:
        best = max(
            layouts,
            key=lambda mark: (len(layouts[mark].indexes), _count_columns(heads[mark].rows) > 1, layouts[mark].width),
        )
        return CsvLayout(best, layouts[best])
    for mark, head in heads.items():
        if head.unclosed_line and any(mark in line for line in lines):
            raise InputFileError("input_quotes", name=name, line=head.unclosed_line)
    widest = max((head.rows for head in heads.values()), key=_count_columns)
    if delimiter is None and not user_columns and is_list_of_orders(lines):
        return CsvLayout(None, LIST_LAYOUT)
    headed = (head.rows for head in heads.values() if any(map(is_header, head.rows[:HEADER_SEARCH_ROWS])))
    if rows := next(headed, widest if user_columns or _count_columns(widest) > 1 else None):
        raise make_missing_error(name, rows)
    return CsvLayout(None, LIST_LAYOUT)


def read_list_rows(lines: Iterable[str], by: By) -> Iterator[InputRow]:
    """Read orders that a person has listed: every line is an order, or invalid."""
    read = make_row_reader(LIST_LAYOUT, by)
    for number, cells in split_list(lines):
        row = InputRow(number, None, None, None, cells) if isinstance(cells, RowError) else read(number, cells)
        if row:
            yield row


def read_list_file_rows(text: TextIO, by: By, left_out: LeftOut) -> Iterator[InputRow | UuidBlock]:
    """Read the rows of a file that is a plain list: headings and totals are left out or invalid."""
    further = read_lines(text) if has_only_uuids(LIST_LAYOUT, by) else text
    return filter_rows(split_list(islice(text, SAMPLE_LINES), further), LIST_LAYOUT, by, left_out)


def read_csv_rows(
    name: str, text: TextIO, layout: CsvLayout, by: By, left_out: LeftOut
) -> Iterator[InputRow | UuidBlock]:
    """Read the rows of a table below its header.

    Raises:
        InputFileError: a quote is left open, so that rows would be lost in one cell
    """
    split = _split_blocks if has_only_uuids(layout.columns, by) and layout.delimiter != "-" else _split_rows
    return filter_rows(split(name, text, layout), layout.columns, by, left_out)


def _split_blocks(name: str, text: TextIO, layout: CsvLayout) -> Iterator[tuple[int, list[str]] | UuidBlock]:
    """Yield each row, or a block of rows, of a table that has one column."""
    number = 0
    for piece in read_pieces(text):
        if isinstance(piece, list):
            yield UuidBlock(number + 1, piece)
            number += len(piece)
        elif '"' in piece or _END_MARK in piece:  # a cell may go on in the next piece
            yield from _split_rows(name, chain(split_lines(piece), text), layout, number)
            return
        else:
            for row in _split_rows(name, split_lines(piece), layout, number):
                number = row[0]
                yield row


def _split_rows(
    name: str, lines: Iterable[str], layout: CsvLayout, rows_above: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row.

    Args:
        name: of the file, for errors
        lines: of the text
        layout: how it is a table
        rows_above: number of rows above the lines, each of which is one line
    """
    rows = csv.reader(chain(lines, (_END_MARK,)), delimiter=layout.delimiter or DELIMITERS[0])
    line = rows_above
    try:
        for number, cells in enumerate(rows, rows_above + 1):
            if cells == [_END_MARK]:
                return
            line_number = rows_above + rows.line_num
            if line_number != line + 1 and _has_unclosed_quote(cells, layout):
                raise InputFileError("input_quotes", name=name, line=line + 1)
            line = line_number
            yield number, cells
    except csv.Error as error:
        raise InputFileError("input_quotes", name=name, line=line + 1) from error


def read_head(text: TextIO) -> list[str]:
    """Read the first lines of a text, from which its columns are detected."""
    lines = list(islice(text, _DETECTION_LINES))
    size = sum(map(len, lines))
    for line in islice(text, SAMPLE_ROWS - _DETECTION_LINES):
        if (size := size + len(line)) > _DETECTION_CHARACTERS:
            break
        lines.append(line)
    return lines


def _split_head(lines: list[str], delimiter: str) -> _Head:
    rows: list[list[str]] = []
    reader = csv.reader(chain(lines, (_END_MARK,)), delimiter=delimiter)
    line = 0
    try:
        for cells in reader:
            if cells[-1:] and cells[-1].endswith(_END_MARK):
                return _Head(rows, 0 if cells == [_END_MARK] else line + 1)
            rows.append(cells)
            line = reader.line_num
    except csv.Error:
        pass
    return _Head(rows, line + 1)


def _count_columns(rows: Sequence[Sequence[str]]) -> int:
    """Count the columns that all rows share; return 1 where rows differ: then the delimiter is part of the text."""
    widths = {len(row) for row in rows[:HEADER_SEARCH_ROWS] if row}
    return widths.pop() if len(widths) == 1 else 1


def _has_unclosed_quote(cells: Sequence[str], layout: CsvLayout) -> bool:
    """Return whether a cell of several lines contains rows: the end of the text, or a line that reads as a valid row."""
    if cells and cells[-1].endswith(_END_MARK):
        return True
    read, width = make_row_reader(layout.columns, "auto"), layout.columns.width
    for cell in cells:
        for line in cell.splitlines()[1:]:
            row_cells = line.split(layout.delimiter)
            if len(row_cells) == width and (row := read(0, row_cells)) and row.error is None:
                return True
    return False
