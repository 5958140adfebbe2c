"""Where a table has its orders: the columns that are read, and those that are not, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from oint.i18n import Message
from oint.refusals.input.column_values import Mismatch

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("uuid", "cdek_number", "im_number", "order")
"""`order` is a column whose values are recognized by their form, as in a plain list."""
HEADER_SEARCH_ROWS = 20
"""Rows from the top among which the header is searched for: titles may stand above it."""
SAMPLE_ROWS = 200
"""Rows from the top whose values help to choose the columns."""
DropReason = Literal[Mismatch, "empty", "equal", "other_numbers", "foreign_uuid", "less_certain", "unreadable"]
"""Why a column with a known header is not used.

A mismatch: its values are something else; empty: no value in the sample; equal: it repeats another column; other_numbers:
its numbers are not CDEK's, and another header names CDEK; foreign_uuid: its UUIDs are not of CDEK's version;
less_certain: another column is more specific; unreadable: it has errors of formulas and the like, and nothing else.
"""
COLUMN_LABELS = {
    "uuid": Message("UUID заказа в СДЭК", "the order's UUID at CDEK"),
    "cdek_number": Message("номер СДЭК", "the CDEK number"),
    "im_number": Message("номер заказа в магазине", "the shop number"),
    "order": Message("заказ", "the order"),
}
DROP_REASONS: dict[DropReason, Message] = {
    "prices": Message("{} - цены", "{} has prices"),
    "dates": Message("{} - даты", "{} has dates"),
    "phones": Message("{} - телефоны", "{} has phone numbers"),
    "counter": Message("{} - порядковые номера строк", "{} counts the rows"),
    "small_numbers": Message(
        "{} - числа меньше 10000: похоже на количество", "{} has numbers below 10000, like counts"
    ),
    "words": Message("{} - слова, а не номера", "{} has words, not numbers"),
    "no_cdek_numbers": Message("{} - не номера СДЭК", "{} has no CDEK numbers"),
    "no_uuids": Message("{} - не UUID", "{} has no UUIDs"),
    "empty": Message("{} - пусто", "{} is empty"),
    "equal": Message("{} - те же номера", "{} has the same numbers"),
    "other_numbers": Message("{} - номера не СДЭК", "{} has numbers that are not CDEK's"),
    "foreign_uuid": Message("{} - UUID другой программы", "{} has another program's UUIDs"),
    "unreadable": Message("{} - ошибки вместо номеров", "{} has errors instead of numbers"),
    "less_certain": Message("{} - есть более точная колонка", "{} is less specific than another column"),
}
"""Why a column is not read; the braces stand for its header."""


class ColumnChoice(NamedTuple):
    """A column that is read.

    Args:
        column: its name, as in `COLUMNS`
        position: of its cells in a row, from 0
        header: as the file has it
    """

    column: str
    position: int
    header: str


class DroppedColumn(NamedTuple):
    """A column with a known header that does not identify the orders.

    Args:
        position: of its cells in a row, from 0
        header: as the file has it
        reason: see `DropReason`
    """

    position: int
    header: str
    reason: DropReason


class Selection(NamedTuple):
    """The columns of a table that identify an order.

    Args:
        choices: one of each name
        twins: columns with the same numbers as a chosen one, or with none in the sample: each row is checked for them
        dropped: columns with a known header that are not chosen; twins are among them
    """

    choices: tuple[ColumnChoice, ...]
    twins: tuple[ColumnChoice, ...]
    dropped: tuple[DroppedColumn, ...]


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


def measure_width(row: Sequence[object]) -> int:
    """Return the number of cells up to the last one that is filled."""
    return max((index + 1 for index, cell in enumerate(row) if cell not in ("", None)), default=0)
