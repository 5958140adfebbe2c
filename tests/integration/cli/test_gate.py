"""Edge cases of the approval: orders that must not be refused, old previews, answers that nobody gave."""

import sqlite3
import time
from contextlib import closing

import pytest

from tests.support.terminal import FAST, PARCEL, QUESTION, Terminal, count_refusals, posix, read_counts, write_orders


@pytest.fixture
def sandbox(sandbox):
    sandbox.settings(refusal={"mode": "at_once"})
    return sandbox


def connect_ledger(oint):
    return closing(sqlite3.connect(oint.home / "data" / "refusals.sqlite"))


def change_ledger(oint, sql, *values):
    with connect_ledger(oint) as ledger, ledger:
        ledger.execute(sql, values)


def query_ledger(oint, sql):
    with connect_ledger(oint) as ledger:
        return ledger.execute(sql).fetchall()


# --- orders that must not be refused ---


@pytest.mark.parametrize("words", [("--except", "keep.txt"), ("--without-row", "1")])
def test_no_cards_cannot_be_combined_with_left_out_orders(oint, sandbox, words):
    uuid = sandbox.order(status=PARCEL, im_number="keep-1")
    write_orders(oint, ["keep-1"], "keep.txt")
    oint("refusals", "plan", write_orders(oint, [uuid, sandbox.order(status=PARCEL)]))
    result = oint("refusals", "approve", "1", "--yes", "--no-cards", *words)
    assert (result.code, "--no-cards" in result.err) == (2, True), result.err
    assert read_counts(oint) == {"held": 2}
    result = oint("refusals", "run", "orders.txt", "--yes", "--no-cards", "--except", "keep.txt", *FAST)
    assert (result.code, "--no-cards" in result.err) == (2, True)
    assert count_refusals(sandbox, [uuid]) == [0]


def test_excepted_order_is_withdrawn_in_every_row(oint, sandbox):
    keep = sandbox.truth(sandbox.order(status=PARCEL, im_number="keep-1"))
    write_orders(oint, [keep["cdek_number"]], "keep.txt")
    names = [keep["uuid"], "keep-1", keep["uuid"], "keep-1", sandbox.order(status=PARCEL)]
    result = oint("refusals", "run", write_orders(oint, names), "--yes", "--except", "keep.txt", "--json", *FAST)
    assert (result.code, result.json["counts"]) == (0, {"confirmed": 1, "withdrawn": 4}), result.err
    oint("refusals", "approve", "1", "--yes")
    oint("refusals", "resume", *FAST)
    assert count_refusals(sandbox, [keep["uuid"]]) == [0], "no later approval releases it"


def test_approval_does_not_count_left_out_orders(oint, sandbox):
    keep, other = sandbox.order_batch(2, status=PARCEL)
    write_orders(oint, [keep], "keep.txt")
    oint("refusals", "plan", write_orders(oint, [keep, other]))
    result = oint("refusals", "approve", "1", "--yes", "--except", "keep.txt", "--json")
    assert (result.json["approved"], result.json["held"], result.json["withdrawn"]) == (1, 0, 1)


def test_left_out_row_with_an_unread_card_stops_everything(oint, sandbox):
    uuid, other = sandbox.order(status=PARCEL, im_number="shop-1"), sandbox.order(status=PARCEL)
    oint("refusals", "plan", "--no-cards", write_orders(oint, ["shop-1", other, uuid]))
    sandbox.fault({"type": "answer", "status": 502}, operation="order_find")
    result = oint("refusals", "approve", "1", "--yes", "--without-row", "1")
    assert (result.code, "row 1" in result.err) == (5, True), result.err
    assert read_counts(oint) == {"held": 3}


# --- old previews ---


def test_second_preview_does_not_reset_the_age_of_the_first(oint, sandbox):
    orders = sandbox.order_batch(2, status=PARCEL)
    oint("refusals", "plan", write_orders(oint, orders))
    oint("refusals", "preview", "1")
    seen_at = time.time() - 23 * 3600
    change_ledger(oint, "UPDATE refusal SET seen_at = ?", seen_at)
    before = query_ledger(oint, "SELECT seen, seen_at, status, reason FROM refusal")
    result = oint("refusals", "approve", "1", "--yes", "--expect", "3")
    assert result.code == 2
    assert query_ledger(oint, "SELECT seen, seen_at, status, reason FROM refusal") == before


