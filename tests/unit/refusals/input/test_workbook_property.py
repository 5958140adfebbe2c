"""Workbooks made at random: what a reader would see is drawn beside them, and nothing else is ever read."""

import io
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.ods_files import make_number, make_ods, make_row, make_table, make_text

xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra `tables` is not installed")

from oint.refusals.input import InputFileError, open_input  # noqa: E402 - after the extra is known to be there

HEADER = "Номер заказа"
FORMATS = {"General": "{}", "000000": "{:06}", '"IM-"0000': "IM-{:04}", "#,##0": "{}", "0.00": None, "dd.mm.yyyy": None}
ODS_STYLES = """
<number:number-style style:name="0"><number:number number:min-integer-digits="1"/></number:number-style>
<number:number-style style:name="1"><number:number number:min-integer-digits="6"/></number:number-style>
<number:number-style style:name="2"><number:text>IM-</number:text><number:number number:min-integer-digits="4"/>
</number:number-style>
<number:number-style style:name="3"><number:number number:min-integer-digits="1" number:grouping="true"/></number:number-style>
<number:number-style style:name="4"><number:number number:min-integer-digits="1" number:decimal-places="2"/></number:number-style>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
""" + "".join(
    f'<style:style style:name="{number}{strike}" style:family="table-cell" style:data-style-name="{number}">'
    f'<style:text-properties style:text-line-through-style="{"solid" if strike else "none"}"/></style:style>'
    for number in range(6)
    for strike in ("", "s")
)


class Cell(NamedTuple):
    """A cell with an order: a text, or a number in a format."""

    text: str | None
    number: int
    format: str
    is_struck: bool

    def show(self):
        """Return what a person sees; None: it cannot be known, or the order is struck through."""
        if self.is_struck:
            return None
        if self.text is not None:
            return self.text
        pattern = FORMATS[self.format]
        return pattern and pattern.format(self.number)


class Row(NamedTuple):
    """A row: its cell, None for an empty one, and whether it is hidden."""

    cell: Cell | None
    is_hidden: bool


class Sheet(NamedTuple):
    """A sheet: its rows, and whether it, or the column with the orders, is hidden."""

    rows: list[Row]
    is_hidden: bool
    has_hidden_column: bool
    has_note: bool


cells = st.builds(
    Cell,
    st.none() | st.from_regex(r"[a-z]{2}-[0-9]{3}", fullmatch=True),
    st.integers(1, 999_999),
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from([False, False, False, True]),
)
rows = st.builds(Row, st.none() | cells | cells, st.booleans())
sheets = st.builds(
    Sheet, st.lists(rows, max_size=8), st.booleans(), st.sampled_from([False, False, True]), st.booleans()
)
books = st.lists(sheets, min_size=1, max_size=3).filter(lambda book: not all(sheet.is_hidden for sheet in book))


def make_xlsx(book):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as file:
        added = [file.add_worksheet(f"Л{number}") for number in range(len(book))]
        next(page for page, sheet in zip(added, book, strict=True) if not sheet.is_hidden).activate()
        for page, sheet in zip(added, book, strict=True):
            if sheet.is_hidden:
                page.hide()
            if sheet.has_hidden_column:
                page.set_column("A:A", None, None, {"hidden": True})
            page.write(0, 0, HEADER)
            for number, row in enumerate(sheet.rows, 1):
                if row.is_hidden:
                    page.set_row(number, options={"hidden": True})
                if row.cell and row.cell.text is not None:
                    page.write_string(number, 0, row.cell.text, file.add_format({"font_strikeout": row.cell.is_struck}))
                elif row.cell:
                    style = {"font_strikeout": row.cell.is_struck, "num_format": row.cell.format}
                    page.write_number(number, 0, row.cell.number, file.add_format(style))
                if sheet.has_note:
                    page.write(number, 1, "x")
    return data.getvalue()


