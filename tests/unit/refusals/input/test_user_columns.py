"""Columns that the user names: by a header, a letter or a number."""

import pytest

from oint.refusals.input import InputFileError
from oint.refusals.input.columns import detect_layout, format_headers, make_missing_error
from oint.refusals.input.headers import format_names, format_position, parse_position

ROWS = [["Отказы"], ["Моя", "Количество", "Номер заказа"], ["A-1", "2", "m-1"], ["A-2", "3", "m-2"]]


def indexes(user_columns, rows=ROWS):
    layout = detect_layout("f", rows, user_columns)
    return layout and (layout.header_rows, layout.indexes)


@pytest.mark.parametrize(("position", "index"), [("A", 0), ("z", 25), ("AA", 26), ("1", 0), ("27", 26)])
def test_position_is_a_letter_or_a_number_from_one(position, index):
    assert parse_position(position) == index
    assert parse_position(format_position(index)) == index
    assert parse_position("0") is None
    assert parse_position("Заказ") is None


def test_header_position_or_both_name_columns():
    assert indexes({"im_number": "моя"}) == (2, {"im_number": 0})
    assert indexes({"im_number": "C"}) == (2, {"im_number": 2})
    assert indexes({"uuid": "Моя", "im_number": "3"}) == (2, {"uuid": 0, "im_number": 2})
    assert indexes({"im_number": "Нет такой"}) is None
    assert indexes({"im_number": "Z"}) is None
    assert indexes({"im_number": "A"}, [["", ""], []]) is None
    assert indexes({"im_number": "A"}, [[""]] * 21) is None


def test_choice_keeps_the_header_that_the_file_has():
    (choice,) = detect_layout("f", ROWS, {"im_number": "C"}).choices
    assert choice == ("im_number", 2, "Номер заказа")
    (choice,) = detect_layout("f", [["A-1", "x"], ["A-2", "y"]], {"im_number": "A"}).choices
    assert choice == ("im_number", 0, "")


def test_word_above_a_column_with_digits_is_its_header():
    assert indexes({"cdek_number": "A"}, [["Отправление"], ["1106625424"]]) == (1, {"cdek_number": 0})
    assert indexes({"im_number": "A"}, [["Посылка", "x"], ["A-1", "y"]]) == (0, {"im_number": 0})
    assert indexes({"im_number": "A"}, [["Отказы"], ["A-1"]]) == (0, {"im_number": 0})
    assert indexes({"im_number": "A"}, [["Отказы", ""], ["", "x"]]) == (0, {"im_number": 0})


def test_header_that_occurs_twice_is_asked_for_by_position():
    with pytest.raises(InputFileError) as caught:
        detect_layout("f", [["Код", "Код"], ["A-1", "B-1"]], {"im_number": "код"})
    assert caught.value.code == "input_columns_ambiguous"
    assert "«Код» (A), «Код» (B)" in caught.value.text.ru
    assert "--column im_number=A или --column im_number=B" in caught.value.hint.ru


@pytest.mark.parametrize(("value", "other"), [("B", "im_number=2"), ("2", "im_number=B")])
def test_position_that_heads_another_column_is_asked_for(value, other):
    with pytest.raises(InputFileError) as caught:
        detect_layout("f", [[value, "Имя"], ["A-1", "B-1"]], {"im_number": value})
    assert caught.value.code == "input_position_or_name"
    assert other in caught.value.hint.en


def test_missing_column_error_shows_headers_but_no_data():
    assert format_headers([["Имя", "Город"], ["Анна", "Омск"]]) == "«Имя», «Город»"
    assert format_headers([["Анна", "79991112233"]]) == "-"
    assert format_headers([["Имя"]]) == "«Имя»"
    assert format_headers([[], ["Отказы"]]) == "-"
    assert make_missing_error("f", [["Имя", "Город"]]).code == "input_header_missing"
    assert make_missing_error("f", [["Имя", "Город"]]).hint.en.endswith('or --column "uuid=My column"')
    assert format_names([f"x{number}" for number in range(31)]).endswith(", …")


@pytest.mark.parametrize(
    ("values", "option"),
    [
        (["1106625424", "1106625425"], "--column cdek_number=B"),
        (["72753033-a2e0-43e3-95e5-57c4c2e9bf4a"] * 2, "--column uuid=B"),
    ],
)
def test_unknown_header_over_cdeks_numbers_is_suggested(values, option):
    error = make_missing_error("f", [["Имя", "Код"], ["Анна", values[0]], ["Пётр", values[1]]])
    assert error.code == "input_header_missing"
    assert error.hint.ru.endswith(option)
    assert error.hint.en.endswith(option)
