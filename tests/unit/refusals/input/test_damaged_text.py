"""A bad byte costs its row where it stands in the order's cell, and nothing elsewhere."""

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.input import InputFileError, open_input
from oint.refusals.input.identifiers import is_damaged

BAD = "bad_row_encoding"
TABLE = "Номер заказа;Имя\nЖ-1;Иван\nЖ-2;Пётр\n"


def read(data, **options):
    """Return row number -> shop number, or the code of its error."""
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        return {row.number: row.error.code if row.error else row.im_number for row in source.rows()}


def open_error(data, **options):
    with pytest.raises(InputFileError) as caught:
        read(data, **options)
    return caught.value


def test_cut_letter_in_another_column_costs_nothing():
    data = "Order number;Comment\nshop-1;хорош".encode() + b"\xd0\nshop-2;\xd1\x8f\n"
    assert read(data) == {2: "shop-1", 3: "shop-2"}


def test_cut_letter_in_number_costs_its_row_and_names_column():
    data = "Order;Sum\nЗАКАЗ-1;1\n".encode() + b"\xd0\x97\xd0-77;1\n"
    assert read(data) == {2: "ЗАКАЗ-1", 3: BAD}
    with open_input("-", stdin=io.BytesIO(data)) as source:
        (_, bad) = source.rows()
    assert bad.error.detail == "im_number: x?-99"


@pytest.mark.parametrize("cell", ["Ж\ufffd-3", "\ufffd"])
@pytest.mark.parametrize("column", ["uuid", "cdek_number", "im_number", "order"])
def test_replacement_character_in_any_order_column_is_invalid(cell, column):
    assert read(f"x;{column}\n;A-1\n;{cell}\n".encode(), columns={column: "B"})[3] == BAD


@pytest.mark.parametrize(
    ("most", "other"), [("utf-8", "cp1251"), ("cp1251", "utf-8"), ("utf-8", "cp866"), ("cp866", "utf-8")]
)
def test_lines_in_another_encoding_cost_their_rows(most, other):
    data = TABLE.encode(most) + "Ж-3;\nA-4;Анна\n".encode(other) + "Ж-5;Мария\n".encode(most)
    assert read(data) == {2: "Ж-1", 3: "Ж-2", 4: BAD, 5: "A-4", 6: "Ж-5"}


def test_stray_byte_in_cp1251_costs_its_row():
    data = TABLE.encode("cp1251") + b"A\x98-3;x\nA-4;\x98\n"
    assert read(data) == {2: "Ж-1", 3: "Ж-2", 4: BAD, 5: "A-4"}


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("has_bom", [True, False])
def test_broken_surrogate_in_utf_16_costs_its_row(codec, has_bom):
    bom = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[codec]
    half = "\U0001f600".encode(codec)[:2]
    data = TABLE.encode(codec) + half + ";x\nA-4;".encode(codec) + half + "\nA-5;x\n".encode(codec)
    assert read((bom if has_bom else b"") + data) == {2: "Ж-1", 3: "Ж-2", 4: BAD, 5: "A-4", 6: "A-5"}


def test_odd_byte_at_end_of_utf_16_costs_last_row():
    assert read(TABLE.encode("utf-16") + b"7") == {2: "Ж-1", 3: "Ж-2", 4: BAD}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_byte_lost_from_utf_16_is_an_error(line_end):
    text = TABLE.replace("\n", line_end) * 3
    data = codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    assert open_error(data[:61] + data[62:]).code == "input_utf16_broken"


def test_damaged_order_at_end_of_table_is_reported():
    assert read(TABLE.encode() + b"\xff;x\n") == {2: "Ж-1", 3: "Ж-2", 4: BAD}


def test_zero_byte_in_number_costs_its_row():
    text = "Номер заказа;Имя\nA-1;Ив\0ан\nA\0-2;Пётр\nA-3;\n"
    assert read(text.encode()) == {2: "A-1", 3: "bad_row_shop_number", 4: "A-3"}
    assert open_error(text.encode() + b"\0" * 50).code == "input_binary"


def test_users_encoding_may_have_few_bad_lines():
    table = (TABLE + "A-3;x\n" * 400).encode()
    assert read(table + b"\xff-4;x\nA-5;\xff\n", encoding="utf-8")[404] == BAD
    assert open_error(table + b"A-4;\xff\n" * 5, encoding="utf-8").code == "input_encoding_wrong"
    assert "utf-8," not in str(open_error(TABLE.encode("cp1251"), encoding="utf-8"))
    assert open_error(TABLE.encode("cp1251"), encoding="utf-8").code == "input_encoding_wrong"
    assert read(TABLE.encode() + b"A-3;\xff\n", encoding="utf-8") == {2: "Ж-1", 3: "Ж-2", 4: "A-3"}


def test_users_utf_16_needs_no_byte_order_mark():
    assert read(TABLE.encode("utf-16-be"), encoding="utf-16") == {2: "Ж-1", 3: "Ж-2"}
    assert open_error(b"uuid;x\n", encoding="utf-16").code == "input_encoding_wrong"


def test_json_lines_lose_the_damaged_line_alone():
    data = '{"im_number": "Ж-1", "x": "я'.encode() + b'\xd0"}\n{"im_number": "\xd0-2"}\n"\xd0\x96-3"\n'
    assert read(data) == {1: "Ж-1", 2: BAD, 3: "Ж-3"}


@pytest.mark.parametrize("text", ["Ж-1", "В№5", "С–3", "Заказ № 5", "ЦБ00-000123", "ÄÖ-1", "№1", "«A-1»"])
def test_text_in_its_own_encoding_is_not_damaged(text):
    assert not is_damaged(text)


@given(st.text("АБВЖЯабвжяё -0123456789", max_size=20), st.sampled_from("АЖЯ"), st.sampled_from(["cp1251", "cp866"]))
def test_text_read_in_another_encoding_is_damaged(text, capital, codec):
    try:
        misread = (capital + text).encode().decode(codec)
    except UnicodeError:  # cp1251 lacks a byte
        return
    assert is_damaged(misread)