def make_ods_cell(cell):
    if cell is None:
        return "<table:table-cell/>"
    number = list(FORMATS).index(cell.format)
    style = f'table:style-name="{number}{"s" if cell.is_struck else ""}"'
    if cell.text is not None:
        return make_text(cell.text, style)
    if cell.format == "dd.mm.yyyy":
        return f'<table:table-cell office:value-type="date" {style}><text:p>01.01.26</text:p></table:table-cell>'
    text = {"#,##0": f"{cell.number:,}", "0.00": f"{cell.number}.00"}.get(cell.format)
    return make_number(cell.number, text or FORMATS[cell.format].format(cell.number), style)


def make_ods_book(book):
    tables = []
    for index, sheet in enumerate(book):
        parts = [make_row(HEADER)] + [
            make_row(
                make_ods_cell(row.cell),
                *(["x"] if sheet.has_note else []),
                attributes='table:visibility="filter"' if row.is_hidden else "",
            )
            for row in sheet.rows
        ]
        hides = 'table:visibility="collapse"' if sheet.has_hidden_column else ""
        column = f"<table:table-column {hides}/>"
        style = 'table:style-name="hidden"' if sheet.is_hidden else ""
        tables.append(make_table(*parts, name=f"Л{index}", columns=column, attributes=style))
    return make_ods("".join(tables), styles=ODS_STYLES)


def read(data):
    """Return the orders by their row numbers, or the error that stops the file."""
    try:
        with open_input("-", stdin=io.BytesIO(data)) as source:
            return {row.number: row.im_number for row in source.rows() if row.error is None}
    except InputFileError as error:
        return error.code


def see(sheet):
    """Return the orders that a person sees on a sheet, by their row numbers."""
    if sheet.is_hidden or sheet.has_hidden_column:
        return {}
    return {
        number: shown
        for number, row in enumerate(sheet.rows, 2)
        if row.cell and not row.is_hidden and (shown := row.cell.show()) is not None
    }


@pytest.mark.parametrize("make", [make_xlsx, make_ods_book], ids=["xlsx", "ods"])
@settings(deadline=None, max_examples=150)
@given(book=books)
def test_nothing_is_read_but_what_a_person_sees_on_one_sheet(make, book):
    orders = read(make(book))
    if isinstance(orders, str):
        return
    shown = [sheet for sheet in map(see, book) if sheet]
    assert len(shown) <= 1
    assert orders.items() <= (shown[0].items() if shown else set())


@pytest.mark.parametrize("make", [make_xlsx, make_ods_book], ids=["xlsx", "ods"])
@settings(deadline=None, max_examples=150)
@given(orders=st.lists(st.from_regex(r"[a-z]{2}-[0-9]{3}", fullmatch=True), min_size=2, max_size=9), hidden=st.data())
def test_every_order_that_a_person_sees_is_read(make, orders, hidden):
    flags = [hidden.draw(st.booleans()) for _ in orders]
    sheet = Sheet(
        [Row(Cell(order, 1, "General", is_struck=False), flag) for order, flag in zip(orders, flags, strict=True)],
        is_hidden=False,
        has_hidden_column=False,
        has_note=True,
    )
    old = Sheet(
        [Row(Cell("old-001", 1, "General", is_struck=False), is_hidden=False)],
        is_hidden=True,
        has_hidden_column=False,
        has_note=True,
    )
    assert read(make([old, sheet])) == (see(sheet) if not all(flags) else "input_rows_hidden")


@pytest.mark.parametrize("number", [1.5, 350])
def test_column_beside_a_hidden_header_is_no_list_of_orders(number):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as file:
        page = file.add_worksheet()
        page.set_column("A:A", None, None, {"hidden": True})
        for row, cells in enumerate([["СДЭК"], [number, "S-1"], [number, "S-2"]]):
            page.write_row(row, 0, cells)
    assert read(data.getvalue()) == "input_columns_unfit"