def test_duplicate_stays_held_when_its_batch_is_cancelled_at_the_question(oint, sandbox):
    shared, own = sandbox.order_batch(2, status=PARCEL)
    oint("refusals", "plan", write_orders(oint, [shared], "monday.txt"))
    oint("refusals", "approve", "1", "--yes")
    oint("refusals", "plan", write_orders(oint, [shared, own], "tuesday.txt"))
    terminal = Terminal(oint, "run", "tuesday.txt", *FAST)
    assert terminal.until(QUESTION)
    assert "Refusals to be sent: 1" in terminal.output
    assert oint("refusals", "cancel", "1").code == 0
    terminal.type("1\n")
    assert terminal.end() == 0, terminal.output
    assert count_refusals(sandbox, [shared, own]) == [0, 1], "one refusal was confirmed"
    assert read_counts(oint) == {"confirmed": 1, "held": 1}


@pytest.mark.parametrize("previewed", [False, True])
def test_later_except_of_an_approved_order_withdraws_it_or_stops(oint, sandbox, previewed):
    keep, other = (sandbox.truth(uuid) for uuid in sandbox.order_batch(2, status=PARCEL, im_number="shop"))
    write_orders(oint, [keep["im_number"]], "keep.txt")
    oint("refusals", "plan", "--no-cards", write_orders(oint, [keep["uuid"], other["uuid"]]))
    oint("refusals", "approve", "1", "--yes", *(("--expect", "2") if previewed else ()))
    result = oint("refusals", "run", "orders.txt", "--yes", "--except", "keep.txt", *FAST)
    assert count_refusals(sandbox, [keep["uuid"]]) == [0]
    if previewed:
        assert (result.code, read_counts(oint)) == (0, {"confirmed": 1, "withdrawn": 1}), result.err
    else:
        assert (result.code, read_counts(oint)) == (2, {"planned": 2}), result.err
        assert "oint refusals cancel 1" in result.err


def test_approved_row_cannot_be_left_out(oint, sandbox):
    oint("refusals", "plan", write_orders(oint, sandbox.order_batch(2, status=PARCEL)))
    oint("refusals", "approve", "1", "--yes", "--row", "2")
    result = oint("refusals", "approve", "1", "--yes", "--without-row", "2")
    assert (result.code, "row 2" in result.err, "oint refusals cancel 1" in result.err) == (2, True, True)
    assert read_counts(oint) == {"held": 1, "planned": 1}


def test_same_command_resumes_after_exceptions_were_withdrawn(oint, sandbox):
    keep, *orders = sandbox.order_batch(3, status=PARCEL)
    write_orders(oint, [keep], "keep.txt")
    words = ("run", write_orders(oint, [keep, *orders]), "--yes", "--except", "keep.txt", *FAST)
    sandbox.fault("close", operation="refusal", when="before")
    sandbox.fault({"type": "answer", "status": 502}, operation="order_get", skip=5)
    assert oint("refusals", *words, "--wait", "0s").code == 5
    sandbox.clear_faults()
    assert oint("refusals", *words, "--json").json["counts"] == {"confirmed": 2, "withdrawn": 1}


# --- rows named by a person ---


@pytest.mark.parametrize("expected", [(), ("--expect", "1")])
@pytest.mark.parametrize("again", ["shop-1", "uuid"])
def test_named_row_stands_for_the_row_that_it_duplicates(oint, sandbox, again, expected):
    uuid = sandbox.order(status=PARCEL, im_number="shop-1")
    oint("refusals", "plan", write_orders(oint, ["shop-1", {"uuid": uuid}.get(again, again)]))
    result = oint("refusals", "approve", "1", "--yes", "--row", "2", *expected, "--json")
    assert (result.code, result.json["approved"], result.json["held"]) == (0, 1, 1), result.err
    sandbox.move(uuid, "DELIVERED")
    assert oint("refusals", "resume", *FAST).code == 6
    assert count_refusals(sandbox, [uuid]) == [0]
    if expected:
        assert oint("refusals", "report", "--failures", "--json").json[0]["code"] == "card_changed"


