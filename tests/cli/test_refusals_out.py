"""`oint refusals status`, `list`, `show`, `report` and `retry`, through the real command against a real sandbox."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import pytest

FAST = ("--poll", "50ms", "--settle", "200ms", "--quiet")
PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
NOBODYS = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def run(oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once"})

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
def lost(run, box):
    """A refusal that CDEK has received: its answer was lost, and then nobody could read the card."""
    uuid = box.order(status=PARCEL)
    box.fault("close", operation="refusal", when="after", times=1)
    box.fault("close", operation="order_get", skip=1)
    ended = run(uuid, more=("--wait", "0s"))
    assert ended.code == 5, ended.err
    box.clear_faults()
    return uuid


@pytest.fixture
def mixed(run, box):
    """Names of the rows of a batch that has come to many ends, and that holds a shop's number like a formula."""
    good = box.order(status=PARCEL, im_number="=1+1")
    created, no = box.order(status="CREATED"), box.order(status=PARCEL)
    box.fault(
        {"type": "answer", "status": 400, "body": {"errors": [{"code": "v2_some_reason", "message": "no;\nnever"}]}},
        operation="refusal",
        uuid=no,
    )
    ended = run("uuid", good, "not-a-uuid", created, NOBODYS, good, no, name="orders.csv")
    assert ended.code == 9, ended.err
    return good, created, no


def test_a_lost_refusal_that_reached_cdek_is_not_sent_again_by_retry(lost, refusals, box):
    assert refusals("status", "--json").json["counts"] == {"unknown": 1}
    retried = refusals("retry", "--unknown")
    assert (retried.code, retried.out) == (0, "Batch 1: new attempts: 1\n")
    assert "oint refusals resume 1" in retried.err
    again = refusals("resume", "1", *FAST)
    assert (again.code, again.out) == (0, "confirmed: 1\n"), again.err
    assert len(box.truth(lost)["refusals"]) == 1
    assert len(box.calls("refusal")) == 1


def test_a_lost_refusal_without_a_trace_is_sent_by_retry_only_once_it_has_settled(run, refusals, box):
    uuid = box.order(status=PARCEL)
    box.fault("close", operation="refusal", when="before", times=1)
    box.fault("close", operation="order_get", skip=1)
    assert run(uuid, more=("--wait", "0s")).code == 5
    box.clear_faults()
    refusals("retry", "--unknown")
    early = refusals("resume", *FAST, "--settle", "1h", "--wait", "0s")
    assert (early.code, len(box.calls("refusal"))) == (5, 1), early.err
    late = refusals("resume", *FAST)
    assert late.out == "confirmed: 1\n", late.err
    assert [row["http_status"] for row in box.truth(uuid)["refusals"]] == [None, 202]


@pytest.mark.usefixtures("lost")
def test_a_lost_refusal_tells_how_it_was_lost_and_how_to_go_on(refusals):
    (row,) = refusals("report", "--json").json
    assert (row["verdict"], row["sent"]) == ("unknown", 1)
    assert "oint refusals resume" in row["next_step"]
    ended = refusals("status")
    assert ended.code == 5
    assert "oint refusals resume 1" in ended.out


def test_the_report_has_a_row_for_every_row_of_the_file_in_its_order(mixed, refusals):
    good, created, no = mixed
    rows = refusals("report", "--json").json
    assert [row["row"] for row in rows] == [2, 3, 4, 5, 6, 7]
    assert [row["verdict"] for row in rows] == ["confirmed", "advised", "advised", "rejected", "confirmed", "rejected"]
    assert [row["uuid"] for row in rows] == [good, None, created, NOBODYS, good, no]
    assert [rows[place]["code"] for place in (0, 1, 2, 4, 5)] == [
        None, "bad_row_uuid", "delete", "duplicate", "v2_some_reason",
    ]  # fmt: skip
    assert rows[4]["message"] == "same order as row 2"
    assert rows[0]["im_number"] == "=1+1"
    assert rows[0]["request_uuid"] == rows[4]["request_uuid"] is not None
    assert rows[0]["decided_at"].endswith("+00:00")
    assert all(row["text"] and row["next_step"] for row in rows)


@pytest.mark.usefixtures("mixed")
def test_json_keys_are_the_same_in_either_language(refusals):
    english, russian = refusals("report", "--json").json, refusals("report", "--json", OINT_LANG="ru").json
    assert [list(row) for row in english] == [list(row) for row in russian]
    assert {"row", "uuid", "cdek_number", "im_number", "verdict", "code", "message", "request_uuid"} <= set(english[0])
    assert russian[4]["message"] == "тот же заказ, что в строке 2"


