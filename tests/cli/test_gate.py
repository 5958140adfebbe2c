"""The gate at its edges: orders that must not be refused, previews that grow old, answers that nobody gave."""

import sqlite3
import time
from contextlib import closing

import pytest
from test_approval import FAST, PARCEL, QUESTION, Terminal, counts, listed, posix, refused


@pytest.fixture
def box(box):
    box.settings(refusal={"mode": "at_once"})
    return box


def ledger_of(oint):
    return closing(sqlite3.connect(oint.home / "data" / "refusals.sqlite"))


def change(oint, sql, *values):
    with ledger_of(oint) as ledger, ledger:
        ledger.execute(sql, values)


def read(oint, sql):
    with ledger_of(oint) as ledger:
        return ledger.execute(sql).fetchall()


# --- orders that must not be refused ---


@pytest.mark.parametrize("words", [("--except", "keep.txt"), ("--without-row", "1")])
def test_orders_cannot_be_left_out_without_their_cards(oint, box, words):
    uuid = box.order(status=PARCEL, im_number="keep-1")
    listed(oint, ["keep-1"], "keep.txt")
    oint("refusals", "plan", listed(oint, [uuid, box.order(status=PARCEL)]))
    ended = oint("refusals", "approve", "1", "--yes", "--no-cards", *words)
    assert (ended.code, "--no-cards" in ended.err) == (2, True), ended.err
    assert counts(oint) == {"held": 2}
    ended = oint("refusals", "run", "orders.txt", "--yes", "--no-cards", "--except", "keep.txt", *FAST)
    assert (ended.code, "--no-cards" in ended.err) == (2, True)
    assert refused(box, [uuid]) == [0]


def test_an_excepted_order_is_withdrawn_wherever_it_stands_in_the_batch(oint, box):
    keep = box.truth(box.order(status=PARCEL, im_number="keep-1"))
    listed(oint, [keep["cdek_number"]], "keep.txt")
    names = [keep["uuid"], "keep-1", keep["uuid"], "keep-1", box.order(status=PARCEL)]
    ended = oint("refusals", "run", listed(oint, names), "--yes", "--except", "keep.txt", "--json", *FAST)
    assert (ended.code, ended.json["counts"]) == (0, {"confirmed": 1, "withdrawn": 4}), ended.err
    oint("refusals", "approve", "1", "--yes")
    oint("refusals", "resume", *FAST)
    assert refused(box, [keep["uuid"]]) == [0], "no later approval releases it"


def test_an_approval_counts_no_order_that_was_left_out(oint, box):
    keep, other = box.order_batch(2, status=PARCEL)
    listed(oint, [keep], "keep.txt")
    oint("refusals", "plan", listed(oint, [keep, other]))
    ended = oint("refusals", "approve", "1", "--yes", "--except", "keep.txt", "--json")
    assert (ended.json["approved"], ended.json["held"], ended.json["withdrawn"]) == (1, 0, 1)


def test_a_row_that_is_left_out_and_whose_card_cannot_be_read_stops_everything(oint, box):
    uuid, other = box.order(status=PARCEL, im_number="shop-1"), box.order(status=PARCEL)
    oint("refusals", "plan", listed(oint, ["shop-1", other, uuid]))
    box.fault({"type": "answer", "status": 502}, operation="order_find")
    ended = oint("refusals", "approve", "1", "--yes", "--without-row", "1")
    assert (ended.code, "row 1" in ended.err) == (5, True), ended.err
    assert counts(oint) == {"held": 3}


# --- previews that grow old ---


def test_looking_at_a_preview_again_makes_it_no_younger(oint, box):
    orders = box.order_batch(2, status=PARCEL)
    oint("refusals", "plan", listed(oint, orders))
    oint("refusals", "preview", "1")
    was = time.time() - 23 * 3600
    change(oint, "UPDATE refusal SET seen_at = ?", was)
    before = read(oint, "SELECT seen, seen_at, status, reason FROM refusal")
    ended = oint("refusals", "approve", "1", "--yes", "--expect", "3")
    assert ended.code == 2
    assert read(oint, "SELECT seen, seen_at, status, reason FROM refusal") == before


