"""Run `oint refusals status`, `list`, `show`, `report` and `retry` against a real sandbox."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import pytest

FAST = ("--poll", "50ms", "--settle", "200ms", "--quiet")
PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
UNKNOWN_UUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def run(oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once"})

    def run(*lines, name="orders.txt", more=()):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return oint("refusals", "run", str(path), *FAST, "--yes", *more)

    return run


@pytest.fixture
def refusals(oint):
    def refusals(*words, **env):
        return oint("refusals", *words, **env)

    return refusals


@pytest.fixture
def lost_order(run, sandbox):
    """Return an order whose refusal CDEK received, but the response was lost and the card was unreadable."""
    uuid = sandbox.order(status=PARCEL)
    sandbox.fault("close", operation="refusal", when="after", times=1)
    sandbox.fault("close", operation="order_get", skip=1)
    result = run(uuid, more=("--wait", "0s"))
    assert result.code == 5, result.err
    sandbox.clear_faults()
    return uuid


@pytest.fixture
def mixed(run, sandbox):
    """Return three orders of a batch with many outcomes; one shop number looks like a formula."""
    refusable = sandbox.order(status=PARCEL, im_number="=1+1")
    created, rejected = sandbox.order(status="CREATED"), sandbox.order(status=PARCEL)
    sandbox.fault(
        {"type": "answer", "status": 400, "body": {"errors": [{"code": "v2_some_reason", "message": "no;\nnever"}]}},
        operation="refusal",
        uuid=rejected,
    )
    result = run("uuid", refusable, "not-a-uuid", created, UNKNOWN_UUID, refusable, rejected, name="orders.csv")
    assert result.code == 9, result.err
    return refusable, created, rejected


def test_retry_does_not_resend_a_lost_refusal_that_reached_cdek(lost_order, refusals, sandbox):
    assert refusals("status", "--json").json["counts"] == {"unknown": 1}
    retried = refusals("retry", "--unknown")
    assert (retried.code, retried.out) == (0, "Batch 1: new attempts: 1\n")
    assert "oint refusals resume 1" in retried.err
    again = refusals("resume", "1", *FAST)
    assert (again.code, again.out) == (0, "confirmed: 1\n"), again.err
    assert len(sandbox.truth(lost_order)["refusals"]) == 1
    assert len(sandbox.calls("refusal")) == 1


def test_retry_resends_a_lost_refusal_only_after_the_settling_time(run, refusals, sandbox):
    uuid = sandbox.order(status=PARCEL)
    sandbox.fault("close", operation="refusal", when="before", times=1)
    sandbox.fault("close", operation="order_get", skip=1)
    assert run(uuid, more=("--wait", "0s")).code == 5
    sandbox.clear_faults()
    refusals("retry", "--unknown")
    early = refusals("resume", *FAST, "--settle", "1h", "--wait", "0s")
    assert (early.code, len(sandbox.calls("refusal"))) == (5, 1), early.err
    late = refusals("resume", *FAST)
    assert late.out == "confirmed: 1\n", late.err
    assert [row["http_status"] for row in sandbox.truth(uuid)["refusals"]] == [None, 202]


@pytest.mark.usefixtures("lost_order")
def test_lost_refusal_reports_how_it_was_lost_and_how_to_resume(refusals):
    (row,) = refusals("report", "--json").json
    assert (row["verdict"], row["sent"]) == ("unknown", 1)
    assert "oint refusals resume" in row["next_step"]
    result = refusals("status")
    assert result.code == 5
    assert "oint refusals resume 1" in result.out


def test_report_has_every_row_of_the_file_in_order(mixed, refusals):
    refusable, created, rejected = mixed
    rows = refusals("report", "--json").json
    assert [row["row"] for row in rows] == [2, 3, 4, 5, 6, 7]
    assert [row["verdict"] for row in rows] == ["confirmed", "advised", "advised", "rejected", "confirmed", "rejected"]
    assert [row["uuid"] for row in rows] == [refusable, None, created, UNKNOWN_UUID, refusable, rejected]
    assert [rows[index]["code"] for index in (0, 1, 2, 4, 5)] == [
        None, "bad_row_uuid", "delete", "duplicate", "v2_some_reason",
    ]  # fmt: skip
    assert rows[4]["message"] == "same order as row 2"
    assert rows[0]["im_number"] == "=1+1"
    assert rows[0]["request_uuid"] == rows[4]["request_uuid"] is not None
    assert rows[0]["decided_at"].endswith("+00:00")
    assert all(row["text"] and row["next_step"] for row in rows)


@pytest.mark.usefixtures("mixed")
def test_json_keys_are_the_same_in_both_languages(refusals):
    english, russian = refusals("report", "--json").json, refusals("report", "--json", OINT_LANG="ru").json
    assert [list(row) for row in english] == [list(row) for row in russian]
    assert {"row", "uuid", "cdek_number", "im_number", "verdict", "code", "message", "request_uuid"} <= set(english[0])
    assert russian[4]["message"] == "тот же заказ, что в строке 2"


def test_confirmed_row_names_the_linked_return_order(run, refusals, sandbox):
    sandbox.settings(refusal={"mode": "at_once"}, return_order={"mode": "at_once"})
    uuid = sandbox.order(status=PARCEL)
    assert run(uuid).code == 0
    (row,) = refusals("report", "--json").json
    return_order = next(candidate for candidate in sandbox.orders() if candidate["uuid"] != uuid)
    assert (row["return_uuid"], row["return_number"]) == (return_order["uuid"], return_order["cdek_number"])
    assert return_order["cdek_number"] in row["next_step"]


@pytest.mark.usefixtures("mixed")
def test_csv_report_opens_in_excel(oint, refusals):
    result = refusals("report", "--csv")
    assert result.out.startswith("\ufeffRow;Order UUID;")
    rows = list(csv.DictReader(io.StringIO(result.out[1:]), delimiter=";"))
    assert [row["Row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert rows[0]["Shop number"] == "'=1+1"
    assert refusals("report", "--csv", OINT_LANG="ru").out.startswith("\ufeffСтрока;UUID заказа;")
    assert refusals("report", "--csv", "--encoding", "cp1251", "--out", "r.csv", OINT_LANG="ru").code == 0
    assert (oint.home / "r.csv").read_bytes().decode("cp1251").startswith("Строка;")


@pytest.mark.usefixtures("mixed")
def test_workbook_has_all_rows_failures_and_totals_without_formulas(oint, refusals):
    calamine = pytest.importorskip("python_calamine", reason="workbooks are an extra")
    result = refusals("report", "--xlsx", "report.xlsx")
    assert (result.code, result.err) == (0, "report.xlsx: rows: 6\n")
    book = calamine.CalamineWorkbook.from_path(str(oint.home / "report.xlsx"))
    assert book.sheet_names == ["All rows", "Failures", "Totals"]
    rows, failures, totals = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert [row[0] for row in rows[1:]] == [2, 3, 4, 5, 6, 7]
    assert rows[1][3] == "=1+1"
    assert [row[0] for row in failures[1:]] == [3, 4, 5, 7]
    assert dict(totals[1:]) == {"confirmed": 2, "advised": 2, "rejected": 2}


@pytest.mark.usefixtures("mixed")
def test_failures_are_only_rows_that_need_a_person(refusals):
    assert [row["row"] for row in refusals("report", "--failures", "--json").json] == [3, 4, 5, 7]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "row 4 · {}: not sent, see the advice"), ("ru", "строка 4 · {}: не отправлен, есть совет")],
)
def test_report_without_options_prints_totals_and_failures(mixed, refusals, language, expected):
    result = refusals("report", OINT_LANG=language)
    assert result.code == 0
    assert expected.format(mixed[1]) in result.out
    assert "v2_some_reason" in result.out
    assert "·" in result.out
    assert mixed[0] not in result.out


@pytest.mark.usefixtures("mixed")
def test_closed_reader_of_a_report_is_not_an_error(oint):
    for form in ((), ("--json",), ("--csv",)):
        with oint.start("refusals", "report", *form, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            assert process.stderr.read() == b""


@pytest.fixture
def long_batch(oint):
    """Plan a batch whose report is longer than a pipe's buffer."""
    (oint.home / "long.txt").write_text("".join(f"shop-{number}\n" for number in range(3000)), "utf-8")
    assert oint("refusals", "plan", "long.txt").code == 0


