"""Columns that identify an order: found by known headers in Russian and English, or as the user names them.

The user names a column by its header, or by its position: a letter as in spreadsheets, or a number from 1. A position
always stays a position: no cell of the data can turn it into a header. A header is only what can be nothing but one: a
first row that may identify an order is a row of data.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from oint.refusals.input.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = ("uuid", "cdek_number", "im_number", "order")
"""`order` is a column whose values are recognized by their form, as in a plain list."""
HEADER_SEARCH_ROWS = 20
"""Rows from the top among which the header is searched for: titles may stand above it."""
_MAX_NAMES_SHOWN = 30
_MAX_NAME_LENGTH_SHOWN = 40
"""Characters."""

_KNOWN_HEADERS = {
    "uuid": """uuid|uuid заказа|uuid сдэк|uuid cdek|uuid заказа сдэк|заказ uuid|order uuid|cdek uuid|guid|guid заказа
        |идентификатор|идентификатор заказа|идентификатор заказа сдэк""",
    "cdek_number": """cdek number|cdek|cdek order number|сдэк|номер сдэк|номер cdek|номер заказа сдэк|номер заказа cdek
        |накладная|накладной|накладная сдэк|накладной сдэк|номер накладной|номер накладной сдэк|номер накладной cdek
        |номер отправления|номер отправления сдэк|трек|трек номер|трек номер сдэк|трек код|track|track number
        |tracking|tracking number|tracking code|waybill|waybill number|dispatch number""",
    "im_number": """im number|im|им|номер им|номер заказа|номер заказа им|номер заказа в им|номер в им|заказа|заказа им
        |номер отправления им|номер интернет магазина|номер заказа интернет магазина
        |номер заказа в интернет магазине|номер магазина|номер заказа магазина|shop number|shop order number
        |order number|order no|number""",
    "order": "order|заказ",
}
_COLUMN_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_COLUMN_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_COLUMNS_WITH_DIGITS = frozenset({"uuid", "cdek_number"})
"""Columns whose values always contain a digit."""


def normalize_header(cell: object) -> str:
    """Return a header in the form for comparing: letters and digits alone, without case, ё as е."""
    text = cell.casefold().replace("ё", "е") if isinstance(cell, str) else ""
    return "".join(char for char in text if char.isalnum())


KNOWN_HEADERS = {
    normalize_header(header): column for column, headers in _KNOWN_HEADERS.items() for header in headers.split("|")
}


class ColumnLayout(NamedTuple):
    """Where a table has its data.

    Args:
        header_rows: number of rows above the data
        indexes: name of a column, as in `COLUMNS` -> index of its cell, from 0
        width: maximum number of cells in a row
    """

    header_rows: int
    indexes: dict[str, int]
    width: int


LIST_LAYOUT = ColumnLayout(0, {"order": 0}, 1)
"""A list without a header: one order per row."""


def detect_layout(name: str, rows: Sequence[Sequence[object]], user_columns: Mapping[str, str]) -> ColumnLayout | None:
    """Find the columns in the first rows of a table; return None where they are not there.

    Args:
        name: of the file, for errors
        rows: its first rows
        user_columns: name of a column, as in `COLUMNS` -> its header, letter or number as the user gives it; if empty,
            known headers are searched for
    Raises:
        InputFileError: two columns match the same name, or a user's name matches two columns
    """
    if not user_columns:
        return find_known_header(name, rows)
    cell_count = max(map(len, rows), default=0)
    positions = {
        column: index
        for column, value in user_columns.items()
        if (index := _parse_position(value)) is not None and index < cell_count
    }
    headers = {column: value for column, value in user_columns.items() if column not in positions}
    layout = find_user_header(name, rows, headers) if headers else _locate_data(rows, positions)
    if layout is None:
        return None
    header = rows[max(layout.header_rows, _find_first_row(rows) + 1) - 1]
    for column, index in positions.items():
        _reject_ambiguous_position(name, header, column, user_columns[column], index)
    return layout._replace(indexes={column: (layout.indexes | positions)[column] for column in user_columns})


def find_known_header(name: str, rows: Sequence[Sequence[object]]) -> ColumnLayout | None:
    """Find the first row that is a known header; return None where there is none.

    Args:
        name: of the file, for errors
        rows: its first rows
    Raises:
        InputFileError: two columns match the same name
    """
    for row_index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        indexes = map_columns(name, row, [KNOWN_HEADERS.get(normalize_header(cell)) for cell in row])
        if len(indexes) > 1:  # beside a column that says what it contains, "order" may be anything: a count, a date
            indexes.pop("order", None)
        if indexes:
            return ColumnLayout(row_index + 1, indexes, measure_width(row))
    return None


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
            raise InputFileError(
                "input_columns_ambiguous",
                name=name,
                column=column,
                headers=format_names([row[indexes[column]], row[index]]),
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


def format_names(names: Sequence[object]) -> str:
    """Format names of columns or sheets for an error: printable, shortened, in quotes."""
    printable = ("".join(char if char.isprintable() else " " for char in str(name)) for name in names)
    quoted = [f"«{name[:_MAX_NAME_LENGTH_SHOWN]}»" for name in printable][:_MAX_NAMES_SHOWN]
    return ", ".join(quoted) + (", …" if len(names) > _MAX_NAMES_SHOWN else "")


def _parse_position(value: str) -> int | None:
    """Return the index of a column named by letters as in spreadsheets, or by a number from 1."""
    if _COLUMN_NUMBER.fullmatch(value):
        return int(value) - 1
    if not _COLUMN_LETTERS.fullmatch(value):
        return None
    index = 0
    for letter in value.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _format_position(index: int) -> str:
    """Return the letters of a column, as spreadsheets show it."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


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
            (str(index + 1), _format_position(matches[0]))
            if value.isalpha()
            else (_format_position(index), str(matches[0] + 1))
        )
        raise InputFileError(
            "input_position_or_name", name=name, column=column, value=value, position=position, other=other
        )


def _find_first_row(rows: Sequence[Sequence[object]]) -> int:
    """Return the index of the first row that is not empty, 0 where all are."""
    return next((index for index, row in enumerate(rows) if measure_width(row)), 0)


def _get_cell(row: Sequence[object], index: int) -> object:
    return row[index] if index < len(row) else None


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))