def test_a_duplicate_is_no_refusal_when_the_other_batch_is_cancelled_before_the_answer(oint, box):
    shared, own = box.order_batch(2, status=PARCEL)
    oint("refusals", "plan", listed(oint, [shared], "monday.txt"))
    oint("refusals", "approve", "1", "--yes")
    oint("refusals", "plan", listed(oint, [shared, own], "tuesday.txt"))
    terminal = Terminal(oint, "run", "tuesday.txt", *FAST)
    assert terminal.until(QUESTION)
    assert "Refusals to be sent: 1" in terminal.said
    assert oint("refusals", "cancel", "1").code == 0
    terminal.type("1\n")
    assert terminal.end() == 0, terminal.said
    assert refused(box, [shared, own]) == [0, 1], "one refusal was confirmed"
    assert counts(oint) == {"confirmed": 1, "held": 1}


@pytest.mark.parametrize("previewed", [False, True])
def test_an_order_that_was_approved_and_is_excepted_later_is_withdrawn_or_stops_everything(oint, box, previewed):
    keep, other = (box.truth(uuid) for uuid in box.order_batch(2, status=PARCEL, im_number="shop"))
    listed(oint, [keep["im_number"]], "keep.txt")
    oint("refusals", "plan", listed(oint, [keep["uuid"], other["uuid"]]))
    oint("refusals", "approve", "1", "--yes", *(("--expect", "2") if previewed else ()))
    ended = oint("refusals", "run", "orders.txt", "--yes", "--except", "keep.txt", *FAST)
    assert refused(box, [keep["uuid"]]) == [0]
    if previewed:
        assert (ended.code, counts(oint)) == (0, {"confirmed": 1, "withdrawn": 1}), ended.err
    else:
        assert (ended.code, counts(oint)) == (2, {"planned": 2}), ended.err
        assert "oint refusals cancel 1" in ended.err


def test_a_row_that_was_approved_cannot_be_left_out(oint, box):
    oint("refusals", "plan", listed(oint, box.order_batch(2, status=PARCEL)))
    oint("refusals", "approve", "1", "--yes", "--row", "2")
    ended = oint("refusals", "approve", "1", "--yes", "--without-row", "2")
    assert (ended.code, "row 2" in ended.err, "oint refusals cancel 1" in ended.err) == (2, True, True)
    assert counts(oint) == {"held": 1, "planned": 1}


def test_the_same_command_goes_on_after_its_exceptions_were_withdrawn(oint, box):
    keep, *orders = box.order_batch(3, status=PARCEL)
    listed(oint, [keep], "keep.txt")
    words = ("run", listed(oint, [keep, *orders]), "--yes", "--except", "keep.txt", *FAST)
    box.fault("close", operation="refusal", when="before")
    box.fault({"type": "answer", "status": 502}, operation="order_get", skip=5)
    assert oint("refusals", *words, "--wait", "0s").code == 5
    box.clear_faults()
    assert oint("refusals", *words, "--json").json["counts"] == {"confirmed": 2, "withdrawn": 1}


# --- the row that a person names ---


@pytest.mark.parametrize("expected", [(), ("--expect", "1")])
@pytest.mark.parametrize("again", ["shop-1", "uuid"])
def test_a_row_that_is_named_stands_for_the_row_that_it_doubles(oint, box, again, expected):
    uuid = box.order(status=PARCEL, im_number="shop-1")
    oint("refusals", "plan", listed(oint, ["shop-1", {"uuid": uuid}.get(again, again)]))
    ended = oint("refusals", "approve", "1", "--yes", "--row", "2", *expected, "--json")
    assert (ended.code, ended.json["approved"], ended.json["held"]) == (0, 1, 1), ended.err
    box.move(uuid, "DELIVERED")
    assert oint("refusals", "resume", *FAST).code == 6
    assert refused(box, [uuid]) == [0]
    if expected:
        assert oint("refusals", "report", "--failures", "--json").json[0]["code"] == "card_changed"


