"""The choice of columns by header, content and fill: what is no order's number is never read as one."""

import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.input import InputFileError, open_input
from oint.refusals.input.column_values import detect_form
from oint.refusals.input.columns import detect_layout, detect_list_layout
from oint.refusals.input.errors import RowError
from oint.refusals.input.layout import DROP_REASONS
from oint.refusals.input.rows import make_row_reader

C1, C2 = "1106625424", "1106625425"
OWN_UUIDS = ("72753033-a2e0-43e3-95e5-57c4c2e9bf4a", "0b7a1d6e-1111-4222-8333-0123456789ab")
MOYSKLAD_UUIDS = ("7f9e3d62-6a3e-11ef-0a80-0b6a00123456", "7f9e3d62-6a3e-11ef-0a80-0b6a00123457")


def read(text, **options):
    with open_input("-", stdin=io.BytesIO(text.encode()), **options) as source:
        return list(source.rows())


def names(text, **options):
    return [row[1:4] for row in read(text, **options)]


def layout_of(text, **options):
    with open_input("-", stdin=io.BytesIO(text.encode()), **options) as source:
        return source.columns


def drops(text):
    return {column.header: column.reason for column in layout_of(text).dropped}


def open_error(text, **options):
    with pytest.raises(InputFileError) as caught:
        read(text, **options)
    return caught.value


@pytest.mark.parametrize(
    ("header", "values", "reason"),
    [
        ("СДЭК", ("350", "350"), "prices"),
        ("Сдэк", ("350,50", "1 200,00"), "prices"),
        ("CDEK", ("350 ₽", "420 руб."), "prices"),
        ("Трек-номер", ("RB123456789RU", "RB123456790RU"), "no_cdek_numbers"),
        ("Накладная", ("РН-000045", "РН-000046"), "no_cdek_numbers"),
        ("Накладная", ("0000000045", "0000000046"), "no_cdek_numbers"),
        ("СДЭК", ("да", "ПВЗ"), "no_cdek_numbers"),
        ("Заказ", ("312", "30"), "small_numbers"),
        ("Заказ", ("100123", "100124"), "less_certain"),
        ("Номер", ("РН-45", "РН-46"), "less_certain"),
        ("UUID", MOYSKLAD_UUIDS, "foreign_uuid"),
        ("Идентификатор", ("17", "18"), "no_uuids"),
    ],
)
def test_column_with_other_content_is_left_out_with_its_reason(header, values, reason):
    text = f"{header};Номер заказа;Сумма\n{values[0]};m-1;100\n{values[1]};m-2;200\n"
    assert names(text) == [(None, None, "m-1"), (None, None, "m-2")]
    assert drops(text) == {header: reason}


def test_equal_column_and_empty_one_are_reported_as_such():
    text = "Номер заказа;Номер ИМ;Накладная;Номер СДЭК\nm-1;m-1;;\n"
    assert drops(text) == {"Номер заказа": "equal", "Накладная": "empty"}
    assert [choice.header for choice in layout_of(text).choices] == ["Номер СДЭК", "Номер ИМ"]


@pytest.mark.parametrize(
    ("header", "values", "reason"),
    [
        ("Заказ", ("312", "30"), "small_numbers"),
        ("Заказ", ("1", "2"), "counter"),
        ("Номер", ("00001", "00002"), "counter"),
        ("Номер", ("79991112233", "+7 999 111-22-44"), "phones"),
        ("Номер", ("02.11.2026", "2026-11-03 10:00"), "dates"),
        ("Номер заказа", ("02.11.2026", "03.11.2026"), "dates"),
        ("Номер заказа", ("1 200,00", "850,50"), "prices"),
        ("Номер заказа", ("+79991112233", "89991112244"), "phones"),
        ("Заказ", ("выкуплен", "не забран"), "words"),
        ("СДЭК", ("350", "350"), "prices"),
        ("Заказ", ("12500", "15900"), "prices"),
        ("№ заказа", ("1", "2", "3"), "counter"),
    ],
)
def test_table_without_another_column_is_refused_with_the_reason_and_option(header, values, reason):
    text = f"Клиент;{header};Сумма\n" + "".join(f"Анна;{value};100\n" for value in values)
    error = open_error(text)
    assert error.code == "input_columns_unfit"
    name = f"«{header}» (B)"
    assert error.text.ru.endswith(DROP_REASONS[reason].ru.format(name))
    assert error.text.en.endswith(DROP_REASONS[reason].en.format(name))
    assert "--column im_number=B" in error.hint.ru
    assert "--column im_number=B" in error.hint.en


