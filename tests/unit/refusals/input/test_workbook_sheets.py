"""Which sheet, which rows and which columns of a workbook count: those that a person sees."""

import io

import pytest

xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra `tables` is not installed")

from oint.refusals.input import InputFileError, open_input  # noqa: E402 - after the extra is known to be there

HEADER = "Номер заказа"


def make_book(fill):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        fill(book)
    return data.getvalue()


def add_sheet(book, name, *orders, header=HEADER):
    sheet = book.add_worksheet(name)
    sheet.write_column(0, 0, [header, *orders])
    return sheet


def read(data, **options):
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        return list(source.rows())


def names(data, **options):
    return [row.im_number or row.cdek_number or row.error.code for row in read(data, **options)]


def open_error(data, **options):
    with pytest.raises(InputFileError) as caught:
        read(data, **options)
    return caught.value


@pytest.mark.parametrize("state", ["hide", "very_hidden"])
def test_orders_of_a_hidden_sheet_are_pointed_out_and_not_taken(state):
    def fill(book):
        book.add_worksheet("Пусто").activate()
        getattr(add_sheet(book, "Архив", "old-1"), state)()

    data = make_book(fill)
    error = open_error(data)
    assert error.code == "input_sheet_hidden"
    assert "«Архив»" in str(error)
    assert names(data, sheet="Архив") == names(data, hidden="take") == ["old-1"]


def test_sheets_with_a_header_alone_are_no_choice():
    data = make_book(lambda book: [add_sheet(book, "Шаблон"), add_sheet(book, "Отказы", "a-1"), add_sheet(book, "Ещё")])
    assert names(data) == ["a-1"]


def test_sheet_whose_orders_are_all_hidden_is_no_choice():
    def fill(book):
        sheet = add_sheet(book, "Вручено", "h-1", "h-2")
        sheet.set_row(1, options={"hidden": True})
        sheet.set_row(2, options={"hidden": True})
        add_sheet(book, "Отказы", "a-1")

    assert names(make_book(fill)) == ["a-1"]


def test_list_without_a_header_beside_a_table_asks_for_the_sheet():
    def fill(book):
        add_sheet(book, "Отказы", "a-1")
        add_sheet(book, "Список", "b-2", "b-3", header="b-1")

    error = open_error(make_book(fill))
    assert error.code == "input_sheet_ambiguous"
    assert "«Отказы», «Список»" in str(error)


def test_sheet_that_is_too_wide_asks_for_the_sheet_and_hinders_no_other():
    def fill(book):
        book.add_worksheet("Сводная").write(0, 2000, "x")
        add_sheet(book, "Отказы", "a-1")

    data = make_book(fill)
    assert open_error(data).code == "input_sheet_ambiguous"
    assert names(data, sheet="Отказы") == ["a-1"]
    assert open_error(data, sheet="Сводная").code == "input_workbook_wide"


def test_instructions_beside_a_table_are_no_choice():
    def fill(book):
        add_sheet(book, "Инструкция", "Откройте файл", "Впишите 1 заказ на строку", header="Как заполнять")
        add_sheet(book, "Отказы", "a-1")

    assert names(make_book(fill)) == ["a-1"]


def test_hidden_rows_alone_are_pointed_out():
    def fill(book):
        sheet = add_sheet(book, "Отказы", "h-1", "h-2")
        sheet.set_row(1, options={"hidden": True})
        sheet.set_row(2, options={"hidden": True})

    error = open_error(make_book(fill))
    assert error.code == "input_rows_hidden"
    assert "--hidden take" in str(error)
    assert names(make_book(fill), hidden="take") == ["h-1", "h-2"]


def test_hidden_header_is_pointed_out():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.set_row(0, options={"hidden": True})
        for number, row in enumerate([[HEADER, "Имя"], ["a-1", "Анна"], ["a-2", "Пётр"]]):
            sheet.write_row(number, 0, row)

    data = make_book(fill)
    error = open_error(data)
    assert error.code == "input_header_hidden"
    assert "--hidden take" in str(error)
    assert names(data, hidden="take") == names(data, columns={"im_number": "A"}) == ["a-1", "a-2"]


def test_filter_that_hides_the_first_thousand_rows_hides_no_column():
    def fill(book):
        sheet = add_sheet(book, "Отказы", *[f"h-{n}" for n in range(1, 1001)], "a-1", "a-2")
        for row in range(1, 1001):
            sheet.set_row(row, options={"hidden": True})

    data = make_book(fill)
    with open_input("-", stdin=io.BytesIO(data)) as source:
        assert [(row.number, row.im_number) for row in source.rows()] == [(1002, "a-1"), (1003, "a-2")]
        assert source.left_out.to_json()["hidden_row"] == {"count": 1000, "rows": list(range(2, 22))}