@posix
def test_a_row_that_is_named_on_a_terminal_is_asked_about_though_it_doubles_another(oint, box):
    uuid = box.order(status=PARCEL, im_number="shop-1")
    oint("refusals", "plan", listed(oint, ["shop-1", uuid]))
    terminal = Terminal(oint, "approve", "1", "--row", "2")
    assert terminal.until(QUESTION), terminal.said
    terminal.type("1\n")
    assert (terminal.end(), counts(oint)) == (0, {"held": 1, "planned": 1})


def test_what_is_overruled_now_is_counted_though_an_earlier_preview_advised_against_it(oint, box):
    uuid = box.order(status="CREATED")
    oint("refusals", "plan", listed(oint, [uuid]))
    assert oint("refusals", "preview", "1", "--json").json["counts"] == {"delete": 1}
    ended = oint("refusals", "run", "orders.txt", "--yes", "--expect", "1", "--even-if-billed", *FAST)
    assert (ended.code, refused(box, [uuid])) == (0, [1]), ended.err


def test_what_only_an_earlier_preview_had_overruled_is_not_counted(oint, box):
    uuid = box.order(status="CREATED")
    listed(oint, [uuid])
    ended = oint("refusals", "run", "orders.txt", "--yes", "--expect", "2", "--even-if-billed")
    assert (ended.code, counts(oint)) == (2, {"held": 1})
    change(oint, "UPDATE batch SET even_if_billed = 0")
    assert oint("refusals", "approve", "1", "--yes", "--expect", "0").code == 0
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"advised": 1}


# --- what is typed next ---


def test_the_commands_that_are_named_mean_the_same_ledger(oint, box):
    (oint.home / "other").mkdir()
    options = ("--ledger", "other/ledger.sqlite")
    for words in (
        ("run", listed(oint, box.order_batch(2, status=PARCEL))),
        ("approve", "1"),
        ("resume", "1"),
        ("run", "orders.txt", "--yes", "--expect", "9"),
    ):
        ended = oint("refusals", *words, *options)
        assert (ended.code, " 1 --ledger other/ledger.sqlite" in ended.err.splitlines()[-1]) == (2, True), ended.err


@posix
@pytest.mark.parametrize("answer", ["no\n", "\x03"])
def test_whoever_does_not_confirm_is_shown_how_to_confirm_later(oint, box, answer):
    terminal = Terminal(oint, "run", listed(oint, box.order_batch(2, status=PARCEL)), "--ledger", "other.sqlite")
    assert terminal.until(QUESTION)
    terminal.type(answer)
    assert terminal.end() == (130 if answer == "\x03" else 2)
    for command in ("approve", "cancel"):
        assert f"oint refusals {command} 1 --ledger other.sqlite" in terminal.said


# --- who answers, and what he has seen ---


@posix
def test_what_was_typed_before_the_question_is_no_answer_to_it(oint, box):
    orders = box.order_batch(3, status=PARCEL)
    box.fault({"type": "delay", "seconds": 1.0}, operation="order_get", times=1)
    terminal = Terminal(oint, "run", listed(oint, orders), *FAST)
    terminal.type("3\n3\n")  # while the cards are read
    assert terminal.until(QUESTION)
    assert terminal.process.poll() is None
    terminal.type("no\n")
    assert terminal.end() == 2
    assert (refused(box, orders), counts(oint)) == ([0, 0, 0], {"held": 3})


@posix
def test_nobody_is_asked_who_does_not_see_what_would_be_sent(oint, box):
    orders = box.order_batch(2, status=PARCEL)
    with (oint.home / "log").open("w") as log:
        terminal = Terminal(oint, "run", listed(oint, orders), *FAST, stderr=log)
        terminal.type("2\n2\n")
        code = terminal.end()
    assert (code, QUESTION in terminal.said) == (2, False)
    assert "oint refusals approve 1" in (oint.home / "log").read_text()
    assert refused(box, orders) == [0, 0]


@posix
@pytest.mark.parametrize(("answer", "sent"), [("2\n", [1, 1]), ("1\n", [0, 0]), ("\x04", [0, 0])])
def test_a_list_on_standard_input_of_run_is_no_answer(oint, box, answer, sent):
    orders = box.order_batch(2, status=PARCEL)
    with (oint.home / listed(oint, [*orders, "2"])).open("rb") as source:
        terminal = Terminal(oint, "run", "-", *FAST, stdin=source.fileno(), OINT_LANG="ru")
    assert terminal.until("введите число отказов"), terminal.said
    assert "файл -" in terminal.said or "файл stdin" in terminal.said, terminal.said
    assert box.calls("refusal") == []
    terminal.type(answer)
    assert terminal.end() == (9 if sent == [1, 1] else 2), terminal.said
    assert refused(box, orders) == sent