def test_a_confirmed_row_names_the_return_order_that_cdek_has_linked(run, refusals, box):
    box.settings(refusal={"mode": "at_once"}, return_order={"mode": "at_once"})
    uuid = box.order(status=PARCEL)
    assert run(uuid).code == 0
    (row,) = refusals("report", "--json").json
    back = next(one for one in box.orders() if one["uuid"] != uuid)
    assert (row["return_uuid"], row["return_number"]) == (back["uuid"], back["cdek_number"])
    assert back["cdek_number"] in row["next_step"]


@pytest.mark.usefixtures("mixed")
def test_csv_is_what_excel_opens_by_a_double_click(oint, refusals):
    ended = refusals("report", "--csv")
    assert ended.out.startswith("\ufeffRow;Order UUID;")
    rows = list(csv.DictReader(io.StringIO(ended.out[1:]), delimiter=";"))
    assert [row["Row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert rows[0]["Shop number"] == "'=1+1"
    assert refusals("report", "--csv", OINT_LANG="ru").out.startswith("\ufeffСтрока;UUID заказа;")
    assert refusals("report", "--csv", "--encoding", "cp1251", "--out", "r.csv", OINT_LANG="ru").code == 0
    assert (oint.home / "r.csv").read_bytes().decode("cp1251").startswith("Строка;")


@pytest.mark.usefixtures("mixed")
def test_a_workbook_holds_all_rows_the_failures_and_the_sums_and_no_formula(oint, refusals):
    calamine = pytest.importorskip("python_calamine", reason="workbooks are an extra")
    ended = refusals("report", "--xlsx", "report.xlsx")
    assert (ended.code, ended.err) == (0, "report.xlsx: rows: 6\n")
    book = calamine.CalamineWorkbook.from_path(str(oint.home / "report.xlsx"))
    assert book.sheet_names == ["All rows", "Failures", "Totals"]
    rows, failures, sums = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert [row[0] for row in rows[1:]] == [2, 3, 4, 5, 6, 7]
    assert rows[1][3] == "=1+1"
    assert [row[0] for row in failures[1:]] == [3, 4, 5, 7]
    assert dict(sums[1:]) == {"confirmed": 2, "advised": 2, "rejected": 2}


@pytest.mark.usefixtures("mixed")
def test_failures_are_only_what_somebody_must_look_at(refusals):
    assert [row["row"] for row in refusals("report", "--failures", "--json").json] == [3, 4, 5, 7]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "row 4 · {}: not sent, see the advice"), ("ru", "строка 4 · {}: не отправлен, есть совет")],
)
def test_without_options_the_report_is_sums_and_failures_in_words(mixed, refusals, language, said):
    ended = refusals("report", OINT_LANG=language)
    assert ended.code == 0
    assert said.format(mixed[1]) in ended.out
    assert "v2_some_reason" in ended.out
    assert "·" in ended.out
    assert mixed[0] not in ended.out