@pytest.mark.usefixtures("long_batch")
@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_reader_that_stops_early_in_a_long_report_sees_no_error(oint, form):
    with oint.start("refusals", "report", form, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")


@FULL
@pytest.mark.usefixtures("long_batch")
@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_full_disk_under_stdout_is_one_line_of_error(oint, form):
    with Path("/dev/full").open("wb") as full:
        process = oint.start("refusals", "report", form, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate()
    assert process.returncode == 99
    assert len(err.splitlines()) == 1
    assert b"No space left" in err


@FULL
@pytest.mark.usefixtures("long_batch")
@pytest.mark.parametrize("words", [("--xlsx",), ("--csv", "--out"), ("--json", "--out")], ids=" ".join)
def test_full_disk_under_a_report_file_is_one_line_of_error(refusals, words):
    result = refusals("report", *words, "/dev/full")
    assert result.code == 99
    assert len(result.err.splitlines()) == 1
    assert "No space left" in result.err


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize("words", [("--xlsx",), ("--csv", "--out"), ("--json", "--out")], ids=" ".join)
def test_report_never_overwrites_the_ledger(oint, refusals, words):
    ledger = oint.home / "data" / "refusals.sqlite"
    (oint.home / "linked.xlsx").hardlink_to(ledger)
    for name in (str(ledger), "data/refusals.sqlite", "linked.xlsx", f"{ledger}-wal"):
        result = refusals("report", *words, name)
        assert result.code == 2
        assert "is the ledger itself. Name another file" in result.err
    assert refusals("report", *words, "other", "--ledger", str(ledger)).code == 0
    assert refusals("status").code == 9


@pytest.mark.skipif(os.name == "nt", reason="Windows has no name for a pipe that is open")
@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(("form", "start"), [("--csv", "\ufeffRow;"), ("--json", "[\n")])
def test_report_may_be_written_to_a_pipe_by_name(refusals, form, start):
    result = refusals("report", form, "--out", "/dev/stdout")
    assert (result.code, result.err) == (0, "/dev/stdout: rows: 6\n")
    assert result.out.startswith(start)


@pytest.mark.usefixtures("mixed")
def test_unwritable_report_is_rejected_and_leaves_no_file(oint, refusals):
    (oint.home / "kept").mkdir()
    for words in (("--xlsx", "no/where.xlsx"), ("--csv", "--out", "no/where.csv"), ("--csv", "--out", "kept")):
        result = refusals("report", *words)
        assert (result.code, result.out) == (2, "")
        assert "Traceback" not in result.err
    assert list((oint.home / "kept").iterdir()) == []


@pytest.mark.usefixtures("mixed")
def test_report_replaces_an_older_report(oint, refusals):
    (oint.home / "r.json").write_text("old")
    assert refusals("report", "--json", "--out", "r.json").err == "r.json: rows: 6\n"
    assert len(json.loads((oint.home / "r.json").read_text("utf-8"))) == 6
    assert list(oint.home.glob("*.part")) == []


@pytest.mark.parametrize(
    "words", [("--xlsx", ""), ("--csv", "--xlsx", "a.xlsx"), ("--out", "a"), ("--csv", "--encoding", "x")]
)
@pytest.mark.usefixtures("mixed")
def test_incompatible_options_are_rejected(refusals, words):
    result = refusals("report", *words)
    assert (result.code, result.out) == (2, "")
    assert result.err


@pytest.mark.usefixtures("mixed")
def test_status_prints_counts_age_and_the_next_command(refusals):
    result = refusals("status")
    assert result.code == 9
    assert result.out.startswith("Batch 1; account ")
    assert ", file orders.csv; planned by " in result.out
    assert "; approved by " in result.out
    assert "confirmed: 2" in result.out
    assert "duplicates among them: 1; invalid rows: 1" in result.out
    assert "Next: oint refusals report 1 --failures" in result.out
    status = refusals("status", "orders.csv", "--json").json
    assert status["counts"] == {"confirmed": 2, "advised": 2, "rejected": 2}
    assert (status["batch"], status["total"], status["duplicates"], status["invalid"], status["workers"]) == (
        1,
        6,
        1,
        1,
        [],
    )
    assert "файл orders.csv; запланировал " in refusals("status", OINT_LANG="ru").out


def test_exit_code_of_status_is_that_of_the_run(run, refusals, sandbox):
    for status, code in ((PARCEL, 0), ("CREATED", 6)):
        assert run(sandbox.order(status=status), name=f"{status}.txt").code == refusals("status").code == code


def test_list_shows_the_newest_batch_first(run, refusals, sandbox):
    run(sandbox.order(status=PARCEL), name="monday.txt")
    run(sandbox.order(status=PARCEL), name="tuesday.txt")
    lines = refusals("list").out.splitlines()
    assert ["tuesday.txt" in lines[0], "monday.txt" in lines[1], len(lines)] == [True, True, 2]
    assert [(batch["batch"], batch["counts"]) for batch in refusals("list", "--json").json] == [
        (2, {"confirmed": 1}),
        (1, {"confirmed": 1}),
    ]


def test_show_prints_the_same_history_for_any_order_name(run, refusals, sandbox):
    uuid = sandbox.order(status=PARCEL, im_number="shop-9")
    number = next(row for row in sandbox.orders() if row["uuid"] == uuid)["cdek_number"]
    run(uuid)
    outputs = [refusals("show", name).out for name in (uuid, uuid.upper(), number, "shop-9")]
    assert len(set(outputs)) == 1
    assert "Batch 1 (orders.txt), row 1, attempt 1" in outputs[0]
    assert "CDEK has queued the request [sending → accepted]" in outputs[0]
    assert "СДЭК принял запрос в работу" in refusals("show", uuid, OINT_LANG="ru").out
    (history,) = refusals("show", uuid, "--json").json
    assert [event["transition"] for event in history["events"]] == ["send", "accept", "confirm"]
    assert history["verdict"] == "confirmed"


def test_history_includes_every_batch_and_attempt(mixed, run, refusals):
    refusable, _, rejected = mixed
    run(refusable, rejected, name="later.txt")
    assert [
        (attempt["batch"], attempt["row"], attempt["code"]) for attempt in refusals("show", refusable, "--json").json
    ] == [
        (1, 2, None),
        (1, 6, "duplicate"),
        (2, 1, "duplicate"),
    ]
    assert [(attempt["batch"], attempt["verdict"]) for attempt in refusals("show", rejected, "--json").json] == [
        (1, "rejected"),
        (2, "rejected"),
    ]


@pytest.mark.parametrize(
    "words",
    [("status",), ("report",), ("list",), ("show", UNKNOWN_UUID), ("retry", "--rejected")],
    ids=lambda words: words[0],
)
def test_missing_ledger_is_reported_and_not_created(refusals, oint, words):
    result = refusals(*words, "--ledger", "nowhere.sqlite")
    assert (result.code, result.out) == (2, "")
    assert "there is no ledger" in result.err
    assert not (oint.home / "nowhere.sqlite").exists()


@pytest.mark.parametrize("command", ["status", "plan", "run"])
def test_invalid_ledger_address_is_rejected_without_its_password(oint, command):
    (oint.home / "orders.txt").write_text("shop-1\n", "utf-8")
    words = ("refusals", command, *(() if command == "status" else ("orders.txt",)), "--ledger")
    for address in ("postgresql+psycopg://u:word-of-mine@127.0.0.1:1/base", ":memory:", "~no-such-user-here/l.sqlite"):
        result = oint(*words, address)
        assert (result.code, result.out) == (2, "")
        assert "postgresql://" in result.err
        assert "word-of-mine" not in result.err
    assert {path.name for path in oint.home.iterdir()} <= {"orders.txt", "cache", "config"}


@pytest.mark.usefixtures("mixed")
def test_unknown_batch_or_order_ends_with_2_and_a_hint(refusals):
    for words in (("status", "77"), ("report", "nowhere.csv"), ("retry", "77", "--rejected")):
        result = refusals(*words)
        assert (result.code, result.out) == (2, "")
        assert "oint refusals list" in result.err
    result = refusals("show", UNKNOWN_UUID.replace("1", "9"))
    assert (result.code, result.out) == (2, "")
    assert "no such order" in result.err


@pytest.mark.usefixtures("mixed")
def test_batch_is_found_by_the_path_of_its_file(oint, refusals):
    assert refusals("status", str(oint.home / "orders.csv"), "--json").json["batch"] == 1


@pytest.mark.usefixtures("mixed")
def test_retry_without_a_selection_plans_nothing(refusals):
    result = refusals("retry")
    assert (result.code, result.out) == (2, "")
    assert "--rejected" in result.err


def test_retried_rows_get_a_new_attempt_and_keep_their_history(mixed, refusals, sandbox):
    rejected = mixed[2]
    sandbox.clear_faults()
    reply = refusals("retry", "1", "--rejected", "--json").json
    assert reply == {
        "batch": 1, "planned": 2, "duplicates": 0, "in_work": 0, "invalid": 0, "next_command": "oint refusals resume 1",
    }  # fmt: skip
    result = refusals("resume", *FAST, "--json")
    assert result.json["counts"] == {"confirmed": 3, "advised": 2, "rejected": 1}
    rows = refusals("report", "--json").json
    assert [(row["row"], row["verdict"]) for row in rows if row["uuid"] == rejected] == [(7, "confirmed")]
    assert [attempt["attempt"] for attempt in refusals("show", rejected, "--json").json] == [1, 2]


def test_duplicates_follow_the_new_attempt_of_their_row(run, refusals, sandbox):
    uuid = sandbox.order(status="CREATED")
    assert run(uuid, uuid).code == 6
    sandbox.move(uuid, PARCEL)
    assert refusals("retry", "--advised").out == "Batch 1: new attempts: 1\n"
    assert refusals("resume", *FAST).out == "confirmed: 2\n"
    assert [row["code"] for row in refusals("report", "--json").json] == [None, "duplicate"]
    assert len(sandbox.truth(uuid)["refusals"]) == 1


def test_retry_skips_an_order_that_another_batch_refused_meanwhile(run, refusals, sandbox):
    uuid = sandbox.order(status="CREATED")
    run(uuid, name="monday.txt")
    sandbox.move(uuid, PARCEL)
    assert run(sandbox.order(status=PARCEL), uuid, name="tuesday.txt").code == 0
    result = refusals("retry", "monday.txt", "--advised")
    assert "already have a refusal in the ledger: 1" in result.err
    assert refusals("report", "monday.txt", "--json").json[0]["message"] == "same order as row 2 of batch 2"


def test_invalid_rows_are_counted_and_not_retried(run, refusals, sandbox):
    run("uuid", "oops", sandbox.order(status="CREATED"), name="orders.csv")
    result = refusals("retry", "--advised")
    assert result.out == "Batch 1: new attempts: 1\n"
    assert "Invalid rows: 1" in result.err


def test_retry_of_nothing_plans_nothing_and_names_no_command(run, refusals, sandbox):
    run(sandbox.order(status=PARCEL))
    result = refusals("retry", "--rejected")
    assert (result.code, result.out, result.err) == (0, "Batch 1: new attempts: 0\n", "")