def test_rows_of_a_collapsed_group_are_left_out():
    def fill(book):
        sheet = add_sheet(book, "Отказы", "h-1", "h-2", "a-1")
        for row in (1, 2):
            sheet.set_row(row, options={"level": 1, "hidden": True})
        sheet.set_row(3, options={"collapsed": True})

    assert names(make_book(fill)) == ["a-1"]


def fill_hidden_column(book, hidden="B:B"):
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Имя", HEADER])
    sheet.write_row(1, 0, ["Анна", "a-1"])
    sheet.set_column(hidden, None, None, {"hidden": True})


@pytest.mark.parametrize("columns", [{}, {"im_number": HEADER}, {"im_number": "B"}])
def test_hidden_column_with_orders_is_pointed_out_and_not_read(columns):
    data = make_book(fill_hidden_column)
    error = open_error(data, columns=columns)
    assert error.code == "input_column_hidden"
    assert "--hidden take" in str(error)
    assert names(data, columns=columns, hidden="take") == ["a-1"]


def test_hidden_column_beside_the_orders_does_not_matter():
    assert names(make_book(lambda book: fill_hidden_column(book, "A:A"))) == ["a-1"]


def test_column_of_zero_width_is_hidden():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Номер СДЭК", HEADER])
        sheet.write_row(1, 0, [1106625424, "a-1"])
        sheet.set_column("A:A", 0)

    assert [row[1:4] for row in read(make_book(fill))] == [(None, None, "a-1")]


def test_rows_below_a_merged_order_are_invalid_and_others_go_ahead():
    def fill(book):
        sheet = add_sheet(book, "Отказы", "m-1", None, None, "a-1")
        sheet.write_column(0, 1, ["Товар", "чашка", "блюдце", "ложка", "вилка"])
        sheet.merge_range("A2:A4", "m-1")

    assert names(make_book(fill)) == ["m-1", "bad_row_merged", "bad_row_merged", "a-1"]


def test_order_under_a_cell_that_is_merged_over_it_is_invalid():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Имя", HEADER])
        sheet.merge_range("A2:B2", "Анна")
        sheet.write(1, 1, "x-1")
        sheet.write_row(2, 0, ["Пётр", "a-1"])

    assert names(make_book(fill)) == ["bad_row_merged", "a-1"]


def test_header_and_title_of_merged_cells_are_no_rows_of_orders():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C2", "Отказы за ноябрь")
        sheet.merge_range("A3:A4", HEADER)
        sheet.merge_range("B3:C3", "Сумма")
        sheet.write_row(3, 1, ["план", "факт"])
        sheet.write_row(4, 0, ["a-1", 100, 90])

    assert [(row.number, row.im_number) for row in read(make_book(fill))] == [(5, "a-1")]


def test_text_beside_the_table_does_not_make_a_row_invalid():
    def fill(book):
        sheet = add_sheet(book, "Отказы", "a-1", "a-2")
        sheet.write(1, 5, "позвонить до пятницы")

    assert names(make_book(fill)) == ["a-1", "a-2"]


def test_order_that_is_struck_through_is_invalid_and_others_go_ahead():
    def fill(book):
        strike = book.add_format({"font_strikeout": True})
        sheet = add_sheet(book, "Отказы", "a-1", "a-2", "a-3", "a-4")
        sheet.write(1, 0, "a-1", strike)
        sheet.write_rich_string(2, 0, strike, "a-", "2")
        sheet.write(3, 1, "не надо", strike)

    assert names(make_book(fill)) == ["bad_row_struck", "bad_row_struck", "a-3", "a-4"]


def test_strike_through_of_the_header_does_not_matter():
    def fill(book):
        add_sheet(book, "Отказы", "a-1").write(0, 0, HEADER, book.add_format({"font_strikeout": True}))

    assert names(make_book(fill)) == ["a-1"]


def test_formula_without_a_result_makes_its_row_invalid():
    def fill(book):
        sheet = add_sheet(book, "Отказы", "a-1")
        sheet.write_formula(2, 0, '="a-"&B3')
        sheet.write_formula(3, 0, '="a-"&B4', None, "a-4")

    assert names(make_book(fill)) == ["a-1", "bad_row_not_calculated", "a-4"]
