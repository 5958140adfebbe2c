"""Counts of the rows that a reading leaves out."""

from oint.cli.refusals._formatting import LEFT_OUT_LABELS, format_left_out
from oint.refusals.input.left_out import MAX_NUMBERS_KEPT, LeftOut


def test_left_out_keeps_counts_and_first_numbers_by_reason():
    left_out = LeftOut()
    assert not left_out
    left_out.add("hidden_row", 3)
    for number in range(10, 35):
        left_out.add("after_table", number)
    assert left_out.to_json() == {
        "hidden_row": {"count": 1, "rows": [3]},
        "after_table": {"count": 25, "rows": list(range(10, 10 + MAX_NUMBERS_KEPT))},
    }


def test_every_reason_is_described_in_both_languages():
    left_out = LeftOut()
    for reason in LEFT_OUT_LABELS:
        left_out.add(reason, 7)
    text = format_left_out(left_out)
    assert text.en.startswith("Left out: hidden rows: 1 (7); ")
    assert text.ru.startswith("Пропущено: скрытые строки: 1 (7); ")
    for _ in range(MAX_NUMBERS_KEPT):
        left_out.add("note", 8)
    assert "8, …)" in format_left_out(left_out).en


def test_sheet_that_is_left_out_is_named():
    left_out = LeftOut()
    left_out.add("hidden_sheet", 2, "Архив")
    assert left_out.to_json() == {"hidden_sheet": {"count": 1, "rows": [2], "names": ["Архив"]}}
    assert format_left_out(left_out).ru == "Пропущено: скрытые листы: 1 («Архив»)"


def test_left_out_survives_json_without_reasons_of_other_versions():
    left_out = LeftOut()
    left_out.add("hidden_sheet", 2, "Архив")
    left_out.add("after_table", 9)
    values = left_out.to_json()
    assert LeftOut.from_json(values | {"reason of another version": values["after_table"]}).to_json() == values
    assert not LeftOut.from_json({})