@posix
def test_named_duplicate_row_is_asked_about_on_a_terminal(oint, sandbox):
    uuid = sandbox.order(status=PARCEL, im_number="shop-1")
    oint("refusals", "plan", write_orders(oint, ["shop-1", uuid]))
    terminal = Terminal(oint, "approve", "1", "--row", "2")
    assert terminal.until(QUESTION), terminal.output
    terminal.type("1\n")
    assert (terminal.end(), read_counts(oint)) == (0, {"held": 1, "planned": 1})


def test_option_given_now_overrules_an_earlier_preview(oint, sandbox):
    uuid = sandbox.order(status="CREATED")
    oint("refusals", "plan", write_orders(oint, [uuid]))
    assert oint("refusals", "preview", "1", "--json").json["counts"] == {"delete": 1}
    result = oint("refusals", "run", "orders.txt", "--yes", "--expect", "1", "--even-if-billed", *FAST)
    assert (result.code, count_refusals(sandbox, [uuid])) == (0, [1]), result.err


def test_option_of_an_earlier_preview_is_not_remembered(oint, sandbox):
    uuid = sandbox.order(status="CREATED")
    write_orders(oint, [uuid])
    result = oint("refusals", "run", "orders.txt", "--yes", "--expect", "2", "--even-if-billed")
    assert (result.code, read_counts(oint)) == (2, {"held": 1})
    change_ledger(oint, "UPDATE batch SET even_if_billed = 0")
    assert oint("refusals", "approve", "1", "--yes", "--expect", "0").code == 0
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"advised": 1}


# --- suggested commands ---


def test_suggested_commands_name_the_same_ledger(oint, sandbox):
    (oint.home / "other").mkdir()
    options = ("--ledger", "other/ledger.sqlite")
    for words in (
        ("run", write_orders(oint, sandbox.order_batch(2, status=PARCEL))),
        ("approve", "1"),
        ("resume", "1"),
        ("run", "orders.txt", "--yes", "--expect", "9"),
    ):
        result = oint("refusals", *words, *options)
        assert (result.code, " 1 --ledger other/ledger.sqlite" in result.err.splitlines()[-1]) == (2, True), result.err


@posix
@pytest.mark.parametrize("answer", ["no\n", "\x03"])
def test_declined_question_names_approve_and_cancel(oint, sandbox, answer):
    terminal = Terminal(
        oint, "run", write_orders(oint, sandbox.order_batch(2, status=PARCEL)), "--ledger", "other.sqlite"
    )
    assert terminal.until(QUESTION)
    terminal.type(answer)
    assert terminal.end() == (130 if answer == "\x03" else 2)
    for command in ("approve", "cancel"):
        assert f"oint refusals {command} 1 --ledger other.sqlite" in terminal.output
    assert "If the request has gone out" not in terminal.output


# --- who answers, and what was on the screen ---


@posix
def test_keys_typed_before_the_question_do_not_answer_it(oint, sandbox):
    orders = sandbox.order_batch(3, status=PARCEL)
    sandbox.fault({"type": "delay", "seconds": 1.0}, operation="order_get", times=1)
    terminal = Terminal(oint, "run", write_orders(oint, orders), *FAST)
    terminal.type("3\n3\n")  # while the cards are read
    assert terminal.until(QUESTION)
    assert terminal.process.poll() is None
    terminal.type("no\n")
    assert terminal.end() == 2
    assert (count_refusals(sandbox, orders), read_counts(oint)) == ([0, 0, 0], {"held": 3})


@posix
def test_no_question_is_asked_when_the_preview_is_not_on_the_terminal(oint, sandbox):
    orders = sandbox.order_batch(2, status=PARCEL)
    with (oint.home / "log").open("w") as log:
        terminal = Terminal(oint, "run", write_orders(oint, orders), *FAST, stderr=log)
        terminal.type("2\n2\n")
        code = terminal.end()
    assert (code, QUESTION in terminal.output) == (2, False)
    assert "oint refusals approve 1" in (oint.home / "log").read_text()
    assert count_refusals(sandbox, orders) == [0, 0]


@posix
@pytest.mark.parametrize(("answer", "sent"), [("2\n", [1, 1]), ("1\n", [0, 0]), ("\x04", [0, 0])])
def test_list_on_standard_input_of_run_does_not_answer(oint, sandbox, answer, sent):
    orders = sandbox.order_batch(2, status=PARCEL)
    with (oint.home / write_orders(oint, [*orders, "2"])).open("rb") as source:
        terminal = Terminal(oint, "run", "-", *FAST, stdin=source.fileno(), OINT_LANG="ru")
    assert terminal.until("введите число отказов"), terminal.output
    assert "файл -" in terminal.output or "файл stdin" in terminal.output, terminal.output
    assert sandbox.calls("refusal") == []
    terminal.type(answer)
    assert terminal.end() == (9 if sent == [1, 1] else 2), terminal.output
    assert count_refusals(sandbox, orders) == sent


