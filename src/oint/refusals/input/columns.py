"""Columns that identify an order: found by known headers and by what is in them, or as the user names them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from oint.i18n import Message
from oint.refusals.input.column_choice import choose_columns
from oint.refusals.input.column_values import is_sentence, is_word, sample_column
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.headers import find_known, format_names, format_position, shorten_name
from oint.refusals.input.layout import (
    DROP_REASONS,
    HEADER_SEARCH_ROWS,
    LIST_LAYOUT,
    ColumnChoice,
    ColumnLayout,
    Selection,
    measure_width,
)
from oint.refusals.input.user_columns import find_user_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NUMBERED_HEADER = re.compile(r"[^\W\d]{3,}[0-9]{1,2}")
_MAX_SUGGESTED_COLUMNS = 100
_EXAMPLE = Message(
    '--column cdek_number=B или --column "uuid=Моя колонка"', '--column cdek_number=B or --column "uuid=My column"'
)
_SEVERAL_WORDS = re.compile(r"[^\W_][\W_]+[^\W_]")


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
    return find_user_columns(name, rows, user_columns)


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
    if not cells or any(is_header(row) for row in rows[:HEADER_SEARCH_ROWS]):
        return None
    (first, header), *others = cells
    if others and is_word(header) and not any(is_word(cell) for _, cell in others):
        choice = ColumnChoice("order", 0, shorten_name(header).strip())
        return ColumnLayout(first + 1, {"order": 0}, 1, first + 1, (choice,))
    return LIST_LAYOUT


def make_missing_error(name: str, rows: Sequence[Sequence[object]]) -> InputFileError:
    """Make the error for a table without a column of orders: its headers, or why the known ones do not fit."""
    drops = [column for _, selection in _select_columns(name, rows) for column in selection.dropped]
    if not drops:
        return InputFileError(
            "input_header_missing", name=name, headers=format_headers(rows), example=_suggest_column(rows)
        )
    reasons = [
        DROP_REASONS[column.reason].format(f"«{column.header}» ({format_position(column.position)})")
        for column in drops
    ]
    return InputFileError(
        "input_columns_unfit",
        name=name,
        reasons=Message("; ".join(reason.ru for reason in reasons), "; ".join(reason.en for reason in reasons)),
        position=format_position(drops[0].position),
    )


def is_header(row: Sequence[object]) -> bool:
    """Return whether a row may be a header: it has a known one, and no cell that can only be a value.

    Where a known header has several words, which no row of data has, a few such cells are possible.
    """
    known = find_known(row)
    if not known:
        return False
    filled = [cell for cell in row if cell not in ("", None)]
    values = sum(not is_sentence(cell) and not _NUMBERED_HEADER.fullmatch(str(cell)) for cell in filled)
    is_certain = any(_SEVERAL_WORDS.search(str(row[index])) for index in known)
    return 2 * values < len(filled) if is_certain else not values


def _suggest_column(rows: Sequence[Sequence[object]]) -> Message:
    """Return the option for a column whose values look like CDEK's, or an example."""
    width = min(max(map(len, rows), default=0), _MAX_SUGGESTED_COLUMNS)
    for index in range(width):
        values = sample_column(rows, index)
        for form in ("cdek_number", "uuid"):
            if values.has_most(form):
                option = f"--column {form}={format_position(index)}"
                return Message(option, option)
    return _EXAMPLE


def format_headers(rows: Sequence[Sequence[object]]) -> str:
    """Format the headers for an error: only of a row that looks like one, so that no recipient's data is shown."""
    for row in rows[:HEADER_SEARCH_ROWS]:
        cells = [cell for cell in row if cell not in ("", None)]
        if len(cells) > 1 or (cells and len(rows) == 1):
            looks_like_header = all(isinstance(cell, str) and not re.search(r"[\d@+]", cell) for cell in cells)
            return format_names(cells) if looks_like_header else "-"
    return "-"


def _make_layout(header_row: int, width: int, selection: Selection) -> ColumnLayout:
    indexes = {choice.column: choice.position for choice in selection.choices}
    return ColumnLayout(header_row, indexes, width, header_row, *selection)


def _select_columns(name: str, rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, Selection]]:
    """Yield the index of each row that may be the header, and the columns that it and the rows below it give.

    A table ends where the next header begins. A header without a row below it counts only where no other follows.
    """
    headers = [index for index, row in enumerate(rows) if is_header(row)]
    for index, end in pairwise([*headers, len(rows)]):
        if index >= HEADER_SEARCH_ROWS:
            return
        sample = rows[index + 1 : end]
        is_last = end == len(rows)
        if is_last or any(map(measure_width, sample)):
            selection = choose_columns(name, rows[index], sample)
            if is_last or not _is_title(rows[index:end], rows[end], selection):
                yield index, selection


def _is_title(block: Sequence[Sequence[object]], header: Sequence[object], selection: Selection) -> bool:
    """Return whether rows stand above a table as its title: a wider header follows, and they have no order's number."""
    if max(map(_count_filled, block)) >= _count_filled(header):
        return False
    positions = [choice.position for choice in (*selection.choices, *selection.twins)]
    return all(is_sentence(row[position]) for row in block[1:] for position in positions if position < len(row))


def _count_filled(row: Sequence[object]) -> int:
    return sum(bool(str(cell).strip()) for cell in row if cell is not None)