def test_a_batch_of_which_one_order_was_excepted_is_done_and_not_cancelled(oint, box):
    keep, other = box.order_batch(2, status=PARCEL)
    listed(oint, [keep], "keep.txt")
    oint("refusals", "run", listed(oint, [keep, other]), "--yes", "--except", "keep.txt", *FAST)
    assert [one["state"] for one in oint("refusals", "list", "--json").json] == ["done"]


# --- orders that move between the preview and the approval ---


@pytest.mark.parametrize("moved", ["delivered", "courier", "deleted", "refused"])
def test_whatever_another_program_does_to_an_order_after_its_preview_holds_its_row_back(oint, box, moved):
    uuid, other = box.order(status="CREATED" if moved == "deleted" else PARCEL), box.order(status=PARCEL)
    oint("refusals", "plan", listed(oint, [uuid, other]), *(["--even-if-billed"] if moved == "deleted" else []))
    assert oint("refusals", "preview", "1", "--json").json["counts"] == {"refuse": 2}
    match moved:
        case "delivered":
            box.move(uuid, "DELIVERED")
        case "courier":
            box.move(uuid, "TAKEN_BY_COURIER")
        case "deleted":
            assert oint("cdek", "УдалитьЗаказ", "--uuid", uuid).code == 0
        case "refused":
            assert oint("refusals", "register", uuid, "--poll", "50ms", "--ledger", "another.sqlite").code == 0
    sent = len(box.truth(uuid)["refusals"])
    oint("refusals", "approve", "1", "--yes")
    ended = oint("refusals", "resume", *FAST, "--json")
    assert (ended.code, ended.json["counts"]) == (9, {"confirmed": 1, "held": 1}), ended.err
    assert (len(box.truth(uuid)["refusals"]), refused(box, [other])) == (sent, [1])
    (row,) = oint("refusals", "report", "--failures", "--json").json
    assert (row["row"], row["code"]) == (1, "card_changed")


# --- a CDEK that does not answer the preview ---


def test_an_answer_that_fails_once_and_a_pause_that_cdek_asks_for_leave_no_row_unread(oint, box):
    oint("refusals", "plan", listed(oint, box.order_batch(12, status=PARCEL)))
    box.fault(
        {"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="order_get", skip=2, times=2
    )
    box.fault({"type": "answer", "status": 502}, operation="order_get", skip=6, times=1)
    box.fault("close", operation="order_get", skip=8, times=1)
    ended = oint("refusals", "preview", "1", "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"refuse": 12}), ended.err
    assert len(box.calls("order_get")) == 16


def test_a_cdek_that_answers_nothing_is_not_asked_for_every_row(oint, box):
    oint("refusals", "plan", listed(oint, box.order_batch(200, status=PARCEL)))
    box.fault({"type": "answer", "status": 502}, operation="order_get", skip=20)
    ended = oint("refusals", "preview", "1", "--json")
    counted = ended.json["counts"]
    assert (ended.code, sum(counted.values())) == (5, 200)
    assert counted["refuse"] <= 20
    assert len(box.calls("order_get")) < 100
    box.clear_faults()
    assert oint("refusals", "approve", "1", "--yes", "--expect", "200").code == 0


def test_a_row_of_a_damaged_ledger_is_an_invalid_one_in_the_preview(oint, box):
    oint("refusals", "plan", listed(oint, box.order_batch(2, status=PARCEL)))
    change(oint, "UPDATE refusal SET uuid = NULL, cdek_number = 'x1', key = 'c:x1' WHERE id % 2 = 0")
    ended = oint("refusals", "preview", "1", "--json")
    assert (ended.code, ended.json["counts"]) == (6, {"refuse": 1, "invalid": 1}), ended.err
    assert oint("refusals", "approve", "1", "--yes", "--expect", "1").code == 0
