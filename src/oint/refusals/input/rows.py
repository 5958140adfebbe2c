"""Rows of an input file: each identifies one order, or says why it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oint.refusals.input.errors import RowError
from oint.refusals.input.identifiers import PARSERS, detect_column, is_plain_uuid
from oint.refusals.input.layout import measure_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oint.refusals.input.layout import ColumnLayout
    from oint.refusals.settings import By

    RawRow = tuple[int, Sequence[object] | RowError]
    """Number and cells of a row, or why it cannot be read."""
    RowReader = Callable[[int, Sequence[object]], "InputRow | None"]


class InputRow(NamedTuple):
    """One row of an input file.

    Args:
        number: as a person sees it: the row of the table, or the line of a list, from 1; below a line with several orders
            it may be greater, so that each order has its own
        uuid: of the order, in lower case
        cdek_number: digits
        im_number: the shop's number; the same digits, where nothing says which of the two they are
        error: why the row is not sent; None: it is sent
    """

    number: int
    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    error: RowError | None


def make_error_row(number: int, code: str) -> InputRow:
    """Return a row that identifies no order, with a code of `ROW_ERRORS`."""
    return InputRow(number, None, None, None, RowError(code, ""))


def make_row_reader(layout: ColumnLayout, by: By) -> RowReader:
    """Make the function that reads a row's number and cells into an `InputRow`, or None where the row is empty.

    Args:
        layout: where the columns are
        by: how a cell of the column `order` is read
    """
    places = [*layout.indexes.items(), *((twin.column, twin.position) for twin in layout.twins)]
    columns = [(PARSERS[column], column, index) for column, index in places if column in PARSERS]
    order_indexes = [index for column, index in places if column not in PARSERS]
    width = layout.width
    uuid_index = layout.indexes["uuid"] if [column for column, _ in places] == ["uuid"] else None

    def read(number: int, cells: Sequence[object]) -> InputRow | None:
        if uuid_index is not None and len(cells) == width and is_plain_uuid(cell := cells[uuid_index]):
            return InputRow(number, cell.lower(), None, None, None)  # most rows are like this: a third of the time
        names: dict[str, str] = {}
        error: RowError | None = None
        count = len(cells)
        for parse, column, index in columns:
            value = parse(cells[index] if index < count else "")
            problem = value if isinstance(value, RowError) else _add_name(names, column, value)
            error = error or problem
        for index in order_indexes:
            problem = _add_order(names, cells[index] if index < count else "", by)
            error = error or problem
        if count > width and any(cells[width:]):
            error = error or RowError("bad_row_columns", f"{measure_width(cells)} > {width}")
        if not names and error is None:
            if all(map(_is_blank, cells)):
                return None
            error = RowError("bad_row_empty", "")
        return InputRow(number, names.get("uuid"), names.get("cdek_number"), names.get("im_number"), error)

    return read


def _add_name(names: dict[str, str], column: str, value: str) -> RowError | None:
    """Add a name to those of a row, unless the cell is empty; return the error where the row has another one."""
    return RowError("bad_row_differs", column) if value and names.setdefault(column, value) != value else None


def _add_order(names: dict[str, str], cell: object, by: By) -> RowError | None:
    """Add the name in a cell of the column `order`, which says by its form what it is.

    Digits fill the number that the row's other columns lack; both, where they have none: see `Names.is_by_form`.
    """
    column = detect_column(cell, by)
    value = PARSERS[column](cell)
    if isinstance(value, RowError) or not value:
        return value or None
    if column != "cdek_number" or by != "auto":
        return _add_name(names, column, value)
    if value in {names.get("cdek_number"), names.get("im_number")}:
        return None
    missing = [column for column in ("cdek_number", "im_number") if column not in names]
    for column in missing:
        names[column] = value
    return None if missing else RowError("bad_row_differs", "order")


def _is_blank(cell: object) -> bool:
    return not cell.strip() if isinstance(cell, str) else cell is None
