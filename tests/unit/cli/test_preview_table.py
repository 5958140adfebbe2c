"""Write a preview as CSV, a workbook and JSON: local dates as dates, the same facts in UTC."""

import io
import json
import time
import zipfile
from datetime import datetime, timedelta

import pytest

from oint.cli.refusals._preview_actions import ACTIONS
from oint.cli.refusals._preview_table import COLUMNS, make_fields, make_table_row, needs_attention
from oint.refusals.preview import PreviewRow
from oint.refusals.report import write_csv, write_xlsx

NOW = 1_795_000_000.0  # 2026-11-18 11:06:40 UTC
PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
ROW = PreviewRow(
    2, "IM-2", "refuse", status=PARCEL, cdek_number="1105", im_number="IM-2", status_at=NOW - 8 * 86_400 - 60,
    keep_free_until="2026-11-16T22:30:00+0000", phase="at_office",
)  # fmt: skip


@pytest.fixture(autouse=True)
def moscow(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Moscow")
    monkeypatch.setenv("OINT_LANG", "en")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def write_table(rows, path):
    lines = (make_table_row(row, NOW) for row in rows)
    write_xlsx(lines, path, columns=COLUMNS, total_by="action_text", is_failure=needs_attention)
    calamine = pytest.importorskip("python_calamine", reason="workbooks are an extra")
    return calamine.CalamineWorkbook.from_path(str(path))


def read_row(book, sheet=0):
    head, *rows = book.get_sheet_by_index(sheet).to_python()
    return dict(zip(head, rows[0], strict=True)) if rows else {}


def test_workbook_has_local_dates_as_dates(tmp_path):
    row = read_row(write_table([ROW], tmp_path / "a.xlsx"))
    assert row["Status since"] == datetime(2026, 11, 10, 14, 5, 40)  # noqa: DTZ001 - a workbook has no zones
    assert row["Free storage until"] == datetime(2026, 11, 17, 1, 30)  # noqa: DTZ001 - as above
    assert row["Days at the office"] == 8


def test_workbook_has_a_frozen_header_that_filters_all_rows(tmp_path):
    write_table([ROW, ROW, ROW], tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<autoFilter ref="A1:S4"/>' in sheet
    assert 'state="frozen"' in sheet


def test_workbook_keeps_dates_that_excel_does_not_know_as_text(tmp_path):
    row = PreviewRow(2, "IM-2", "refuse", status=PARCEL, keep_free_until="0999-01-01")
    assert read_row(write_table([row], tmp_path / "a.xlsx"))["Free storage until"] == "0999-01-01"


def test_rows_that_stop_stand_on_a_sheet_of_their_own(tmp_path):
    stopped = PreviewRow(3, "IM-3", "not_found", code="v2_order_not_found")
    book = write_table([ROW, stopped], tmp_path / "a.xlsx")
    assert read_row(book, 1)["Order"] == "IM-3"
    assert "--testapi" in read_row(book, 1)["Next step"]


def test_csv_has_local_times_that_excel_reads():
    sink = io.BytesIO()
    write_csv([make_table_row(ROW, NOW)], sink, columns=COLUMNS)
    head, line = (text.split(";") for text in sink.getvalue().decode("utf-8-sig").splitlines())
    row = dict(zip(head, line, strict=True))
    assert (row["Status since"], row["Free storage until"]) == ("2026-11-10 14:05", "2026-11-17 01:30")
    assert (row["Order status"], row["Status code"]) == ("at the pick-up point", PARCEL)


def test_json_has_the_same_facts_in_utc():
    fields = make_fields(ROW, NOW)
    assert json.loads(json.dumps(fields)) == fields
    assert fields["status_at"] == "2026-11-10T11:05:40+00:00"
    assert fields["keep_free_until"] == "2026-11-16T22:30:00+00:00"
    assert (fields["phase"], fields["days_at_office"], fields["next_step"]) == ("at_office", 8, None)


@pytest.mark.parametrize(
    ("until", "written"), [("2026-11-30", "2026-11-30"), ("some day", "some day"), ("", None), (None, None)]
)
def test_end_of_free_storage_that_is_no_moment_is_left_as_it_is(until, written):
    row = PreviewRow(2, "IM-2", "refuse", status=PARCEL, keep_free_until=until)
    assert make_fields(row, NOW)["keep_free_until"] == written
    assert str(make_table_row(row, NOW).free_until or "") == (written or "")


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("moment", [None, -1e18, 1e18, 0.0, NOW + timedelta(days=1).total_seconds()])
def test_any_row_becomes_a_line_and_fields(action, moment):
    row = PreviewRow(2, "IM-2", action, status=PARCEL, status_at=moment, keep_free_until="9999-12-31T23:59:59-12:00")
    assert make_table_row(row, NOW).action == make_fields(row, NOW)["action"] == action
