"""XLS: what Excel 97 to 2003 and 1C write is read as it is shown."""

import io
import struct

import pytest

pytest.importorskip("xlrd", reason="the extra `tables` is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st

from oint.refusals.input import InputFileError, open_input
from tests.support import xls_files as xls

HEADER = xls.make_text(0, 0, "Номер заказа")


def read(data, **options):
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        return list(source.rows())


def names(data, **options):
    return [row.im_number or row.error.code for row in read(data, **options)]


def open_error(data, **options):
    with pytest.raises(InputFileError) as caught:
        read(data, **options)
    return caught.value


@pytest.mark.parametrize("row", [{"is_hidden": True}, {"height": 0, "is_height_set": True}])
def test_row_that_nobody_sees_is_left_out_and_counted(row):
    records = [HEADER, xls.make_row(1, **row), xls.make_text(1, 0, "h-1"), xls.make_text(2, 0, "a-1")]
    data = xls.make_xls(("1", 0, records))
    with open_input("-", stdin=io.BytesIO(data)) as source:
        assert [row.im_number for row in source.rows()] == ["a-1"]
        assert source.left_out.to_json() == {"hidden_row": {"count": 1, "rows": [2]}}
    assert names(data, hidden="take") == ["h-1", "a-1"]


@pytest.mark.parametrize("column", [{"is_hidden": True}, {"is_hidden": False, "width": 0}])
def test_hidden_column_is_not_the_column_with_orders(column):
    header = [xls.make_text(0, n, text) for n, text in enumerate(["UUID", "Номер СДЭК", "Номер заказа"])]
    cells = [xls.make_number(1, 1, 1106625424), xls.make_text(1, 2, "a-1")]
    data = xls.make_xls(("1", 0, [xls.make_column(0, 1, **column), *header, *cells]))
    assert [row[1:4] for row in read(data)] == [(None, None, "a-1")]


@pytest.mark.parametrize("visibility", [1, 2])
def test_hidden_sheet_is_left_out_unless_it_is_named(visibility):
    old, new = [HEADER, xls.make_text(1, 0, "old-1")], [HEADER, xls.make_text(1, 0, "new-1")]
    data = xls.make_xls(("Архив", visibility, old), ("Отказы", 0, new))
    assert names(data) == ["new-1"]
    assert names(data, sheet="Архив") == ["old-1"]


CELLS = [
    (xls.make_text(1, 0, "a-1"), "a-1"),
    (xls.make_number(1, 0, 45), "45"),
    (xls.make_number(1, 0, 45, 1), "IM-0045"),
    (xls.make_number(1, 0, 1106625424, 2), "1106625424"),
    (xls.make_number(1, 0, 45, 3), "bad_row_format"),
    (xls.make_number(1, 0, 46000, 4), "bad_row_date"),
    (xls.make_number(1, 0, 1.5), "bad_row_fraction"),
    (xls.make_number(1, 0, 2.0**60), "bad_row_rounded"),
    (xls.make_text(1, 0, "45", 5), "IM-45"),
    (xls.make_text(1, 0, "s-1", 6), "bad_row_struck"),
    (xls.make_rich_text(1, 0, "s-1", [(1, 5)]), "bad_row_struck"),
    (xls.make_rich_text(1, 0, "a-1", [(1, 0)]), "a-1"),
    (xls.make_error(1, 0), "bad_row_formula"),
    (xls.make_record(0x205, struct.pack("<HHHBB", 1, 0, 0, 1, 0)), "bad_row_value"),
    (b"", "bad_row_empty"),
]


@pytest.mark.parametrize(("cell", "shown"), CELLS)
def test_cell_is_read_as_it_is_shown_or_its_row_is_invalid(cell, shown):
    records = [HEADER, xls.make_text(0, 1, "Имя"), cell, xls.make_text(1, 1, "x"), xls.make_text(2, 0, "z-9")]
    formats = ('"IM-"0000', "#,##0", "0.00", "dd.mm.yyyy", '"IM-"@')
    styles = ((0, 0), (0, 164), (0, 165), (0, 166), (0, 167), (0, 168), (5, 0))
    data = xls.make_xls(("1", 0, records), formats=formats, fonts=(0, 0, 0, 0, xls.STRUCK), styles=styles)
    assert names(data, columns={"im_number": "A"}) == [shown, "z-9"]


def test_rows_below_a_merged_order_are_invalid():
    records = [HEADER, xls.make_text(0, 1, "Имя"), xls.make_text(1, 0, "m-1"), xls.make_text(2, 0, "old")]
    records += [xls.make_text(row, 1, "x") for row in (1, 2, 3)] + [
        xls.make_text(3, 0, "a-1"),
        xls.make_merges((1, 2, 0, 0)),
    ]
    assert names(xls.make_xls(("1", 0, records))) == ["m-1", "bad_row_merged", "a-1"]


def test_locked_workbooks_are_named_as_such():
    assert open_error(xls.make_ole("EncryptedPackage", b"")).code == "input_workbook_locked"
    protected = xls.make_begin(0x05) + xls.make_record(0x2F, bytes(6)) + xls.make_record(0x0A, b"")
    assert open_error(xls.make_ole("Workbook", protected)).code == "input_workbook_locked"


def test_file_above_64_mb_is_refused_unread():
    data = xls.make_xls(("1", 0, [HEADER]))
    assert open_error(data + bytes(65 * 1024 * 1024)).code == "input_workbook_oversized"


GOOD = xls.make_xls(("1", 0, [HEADER, *[xls.make_text(row, 0, f"a-{row}") for row in range(1, 20)]]))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_mutated_workbook_raises_only_input_errors(changes):
    data = bytearray(GOOD)
    for at, byte in changes:
        data[at] = byte
    try:
        with open_input("-", stdin=io.BytesIO(bytes(data))) as source:
            list(source.rows())
    except InputFileError as error:
        assert str(error)
