"""Number formats: what a cell shows is rendered where it is certain, and unknown everywhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.number_formats import (
    NumberFormat,
    get_built_in_format,
    get_number_format,
)

SHOWN = [
    ("General", "45", "45"),
    ("general", "1106625424", "1106625424"),
    ("GENERAL", "1.106625424E9", "1106625424"),
    ("General", "123456789012", "123456789012"),
    ("General", "-5", "-5"),
    ("", "45", "45"),
    ("@", "45", "45"),
    ("@", "0123", "123"),
    ("0", "45", "45"),
    ("0", "45.0", "45"),
    ("000000", "123", "000123"),
    ("000000", "12345678", "12345678"),
    ("00000", "0", "00000"),
    ("#", "45", "45"),
    ("#", "0", ""),
    ("#,##0", "1106625424", "1106625424"),
    ("#,##0", "0", "0"),
    ("000,000", "123", "000123"),
    ("# ##0", "1106625424", "1106625424"),
    (r"#\ ##0", "1234", "1234"),
    ('"IM-"0000', "45", "IM-0045"),
    ('"IM-"0000000', "45", "IM-0000045"),
    (r"\I\M\-0000", "45", "IM-0045"),
    ('"ЦБ00-"000000', "123", "ЦБ00-000123"),
    ('0000"-2026"', "45", "0045-2026"),
    ('"№ "0', "45", "№ 45"),
    ("000-000", "123456", "123-456"),
    ("000-000", "12", "000-012"),
    ("000-00-0000", "1234567890", "1234-56-7890"),
    ("00/0", "45", None),
    ('"A"/000', "45", "A/045"),
    ("(0)", "45", "(45)"),
    ("???0", "45", "45"),
    ('"IM"???0', "45", "IM  45"),
    ("[Red]0000", "45", "0045"),
    ("[Color 10]0", "45", "45"),
    ("[$-419]0000", "45", "0045"),
    ('"IM-"General', "45", "IM-45"),
    ("0_)", "45", "45"),
    ("_-* #,##0_-", "1106625424", "1106625424"),
    ("* 0", "45", "45"),
    ("*00", "45", None),
    ('0000;-0000;"нет"', "45", "0045"),
    ('0000;-0000;"нет"', "0", "нет"),
    ('General;General;"нет"', "0", "нет"),
    ("General;-General", "45", "45"),
    ("0;-0;;@", "45", "45"),
    ("0;-0;;@", "0", ""),
    (";;;", "45", ""),
    ('"скрыто"', "45", "скрыто"),
    ("0;@", "45", "45"),
    ("0000;0;0;@", "45", "0045"),
    ("###-000", "5", None),
    ("##-##", "123", None),
    ("0.00", "45", None),
    ("0,", "4500", None),
    (",0", "45", None),
    ("0,0.0", "45", None),
    ("0%", "45", None),
    ("0.00E+00", "45", None),
    ("# ?/?", "45", None),
    ("#,##0.00 ₽", "350", None),
    ('#,##0" ₽"', "350", "350 ₽"),
    ('#,##0" ₽"', "1350", None),
    ("№0000", "45", None),
    ("[>100]0000;0", "45", None),
    ("[$₽-419]0", "45", None),
    ("0;0;0;@;0", "45", None),
    ('"0000', "45", None),
    ('"IM-"@', "45", None),
    ("0@", "45", None),
    ("General General", "45", None),
    ("0\0", "45", None),
    ("0" * 256, "45", None),
    ("0000", "-45", None),
    ("0;-0", "-45", None),
]


@pytest.mark.parametrize(("code", "stored", "shown"), SHOWN)
def test_number_is_rendered_as_shown_or_unknown(code, stored, shown):
    text = NumberFormat(code).render_number(stored)
    assert text == shown if shown is not None else (isinstance(text, RowError) and text.code == "bad_row_format")


@pytest.mark.parametrize(
    "code",
    [
        "dd.mm.yyyy",
        "d",
        "yyyy-mm-dd;@",
        "[h]:mm",
        "h:mm AM/PM",
        "[$-419]d mmmm yyyy;@",
        "[$-F800]dddd",
        "[mm]",
        "General;dd",
    ],
)
def test_number_in_date_format_is_date(code):
    stored, expected = ("46000", "bad_row_date") if code != "General;dd" else ("-46000", "bad_row_format")
    assert NumberFormat(code).render_number(stored).code == expected


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("1.5", "bad_row_fraction"),
        ("1106625424.5", "bad_row_fraction"),
        ("1E-300", "bad_row_fraction"),
        ("1234567890123456", "bad_row_rounded"),
        ("1E999999999", "bad_row_rounded"),
        ("Infinity", "bad_row_rounded"),
        ("NaN", "bad_row_rounded"),
        ("1" * 65, "bad_row_format"),
        ("٤٥", "bad_row_format"),
        ("0x10", "bad_row_format"),
        ("", "bad_row_format"),
    ],
)
@pytest.mark.parametrize("format_code", ["General", "0000", "@"])
def test_number_that_is_not_whole_and_exact_is_never_rendered(format_code, stored, code):
    assert NumberFormat(format_code).render_number(stored).code == code


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", "45"),
        ("000000", "45"),
        ("dd.mm.yyyy;@", "45"),
        ("0;-0;0", "45"),
        ("@", "45"),
        ('"IM-"@', "IM-45"),
        ('0;-0;0;"IM-"@', "IM-45"),
        ('@" шт"', "45 шт"),
        ("0;-0;0;", ""),
        (";;;", ""),
        ('0;0;0;"нет"', "нет"),
        ("0;0;0;0", None),
        ("0;0;0;0;0", None),
        ("@@", None),
    ],
)
def test_text_is_shown_as_it_is_unless_the_format_changes_it(code, shown):
    text = NumberFormat(code).render_text("45")
    assert text == shown if shown is not None else isinstance(text, RowError)


def test_unknown_format_knows_neither_number_nor_text():
    unknown = get_number_format(None)
    assert unknown.render_number("45") == RowError("bad_row_format", "99")
    assert unknown.render_text("45") == RowError("bad_row_format", "")


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "45"), (1, "45"), (3, "45"), (37, "45"), (41, "45"), (49, "45"), (2, None), (9, None), (44, None)],
)
def test_built_in_format_is_rendered_unless_language_decides(number, shown):
    text = get_number_format(get_built_in_format(number)).render_number("45")
    assert text == shown if shown is not None else isinstance(text, RowError)


@pytest.mark.parametrize("number", [14, 22, 30, 45, 57])
def test_built_in_format_of_date_is_date(number):
    assert get_number_format(get_built_in_format(number)).render_number("45").code == "bad_row_date"


@given(st.text("0#?,;@-+()/ .%EGeneral[]dmyhs*_", max_size=20), st.integers(0, 10**15 - 1))
def test_no_format_without_literal_digits_changes_the_digits_of_a_number(code, number):
    text = NumberFormat(code).render_number(str(number))
    if isinstance(text, str) and (digits := "".join(filter(str.isdigit, text))):
        assert digits.lstrip("0") == str(number).lstrip("0")


@given(st.text("IM-№ АБ", max_size=6), st.integers(1, 8), st.text("-/ шт.", max_size=4), st.integers(1, 10**9))
def test_literals_and_zeros_stand_around_the_digits(before, width, after, number):
    shown = NumberFormat(f'"{before}"{"0" * width}"{after}"').render_number(str(number))
    assert shown == f"{before}{number:0{width}}{after}".strip()


@given(st.text(max_size=30), st.text(max_size=10))
def test_any_text_as_format_or_number_raises_nothing(code, stored):
    assert isinstance(NumberFormat(code).render_number(stored), str | RowError)
    assert isinstance(NumberFormat(code).render_text(stored), str | RowError)
