"""Columns that the user names: by their header, or by their place as spreadsheets letter and people count them.

A place is a place: no cell of the data can turn it into a header. A header is only what can be nothing else: a first
row that may name an order is a row of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.refusals.input.columns import HEADER_WITHIN, KNOWN, ColumnLayout, find_table, header_key, map_columns, width
from oint.refusals.input.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_DIGITS = re.compile(r"[1-9][0-9]{0,4}")
_ALWAYS_DIGITS = frozenset({"uuid", "cdek_number"})
"""No order is called so without a digit."""


def detect_layout(name: str, rows: Sequence[Sequence[object]], wanted: Mapping[str, str]) -> ColumnLayout | None:
    """The table that the first rows of a source are; None where its columns are not there.

    Args:
        name: of the source, for errors
        rows: its first rows
        wanted: column of the house -> header, letter or number, as the user names it; empty: known headers are looked for
    Raises:
        InputFileError: two columns claim the same name of an order
    """
    if not wanted:
        return find_table(name, rows)
    reach = max(map(len, rows), default=0)
    places = {column: at for column, given in wanted.items() if (at := _place(given)) is not None and at < reach}
    words = {column: given for column, given in wanted.items() if column not in places}
    found = find_header(name, rows, words) if words else _by_places(rows, places)
    if found is None:
        return None
    header = rows[max(found.header, _first(rows) + 1) - 1]
    for column, at in places.items():
        _check_ambiguous(name, header, column, wanted[column], at)
    return found._replace(places={column: (found.places | places)[column] for column in wanted})


def _place(given: str) -> int | None:
    """The index of a column that is named as spreadsheets do, B, or counted from 1."""
    if _DIGITS.fullmatch(given):
        return int(given) - 1
    if not _LETTERS.fullmatch(given):
        return None
    index = 0
    for letter in given.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _letter(index: int) -> str:
    """The letter of a column, as spreadsheets show it."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def find_header(name: str, rows: Sequence[Sequence[object]], words: Mapping[str, str]) -> ColumnLayout | None:
    """The first row in which all words are headers; one that could be a cell of the data is sought in the first alone."""
    keys = {key: column for column, given in words.items() if (key := header_key(given))}
    doubtful = any(given.isdigit() or len(given) == 1 for given in words.values())
    first = _first(rows)
    for index, row in enumerate(rows[: first + 1 if doubtful else HEADER_WITHIN]):
        found = map_columns(name, row, [keys.get(header_key(cell)) for cell in row])
        if len(found) == len(words):
            return ColumnLayout(index + 1, found, width(row))
    return None


def _by_places(rows: Sequence[Sequence[object]], places: Mapping[str, int]) -> ColumnLayout | None:
    if not any(map(width, rows)):
        return None
    return ColumnLayout(_header(rows, places), {}, max(map(width, rows)))


def _header(rows: Sequence[Sequence[object]], places: Mapping[str, int]) -> int:
    """How many rows stand above the data: a header is known by a known word at a place, or where no order could be.

    Only titles, each alone in its row, may stand above a known header: what else stands there are rows.
    """
    reach = max(map(width, rows))
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        if any(header_key(_cell(row, at)) in KNOWN for at in places.values()):
            return index + 1
        if _filled(row) > 1 or (_filled(row) and reach == 1):
            break
    first = _first(rows)
    if places.keys() <= _ALWAYS_DIGITS and all(_is_word(_cell(rows[first], at)) for at in places.values()):
        return first + 1
    return first


def _check_ambiguous(name: str, header: Sequence[object], column: str, given: str, at: int) -> None:
    """Ask rather than guess where a place is the header of another column as well.

    Raises:
        InputFileError: it is
    """
    called = [index for index, cell in enumerate(header) if header_key(cell) == header_key(given)]
    if called and at not in called:
        place, other = (str(at + 1), _letter(called[0])) if given.isalpha() else (_letter(at), str(called[0] + 1))
        raise InputFileError("source_place_or_name", name=name, column=column, given=given, place=place, other=other)


def _first(rows: Sequence[Sequence[object]]) -> int:
    """The first row that is not empty."""
    return next((index for index, row in enumerate(rows) if width(row)), 0)


def _cell(row: Sequence[object], at: int) -> object:
    return row[at] if at < len(row) else None


def _filled(row: Iterable[object]) -> int:
    return sum(cell not in ("", None) for cell in row)


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))