def test_batch_with_one_excepted_order_is_done_and_not_cancelled(oint, sandbox):
    keep, other = sandbox.order_batch(2, status=PARCEL)
    write_orders(oint, [keep], "keep.txt")
    oint("refusals", "run", write_orders(oint, [keep, other]), "--yes", "--except", "keep.txt", *FAST)
    assert [one["state"] for one in oint("refusals", "list", "--json").json] == ["done"]


# --- orders that change between the preview and the approval ---


@pytest.mark.parametrize("moved", ["delivered", "courier", "deleted", "refused"])
def test_order_changed_by_another_program_is_held_back(oint, sandbox, moved):
    uuid, other = sandbox.order(status="CREATED" if moved == "deleted" else PARCEL), sandbox.order(status=PARCEL)
    oint("refusals", "plan", write_orders(oint, [uuid, other]), *(["--even-if-billed"] if moved == "deleted" else []))
    assert oint("refusals", "preview", "1", "--json").json["counts"] == {"refuse": 2}
    match moved:
        case "delivered":
            sandbox.move(uuid, "DELIVERED")
        case "courier":
            sandbox.move(uuid, "TAKEN_BY_COURIER")
        case "deleted":
            assert oint("cdek", "УдалитьЗаказ", "--uuid", uuid).code == 0
        case "refused":
            assert oint("refusals", "register", uuid, "--poll", "50ms", "--ledger", "another.sqlite").code == 0
    sent = len(sandbox.truth(uuid)["refusals"])
    oint("refusals", "approve", "1", "--yes")
    result = oint("refusals", "resume", *FAST, "--json")
    assert (result.code, result.json["counts"]) == (9, {"confirmed": 1, "held": 1}), result.err
    assert (len(sandbox.truth(uuid)["refusals"]), count_refusals(sandbox, [other])) == (sent, [1])
    (row,) = oint("refusals", "report", "--failures", "--json").json
    assert (row["row"], row["code"]) == (1, "card_changed")


# --- CDEK does not respond to the preview ---


def test_failed_read_and_requested_pause_leave_no_row_unread(oint, sandbox):
    oint("refusals", "plan", "--no-cards", write_orders(oint, sandbox.order_batch(12, status=PARCEL)))
    sandbox.fault(
        {"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="order_get", skip=2, times=2
    )
    sandbox.fault({"type": "answer", "status": 502}, operation="order_get", skip=6, times=1)
    sandbox.fault("close", operation="order_get", skip=8, times=1)
    result = oint("refusals", "preview", "1", "--json")
    assert (result.code, result.json["counts"]) == (0, {"refuse": 12}), result.err
    assert len(sandbox.calls("order_get")) == 16


def test_preview_stops_reading_when_cdek_does_not_respond(oint, sandbox):
    oint("refusals", "plan", "--no-cards", write_orders(oint, sandbox.order_batch(200, status=PARCEL)))
    sandbox.fault({"type": "answer", "status": 502}, operation="order_get", skip=20)
    result = oint("refusals", "preview", "1", "--json")
    counts = result.json["counts"]
    assert (result.code, sum(counts.values())) == (5, 200)
    assert counts["refuse"] <= 20
    assert len(sandbox.calls("order_get")) < 100
    sandbox.clear_faults()
    assert oint("refusals", "approve", "1", "--yes", "--expect", "200").code == 0


def test_damaged_ledger_row_is_invalid_in_the_preview(oint, sandbox):
    oint("refusals", "plan", write_orders(oint, sandbox.order_batch(2, status=PARCEL)))
    change_ledger(oint, "UPDATE refusal SET uuid = NULL, cdek_number = 'x1', key = 'c:x1' WHERE id % 2 = 0")
    result = oint("refusals", "preview", "1", "--json")
    assert (result.code, result.json["counts"]) == (6, {"refuse": 1, "invalid": 1}), result.err
    assert oint("refusals", "approve", "1", "--yes", "--expect", "1").code == 0
