"""Which column names an order, by headers that are known in Russian and English; and how its rows are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from oint.refusals.input.errors import InputFileError
from oint.refusals.input.identifiers import CHECKS, detect_kind, is_plain_uuid
from oint.refusals.input.rows import InputRow, RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from oint.refusals.register import By

COLUMNS = ("uuid", "cdek_number", "im_number", "order")
"""`order` is a column whose values are told apart by their form, as in a plain list."""
HEADER_WITHIN = 20
"""Rows from the top in which a header is looked for: titles may stand above it."""
_SHOWN = 30
_LONGEST_SHOWN = 40

_KNOWN = {
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


def header_key(cell: object) -> str:
    """A header as it is compared: letters and digits alone, without case, ё as е."""
    text = cell.casefold().replace("ё", "е") if isinstance(cell, str) else ""
    return "".join(char for char in text if char.isalnum())


KNOWN = {header_key(name): column for column, names in _KNOWN.items() for name in names.split("|")}


class ColumnLayout(NamedTuple):
    """Where a table's data is.

    Args:
        header: how many rows stand above the data
        places: column of the house -> index of the cell, from 0
        width: how many cells a row may fill
    """

    header: int
    places: dict[str, int]
    width: int


LIST = ColumnLayout(0, {"order": 0}, 1)
"""A list without a header: one order per row."""


def find_table(name: str, rows: Sequence[Sequence[object]]) -> ColumnLayout | None:
    """The first row that is a known header, with its columns; None where there is none.

    Args:
        name: of the source, for errors
        rows: its first rows
    Raises:
        InputFileError: two columns claim the same name of an order
    """
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        found = map_columns(name, row, [KNOWN.get(header_key(cell)) for cell in row])
        if len(found) > 1:  # beside a column that says what it holds, "order" may be anything: a count, a date
            found.pop("order", None)
        if found:
            return ColumnLayout(index + 1, found, width(row))
    return None


def map_columns(name: str, row: Sequence[object], claims: Sequence[str | None]) -> dict[str, int]:
    """Where the columns are that the cells of a header claim.

    Raises:
        InputFileError: two cells claim the same
    """
    found: dict[str, int] = {}
    for index, column in enumerate(claims):
        if column is None:
            continue
        if column in found:
            raise InputFileError(
                "source_columns_ambiguous",
                name=name,
                column=column,
                seen=display_header([row[found[column]], row[index]]),
            )
        found[column] = index
    return found


def width(row: Sequence[object]) -> int:
    """Cells up to the last that is filled."""
    return max((index + 1 for index, cell in enumerate(row) if cell not in ("", None)), default=0)


def headers_seen(rows: Sequence[Sequence[object]]) -> str:
    """The headers for an error: only of a row that looks like one, so that no data of a recipient is shown."""
    for row in rows[:HEADER_WITHIN]:
        cells = [cell for cell in row if cell not in ("", None)]
        if len(cells) > 1 or (cells and len(rows) == 1):
            plain = all(isinstance(cell, str) and not re.search(r"[\d@+]", cell) for cell in cells)
            return display_header(cells) if plain else "-"
    return "-"


def display_header(cells: Sequence[object]) -> str:
    """Names of columns or sheets as an error shows them."""
    names = ("".join(char if char.isprintable() else " " for char in str(cell))[:_LONGEST_SHOWN] for cell in cells)
    return ", ".join(f"«{name}»" for name in list(names)[:_SHOWN]) + (", …" if len(cells) > _SHOWN else "")


def make_row_reader(table: ColumnLayout, by: By) -> Callable[[int, Sequence[object]], InputRow | None]:
    """What turns the cells of a row into a row of the source; None from it: the row is empty.

    Args:
        table: where the columns are
        by: how a cell of the column `order` is read
    """
    places = [(CHECKS.get(column), column, index) for column, index in table.places.items()]
    most = table.width
    only_uuid = places[0][2] if [column for _, column, _ in places] == ["uuid"] else None

    def read(number: int, cells: Sequence[object]) -> InputRow | None:
        if only_uuid is not None and len(cells) == most and is_plain_uuid(cell := cells[only_uuid]):
            return InputRow(number, cell.lower(), None, None, None)  # as most rows are: in a third of the time
        found: dict[str, str] = {}
        trouble: RowError | None = None
        count = len(cells)
        for check, column, index in places:
            cell = cells[index] if index < count else ""
            if check is None:
                column = detect_kind(cell, by)  # noqa: PLW2901 - the cell says which name of an order it is
                check = CHECKS[column]  # noqa: PLW2901 - the same
            value = check(cell)
            if isinstance(value, RowError):
                trouble = trouble or value
            elif value and found.setdefault(column, value) != value:
                trouble = trouble or RowError("bad_row_value", column)
        if count > most and any(cells[most:]):
            trouble = trouble or RowError("bad_row_columns", f"{width(cells)} > {most}")
        if not found and trouble is None:
            if not any(_filled(cells)):
                return None
            trouble = RowError("bad_row_empty", "")
        return InputRow(number, found.get("uuid"), found.get("cdek_number"), found.get("im_number"), trouble)

    return read


def _filled(cells: Sequence[object]) -> Iterator[bool]:
    """Which cells hold more than blanks."""
    return (bool(cell.strip()) if isinstance(cell, str) else cell is not None for cell in cells)