def test_differing_columns_of_one_kind_are_asked_for_with_the_exact_option():
    error = open_error(f"Номер заказа;Трек-номер;Накладная\nm-1;{C1};1106625999\nm-2;{C2};1106625998\n")
    assert error.code == "input_columns_ambiguous"
    for text, hint, word in ((error.text.ru, error.hint.ru, "или"), (error.text.en, error.hint.en, "or")):
        assert "«Трек-номер» (B), «Накладная» (C)" in text
        expected = f"--column cdek_number=B --column im_number=A {word} --column cdek_number=C --column im_number=A"
        assert expected in hint


@pytest.mark.parametrize("answer", ["A", "B"])
def test_option_of_the_question_decides_it(answer):
    text = f"Трек-номер;Накладная\n{C1};1106625999\n"
    expected = C1 if answer == "A" else "1106625999"
    assert names(text, columns={"cdek_number": answer}) == [(None, expected, None)]


def test_uuid_of_another_program_beside_numbers_is_asked_for():
    error = open_error(f"GUID;Номер заказа\n{OWN_UUIDS[0]};m-1\n{OWN_UUIDS[1]};m-2\n")
    assert error.code == "input_columns_ambiguous"
    assert "--column uuid=A" in error.hint.en
    assert "--column im_number=B" in error.hint.en
    assert names(f"GUID;Клиент\n{OWN_UUIDS[0]};Анна\n") == [(OWN_UUIDS[0], None, None)]


def test_uuid_that_may_be_cdeks_is_read_beside_numbers():
    assert names(f"UUID;Номер СДЭК\n{OWN_UUIDS[0]};{C1}\n") == [(OWN_UUIDS[0], C1, None)]
    assert names(f"UUID СДЭК;Номер СДЭК\n{MOYSKLAD_UUIDS[0]};{C1}\n") == [(MOYSKLAD_UUIDS[0], C1, None)]
    assert names(f"СДЭК;Номер заказа\n{OWN_UUIDS[0]};m-1\n") == [(OWN_UUIDS[0], None, "m-1")]


def test_twin_that_differs_further_down_makes_its_row_invalid():
    rows = "".join(f"m-{number};m-{number}\n" for number in range(300))
    *good, bad = read(f"Номер заказа;Номер ИМ\n{rows}m-300;m-999\n")
    assert all(row.error is None for row in good)
    assert bad.error == RowError("bad_row_differs", "im_number")


def test_twin_that_is_empty_in_the_sample_is_read_where_it_is_filled():
    rows = "".join(f"{1106000000 + number};\n" for number in range(300))
    *_, last, other = read(f"Трек-номер;Накладная СДЭК\n{rows};{C1}\n{C1};{C2}\n")
    assert (last.cdek_number, last.error) == (C1, None)
    assert other.error == RowError("bad_row_differs", "cdek_number")


def test_equal_columns_with_gaps_complete_each_other():
    text = "Номер заказа;Номер ИМ\nm-1;m-1\nm-2;\n;m-3\n"
    assert names(text) == [(None, None, "m-1"), (None, None, "m-2"), (None, None, "m-3")]


def test_columns_that_agree_with_a_twin_alone_are_twins_too():
    text = "Номер заказа;Номер ИМ;Order number\nm-1;m-1;\nm-2;;m-2\n"
    assert names(text) == [(None, None, "m-1"), (None, None, "m-2")]
    assert open_error("Номер заказа;Номер ИМ;Order number\nm-1;m-1;\nm-2;;x-2\n").code == "input_columns_ambiguous"


def test_columns_that_are_never_filled_together_are_asked_for():
    assert open_error(f"Трек-номер;Накладная\n{C1};\n;{C2}\n").code == "input_columns_ambiguous"


def test_track_of_another_carrier_gives_way_to_the_column_that_names_cdek():
    text = f"Трек-номер;Номер СДЭК\n80080012345678;{C1}\n80080012345685;{C2}\n"
    assert names(text) == [(None, C1, None), (None, C2, None)]
    assert drops(text) == {"Трек-номер": "other_numbers"}


