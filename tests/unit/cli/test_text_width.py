"""Measure, cut, pad and wrap texts by the columns that a terminal needs for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cli.text_width import cut_text, measure_width, pad_text, wrap_text

TEXTS = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" 訂é́я⚠️📦"), max_size=60)


@pytest.mark.parametrize(
    ("text", "width"),
    [("IM-1", 4), ("заказ", 5), ("訂單", 4), ("ｱ", 1), ("Ａ", 2), ("e\u0301", 1), ("📦", 2), ("⚠\ufe0f", 2), ("", 0)],
)
def test_width_counts_columns_not_characters(text, width):
    assert measure_width(text) == width


@given(TEXTS, st.integers(0, 80))
def test_cut_text_never_exceeds_its_width(text, width):
    result = cut_text(text, width)
    assert measure_width(result) <= width
    assert result == text or width == 0 or result.endswith("…")
    assert (measure_width(text) <= width) == (result == text)


@given(TEXTS, st.integers(0, 80))
def test_padded_text_has_exactly_its_width(text, width):
    assert measure_width(pad_text(text, width)) == width


@given(TEXTS, st.integers(4, 80))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    lines = list(wrap_text(text, width, first="- ", rest="  "))
    assert max(map(measure_width, lines)) <= width
    assert "".join("".join(lines)[2:].split()) == "".join(text.split())


def test_cut_never_splits_a_wide_character():
    assert cut_text("訂單號碼", 6) == "訂單…"


def test_continued_lines_are_indented():
    assert list(wrap_text("Дубли: в этом файле 2", 14, first="· ", rest="  ")) == ["· Дубли: в", "  этом файле 2"]
