"""Text inputs: CSV, plain lists and JSON Lines, and their errors."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oint.refusals.input import ROW_ERRORS, InputFileError, open_input
from oint.refusals.input.detection import ENCODINGS
from oint.refusals.input.errors import FILE_ERRORS

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
PROSE = "много слов, и ни одного заказа: это просто проза из книги\nи ещё одна длинная строка без запятых и без номеров в ней\n"
OTHER = "0b7a1d6e-1111-4222-8333-0123456789ab"


def read(data, **options):
    data = data.encode() if isinstance(data, str) else data
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        return list(source.rows())


def names(data, **options):
    return [row[1:4] for row in read(data, **options)]


def kind(data, **options):
    data = data.encode() if isinstance(data, str) else data
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        return source.kind


def open_error(data, **options):
    with pytest.raises(InputFileError) as caught:
        read(data, **options)
    return caught.value


def error_codes(data, **options):
    return [row.error and row.error.code for row in read(data, **options)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_reads_any_delimiter_encoding_and_line_end(delimiter, encoding, end):
    lines = [["Клиент", "UUID заказа", "Накладная"], ["Пётр Иванович", UUID, "1106625424"], ["Анна", OTHER, ""], [""]]
    text = end.join(delimiter.join(line) for line in lines)
    assert read(text.encode(encoding)) == [(2, UUID, "1106625424", None, None), (3, OTHER, None, None, None)]


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("uuid", 0),
        ("UUID заказа", 0),
        ("Order UUID", 0),
        ("Номер СДЭК", 1),
        ("№ накладной", 1),
        ("ТРЕК-НОМЕР", 1),
        ("cdek_number", 1),
        ("tracking number", 1),
        ("Номер заказа", 2),
        ("Номер  интернет-магазина", 2),
        ("im_number", 2),
        ("Order Number", 2),
    ],
)
def test_header_matches_ignoring_case_spaces_and_punctuation(header, place):
    value = (UUID, "1106625424", "A-1")[place]
    (row,) = names(f"комментарий;{header}\nтекст;{value}\n")
    assert [index for index, name in enumerate(row) if name == value] == [place]


def test_titles_above_header_are_skipped_but_counted():
    rows = read(f"Заказы на отказ\n\nuuid;комментарий\n\n{UUID};\n;;\n{OTHER};x\n")
    assert [(row.number, row.uuid) for row in rows] == [(5, UUID), (7, OTHER)]


def test_user_columns_are_the_only_ones_read():
    text = f"Моя колонка;Другая;Номер заказа\n{UUID};1106625424;A-1\n"
    assert names(text, columns={"uuid": "моя колонка"}) == [(UUID, None, None)]
    assert names(text, columns={"uuid": "A", "cdek_number": "2"}) == [(UUID, "1106625424", None)]
    assert names(text, columns={"uuid": "Моя колонка", "cdek_number": "B"}) == [(UUID, "1106625424", None)]


def test_columns_by_position_need_no_header():
    assert names(f"{UUID};1\n{OTHER};2\n", columns={"uuid": "A"}) == [(UUID, None, None), (OTHER, None, None)]


@pytest.mark.parametrize("place", ["2", "B", "b"])
def test_data_row_equal_to_position_is_not_a_header(place):
    text = f"shop-1;shop-11\nshop-2;shop-12\n{place};shop-13\nshop-4;shop-14\n"
    assert names(text, columns={"im_number": place}) == [(None, None, f"shop-1{number}") for number in range(1, 5)]


def test_position_and_header_name_can_be_combined():
    text = f"Отказы\nМоя;Количество;Заказ\n{UUID};2;A-1\n{OTHER};3;A-2\n"
    assert names(text, columns={"uuid": "Моя", "im_number": "3"}) == [(UUID, None, "A-1"), (OTHER, None, "A-2")]


@pytest.mark.parametrize(("place", "other"), [("2", "im_number=B"), ("B", "im_number=2")])
def test_position_that_is_also_another_header_is_an_error(place, other):
    error = open_error(f"{place};Заказ\nA-1;A-2\n", columns={"im_number": place})
    assert error.code == "input_position_or_name"
    assert other in error.hint.en
    assert other in error.hint.ru


def test_json_field_name_wins_over_position():
    text = json.dumps({"B": "A-1", "sum": 7}) + "\n"
    assert names(text, columns={"im_number": "B"}) == [(None, None, "A-1")]
    assert names(text, columns={"im_number": "2"}) == [(None, None, "7")]


def test_letters_beyond_the_table_are_a_header_name():
    assert names(f"Отказы\nName;ID\nx;{UUID}\n", columns={"uuid": "ID"}) == [(UUID, None, None)]
    assert names("N;Name\nA-1;x\n", columns={"im_number": "N"}) == [(None, None, "A-1")]
    assert open_error("A-1;x\nn;y\n77;z\n", columns={"im_number": "N"}).code == "input_header_missing"
    assert open_error("A-1;x\nn;y\n77;z\n", columns={"im_number": "77"}).code == "input_header_missing"


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Номер заказа;Дата", {"im_number": "A"}),
        ("Отправление;Дата", {"cdek_number": "1"}),
        ("UUID;Наш заказ", {"uuid": "A", "im_number": "B"}),
        ("Отказы за 2 марта\n\nНомер заказа;Дата", {"im_number": "A"}),
    ],
)
def test_header_above_positional_columns_is_not_an_order(header, columns):
    data = f"{UUID};2" if "uuid" in columns else "1106625424;2"
    assert [row.error for row in read(f"{header}\n{data}\n", columns=columns)] == [None]


def test_first_row_that_may_be_an_order_is_data():
    assert names("first-order;x\nsecond-order;y\n", columns={"im_number": "A"}) == [
        (None, None, "first-order"),
        (None, None, "second-order"),
    ]
    assert names("first-order;СДЭК\n", columns={"im_number": "A"}) == [(None, None, "first-order")]
    rows = read(f";Анна\n{UUID};Пётр\n", columns={"uuid": "A"})
    assert [(row.number, row.error and row.error.code) for row in rows] == [(1, "bad_row_empty"), (2, None)]


def test_commas_in_address_do_not_separate_columns():
    text = "shop-1;Омск, Мира, 5, кв. 7\nshop-2;Омск, Мира, 6\nshop-3;Тара\n"
    assert names(text, columns={"im_number": "A"}) == [(None, None, f"shop-{number}") for number in (1, 2, 3)]


def test_row_keeps_all_identifiers_and_reports_invalid_one():
    good, bad = read(f"uuid,cdek_number,im_number\n{UUID},1106625424,A-1\n{OTHER},abc-77,A-2\n")
    assert good[1:] == (UUID, "1106625424", "A-1", None)
    assert bad[1:] == (OTHER, None, "A-2", ("bad_row_number", "cdek_number: xxx-99"))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("no-uuid", "bad_row_uuid"),
        (UUID[:-1], "bad_row_uuid"),
        ("1106625424", "bad_row_uuid"),
    ],
)
def test_invalid_uuid_is_reported_by_form_alone(cell, code):
    _, row = read(f"uuid;x\n{UUID};\n{cell};\n")
    assert row.error.code == code
    assert not any(part in row.error.detail for part in ("110", "no-", "7275"))


@pytest.mark.parametrize(
    "cell", [UUID.upper(), f"{{{UUID}}}", f"  {UUID} ", f"\u200b{UUID}\u00a0", f"'{UUID}", f'"=""{UUID}"""']
)
def test_uuid_is_stripped_of_decoration(cell):
    assert names(f"uuid;x\n{cell};\n") == [(UUID, None, None)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1,10663E+09", "bad_row_rounded"), ("1.10663E+09", "bad_row_rounded"), ("11066 25424", "bad_row_number"),
     ("0", "bad_row_number"), ("9223372036854775808", "bad_row_number"), ("١٢٣", "bad_row_number")],
)  # fmt: skip
def test_damaged_number_is_row_error(cell, code):
    assert error_codes(f"cdek_number;x\n1;\n{cell};\n") == [None, code]


