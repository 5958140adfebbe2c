"""Columns that the user names: by their header, or by their position.

A position is a letter as in spreadsheets, or a number from 1. It always stays a position: no cell of the data can turn
it into a header. A header is only what can be nothing but one: a first row that may identify an order is a row of data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Message
from oint.refusals.input.column_values import is_word
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.headers import KNOWN_HEADERS, format_position, normalize_header, parse_position, shorten_name
from oint.refusals.input.layout import COLUMN_LABELS, HEADER_SEARCH_ROWS, ColumnChoice, ColumnLayout, measure_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLUMNS_WITH_DIGITS = frozenset({"uuid", "cdek_number"})
"""Columns whose values always contain a digit."""


def find_user_columns(
    name: str, rows: Sequence[Sequence[object]], user_columns: Mapping[str, str]
) -> ColumnLayout | None:
    """Find the columns that the user names; return None where they are not there.

    Args:
        name: of the file, for errors
        rows: its first rows
        user_columns: name of a column, as in `COLUMNS` -> its header, letter or number as the user gives it
    Raises:
        InputFileError: a user's name matches two columns
    """
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
        indexes = _map_columns(name, row, [columns.get(normalize_header(cell)) for cell in row])
        if len(indexes) == len(headers):
            return ColumnLayout(row_index + 1, indexes, measure_width(row))
    return None


def _map_columns(name: str, row: Sequence[object], columns: Sequence[str | None]) -> dict[str, int]:
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
    if not may_be_order and all(is_word(_get_cell(rows[first], index)) for index in positions.values()):
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


def _find_first_row(rows: Sequence[Sequence[object]]) -> int:
    """Return the index of the first row that is not empty, 0 where all are."""
    return next((index for index, row in enumerate(rows) if measure_width(row)), 0)


def _get_cell(row: Sequence[object], index: int) -> object:
    return row[index] if index < len(row) else None