@pytest.mark.usefixtures("mixed")
def test_a_reader_that_goes_away_is_no_error(oint):
    for form in ((), ("--json",), ("--csv",)):
        with oint.start("refusals", "report", *form, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            assert process.stderr.read() == b""


@pytest.fixture
def long(oint):
    """A batch whose report is longer than what fits into a pipe at once."""
    (oint.home / "long.txt").write_text("".join(f"shop-{number}\n" for number in range(3000)), "utf-8")
    assert oint("refusals", "plan", "long.txt").code == 0


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_reader_that_has_seen_enough_of_a_long_report_hears_nothing_of_it(oint, form):
    with oint.start("refusals", "report", form, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full is Linux's")


@FULL
@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_full_disk_under_stdout_is_one_line_of_trouble(oint, form):
    with Path("/dev/full").open("wb") as full:
        process = oint.start("refusals", "report", form, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate()
    assert process.returncode == 99
    assert len(err.splitlines()) == 1
    assert b"No space left" in err


@FULL
@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("words", [("--xlsx",), ("--csv", "--out"), ("--json", "--out")], ids=" ".join)
def test_a_full_disk_under_a_report_is_one_line_of_trouble(refusals, words):
    ended = refusals("report", *words, "/dev/full")
    assert ended.code == 99
    assert len(ended.err.splitlines()) == 1
    assert "No space left" in ended.err


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize("words", [("--xlsx",), ("--csv", "--out"), ("--json", "--out")], ids=" ".join)
def test_a_report_never_takes_the_place_of_the_ledger(oint, refusals, words):
    ledger = oint.home / "data" / "refusals.sqlite"
    (oint.home / "linked.xlsx").hardlink_to(ledger)
    for name in (str(ledger), "data/refusals.sqlite", "linked.xlsx", f"{ledger}-wal"):
        ended = refusals("report", *words, name)
        assert ended.code == 2
        assert "is the ledger itself. Name another file" in ended.err
    assert refusals("report", *words, "other", "--ledger", str(ledger)).code == 0
    assert refusals("status").code == 9


@pytest.mark.skipif(os.name == "nt", reason="Windows has no name for a pipe that is open")
@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(("form", "start"), [("--csv", "\ufeffRow;"), ("--json", "[\n")])
def test_a_report_may_go_into_a_pipe_by_its_name(refusals, form, start):
    ended = refusals("report", form, "--out", "/dev/stdout")
    assert (ended.code, ended.err) == (0, "/dev/stdout: rows: 6\n")
    assert ended.out.startswith(start)


@pytest.mark.usefixtures("mixed")
def test_a_report_that_cannot_be_written_is_refused_and_leaves_nothing(oint, refusals):
    (oint.home / "kept").mkdir()
    for words in (("--xlsx", "no/where.xlsx"), ("--csv", "--out", "no/where.csv"), ("--csv", "--out", "kept")):
        ended = refusals("report", *words)
        assert (ended.code, ended.out) == (2, "")
        assert "Traceback" not in ended.err
    assert list((oint.home / "kept").iterdir()) == []


@pytest.mark.usefixtures("mixed")
def test_a_report_takes_the_place_of_an_older_one(oint, refusals):
    (oint.home / "r.json").write_text("old")
    assert refusals("report", "--json", "--out", "r.json").err == "r.json: rows: 6\n"
    assert len(json.loads((oint.home / "r.json").read_text("utf-8"))) == 6
    assert list(oint.home.glob("*.part")) == []


@pytest.mark.parametrize(
    "words", [("--xlsx", ""), ("--csv", "--xlsx", "a.xlsx"), ("--out", "a"), ("--csv", "--encoding", "x")]
)
@pytest.mark.usefixtures("mixed")
def test_options_that_do_not_go_together_are_told(refusals, words):
    ended = refusals("report", *words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err


@pytest.mark.usefixtures("mixed")
def test_status_tells_the_counts_the_age_and_the_next_command(refusals):
    ended = refusals("status")
    assert ended.code == 9
    assert ended.out.startswith("Batch 1; account ")
    assert ", file orders.csv; planned by " in ended.out
    assert "; approved by " in ended.out
    assert "confirmed: 2" in ended.out
    assert "duplicates among them: 1; invalid rows: 1" in ended.out
    assert "Next: oint refusals report 1 --failures" in ended.out
    told = refusals("status", "orders.csv", "--json").json
    assert told["counts"] == {"confirmed": 2, "advised": 2, "rejected": 2}
    assert (told["batch"], told["total"], told["duplicates"], told["invalid"], told["workers"]) == (1, 6, 1, 1, [])
    assert "файл orders.csv; запланировал " in refusals("status", OINT_LANG="ru").out


def test_the_exit_code_of_status_is_that_of_the_run(run, refusals, box):
    for status, code in ((PARCEL, 0), ("CREATED", 6)):
        assert run(box.order(status=status), name=f"{status}.txt").code == refusals("status").code == code


def test_list_shows_the_newest_batch_first(run, refusals, box):
    run(box.order(status=PARCEL), name="monday.txt")
    run(box.order(status=PARCEL), name="tuesday.txt")
    lines = refusals("list").out.splitlines()
    assert ["tuesday.txt" in lines[0], "monday.txt" in lines[1], len(lines)] == [True, True, 2]
    assert [(one["batch"], one["counts"]) for one in refusals("list", "--json").json] == [
        (2, {"confirmed": 1}),
        (1, {"confirmed": 1}),
    ]


def test_an_order_tells_its_story_by_any_of_its_names(run, refusals, box):
    uuid = box.order(status=PARCEL, im_number="shop-9")
    number = next(row for row in box.orders() if row["uuid"] == uuid)["cdek_number"]
    run(uuid)
    told = [refusals("show", name).out for name in (uuid, uuid.upper(), number, "shop-9")]
    assert len(set(told)) == 1
    assert "Batch 1 (orders.txt), row 1, attempt 1" in told[0]
    assert "CDEK has queued the request [sending → accepted]" in told[0]
    assert "СДЭК принял запрос в работу" in refusals("show", uuid, OINT_LANG="ru").out
    (story,) = refusals("show", uuid, "--json").json
    assert [event["transition"] for event in story["events"]] == ["send", "accept", "confirm"]
    assert story["verdict"] == "confirmed"


def test_a_story_holds_every_batch_and_attempt(mixed, run, refusals):
    good, _, no = mixed
    run(good, no, name="later.txt")
    assert [(one["batch"], one["row"], one["code"]) for one in refusals("show", good, "--json").json] == [
        (1, 2, None),
        (1, 6, "duplicate"),
        (2, 1, "duplicate"),
    ]
    assert [(one["batch"], one["verdict"]) for one in refusals("show", no, "--json").json] == [
        (1, "rejected"),
        (2, "rejected"),
    ]


@pytest.mark.parametrize(
    "words",
    [("status",), ("report",), ("list",), ("show", NOBODYS), ("retry", "--rejected")],
    ids=lambda words: words[0],
)
def test_a_ledger_that_is_not_there_is_told_and_not_made(refusals, oint, words):
    ended = refusals(*words, "--ledger", "nowhere.sqlite")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no ledger" in ended.err
    assert not (oint.home / "nowhere.sqlite").exists()


@pytest.mark.parametrize("command", ["status", "plan", "run"])
def test_an_address_that_names_no_ledger_is_a_slip_and_its_password_is_not_shown(oint, command):
    (oint.home / "orders.txt").write_text("shop-1\n", "utf-8")
    words = ("refusals", command, *(() if command == "status" else ("orders.txt",)), "--ledger")
    for address in ("postgresql+psycopg://u:word-of-mine@127.0.0.1:1/base", ":memory:", "~no-such-user-here/l.sqlite"):
        ended = oint(*words, address)
        assert (ended.code, ended.out) == (2, "")
        assert "postgresql://" in ended.err
        assert "word-of-mine" not in ended.err
    assert {path.name for path in oint.home.iterdir()} <= {"orders.txt", "cache", "config"}


@pytest.mark.usefixtures("mixed")
def test_unknown_batches_and_orders_end_with_two_and_a_next_step(refusals):
    for words in (("status", "77"), ("report", "nowhere.csv"), ("retry", "77", "--rejected")):
        ended = refusals(*words)
        assert (ended.code, ended.out) == (2, "")
        assert "oint refusals list" in ended.err
    ended = refusals("show", NOBODYS.replace("1", "9"))
    assert (ended.code, ended.out) == (2, "")
    assert "no such order" in ended.err


@pytest.mark.usefixtures("mixed")
def test_a_batch_is_known_by_the_path_of_its_file(oint, refusals):
    assert refusals("status", str(oint.home / "orders.csv"), "--json").json["batch"] == 1


@pytest.mark.usefixtures("mixed")
def test_retry_without_a_word_for_the_rows_plans_nothing(refusals):
    ended = refusals("retry")
    assert (ended.code, ended.out) == (2, "")
    assert "--rejected" in ended.err


def test_rejected_rows_get_a_new_attempt_and_keep_their_story(mixed, refusals, box):
    no = mixed[2]
    box.clear_faults()
    told = refusals("retry", "1", "--rejected", "--json").json
    assert told == {
        "batch": 1, "planned": 2, "duplicates": 0, "in_work": 0, "invalid": 0, "next_command": "oint refusals resume 1",
    }  # fmt: skip
    ended = refusals("resume", *FAST, "--json")
    assert ended.json["counts"] == {"confirmed": 3, "advised": 2, "rejected": 1}
    rows = refusals("report", "--json").json
    assert [(row["row"], row["verdict"]) for row in rows if row["uuid"] == no] == [(7, "confirmed")]
    assert [one["attempt"] for one in refusals("show", no, "--json").json] == [1, 2]


def test_the_doubles_of_a_row_follow_its_new_attempt(run, refusals, box):
    uuid = box.order(status="CREATED")
    assert run(uuid, uuid).code == 6
    box.move(uuid, PARCEL)
    assert refusals("retry", "--advised").out == "Batch 1: new attempts: 1\n"
    assert refusals("resume", *FAST).out == "confirmed: 2\n"
    assert [row["code"] for row in refusals("report", "--json").json] == [None, "duplicate"]
    assert len(box.truth(uuid)["refusals"]) == 1


def test_an_order_that_another_batch_has_refused_meanwhile_is_its_double_and_not_sent(run, refusals, box):
    uuid = box.order(status="CREATED")
    run(uuid, name="monday.txt")
    box.move(uuid, PARCEL)
    assert run(box.order(status=PARCEL), uuid, name="tuesday.txt").code == 0
    ended = refusals("retry", "monday.txt", "--advised")
    assert "already have a refusal in the ledger: 1" in ended.err
    assert refusals("report", "monday.txt", "--json").json[0]["message"] == "same order as row 2 of batch 2"


def test_broken_rows_are_not_retried_and_counted(run, refusals, box):
    run("uuid", "oops", box.order(status="CREATED"), name="orders.csv")
    ended = refusals("retry", "--advised")
    assert ended.out == "Batch 1: new attempts: 1\n"
    assert "Invalid rows: 1" in ended.err


def test_retry_of_nothing_says_so_and_names_no_command(run, refusals, box):
    run(box.order(status=PARCEL))
    ended = refusals("retry", "--rejected")
    assert (ended.code, ended.out, ended.err) == (0, "Batch 1: new attempts: 0\n", "")