@pytest.mark.parametrize("cell", ["1106625424.0", "1\u00a0106\u00a0625\u00a0424", "1106625424,00", "'1106625424"])
def test_number_formatted_by_spreadsheet_is_read(cell):
    assert names(f"cdek_number;x\n{cell};\n") == [(None, "1106625424", None)]


def test_shop_number_is_at_most_40_printable_characters():
    text = f"im_number;x\n{'n' * 40};\n{'n' * 41};\na\x07b;\n"
    assert error_codes(text) == [None, "bad_row_shop_number", "bad_row_shop_number"]


def test_row_without_order_is_error_and_empty_row_is_skipped():
    rows = read(f"uuid;Имя\n{UUID};\n;Анна\n;\n-;\n")
    assert [(row.number, row.error and row.error.code) for row in rows] == [
        (2, None),
        (3, "bad_row_empty"),
        (5, "bad_row_empty"),
    ]
    assert "Анна" not in str(rows)


def test_row_wider_than_header_is_row_error():
    assert error_codes(f"Имя;cdek_number;uuid\nA;1;{UUID}\nООО; Ромашка;2;{UUID}\nB;3;{UUID};\n")[1] is not None
    assert error_codes("cdek_number;Имя\n1;A\n2;ООО;Ромашка\n3;B;;\n") == [None, "bad_row_columns", None]


