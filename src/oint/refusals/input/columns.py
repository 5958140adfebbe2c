"""Columns that identify an order: found by known headers and by what is in them, or as the user names them.

The user names a column by its header, or by its position: a letter as in spreadsheets, or a number from 1. A position
always stays a position: no cell of the data can turn it into a header. A header is only what can be nothing but one: a
first row that may identify an order is a row of data.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from oint.i18n import Message
from oint.refusals.input.column_choice import (
    COLUMN_LABELS,
    DROP_REASONS,
    ColumnChoice,
    DroppedColumn,
    Selection,
    choose_columns,
)
from oint.refusals.input.column_values import detect_form
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.headers import (
    KNOWN_HEADERS,
    Certainty,
    find_known,
    format_names,
    format_position,
    normalize_header,
    parse_position,
    shorten_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COLUMNS = ("uuid", "cdek_number", "im_number", "order")
"""`order` is a column whose values are recognized by their form, as in a plain list."""
HEADER_SEARCH_ROWS = 20
"""Rows from the top among which the header is searched for: titles may stand above it."""
SAMPLE_ROWS = 200
"""Rows from the top whose values help to choose the columns."""
_NUMBERED_HEADER = re.compile(r"[^\W\d]{3,}[0-9]{1,2}")
_SEVERAL_WORDS = re.compile(r"[^\W_][\W_]+[^\W_]")
_COLUMNS_WITH_DIGITS = frozenset({"uuid", "cdek_number"})
"""Columns whose values always contain a digit."""


class ColumnLayout(NamedTuple):
    """Where a table has its data.

    Args:
        header_rows: number of rows above the data
        indexes: name of a column, as in `COLUMNS` -> index of its cell, from 0
        width: maximum number of cells in a row
        header_row: number of the row with the headers, from 1; 0: the table has none
        choices: the same columns with their headers
        twins: columns that repeat one of them, or are empty in the sample: a row must not contradict itself
        dropped: columns with a known header that are not read, and why
    """

    header_rows: int
    indexes: dict[str, int]
    width: int
    header_row: int = 0
    choices: tuple[ColumnChoice, ...] = ()
    twins: tuple[ColumnChoice, ...] = ()
    dropped: tuple[DroppedColumn, ...] = ()


LIST_LAYOUT = ColumnLayout(0, {"order": 0}, 1)
"""A list without a header: one order per row."""


def detect_layout(name: str, rows: Sequence[Sequence[object]], user_columns: Mapping[str, str]) -> ColumnLayout | None:
    """Find the columns in the first rows of a table; return None where they are not there.

    Args:
        name: of the file, for errors
        rows: its first rows, up to `SAMPLE_ROWS`: the header is among the first `HEADER_SEARCH_ROWS`
        user_columns: name of a column, as in `COLUMNS` -> its header, letter or number as the user gives it; if empty,
            known headers are searched for
    Raises:
        InputFileError: two columns match the same name, or a user's name matches two columns
    """
    if not user_columns:
        return find_known_header(name, rows)
    rows = rows[:HEADER_SEARCH_ROWS]
    cell_count = max(map(len, rows), default=0)
    positions = {
        column: index
        for column, value in user_columns.items()
        if (index := parse_position(value)) is not None and index < cell_count
    }
    headers = {column: value for column, value in user_columns.items() if column not in positions}
    layout = find_user_header(name, rows, headers) if headers else _locate_data(rows, positions)
    if layout is None:
        return None
    header = rows[max(layout.header_rows, _find_first_row(rows) + 1) - 1]
    for column, index in positions.items():
        _reject_ambiguous_position(name, header, column, user_columns[column], index)
    indexes = {column: (layout.indexes | positions)[column] for column in user_columns}
    titles = rows[layout.header_rows - 1] if layout.header_rows else ()
    choices = [
        ColumnChoice(column, index, shorten_name(_get_cell(titles, index) or "").strip())
        for column, index in indexes.items()
    ]
    return layout._replace(indexes=indexes, header_row=layout.header_rows, choices=tuple(choices))


def find_known_header(name: str, rows: Sequence[Sequence[object]]) -> ColumnLayout | None:
    """Find the first row that is a known header with orders under it; return None where there is none.

    Args:
        name: of the file, for errors
        rows: its first rows
    Raises:
        InputFileError: two columns of one name have different numbers
    """
    for header_index, selection in _select_columns(name, rows):
        if selection.choices:
            return _make_layout(header_index + 1, measure_width(rows[header_index]), selection)
    return None


def choose_fields(name: str, fields: Sequence[str], rows: Sequence[Sequence[object]]) -> ColumnLayout:
    """Choose the fields of objects that identify an order; the layout has no column where none does.

    Args:
        name: of the file, for errors
        fields: names of the fields
        rows: values of the first objects that have these fields, in the same order
    Raises:
        InputFileError: two fields of one name have different numbers
    """
    return _make_layout(0, len(fields), choose_columns(name, fields, rows))


def detect_list_layout(rows: Sequence[Sequence[object]]) -> ColumnLayout | None:
    """Find where a list of one column begins; return None where it is not a list of orders.

    A first row without a digit is its header where all other rows have one.

    Args:
        rows: the first ones, that are not a table with a known header
    """
    cells = [(number, row[0]) for number, row in enumerate(rows) if row and row[0] not in ("", None)]
    if not cells or any(_is_header(row) for row in rows[:HEADER_SEARCH_ROWS]):
        return None
    (first, header), *others = cells
    if others and _is_word(header) and not any(_is_word(cell) for _, cell in others):
        choice = ColumnChoice("order", 0, shorten_name(header).strip())
        return ColumnLayout(first + 1, {"order": 0}, 1, first + 1, (choice,))
    return LIST_LAYOUT


def make_missing_error(name: str, rows: Sequence[Sequence[object]]) -> InputFileError:
    """Make the error for a table without a column of orders: its headers, or why the known ones do not fit."""
    dropped = [column for _, selection in _select_columns(name, rows) for column in selection.dropped]
    if not dropped:
        return InputFileError("input_header_missing", name=name, headers=format_headers(rows))
    reasons = [
        DROP_REASONS[column.reason].format(f"«{column.header}» ({format_position(column.position)})")
        for column in dropped
    ]
    return InputFileError(
        "input_columns_unfit",
        name=name,
        reasons=Message("; ".join(reason.ru for reason in reasons), "; ".join(reason.en for reason in reasons)),
        position=format_position(dropped[0].position),
    )


def find_user_header(name: str, rows: Sequence[Sequence[object]], headers: Mapping[str, str]) -> ColumnLayout | None:
    """Find the first row that has all headers of the user; return None where there is none.

    A header that could be a cell of the data (a number, a single character) is searched for in the first row alone.

    Args:
        name: of the file, for errors
        rows: its first rows
        headers: name of a column, as in `COLUMNS` -> its header
    Raises:
        InputFileError: two columns match the same header
    """
    columns = {key: column for column, header in headers.items() if (key := normalize_header(header))}
    may_be_data = any(header.isdigit() or len(header) == 1 for header in headers.values())
    row_count = _find_first_row(rows) + 1 if may_be_data else HEADER_SEARCH_ROWS
    for row_index, row in enumerate(rows[:row_count]):
        indexes = map_columns(name, row, [columns.get(normalize_header(cell)) for cell in row])
        if len(indexes) == len(headers):
            return ColumnLayout(row_index + 1, indexes, measure_width(row))
    return None


def map_columns(name: str, row: Sequence[object], columns: Sequence[str | None]) -> dict[str, int]:
    """Map the columns that a header names to the indexes of their cells.

    Args:
        name: of the file, for errors
        row: the header
        columns: which column each cell of the header names, None: no column
    Raises:
        InputFileError: two cells name the same column
    """
    indexes: dict[str, int] = {}
    for index, column in enumerate(columns):
        if column is None:
            continue
        if column in indexes:
            positions = [format_position(indexes[column]), format_position(index)]
            options = [f"--column {column}={position}" for position in positions]
            raise InputFileError(
                "input_columns_ambiguous",
                name=name,
                column=COLUMN_LABELS[column],
                headers=", ".join(f"«{shorten_name(row[index])}» ({position})" for position in positions),
                options=Message(" или ".join(options), " or ".join(options)),
            )
        indexes[column] = index
    return indexes


def measure_width(row: Sequence[object]) -> int:
    """Return the number of cells up to the last one that is filled."""
    return max((index + 1 for index, cell in enumerate(row) if cell not in ("", None)), default=0)


def format_headers(rows: Sequence[Sequence[object]]) -> str:
    """Format the headers for an error: only of a row that looks like one, so that no recipient's data is shown."""
    for row in rows[:HEADER_SEARCH_ROWS]:
        cells = [cell for cell in row if cell not in ("", None)]
        if len(cells) > 1 or (cells and len(rows) == 1):
            looks_like_header = all(isinstance(cell, str) and not re.search(r"[\d@+]", cell) for cell in cells)
            return format_names(cells) if looks_like_header else "-"
    return "-"


