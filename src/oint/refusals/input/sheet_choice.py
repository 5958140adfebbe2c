"""The choice of the sheet with the orders: the one that a person sees, or the one that is named."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from oint.refusals.input.columns import detect_layout, detect_list_layout, is_header, make_missing_error
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.headers import format_names
from oint.refusals.input.layout import HEADER_SEARCH_ROWS, SAMPLE_ROWS, ColumnLayout
from oint.refusals.input.workbooks.limits import MAX_FILLED_COLUMNS
from oint.refusals.input.workbooks.view import SheetView, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from oint.refusals.input.workbooks.model import Sheet, SheetRow, Workbook
    from oint.refusals.settings import HiddenPolicy


class ChosenSheet(NamedTuple):
    """The sheet with the orders.

    Args:
        view: of the sheet
        layout: where its columns are; `header_rows` is the number of the row with the header
    """

    view: SheetView
    layout: ColumnLayout


class _Head(NamedTuple):
    """The first rows in which a person sees something: their numbers and their cells."""

    numbers: list[int]
    rows: list[list[object]]


class _Probe(NamedTuple):
    """What a look into a sheet has shown.

    Args:
        view: of the sheet
        head: its first rows
        layout: where the columns with the orders are; None: nowhere
        error: why the columns are not clear
        has_orders: whether there is an order below the header
    """

    view: SheetView
    head: _Head
    layout: ColumnLayout | None
    error: InputFileError | None
    has_orders: bool


def choose_sheet(
    name: str, workbook: Workbook, sheet: str | None, user_columns: Mapping[str, str], hidden: HiddenPolicy
) -> ChosenSheet:
    """Choose the sheet that is named, or the only one that shows orders.

    Args:
        name: of the file, for errors
        workbook: that is open
        sheet: the name of the sheet; None: it is looked for
        user_columns: the columns that the user names, see `detect_layout`
        hidden: whether hidden sheets, rows and columns count
    Raises:
        InputFileError: no sheet shows orders, or several do
    """
    shows_hidden = hidden == "take"
    sheets = [each for each in workbook.sheets if shows_hidden or each.state == "visible"]
    if sheet is not None:
        sheets = [each for each in workbook.sheets if each.name == sheet][:1]
        if not sheets:
            names = format_names([each.name for each in workbook.sheets])
            raise InputFileError("input_sheet_unknown", name=name, sheet=sheet[:40], sheets=names)
    probes = [_probe_sheet(name, SheetView(each, shows_hidden=shows_hidden), user_columns) for each in sheets]
    candidates = [probe for probe in probes if probe.has_orders or probe.error]
    if len(candidates) > 1:
        names = format_names([probe.view.sheet.name for probe in candidates])
        raise InputFileError("input_sheet_ambiguous", name=name, sheets=names)
    for probe in candidates:
        if probe.error:
            raise probe.error
        if probe.layout:
            _reject_hidden_column(name, probe.view, probe.layout)
            return ChosenSheet(probe.view, probe.layout)
    return _choose_without_orders(name, workbook, probes, user_columns, is_named=sheet is not None)


def _choose_without_orders(
    name: str, workbook: Workbook, probes: Sequence[_Probe], user_columns: Mapping[str, str], *, is_named: bool
) -> ChosenSheet:
    """Explain why no sheet shows an order; return a sheet that at least has the columns for them."""
    for probe in probes:
        if probe.layout:
            _reject_hidden_column(name, probe.view, probe.layout)
            _reject_hidden_rows(name, probe.view, probe.layout)
    hidden_sheets = [] if is_named else [each for each in workbook.sheets if each.state != "visible"]
    _reject_hidden_columns(name, probes, user_columns)
    _reject_hidden_sheets(name, hidden_sheets, user_columns)
    for probe in probes:
        if probe.layout:
            return ChosenSheet(probe.view, probe.layout)
    filled_probes = [probe for probe in probes if probe.head.rows]
    if not filled_probes:
        raise InputFileError("input_empty", name=name)
    layout = None if user_columns else _detect_list(filled_probes[0].view, filled_probes[0].head)
    if layout:
        return ChosenSheet(filled_probes[0].view, layout)
    whole = SheetView(filled_probes[0].view.sheet, shows_hidden=True)
    raise make_missing_error(name, _read_head(whole, list(islice(_list_filled_rows(whole), SAMPLE_ROWS))).rows)


def _list_filled_rows(view: SheetView) -> Iterator[SheetRow]:
    return (row for row in view.read_rows() if not view.is_hidden_row(row) and view.list_filled_columns(row))


def _has_hidden_header(view: SheetView) -> bool:
    """Return whether a hidden column has a header that may identify an order, so that the visible ones are no list."""
    if view.shows_hidden:
        return False
    whole = SheetView(view.sheet, shows_hidden=True)
    head = _read_head(whole, list(islice(_list_filled_rows(whole), HEADER_SEARCH_ROWS)))
    hidden_cells = [
        [cell if view.is_hidden_column(index) else "" for index, cell in enumerate(row)] for row in head.rows
    ]
    return any(map(is_header, hidden_cells))


def _probe_sheet(name: str, view: SheetView, user_columns: Mapping[str, str]) -> _Probe:
    rows = (row for row in view.read_rows() if not view.is_hidden_row(row))
    head_rows = list(islice((row for row in rows if view.list_filled_columns(row)), SAMPLE_ROWS))
    head = _Head([], [])
    try:
        head = _read_head(view, head_rows)
        layout = detect_layout(name, head.rows, user_columns)
    except InputFileError as error:
        return _Probe(view, head, None, error, has_orders=False)
    if layout is None:
        layout = None if user_columns or not _is_mostly_numbers(head) else _detect_list(view, head)
        return _Probe(view, head, layout, None, has_orders=layout is not None)
    layout = _number_header(layout, head)
    has_orders = any(row.number > layout.header_rows and _has_order(row, layout) for row in chain(head_rows, rows))
    return _Probe(view, head, layout, None, has_orders)


def _number_header(layout: ColumnLayout, head: _Head) -> ColumnLayout:
    """Return a layout whose header has its number in the sheet, rather than among the first rows."""
    rows = head.numbers[layout.header_rows - 1] if layout.header_rows else 0
    row = head.numbers[layout.header_row - 1] if layout.header_row else 0
    return layout._replace(header_rows=rows, header_row=row)


def _read_head(view: SheetView, rows: Sequence[SheetRow]) -> _Head:
    """Read rows as a table.

    Raises:
        InputFileError: it is too wide
    """
    head = _Head([], [])
    for row in rows:
        last = max(view.list_filled_columns(row))
        if last >= MAX_FILLED_COLUMNS:
            raise InputFileError("input_workbook_wide", sheet=view.sheet.name[:40], limit=MAX_FILLED_COLUMNS)
        head.numbers.append(row.number)
        head.rows.append([view.read_cell(row, column) for column in range(last + 1)])
    return head


def _has_order(row: SheetRow, layout: ColumnLayout) -> bool:
    return any(not is_blank(row.read_cell(column)) for column in layout.indexes.values())


def _is_mostly_numbers(head: _Head) -> bool:
    """Return whether most of the first rows are one text with a digit and without a blank, as orders are."""
    texts = [cell for row in head.rows for cell in row if cell]
    orders = sum(isinstance(text, str) and any(map(str.isdigit, text)) and " " not in text for text in texts)
    return orders * 2 > len(texts)


def _detect_list(view: SheetView, head: _Head) -> ColumnLayout | None:
    """Return the layout of a sheet that is a list in one column, None where more columns are filled."""
    columns: set[int] = set()
    for row in view.read_rows():
        if not view.is_hidden_row(row):
            columns.update(view.list_filled_columns(row))
            if len(columns) > 1:
                return None
    layout = detect_list_layout([row[-1:] for row in head.rows])
    if layout is None or _has_hidden_header(view):
        return None
    column = columns.pop()
    choices = tuple(choice._replace(position=column) for choice in layout.choices)
    return _number_header(layout._replace(indexes={"order": column}, width=column + 1, choices=choices), head)


def _reject_hidden_column(name: str, view: SheetView, layout: ColumnLayout) -> None:
    """Reject a column that the user names and nobody sees.

    Raises:
        InputFileError: the column is hidden
    """
    for column, index in layout.indexes.items():
        if view.is_hidden_column(index):
            raise InputFileError("input_column_hidden", name=name, sheet=view.sheet.name[:40], column=column)


def _reject_hidden_columns(name: str, probes: Sequence[_Probe], user_columns: Mapping[str, str]) -> None:
    """Point out a sheet whose columns with orders are hidden, or the row with their headers.

    Raises:
        InputFileError: there is one
    """
    for probe in probes:
        if probe.layout or probe.view.shows_hidden:
            continue
        layout = _find_layout(name, probe.view.sheet, user_columns)
        if layout:
            _reject_hidden_column(name, probe.view, layout)
            _reject_hidden_header(name, probe.view, layout)


def _reject_hidden_header(name: str, view: SheetView, layout: ColumnLayout) -> None:
    """Reject a sheet whose headers nobody sees.

    Raises:
        InputFileError: their row is hidden
    """
    header = next((row for row in view.read_rows() if row.number >= layout.header_row), None)
    if header is not None and header.number == layout.header_row and header.is_hidden:
        raise InputFileError("input_header_hidden", name=name, sheet=view.sheet.name[:40], row=header.number)


def _reject_hidden_rows(name: str, view: SheetView, layout: ColumnLayout) -> None:
    """Point out that all orders of a sheet are in hidden rows.

    Raises:
        InputFileError: they are
    """
    rows = (row for row in view.read_rows() if view.is_hidden_row(row) and row.number > layout.header_rows)
    count = sum(_has_order(row, layout) for row in rows)
    if count:
        raise InputFileError("input_rows_hidden", name=name, sheet=view.sheet.name[:40], rows=count)


def _reject_hidden_sheets(name: str, sheets: Sequence[Sheet], user_columns: Mapping[str, str]) -> None:
    """Point out that orders are on hidden sheets alone.

    Raises:
        InputFileError: they are
    """
    names = [sheet.name for sheet in sheets if _find_layout(name, sheet, user_columns)]
    if names:
        raise InputFileError("input_sheet_hidden", name=name, sheets=format_names(names))


def _find_layout(name: str, sheet: Sheet, user_columns: Mapping[str, str]) -> ColumnLayout | None:
    """Return the columns with orders of a sheet, hidden ones included."""
    try:
        return _probe_sheet(name, SheetView(sheet, shows_hidden=True), user_columns).layout
    except InputFileError:
        return None