def test_multiline_cell_is_one_row():
    assert names(f'uuid;Комментарий\n{UUID};"первая\nвторая; и третья"\n{OTHER};\n') == [
        (UUID, None, None),
        (OTHER, None, None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f'Имя;uuid\nA;{UUID}\n"ООО;{OTHER}\nB;{UUID}\n',
        f'Имя;uuid\n"ООО;{UUID}\nB;{OTHER}\n"ИП;{UUID}\nC;{OTHER}\n',
        f'uuid;Имя\n{UUID};A\n{UUID};"' + f"{OTHER};B\n" * 20_000,
    ],
)
def test_unclosed_quote_is_an_error(text):
    assert open_error(text).code == "input_quotes"


@pytest.mark.parametrize("long", ["x" * 200_000, '"' + "x;\n" * 100_000 + '"'], ids=["one line", "many lines"])
def test_very_long_cell_is_read(long):
    text = f"uuid;Комментарий\n{UUID};{long}\n{OTHER};y\n"
    assert kind(text) == "csv"
    assert names(text) == [(UUID, None, None), (OTHER, None, None)]


def test_unclosed_quote_in_first_lines_is_not_a_list():
    lines = ("x" * 50_000 + "\n") * 30
    assert open_error(f'uuid;Имя\n{UUID};"{lines}').code == "input_quotes"
    assert open_error(f'"{lines}uuid;Имя\n{UUID};y\n').code == "input_quotes"


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("auto", [(UUID, None, None), (None, "1106625424", "1106625424"), (None, None, "A-1")]),
        ("shop", [(None, None, UUID), (None, None, "1106625424"), (None, None, "A-1")]),
        ("cdek", [(None, None, None), (None, "1106625424", None), (None, None, None)]),
        ("uuid", [(UUID, None, None), (None, None, None), (None, None, None)]),
    ],
)
def test_plain_list_is_read_by_form_or_by_option(by, expected):
    text = f"{UUID}\n\n1106625424\nA-1\n"
    assert kind(text, by=by) == "lines"
    assert names(text, by=by) == expected
    assert [row.number for row in read(text, by=by)] == [1, 3, 4]


def test_almost_uuid_is_not_read_as_shop_number():
    assert error_codes(f"{UUID}\n{UUID[:-1]}\n{UUID}0\n") == [None, "bad_row_uuid", "bad_row_uuid"]


