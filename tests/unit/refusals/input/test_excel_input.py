"""Excel inputs: what spreadsheet programs write is read, and what would not fit into memory is rejected unopened."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest

xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra `tables` is not installed")

from oint.refusals.input import InputFileError, open_input  # noqa: E402 - after the extra is known to be there

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
LIBREOFFICE = Path(__file__).parent / "data" / "libreoffice.xlsx"


def workbook(**sheets):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        sheet.write(number, column, cell)
    return data.getvalue()


def read(data, **options):
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        assert source.kind == "xlsx"
        return list(source.rows())


def open_error(data, **options):
    with pytest.raises(InputFileError) as caught:
        open_input("-", stdin=io.BytesIO(data), **options)
    return caught.value


def test_libreoffice_workbook_gives_numbers_and_texts():
    with open_input(LIBREOFFICE) as source:
        assert source.kind == "xlsx"
        assert source.name == "libreoffice.xlsx"
        assert list(source.rows()) == [
            (3, UUID, "1106625424", "000123", None),
            (4, None, "1106625425", "000124", None),
            (5, None, None, "ORD-7", None),
        ]


def test_float_cell_is_number_unless_it_lost_digits():
    rows = read(
        workbook(
            a=[
                ["Номер СДЭК", "Номер заказа"],
                [1106625424.0, 77],
                [1.5, None],
                ["1.10663E+09", None],
                [dt.datetime(2026, 1, 2), None],  # noqa: DTZ001 - cells have no time zone
                [True, None],
                [2.0**60, None],
            ]
        )
    )
    assert rows[0] == (2, None, "1106625424", "77", None)
    assert [(row.number, row.error.code) for row in rows[1:]] == [
        (3, "bad_row_fraction"),
        (4, "bad_row_rounded"),
        (5, "bad_row_date"),
        (6, "bad_row_value"),
        (7, "bad_row_rounded"),
    ]


def test_failed_formula_is_row_error_and_blank_row_is_skipped():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet("Титул").write_formula(4, 0, "=NA()", None, "#N/A")
        sheet = book.add_worksheet("Заказы")
        for row, cells in enumerate([["uuid", "Имя"], [UUID], ["#N/A"], [], [], ["#DIV/0!", "Анна"], [None, "Пётр"]]):
            for column, cell in enumerate(cells):
                if cell and cell.startswith("#"):
                    sheet.write_formula(row, column, "=1/0", None, cell)
                elif cell:
                    sheet.write(row, column, cell)
    rows = read(data.getvalue())
    assert [(row.number, row.error and row.error.code) for row in rows] == [
        (2, None),
        (3, "bad_row_formula"),
        (6, "bad_row_formula"),
        (7, "bad_row_empty"),
    ]


def test_time_beyond_python_invalidates_its_row_alone():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        hours = book.add_format({"num_format": "[h]:mm"})
        for row, cell in enumerate(["Номер СДЭК", 1106625424, 1110515165, 1106625425]):
            sheet.write(row, 0, cell, hours if row == 2 else None)
    assert [(row.number, row.cdek_number, row.error and row.error.code) for row in read(data.getvalue())] == [
        (2, "1106625424", None),
        (3, None, "bad_row_date"),
        (4, "1106625425", None),
    ]


def test_row_numbers_count_empty_rows_above_the_table():
    rows = read(workbook(a=[[], ["Отказы"], [None, "uuid"], [], [None, f"'{UUID}\u00a0"]]))
    assert rows == [(5, UUID, None, None, None)]


def test_sheet_is_only_one_with_orders_or_the_named_one():
    data = workbook(Титул=[["Привет"]], Пустой=[["uuid"]], Второй=[["cdek_number"], [7]])
    assert read(data)[0].cdek_number == "7"
    error = open_error(data, sheet="Третий")
    assert error.code == "input_sheet_unknown"
    assert "«Титул», «Пустой», «Второй»" in str(error)


def test_two_visible_sheets_with_orders_ask_for_the_sheet():
    data = workbook(Титул=[["Привет"]], Первый=[["uuid"], [UUID]], Второй=[["cdek_number"], [7]])
    error = open_error(data)
    assert error.code == "input_sheet_ambiguous"
    assert "«Первый», «Второй»" in str(error)
    assert "--sheet" in str(error)
    assert read(data, sheet="Второй")[0].cdek_number == "7"


def test_sheet_of_one_column_is_list_and_wider_needs_header():
    assert [row[1:4] for row in read(workbook(a=[[UUID], [1106625424], ["A-1"]]))] == [
        (UUID, None, None),
        (None, "1106625424", "1106625424"),
        (None, None, "A-1"),
    ]
    assert open_error(workbook(a=[["Имя", "Город"], ["Анна", "Омск"]])).code == "input_header_missing"
    assert open_error(workbook(a=[])).code == "input_empty"


def test_workbook_columns_are_named_by_header_or_letter():
    data = workbook(a=[["Моя", "Ваша"], [UUID, 7]])
    assert read(data, columns={"uuid": "Моя", "cdek_number": "B"})[0][1:4] == (UUID, "7", None)


def test_distant_cell_costs_no_memory_and_no_other_row():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "uuid")
        sheet.write_column(1, 0, [UUID] * 300)
        sheet.write(1_048_575, 16_383, "x")
    rows = read(data.getvalue())
    assert [row.uuid for row in rows[:-1]] == [UUID] * 300
    assert (rows[-1].number, rows[-1].error.code) == (1_048_576, "bad_row_empty")


def test_cell_of_head_far_to_the_right_is_rejected():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["uuid"])
        sheet.write(0, 16_383, "x")
    assert open_error(data.getvalue()).code == "input_workbook_wide"


def test_workbook_unpacking_beyond_limit_is_rejected():
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
        packed.open("xl/a.xml", "w") as part,
    ):
        for _ in range(513):
            part.write(b" " * 1024 * 1024)
    error = open_error(data.getvalue())
    assert error.code == "input_workbook_oversized"
    assert "512" in str(error)


@pytest.mark.parametrize("cut", [30, 200, -40])
def test_truncated_workbook_is_reported_as_damaged(cut):
    assert open_error(workbook(a=[["uuid"], [UUID]])[:cut]).code == "input_workbook_damaged"


def test_workbook_with_flipped_byte_raises_only_input_error():
    good = workbook(a=[["uuid"], [UUID]])
    for at in range(0, len(good), 41):
        data = bytearray(good)
        data[at] ^= 0x55
        try:
            with open_input("-", stdin=io.BytesIO(bytes(data))) as source:
                list(source.rows())
        except InputFileError as error:
            assert str(error)