def test_header_that_names_cdek_gives_way_where_its_values_are_impossible():
    for value in ("нет", "0", "350"):
        text = f"Номер СДЭК;Накладная\n{value};{C1}\n{value};{C2}\n"
        assert names(text) == [(None, C1, None), (None, C2, None)]
    assert names("Номер СДЭК;Клиент\n350;Анна\n") == [(None, "350", None)]


def test_uuid_whose_header_names_cdek_is_preferred():
    text = f"UUID СДЭК;GUID;Номер заказа\n{OWN_UUIDS[0]};{OWN_UUIDS[1]};m-1\n"
    assert names(text) == [(OWN_UUIDS[0], None, "m-1")]
    assert drops(text) == {"GUID": "less_certain"}


def test_number_alone_is_the_orders_where_nothing_is_better():
    text = "Номер;Дата;Контрагент;Сумма\nЦБ00-000123;02.11.2026 0:00:00;Иванова;1 200,00\n"
    assert names(text) == [(None, None, "ЦБ00-000123")]
    assert names("Номер;Имя\n00000001094;Анна\n00000001095;Пётр\n")[1] == (None, None, "00000001095")
    assert names(f"Номер;Имя\n{C1};Анна\n") == [(None, C1, C1)]
    assert open_error("Номер;Имя\n17;Анна\n45;Пётр\n").code == "input_columns_unfit"
    assert open_error("Номер;Number\nА-1;Б-1\n").code == "input_columns_ambiguous"
    assert open_error("ФИО;Серия;Номер\nАнна;4509;123456\n").code == "input_header_missing"


def test_order_number_of_cdeks_own_report_is_cdeks():
    assert names(f"Номер заказа;Номер отправления ИМ\n{C1};m-1\n{C2};m-2\n") == [(None, C1, "m-1"), (None, C2, "m-2")]
    assert names(f"Номер заказа;Дата накладной\n{C1};01.11.2026\n") == [(None, C1, None)]
    assert names(f"Номер заказа;Клиент\n{C1};Анна\n") == [(None, C1, C1)]
    assert names(f"Номер заказа;Номер ИМ\n{C1};{C1}\n") == [(None, None, C1)]
    assert names(f"Номер заказа;Трек-номер\n{C1};{C1}\n") == [(None, C1, None)]
    assert names(f"Номер заказа;Трек-номер\n{C1};{C2}\n") == [(None, C2, C1)]
    assert names(f"Номер заказа;UUID\n{C1};{OWN_UUIDS[0]}\n") == [(OWN_UUIDS[0], None, C1)]


def test_row_counter_beside_a_number_is_never_an_order():
    for header in ("№", "№ п/п", "№ заказа", "Номер", "Заказ"):
        assert names(f"{header};Трек-номер\n1;{C1}\n2;{C2}\n") == [(None, C1, None), (None, C2, None)]
    assert names(f"№;Номер заказа клиента;Трек-номер;Сумма\n00017;m-1;{C1};100\n") == [(None, C1, "m-1")]


@pytest.mark.parametrize(
    "titles",
    [
        "СДЭК\nНевыкуп за ноябрь\n\n",
        "Заказ\n",
        "Номер заказа\nСписок на отказ 28.11\n",
        "Заказ;;\nнужно отказать;;\n",
        "Перевозчик;СДЭК\nНомер;17\n",
        "Показатель;Заказ;Сумма\nВсего;312;400000\n\n",
        "Заказ;;Доставка\n",
        "Номер заказа;на отказ\nКлиент;Ромашка\nСклад;Омск\n",
    ],
)
def test_title_of_known_words_above_the_table_is_a_title(titles):
    text = f"{titles}№ п/п;Номер заказа;Трек-номер;Сумма\n1;m-1;{C1};100\n2;m-2;{C2};100\n"
    assert names(text, delimiter=";") == [(None, C1, "m-1"), (None, C2, "m-2")]
    assert layout_of(text, delimiter=";").header_row == titles.count("\n") + 1


def test_list_under_a_known_header_is_not_a_title():
    rows = [["Номер заказа"], ["t-1"], ["t-2"], ["НЕ ОТКАЗЫВАТЬ"], ["Номер заказа", "Сумма"], ["t-8", "100"]]
    assert detect_layout("f", rows, {}).header_row == 1


def test_second_header_ends_the_sample():
    rows = [["Номер заказа", "СДЭК"], ["m-1", 350], ["m-2", 350], [], ["Номер заказа", "СДЭК"], ["m-8", C1]]
    layout = detect_layout("f", rows, {})
    assert (layout.header_row, layout.indexes) == (1, {"im_number": 0})