def test_json_lines_read_objects_texts_and_numbers():
    lines = [
        json.dumps({"uuid": UUID, "Номер СДЭК": None, "cdek_number": 1106625424}),
        json.dumps(UUID),
        "1106625424",
        "",
        "{broken",
        json.dumps({"name": "Анна"}),
        json.dumps({"uuid": [UUID]}),
        "[" * 5000,
    ]
    rows = read(json.dumps({"cdek_number": "7"}) + "\n" + "\n".join(lines))
    assert [(row.number, *row[1:4]) for row in rows][:4] == [
        (1, None, "7", None),
        (2, UUID, "1106625424", None),
        (3, UUID, None, None),
        (4, None, "1106625424", "1106625424"),
    ]
    assert [(row.number, row.error.code) for row in rows[4:]] == [
        (6, "bad_row_json"),
        (7, "bad_row_empty"),
        (8, "bad_row_value"),
        (9, "bad_row_json"),
    ]


@pytest.mark.parametrize(
    "text", [json.dumps([{"uuid": UUID}]), json.dumps([{"uuid": UUID}], indent=1), '{\n "uuid": 1\n}']
)
def test_single_json_document_error_says_how_to_convert(text):
    error = open_error(text)
    assert error.code == "input_json_document"
    assert "jq" in str(error.hint)


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        ("", {}, "input_empty"),
        ("\n \n", {}, "input_empty"),
        ("uuid;x\n;\n", {}, "input_empty"),
        (bytes(range(256)) * 10, {}, "input_binary"),
        (b"\x01\x02\x03\x04" * 10, {}, "input_binary"),
        ("имя;город\nа;б\n", {}, "input_header_missing"),
        (f"uuid;x\n{UUID};\n", {"columns": {"uuid": "нет такой"}}, "input_header_missing"),
        (f"uuid;x\n{UUID};\n", {"columns": {"uuid": "Z"}}, "input_header_missing"),
        (f"uuid;x\n{UUID};\n", {"columns": {"phone": "A"}}, "input_column_unknown"),
        (f"uuid;UUID заказа\n{UUID};{OTHER}\n", {}, "input_columns_ambiguous"),
        (f"uuid;x\n{UUID};\n", {"delimiter": ";;"}, "input_delimiter_unknown"),
        (f"uuid;x\n{UUID};\n", {"delimiter": '"'}, "input_delimiter_unknown"),
        (f"uuid;x\n{UUID};\n", {"encoding": "no-such"}, "input_encoding_unknown"),
        (f"uuid;x\n{UUID};\n", {"encoding": "zlib"}, "input_encoding_unknown"),
        ("имя;uuid\n".encode("cp1251"), {"encoding": "utf-8"}, "input_encoding_wrong"),
        (b"x" * (1024 * 1024 + 10), {}, "input_line_too_long"),
        (PROSE * 500, {}, "input_no_valid_row"),
    ],
)
def test_unusable_file_raises_error_with_code(data, options, code):
    assert open_error(data, **options).code == code


def test_error_shows_unknown_header_but_no_data():
    assert "«Имя», «Город»" in str(open_error("Имя;Город\nАнна;Омск\n"))
    hidden = str(open_error("Анна Иванова;+79990001122\nПётр;+79990001133\n"))
    assert "Анна" not in hidden
    assert "999" not in hidden


def test_cp1251_letter_at_end_of_long_file_is_detected():
    data = (f"im_number;x\n{'A-1;y'}\n" + "A-2;y\n" * 200_000 + "Ж-3;\n").encode("cp1251")
    assert read(data)[-1].im_number == "Ж-3"


def test_unreadable_path_raises_error_with_code(tmp_path):
    for path, code in [
        (tmp_path / "нет.csv", "input_missing"),
        (tmp_path, "input_folder"),
        ("a\0b", "input_unreadable"),
    ]:
        with pytest.raises(InputFileError) as caught:
            open_input(path)
        assert caught.value.code == code