def _locate_data(rows: Sequence[Sequence[object]], positions: Mapping[str, int]) -> ColumnLayout | None:
    """Find where the data begins in a table whose columns are all named by position."""
    if not any(map(measure_width, rows)):
        return None
    return ColumnLayout(_count_header_rows(rows, positions), {}, max(map(measure_width, rows)))


def _count_header_rows(rows: Sequence[Sequence[object]], positions: Mapping[str, int]) -> int:
    """Count the rows above the data.

    A header is a row with a known header at a position, or a first row where no order can be. Only titles, each alone
    in its row, may stand above a known header: other rows above it are data.
    """
    width = max(map(measure_width, rows))
    for row_index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        if any(normalize_header(_get_cell(row, index)) in KNOWN_HEADERS for index in positions.values()):
            return row_index + 1
        filled = sum(cell not in ("", None) for cell in row)
        if filled > 1 or (filled and width == 1):
            break
    first = _find_first_row(rows)
    may_be_order = not positions.keys() <= _COLUMNS_WITH_DIGITS
    if not may_be_order and all(_is_word(_get_cell(rows[first], index)) for index in positions.values()):
        return first + 1
    return first


def _reject_ambiguous_position(name: str, header: Sequence[object], column: str, value: str, index: int) -> None:
    """Ask the user rather than guess where a position is also the header of another column.

    Raises:
        InputFileError: it is
    """
    key = normalize_header(value)
    matches = [other for other, cell in enumerate(header) if normalize_header(cell) == key]
    if matches and index not in matches:
        position, other = (
            (str(index + 1), format_position(matches[0]))
            if value.isalpha()
            else (format_position(index), str(matches[0] + 1))
        )
        raise InputFileError(
            "input_position_or_name", name=name, column=column, value=value, position=position, other=other
        )