def test_carrier_named_in_the_data_is_not_a_header():
    assert names("Номер заказа;Тип\nS-1;ИМ\nS-2;ИМ\n") == [(None, None, "S-1"), (None, None, "S-2")]
    text = "Номер;Служба;Клиент\nS-1;СДЭК;Анна\nS-2;СДЭК;Пётр\n"
    assert names(text) == [(None, None, "S-1"), (None, None, "S-2")]


def test_header_far_down_or_without_rows_is_found_as_before():
    assert detect_layout("f", [["Отчёт"]] * 25 + [["Номер заказа"], ["m-1"]], {}) is None
    assert detect_layout("f", [["uuid", "Имя"]], {}).indexes == {"uuid": 0}
    assert detect_layout("f", [["Номер", "Имя"]], {}) is None
    assert detect_layout("f", [["Заказ", "Номер СДЭК"]], {}).indexes == {"cdek_number": 1}
    assert detect_layout("f", [["Номер заказа", "Имя", "Город", 2025], ["m-1", "Анна", "Омск", 2]], {}) is not None


def test_column_of_failed_formulas_gives_way_to_its_twin():
    failed = RowError("bad_row_formula", "")
    rows = [["Номер СДЭК", "Накладная", "Имя"], [failed, C1, "А"], [failed, C2, "Б"]]
    layout = detect_layout("f", rows, {})
    assert layout.indexes == {"cdek_number": 1}
    assert layout.twins == ()
    assert [column.reason for column in layout.dropped] == ["unreadable"]
    assert detect_layout("f", [row[:1] for row in rows], {}).indexes == {"cdek_number": 0}
    partly = [["Номер СДЭК", "Накладная"], [failed, C1], [C2, C2]]
    assert [twin.header for twin in detect_layout("f", partly, {}).twins] == ["Накладная"]


def test_cells_of_workbooks_count_by_what_they_are():
    day, moment = dt.date(2026, 11, 2), dt.time(10)
    assert detect_layout("f", [["Номер заказа", "Имя"], [day, "А"], [moment, "Б"]], {}) is None
    assert detect_layout("f", [["Номер заказа", "Имя"], [1200.5, "А"], [800.25, "Б"]], {}) is None
    assert detect_layout("f", [["Номер", "Имя"], [True, "А"], [RowError("bad_row_formula", ""), "Б"]], {}) is not None
    assert detect_layout("f", [["Номер заказа", "Имя"], [RowError("bad_row_date", ""), "А"]], {}) is None
    assert detect_layout("f", [["Номер заказа", "Имя"], [RowError("bad_row_fraction", ""), "А"]], {}) is None
    assert detect_layout("f", [["Номер", "Имя"], ["x" * 41, "А"]], {}) is None
    assert detect_layout("f", [["Трек-номер", "Имя"], [1106625424.0, "А"]], {}).indexes == {"cdek_number": 0}


@pytest.mark.parametrize(
    ("rows", "header_rows"),
    [
        ([["Посылки"], ["S-1"], ["S-2"]], 1),
        ([["S-1"], ["S-2"]], 0),
        ([["Посылки"], ["Посылки Анны"], ["S-2"]], 0),
        ([["Посылки"]], 0),
        ([[], ["Посылки"], ["S-1"]], 2),
    ],
)
def test_word_above_a_list_of_numbers_is_its_header(rows, header_rows):
    layout = detect_list_layout(rows)
    assert layout.header_rows == header_rows
    assert [choice.header for choice in layout.choices] == (["Посылки"] if header_rows else [])


def test_list_whose_known_header_does_not_fit_is_not_a_list():
    assert detect_list_layout([["Заказ"], ["1"], ["2"]]) is None
    assert detect_list_layout([[]]) is None
    assert open_error("Заказ\n1\n2\n").code == "input_columns_unfit"
    assert open_error("Заказ,Сумма\n312,100,x\n30,5\n").code == "input_columns_unfit"
    assert open_error("СДЭК,Имя\n350,А,x\n351,Б\n").code == "input_columns_unfit"


