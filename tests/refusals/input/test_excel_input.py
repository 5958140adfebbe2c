"""Workbooks: what spreadsheet programs write is read, and what would not fit is refused before it is opened."""

import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("python_calamine", reason="the extra `tables` is not installed")
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


def read(data, **choices):
    with open_input("-", stdin=io.BytesIO(data), **choices) as source:
        assert source.kind == "xlsx"
        return list(source.rows())


def refused(data, **choices):
    with pytest.raises(InputFileError) as caught:
        open_input("-", stdin=io.BytesIO(data), **choices)
    return caught.value


def test_what_libreoffice_has_saved_is_read_numbers_and_texts_alike():
    with open_input(LIBREOFFICE) as source:
        assert source.kind == "xlsx"
        assert source.name == "libreoffice.xlsx"
        assert list(source.rows()) == [
            (3, UUID, "1106625424", "000123", None),
            (4, None, "1106625425", "000124", None),
            (5, None, None, "ORD-7", None),
        ]


def test_numbers_that_became_floats_are_numbers_and_spoiled_ones_are_troubles():
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
        (3, "bad_row_rounded"),
        (4, "bad_row_rounded"),
        (5, "bad_row_date"),
        (6, "bad_row_value"),
        (7, "bad_row_rounded"),
    ]


def test_a_row_whose_formula_has_failed_is_told_and_a_blank_one_is_not():
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


def test_a_number_that_is_shown_as_an_endless_time_breaks_its_row_alone():
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


def test_rows_have_the_numbers_of_the_program_where_the_table_does_not_begin_in_the_corner():
    rows = read(workbook(a=[[], ["Отказы"], [None, "uuid"], [], [None, f"'{UUID}\u00a0"]]))
    assert rows == [(5, UUID, None, None, None)]


def test_the_first_sheet_with_a_header_is_taken_or_the_one_that_is_named():
    data = workbook(Титул=[["Привет"]], Первый=[["uuid"], [UUID]], Второй=[["cdek_number"], [7]])
    assert read(data)[0].uuid == UUID
    assert read(data, sheet="Второй")[0].cdek_number == "7"
    error = refused(data, sheet="Третий")
    assert error.code == "input_sheet_unknown"
    assert "«Титул», «Первый», «Второй»" in str(error)


def test_a_sheet_of_one_column_is_a_list_and_one_of_more_needs_a_header():
    assert [row[1:4] for row in read(workbook(a=[[UUID], [1106625424], ["A-1"]]))] == [
        (UUID, None, None),
        (None, "1106625424", None),
        (None, None, "A-1"),
    ]
    assert refused(workbook(a=[["Имя", "Город"], ["Анна", "Омск"]])).code == "input_header_missing"
    assert refused(workbook(a=[])).code == "input_empty"


def test_columns_are_named_by_header_or_letter_in_a_workbook_too():
    data = workbook(a=[["Моя", "Ваша"], [UUID, 7]])
    assert read(data, columns={"uuid": "Моя", "cdek_number": "B"})[0][1:4] == (UUID, "7", None)


def test_a_cell_far_away_is_refused_before_memory_is_taken_for_all_between():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "uuid")
        sheet.write(1_048_575, 16_383, "x")
    assert refused(data.getvalue()).code == "input_workbook_wide"


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
        packed.open("xl/a.xml", "w") as part,
    ):
        for _ in range(513):
            part.write(b" " * 1024 * 1024)
    error = refused(data.getvalue())
    assert error.code == "input_too_large"
    assert "512" in str(error)


@pytest.mark.parametrize("cut", [30, 200, -40])
def test_a_damaged_workbook_is_told_as_that(cut):
    assert refused(workbook(a=[["uuid"], [UUID]])[:cut]).code == "input_workbook_damaged"


def test_bytes_flipped_in_a_workbook_make_rows_or_a_source_error_and_nothing_else():
    good = workbook(a=[["uuid"], [UUID]])
    for at in range(0, len(good), 41):
        data = bytearray(good)
        data[at] ^= 0x55
        try:
            with open_input("-", stdin=io.BytesIO(bytes(data))) as source:
                list(source.rows())
        except InputFileError as error:
            assert str(error)


def test_without_the_extra_a_workbook_is_refused_with_the_words_that_install_it():
    code = (
        "import sys; sys.modules['python_calamine'] = None\n"
        "from oint.refusals.input import open_input, InputFileError\n"
        "try: open_input(sys.argv[1])\n"
        "except InputFileError as error: print(error.code, error)"
    )
    done = subprocess.run([sys.executable, "-c", code, LIBREOFFICE], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("input_tables_missing ")
    assert "pip install 'oint[tables]'" in done.stdout