def test_rows_can_be_read_twice_concurrently():
    with open_input("-", stdin=io.BytesIO(f"uuid\n{UUID}\n{OTHER}\n".encode())) as source:
        pairs = list(zip(source.rows(), source.rows(), strict=True))
    assert [first == second for first, second in pairs] == [True, True]


def test_fingerprint_depends_on_bytes_and_read_options(tmp_path):
    def fingerprint(text, **options):
        path = tmp_path / "a.csv"
        path.write_text(text, encoding="utf-8")
        with open_input(path, **options) as source:
            return source.fingerprint

    text = f"uuid;x\n{UUID};\n"
    prints = [
        fingerprint(text),
        fingerprint(text + "\n"),
        fingerprint(text, by="uuid"),
        fingerprint(text, columns={"uuid": "A"}),
        fingerprint(text, delimiter=";"),
        fingerprint(text, encoding="utf-8"),
    ]
    assert len(set(prints)) == len(prints)
    assert fingerprint(text) == prints[0]
    with open_input("-", stdin=io.BytesIO(text.encode())) as source:
        assert source.fingerprint == prints[0]
        assert source.name == "-"


def test_every_error_has_text_and_hint_in_both_languages():
    for text, hint in [*FILE_ERRORS.values(), *ROW_ERRORS.values()]:
        assert all((*text, *hint))
        assert text.ru != text.en
        assert hint.ru != hint.en


TEXT = st.one_of(
    st.text(),
    st.text(alphabet='uid;,\n\r\t"|{}[]:0aА\x00\x1f\ufeff '),
    st.lists(st.sampled_from(["uuid", "заказ", ";", ",", "\n", '"', UUID, "1", "{", "}", ":", "[", "sep="])).map(
        "".join
    ),
)


@given(
    data=st.one_of(
        st.binary(), st.tuples(TEXT, st.sampled_from(ENCODINGS)).map(lambda it: it[0].encode(it[1], "replace"))
    ),
    by=st.sampled_from(["auto", "uuid", "cdek", "shop"]),
    encoding=st.one_of(st.none(), st.sampled_from(ENCODINGS)),
    delimiter=st.one_of(st.none(), st.text(max_size=2)),
    columns=st.dictionaries(st.sampled_from(["uuid", "cdek_number", "im_number", "order"]), st.text(max_size=3)),
)
def test_any_bytes_and_options_give_rows_or_input_error(data, by, encoding, delimiter, columns):
    try:
        rows = read(data, by=by, encoding=encoding, delimiter=delimiter, columns=columns)
    except InputFileError as error:
        assert str(error.text)
        assert str(error.hint)
    else:
        assert rows
        for row in rows:
            assert (row.error is not None) or any(row[1:4])
            assert row.error is None or row.error.code in ROW_ERRORS
        assert [row.number for row in rows] == sorted({row.number for row in rows})


ORDERS = st.lists(
    st.tuples(
        st.uuids(version=4).map(str),
        st.one_of(st.just(""), st.integers(1, 2**63 - 1).map(str)),
        st.one_of(st.just(""), st.from_regex(r"[A-ZА-Я][0-9A-Za-z#;,|]{0,20}", fullmatch=True)),
        st.sampled_from(["", "да", "слова; и, ещё | слова", 'кавычка "внутри"']),
    ),
    min_size=1,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    orders=ORDERS,
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_csv_rows_round_trip(orders, delimiter, encoding, end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([("UUID заказа", "Номер СДЭК", "Номер заказа", "Комментарий"), *orders])
    assert read(text.getvalue().encode(encoding)) == [
        (number, uuid, cdek or None, shop or None, None) for number, (uuid, cdek, shop, _) in enumerate(orders, 2)
    ]


def test_order_column_is_ignored_beside_specific_column(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(f"Заказ;UUID заказа\n0;{UUID}\nот 12.11.2026;{OTHER}\n", "utf-8")
    with open_input(path) as source:
        assert [(row.uuid, row.cdek_number, row.error) for row in source.rows()] == [
            (UUID, None, None),
            (OTHER, None, None),
        ]