def test_fields_of_json_are_chosen_by_their_values_too():
    lines = ['{"СДЭК": 350, "Номер заказа": "m-1"}', '{"СДЭК": 420, "Номер заказа": "m-2"}']
    assert names("\n".join(lines)) == [(None, None, "m-1"), (None, None, "m-2")]
    assert names('{"Номер": "S-1", "Тип": "Номер заказа"}\n') == [(None, None, "S-1")]
    assert open_error('{"Заказ": 312}\n{"Заказ": 30}\n' * 600).code == "input_no_valid_row"
    twins = f'{{"Трек-номер": {C1}, "Накладная": {C1}}}\n'
    different = f'{{"Трек-номер": {C1}, "Накладная": {C2}}}\n'
    assert read(twins * 200 + different)[-1].error == RowError("bad_row_differs", "cdek_number")
    assert open_error(different).code == "input_columns_ambiguous"


def test_order_with_a_number_sign_is_a_shops_number():
    assert names(f"Заказ №;Накладная №\nm-1;{C1}\n") == [(None, C1, "m-1")]
    assert names(f"Order #;Tracking #\nm-1;{C1}\n") == [(None, C1, "m-1")]


def test_number_with_blanks_between_its_digits_stays_in_its_column():
    (row,) = read("Номер заказа;Накладная\nm-1;1 106 625 424\n")
    assert row.error is not None
    assert detect_form("1 106 625 424") == "cdek_number"
    assert detect_form("1 200") == "amount"


BASE = {"Номер заказа": ("m-1", "m-2", "m-3"), "Трек-номер": (C1, C2, "1106625426")}
EXPECTED = [(None, cdek, shop) for shop, cdek in zip(*BASE.values(), strict=True)]
NOISE = {
    "№": ("1", "2", "3"),
    "№ п/п": ("00017", "00018", "00019"),
    "Номер": ("РН-1", "РН-2", "РН-3"),
    "Заказ": ("17", "312", "5"),
    "Накладная": ("", "", ""),
    "Накладная СДЭК": (" ", "-", ""),
    "Номер ИМ": ("m-1", "", "m-3"),
    "im_number": ("", "", ""),
    "Track": (C1, C2, ""),
    "СДЭК": ("350", "350,50", "1 200,00"),
    "CDEK": ("350", "", "350 ₽"),
    "UUID": (*MOYSKLAD_UUIDS, ""),
    "Идентификатор": ("17", "18", "19"),
    "Трекинг": ("01.11.2026", "02.11.2026", ""),
    "Телефон": ("79991112233", "79991112244", "79991112255"),
    "Сумма": ("100", "200", "300"),
    "Перевозчик": ("СДЭК", "СДЭК", "СДЭК"),
    "Комментарий": ("не забрал", "", "Номер заказа"),
}


@given(
    noise=st.sets(st.sampled_from(sorted(NOISE))),
    order=st.randoms(use_true_random=False),
    titles=st.lists(st.sampled_from(["СДЭК", "Заказ", "Невыкуп за ноябрь", ""]), max_size=3),
    count=st.integers(1, 3),
)
def test_permuted_columns_and_noise_never_change_which_orders_are_read(noise, order, titles, count):
    columns = [*BASE.items(), *((header, NOISE[header]) for header in noise)]
    order.shuffle(columns)
    header, values = zip(*columns, strict=True)
    rows = [*([title] for title in titles), list(header), *list(map(list, zip(*values, strict=True)))[:count]]
    layout = detect_layout("f", rows, {})
    assert layout.header_row == len(titles) + 1
    read_row = make_row_reader(layout, "auto")
    items = [read_row(number, row) for number, row in enumerate(rows[layout.header_rows :])]
    assert [row[1:4] for row in items] == EXPECTED[:count]
    assert all(row.error is None for row in items)


@given(
    headers=st.lists(st.sampled_from(sorted({*NOISE, *BASE})), min_size=1, max_size=5, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_no_name_is_read_from_a_column_that_is_not_an_orders(headers, order):
    order.shuffle(headers)
    table = NOISE | BASE
    rows = [headers, *map(list, zip(*(table[header] for header in headers), strict=True))]
    try:
        layout = detect_layout("f", rows, {})
    except InputFileError as error:
        assert error.code == "input_columns_ambiguous"
        return
    own = {value for header in (*BASE, "Номер", "UUID") for value in table[header]}
    read_row = make_row_reader(layout, "auto") if layout else lambda *_: None
    for number, row in enumerate(rows[layout.header_rows if layout else 1 :]):
        item = read_row(number, row)
        assert item is None or set(filter(None, item[1:4])) <= own
