"""Headers of tables that programs, shops and CDEK really export: each with its source in data/headers.json."""

import json
from pathlib import Path

import pytest

from oint.refusals.input import InputFileError
from oint.refusals.input.columns import detect_layout

ENTRIES = json.loads((Path(__file__).parent / "data" / "headers.json").read_text("utf-8"))
FILLER = ["Иванова Анна", "Петров Пётр"]


def table(entry):
    """Make a table of an entry: columns without values of their own have a person's name."""
    headers = entry["headers"]
    columns = [entry["values"].get(header, FILLER) for header in headers]
    return [headers, *map(list, zip(*columns, strict=True))]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: "|".join(entry["headers"])[:60])
def test_real_header_gives_its_columns_or_a_question(entry):
    rows = [["Выгрузка заказов"], [], *table(entry)]
    if "error" in entry:
        with pytest.raises(InputFileError) as caught:
            detect_layout("orders.csv", rows, {})
        assert caught.value.code == entry["error"]
        assert "--column " in caught.value.hint.ru
        return
    layout = detect_layout("orders.csv", rows, {})
    choices = {choice.column: choice.header for choice in layout.choices} if layout else {}
    assert choices == entry["columns"]
    if layout:
        assert layout.header_row == 3


def test_at_least_forty_header_rows_are_cited_with_their_source():
    assert len({tuple(entry["headers"]) for entry in ENTRIES}) >= 40
    assert all(entry["source"] for entry in ENTRIES)
