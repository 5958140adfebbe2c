"""Repeated headers, totals, sentences and second tables: none of them is an order, and nothing below them is sent unasked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.input.errors import RowError
from oint.refusals.input.layout import LIST_LAYOUT, ColumnLayout
from oint.refusals.input.left_out import LeftOut
from oint.refusals.input.row_filter import MAX_PENDING_ROWS, filter_rows

HEADER = ("Номер заказа", "Клиент", "Сумма")
SECOND, SENTENCE = "bad_row_second_table", "bad_row_sentence"


def read(rows, layout=None):
    """Return the numbers of the orders, number -> code of the invalid rows, and reason -> numbers of the rows left out."""
    left_out = LeftOut()
    layout = layout or ColumnLayout(1, {"im_number": 0}, len(HEADER))
    result = list(filter_rows(enumerate(rows, 1), layout, "auto", left_out))
    orders = [row.number for row in result if row.error is None]
    invalid = {row.number: row.error.code for row in result if row.error is not None}
    return orders, invalid, {reason: kept.numbers for reason, kept in left_out}


def table(*rows):
    return [HEADER, *rows]


def order(name):
    return (name, "Иванова", "100")


def read_list(*lines):
    return read([(line,) for line in lines], LIST_LAYOUT)


TOTALS = [
    ("Итого", "", "200"),
    ("ИТОГО:", "2", "200"),
    ("Итого: 2", "", ""),
    ("Всего заказов 2", "", "200"),
    ("Общий итог", "", ""),
    ("Кол-во: 2", "", ""),
    ("Сумма", "", "200"),
    ("Total", "", "200"),
    ("Grand total 2", "", ""),
    ("", "Итого", "200"),
    ("", "Итого по складу", "200"),
    ("2", "Итого:", "200"),
    ("2 шт.", "", ""),
    ("200,00", "", ""),
    ("1 200,00 руб.", "", ""),
]
NOTES = [
    ("Составил: Петров", "", ""),
    ("Спасибо!", "", ""),
    ("-----", "", ""),
    ("Иванов Иван", "", ""),
    ("02.11.2026", "", ""),
    ("2026-11-02 10:15", "", ""),
    ("от 2 ноября 2026 г.", "", ""),
    ("01.11.2026 - 30.11.2026", "", ""),
    ("Отчёт от 02.11.2026", "", ""),
    ("Данные на 5 число месяца", "", ""),
    ("Стр. 1 из 2", "", ""),
]


@pytest.mark.parametrize("row", TOTALS + NOTES)
def test_total_or_note_after_table_is_left_out(row):
    assert read(table(order("A-1"), order("A-2"), row, ("", "", ""))) == ([2, 3], {}, {"after_table": [4]})


@pytest.mark.parametrize("row", TOTALS + NOTES[:-1])
def test_total_or_note_amid_orders_is_invalid_row(row):
    assert read(table(order("A-1"), row, order("A-2"))) == ([2, 4], {3: SENTENCE}, {})


def test_sums_below_empty_row_are_left_out():
    rows = table(order("A-1"), (), ("Итого", "", "1"), (), ("Принял ________", "", ""), ("", "", ""))
    assert read(rows) == ([2], {}, {"after_table": [4, 6]})


@pytest.mark.parametrize(
    "heading",
    [
        "НЕ ОТКАЗЫВАТЬ, придёт в пятницу:",
        "не трогать",
        "Выдано",
        "Заберут сами",
        "Вторая партия:",
        "ДЛЯ СКЛАДА",
        "Do not refuse",
        "Оставить до 15.11",
        "Кроме этих",
    ],
)
@pytest.mark.parametrize("header", [[], [HEADER], [("Заказ", "Имя", "Цена")]], ids=["none", "same", "other"])
def test_rows_below_heading_are_never_orders(heading, header):
    orders, invalid, left_out = read(table(order("A-1"), (heading, "", ""), *header, order("A-8"), order("A-9")))
    assert orders == [2]
    assert list(invalid.values())[-2:] == [SECOND, SECOND]
    assert not left_out


def test_heading_in_another_column_ends_table():
    layout = ColumnLayout(1, {"cdek_number": 1}, 2)
    rows = [("Имя", "Номер СДЭК"), ("Анна", "1106625424"), ("Заберут сами:", ""), ("Пётр", "1106625425")]
    assert read(rows, layout) == ([2], {3: SENTENCE, 4: SECOND}, {})


def test_heading_below_empty_row_ends_table():
    assert read(table(order("A-1"), (), ("Казань", "", ""), order("A-2"))) == ([2], {4: SENTENCE, 5: SECOND}, {})


def test_group_name_amid_orders_is_invalid_alone():
    assert read(table(order("A-1"), ("Казань", "", ""), order("A-2"))) == ([2, 4], {3: SENTENCE}, {})


def test_missing_number_in_full_row_does_not_end_table():
    rows = table(order("A-1"), ("нет номера", "Пётр", "5"), ("", "Анна", "6"), order("A-2"))
    assert read(rows) == ([2, 5], {3: SENTENCE, 4: "bad_row_empty"}, {})


@pytest.mark.parametrize(
    "header",
    [
        ("Сумма", "Номер заказа", "Клиент"),
        ("Клиент", "Сумма", "Комментарий"),
        ("Заказ", "", ""),
        ("Отправление получателя", "Телефон", "Цена"),
    ],
)
def test_other_header_ends_table(header):
    rows = [(*HEADER,), ("A-1", "79990000001", "5"), ("A-2", "79990000002", "6"), header, ("A-3", "7", "8")]
    assert read(rows) == ([2, 3], {4: SENTENCE, 5: SECOND}, {})


def test_header_repeated_on_each_page_is_left_out():
    rows = table(
        order("A-1"), HEADER, order("A-2"), ("Стр. 1", "", ""), ("номер заказа", "Клиент ", "СУММА"), order("A-3")
    )
    assert read(rows) == ([2, 4, 7], {}, {"repeated_header": [3, 5, 6]})


def test_header_after_total_is_a_second_table():
    rows = table(order("A-1"), ("Итого", "", "1"), HEADER, order("A-2"))
    assert read(rows) == ([2], {3: SENTENCE, 4: SENTENCE, 5: SECOND}, {})


def test_column_numbers_and_second_language_below_header_are_left_out():
    rows = table(("Order number", "Client", "Sum"), order("A-1"))
    assert read(rows) == ([3], {}, {"repeated_header": [2]})
    assert read(table(("1", "2", "3"), order("A-1"))) == ([3], {}, {"repeated_header": [2]})


def test_heading_above_orders_is_note_unless_it_spares_them():
    assert read(table(("К отказу:", "", ""), order("A-1"))) == ([3], {}, {"note": [2]})
    assert read(table(("Не получены:", "", ""), order("A-1"))) == ([3], {}, {"note": [2]})
    assert read(table(("Итого: 1", "", ""), order("A-1"))) == ([3], {}, {"note": [2]})
    assert read(table(("Эти заберут", "", ""), order("A-1"))) == ([], {2: SENTENCE, 3: SECOND}, {})
    assert read(table(("Казань", "", ""), order("A-1"))) == ([3], {2: SENTENCE}, {})


@pytest.mark.parametrize("title", ["НЕ ОТКАЗЫВАТЬ!", "Всё, кроме этих:", "Do not refuse these"])
def test_no_row_below_a_title_that_forbids_is_an_order(title):
    layout = ColumnLayout(2, {"im_number": 0}, 3, header_row=2)
    assert read([(title, "", ""), HEADER, order("A-1")], layout) == ([], {3: SECOND}, {})
    assert read([("Невыкуп за ноябрь", "", ""), HEADER, order("A-1")], layout) == ([3], {}, {})


@pytest.mark.parametrize("count", ["2", "312"])
def test_count_below_cdek_numbers_is_not_an_order(count):
    rows = [("Номер СДЭК", "Имя"), ("1106625424", "А"), ("1106625425", "Б"), (count, "")]
    assert read(rows, ColumnLayout(1, {"cdek_number": 0}, 2)) == ([2, 3], {4: SENTENCE}, {})


def test_count_below_shop_numbers_is_not_an_order():
    assert read(table(order("A-1"), order("A-2"), ("2", "", "200"))) == ([2, 3], {4: SENTENCE}, {})
    assert read(table(order("A-1"), order("A-2"), order("3"))) == ([2, 3, 4], {}, {})


def test_short_numbers_among_short_numbers_are_orders():
    assert read_list("5", "17", "100345") == ([1, 2, 3], {}, {})


def test_shop_numbers_with_words_are_orders_among_their_like():
    orders = ("Заказ Иванова 5", "Заказ Петрова 6", "Возврат 7")
    assert read_list(*orders[:2]) == ([1, 2], {}, {})
    assert read_list(*orders) == ([1, 2], {3: SENTENCE}, {})
    assert read_list("Заказ Иванова 5", "Заказ Петрова 6", "Заказ Сидорова") == ([1, 2], {3: SENTENCE}, {})
    assert read_list("Заказ Иванова", "Заказ Петрова", "Эти заберут") == ([1, 2], {3: SENTENCE}, {})
    assert read_list("alpha", "beta") == ([1, 2], {}, {})
    assert read_list("A-1", "A-2", "IM 3", "Заказ Иванова 5") == ([1, 2, 3], {4: SENTENCE}, {})
    assert read_list("1001", "1002", "IM 3") == ([1, 2], {3: SENTENCE}, {})


def test_dates_are_orders_where_all_orders_are_dates():
    assert read_list("02-11-26", "03-11-26") == ([1, 2], {}, {})


def test_orders_without_digits_and_headers_stand_beside_each_other():
    layout = ColumnLayout(0, {"im_number": 0}, 2)
    assert read([("first-order", "СДЭК"), ("second-order", "x")], layout) == ([1, 2], {}, {})


def test_markup_is_not_an_order():
    assert read_list("A-1", "<td>", "A-2") == ([1, 3], {2: SENTENCE}, {})


def test_unknown_header_of_list_is_left_out():
    assert read_list("Номер", "S-1", "S-2") == ([2, 3], {}, {"repeated_header": [1]})
    assert read_list("Выдано", "S-1", "S-2") == ([], {1: SENTENCE, 2: SECOND, 3: SECOND}, {})


def test_error_in_place_of_cells_is_invalid_row_and_keeps_place():
    rows = table(order("A-1"), ("Итого", "", "1"), RowError("bad_row_date", ""), order("A-2"))
    assert read(rows) == ([2, 5], {3: SENTENCE, 4: "bad_row_date"}, {})


def test_unreadable_cell_of_an_order_is_invalid_and_of_a_total_is_left_out():
    error = RowError("bad_row_merged", "")
    rows = table(order("A-1"), (error, "Пётр", "5"), order("A-2"), (error, "Итого", "5"))
    assert read(rows) == ([2, 4], {3: "bad_row_merged"}, {"after_table": [5]})


def test_heading_below_rows_that_a_workbook_lacks_ends_table():
    rows = [(1, HEADER), (2, order("A-1")), (4, ("Казань", "", "")), (5, order("A-2"))]
    result = filter_rows(rows, ColumnLayout(1, {"im_number": 0}, 3), "auto", LeftOut())
    assert [row.error and row.error.code for row in result] == [None, SENTENCE, SECOND]


def test_uuid_decides_beside_a_sentence():
    layout = ColumnLayout(0, {"uuid": 0, "im_number": 1}, 2)
    uuid = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
    assert read([(uuid, "A-1"), (uuid, "нет номера"), (f"{{{uuid}}}", "НЕТ")], layout) == ([1, 2, 3], {}, {})


def test_invalid_number_keeps_its_own_error():
    layout = ColumnLayout(1, {"cdek_number": 0}, 1)
    rows = [("СДЭК",), ("1106625424",), ("нечитаемо",), ("11-06",), ("1106625425",)]
    assert read(rows, layout) == ([2, 5], {3: "bad_row_number", 4: "bad_row_number"}, {})


def test_file_of_sentences_alone_is_invalid_rows():
    assert read(table(("Составил: Петров", "", ""), ("Итого", "", ""))) == ([], {2: SENTENCE, 3: SENTENCE}, {})


def test_endless_sentences_are_rejected_before_they_fill_memory():
    numbers = iter(range(1, 10**9))
    rows = filter_rows(((number, ("Ещё одна строка:",)) for number in numbers), LIST_LAYOUT, "auto", LeftOut())
    assert next(rows).error.code == SENTENCE
    assert next(numbers) < MAX_PENDING_ROWS + 10
    endless = (("A-1",), *[("Заберут сами:",)] * (MAX_PENDING_ROWS + 1), ("A-2",))
    orders, invalid, _ = read(endless, LIST_LAYOUT)
    assert orders == [1]
    assert invalid[len(endless)] == SECOND


ORDER = st.from_regex(r"[A-ZА-Я]{1,3}-[0-9]{1,6}", fullmatch=True)
NOISE = st.sampled_from(
    [row for row in TOTALS + NOTES if row[0] != "Стр. 1 из 2"] + [HEADER, ("НЕ ОТКАЗЫВАТЬ", "", ""), ()]
)


@given(first=st.lists(ORDER, min_size=1, max_size=30), tail=st.lists(NOISE, max_size=8))
def test_any_tail_without_orders_is_left_out(first, tail):
    orders, invalid, left_out = read(table(*map(order, first), *tail))
    assert orders == list(range(2, len(first) + 2))
    assert not invalid
    assert sorted(number for numbers in left_out.values() for number in numbers) == [
        number for number, row in enumerate(tail, len(first) + 2) if any(row)
    ]


@given(
    blocks=st.lists(st.lists(ORDER, min_size=1, max_size=5), min_size=2, max_size=4),
    noise=st.lists(st.lists(NOISE, min_size=1, max_size=3), min_size=3, max_size=3),
)
def test_no_row_without_order_is_ever_taken(blocks, noise):
    rows, expected, is_second = [HEADER], [], False
    for index, block in enumerate(blocks):
        for name in block:
            rows.append(order(name))
            if not is_second:
                expected.append(len(rows))
        if index < len(blocks) - 1:
            filled = [row for row in noise[index] if row]
            rows += noise[index]
            is_second |= ("НЕ ОТКАЗЫВАТЬ", "", "") in filled or (HEADER in filled and set(filled) != {HEADER})
    orders, invalid, _ = read(rows)
    assert set(orders) <= set(expected)
    assert {number for number, row in enumerate(rows, 1) if row[1:2] != ("Иванова",)}.isdisjoint(orders)
    assert sorted([*orders, *invalid]) == sorted({*orders, *invalid})