def _make_layout(header_row: int, width: int, selection: Selection) -> ColumnLayout:
    indexes = {choice.column: choice.position for choice in selection.choices}
    return ColumnLayout(header_row, indexes, width, header_row, *selection)


def _select_columns(name: str, rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, Selection]]:
    """Yield the index of each row that may be the header, and the columns that it and the rows below it give.

    A table ends where the next header begins. A header without a row below it counts only where no other follows.
    """
    headers = [index for index, row in enumerate(rows) if _is_header(row)]
    for index, end in pairwise([*headers, len(rows)]):
        if index >= HEADER_SEARCH_ROWS:
            return
        sample = rows[index + 1 : end]
        is_last = end == len(rows)
        is_filled = any(map(measure_width, sample))
        if is_last or (is_filled and not _is_title(rows[index], sample, rows[end])):
            yield index, choose_columns(name, rows[index], sample)


def _is_header(row: Sequence[object]) -> bool:
    """Return whether a row may be a header: it has a known one, and no cell that can only be a value.

    Where a known header has several words, which no row of data has, a few such cells are possible.
    """
    known = find_known(row)
    if not known:
        return False
    filled = [cell for cell in row if cell not in ("", None)]
    values = sum(detect_form(cell) != "words" and not _NUMBERED_HEADER.fullmatch(str(cell)) for cell in filled)
    is_certain = any(
        header.certainty == Certainty.EXPLICIT or _SEVERAL_WORDS.search(str(row[index]))
        for index, header in known.items()
    )
    return 2 * values < len(filled) if is_certain else not values


def _is_title(row: Sequence[object], sample: Sequence[Sequence[object]], header: Sequence[object]) -> bool:
    """Return whether a row with one cell is a title: only sentences are between it and a wider header."""
    if _count_filled(row) > 1 or _count_filled(header) == 1:
        return False
    return all(_count_filled(row) <= 1 and all(map(_is_sentence, row)) for row in sample)


def _is_sentence(cell: object) -> bool:
    """Return whether a cell is empty or cannot be the number of an order: a word without a digit, or several words."""
    return cell in ("", None) or (isinstance(cell, str) and detect_form(cell) == "words")


def _count_filled(row: Sequence[object]) -> int:
    return sum(cell not in ("", None) for cell in row)


def _find_first_row(rows: Sequence[Sequence[object]]) -> int:
    """Return the index of the first row that is not empty, 0 where all are."""
    return next((index for index, row in enumerate(rows) if measure_width(row)), 0)


def _get_cell(row: Sequence[object], index: int) -> object:
    return row[index] if index < len(row) else None


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))
