"""Nothing irreversible is sent unseen and unconfirmed: the question, --yes, its caps and choices, cancel."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = ("--poll", "50ms", "--settle", "200ms")
PATIENCE = 60
posix = pytest.mark.skipif(sys.platform == "win32", reason="it has neither pseudo-terminals nor these signals")


@pytest.fixture
def box(box):
    box.settings(refusal={"mode": "at_once"})
    return box


def listed(oint, orders, name="orders.txt"):
    path = oint.home / name
    path.write_text("\n".join(orders) + "\n", "utf-8")
    return name


def refused(box, orders):
    return [len([row for row in box.truth(uuid)["refusals"] if row["http_status"] == 202]) for uuid in orders]


def counts(oint):
    return oint("refusals", "status", "--json").json["counts"]


class Terminal:
    """`oint` with a controlling terminal: what it writes is read, what a person types is written."""

    def __init__(self, oint, *words, stdin=None, stderr=None, **env):
        import pty  # noqa: PLC0415 - Windows has none

        self.mine, its = pty.openpty()
        self.process = oint.start(
            "refusals",
            *words,
            env=oint.env | env,
            stdin=its if stdin is None else stdin,
            stdout=its,
            stderr=its if stderr is None else stderr,
            preexec_fn=lambda: _take_terminal(its),
        )
        os.close(its)
        self.said = ""

    def until(self, word):
        """Read until a word is written, or the command has ended."""
        while word not in self.said:
            try:
                piece = os.read(self.mine, 4096)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            self.said += piece.decode()
        return word in self.said

    def type(self, keys):
        os.write(self.mine, keys.encode())

    def end(self):
        self.until("\0")
        code = self.process.wait(PATIENCE)
        os.close(self.mine)
        return code


def _take_terminal(its):
    import fcntl  # noqa: PLC0415 - Windows has none
    import termios  # noqa: PLC0415 - the same

    os.setsid()
    fcntl.ioctl(its, termios.TIOCSCTTY, 0)


QUESTION = "type the number of refusals"


@posix
def test_on_a_terminal_the_right_number_sends_after_all_was_shown(oint, box):
    orders = box.order_batch(3, status=PARCEL)
    created = box.order(status="CREATED", im_number="shop-9")
    terminal = Terminal(oint, "run", listed(oint, [*orders, "shop-9"]), *FAST)
    assert terminal.until(QUESTION), terminal.said
    for shown in (
        "account wqGw",
        box.url,
        "file orders.txt",
        "planned by",
        "refuse: 3",
        "shop-9",
        "Refusals to be sent: 3",
    ):
        assert shown in terminal.said, shown
    assert box.calls("refusal") == []
    terminal.type("3\n")
    assert terminal.end() == 9, terminal.said
    assert refused(box, [*orders, created]) == [1, 1, 1, 0]
    assert len([call for call in box.calls() if call["operation"] in {"order_get", "refusal"}]) >= 4 * 3


@posix
@pytest.mark.parametrize("answer", ["2\n", "\n", "y\n", "yes\n", "3 3\n", "03\n", "\x04"], ids=repr)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_any_other_answer_sends_nothing_and_the_batch_stays_held(oint, box, answer, language):
    orders = box.order_batch(3, status=PARCEL)
    terminal = Terminal(oint, "run", listed(oint, orders), *FAST, OINT_LANG=language)
    assert terminal.until(QUESTION if language == "en" else "введите число отказов"), terminal.said
    terminal.type(answer)
    assert terminal.end() == 2
    assert "oint refusals approve 1" in terminal.said
    assert (refused(box, orders), counts(oint)) == ([0, 0, 0], {"held": 3})


@posix
def test_ctrl_c_at_the_question_sends_nothing(oint, box):
    orders = box.order_batch(2, status=PARCEL)
    terminal = Terminal(oint, "run", listed(oint, orders), *FAST)
    assert terminal.until(QUESTION)
    terminal.type("\x03")
    assert terminal.end() == 130
    assert (refused(box, orders), counts(oint)) == ([0, 0], {"held": 2})


@posix
def test_standard_input_is_never_taken_for_the_answer(oint, box):
    orders = box.order_batch(3, status=PARCEL)
    listed(oint, orders)
    reading, writing = os.pipe()
    os.write(writing, b"3\n3\n3\n")
    os.close(writing)
    terminal = Terminal(oint, "run", "orders.txt", *FAST, stdin=reading)
    os.close(reading)
    assert terminal.until(QUESTION)
    assert box.calls("refusal") == []
    terminal.type("no\n")
    assert terminal.end() == 2
    assert refused(box, orders) == [0, 0, 0]


@posix
def test_a_list_on_standard_input_is_asked_about_on_the_terminal(oint, box):
    orders = box.order_batch(2, status=PARCEL)
    with (oint.home / listed(oint, orders)).open("rb") as source:
        terminal = Terminal(oint, "register", "-", "--json", *FAST, stdin=source.fileno())
    assert terminal.until(QUESTION)
    terminal.type("2\n")
    assert terminal.end() == 0, terminal.said
    assert refused(box, orders) == [1, 1]


@posix
def test_what_was_seen_within_a_day_is_not_read_again_and_after_a_day_it_is(oint, box):
    orders = box.order_batch(2, status=PARCEL)
    oint("refusals", "plan", listed(oint, orders))
    oint("refusals", "preview", "1")
    for age, read in ((0, 0), (23 * 3600, 0), (25 * 3600, 2)):
        with closing(sqlite3.connect(oint.home / "data" / "refusals.sqlite")) as ledger, ledger:
            ledger.execute("UPDATE refusal SET seen_at = ?", (time.time() - age,))
        before = len(box.calls("order_get"))
        terminal = Terminal(oint, "approve", "1")
        assert terminal.until(QUESTION), terminal.said
        terminal.type("no\n")
        assert terminal.end() == 2
        assert len(box.calls("order_get")) - before == read, age
    assert counts(oint) == {"held": 2}


def test_without_a_terminal_nothing_is_read_or_sent_and_approve_is_named(oint, box):
    orders = box.order_batch(3, status=PARCEL)
    ended = oint("refusals", "run", listed(oint, orders), *FAST, OINT_YES="1", OINT_REFUSALS_YES="true")
    assert (ended.code, ended.out) == (2, "")
    assert "oint refusals approve 1" in ended.err
    assert box.calls("order_get") == box.calls("refusal") == []
    assert counts(oint) == {"held": 3}
    resumed = oint("refusals", "resume", *FAST)
    assert (resumed.code, "oint refusals approve 1" in resumed.err) == (2, True)
    for words in (("approve", "1"), ("register", "-")):
        ended = oint("refusals", *words, stdin="\n".join(orders))
        assert (ended.code, ended.out) == (2, ""), words
    assert refused(box, orders) == [0, 0, 0]


@pytest.mark.parametrize(("expected", "code", "sent"), [(2, 0, 1), (3, 2, 0), (1, 2, 0), (0, 2, 0)])
def test_yes_with_an_expected_number_sends_only_where_it_is_that_number(oint, box, expected, code, sent):
    orders = box.order_batch(2, status=PARCEL)
    done = box.order(status="NOT_DELIVERED", reason_code="11")
    ended = oint("refusals", "run", listed(oint, [*orders, done]), *FAST, "--yes", "--expect", str(expected))
    assert ended.code == code, ended.err
    assert refused(box, orders) == [sent, sent]
    if not sent:
        assert "oint refusals preview 1" in ended.err
        assert counts(oint) == {"held": 3}


def test_an_expected_number_without_yes_is_a_slip(oint, box):
    ended = oint("refusals", "run", listed(oint, box.order_batch(1, status=PARCEL)), "--expect", "1")
    assert (ended.code, "--yes" in ended.err) == (2, True)


@pytest.mark.parametrize("cap", ["2", "two", "-1"])
def test_yes_is_capped(oint, box, cap):
    orders = box.order_batch(3, status=PARCEL)
    listed(oint, orders)
    for words, stdin in ((("run", "orders.txt"), ""), (("approve", "1"), ""), (("register", "-"), "\n".join(orders))):
        ended = oint("refusals", *words, "--yes", stdin=stdin, OINT_MAX_REFUSALS=cap)
        assert (ended.code, "OINT_MAX_REFUSALS" in ended.err) == (2, True), words
    assert refused(box, orders) == [0, 0, 0]
    assert oint("refusals", "run", "orders.txt", *FAST, "--yes", OINT_MAX_REFUSALS="3").code == 0


def test_a_limit_sends_the_first_refusable_rows_and_the_rest_stays_held(oint, box):
    created, *orders = box.order(status="CREATED"), *box.order_batch(4, status=PARCEL)
    ended = oint("refusals", "run", listed(oint, [created, *orders]), *FAST, "--yes", "--limit", "2", "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"confirmed": 2, "held": 3})
    assert refused(box, orders) == [1, 1, 0, 0]
    again = oint("refusals", "run", "orders.txt", *FAST, "--yes", "--limit", "2", "--json")
    assert (again.code, again.json["counts"]) == (0, {"confirmed": 4, "held": 1})


@pytest.mark.parametrize("named", ["uuid", "cdek_number", "im_number"])
@pytest.mark.parametrize("excepted", ["uuid", "cdek_number", "im_number"])
def test_orders_that_must_not_be_refused_are_withdrawn_by_whatever_name_they_are_called(oint, box, named, excepted):
    keep, other = (box.truth(box.order(status=PARCEL, im_number=name)) for name in ("keep-1", "other-1"))
    (oint.home / "orders.csv").write_text("\n".join([named, keep[named], other[named]]))
    (oint.home / "keep.csv").write_text("\n".join([excepted, keep[excepted]]))
    ended = oint("refusals", "run", "orders.csv", *FAST, "--yes", "--except", "keep.csv", "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"confirmed": 1, "withdrawn": 1}), ended.err
    assert refused(box, [keep["uuid"], other["uuid"]]) == [0, 1]
    again = oint("refusals", "approve", "1", "--yes")
    assert oint("refusals", "resume", *FAST).code == 0, again
    assert refused(box, [keep["uuid"]]) == [0], "no later approval releases it"


def test_a_row_of_the_exceptions_that_cannot_be_read_stops_everything(oint, box):
    orders = box.order_batch(2, status=PARCEL)
    (oint.home / "keep.csv").write_text("uuid\n" + orders[0] + "\nnot-a-uuid\n")
    ended = oint("refusals", "run", listed(oint, orders), *FAST, "--yes", "--except", "keep.csv")
    assert (ended.code, "row 3" in ended.err) == (6, True)
    assert refused(box, orders) == [0, 0]


def test_a_row_that_is_left_out_takes_its_order_out_wherever_else_it_stands(oint, box):
    uuid = box.order(status=PARCEL, im_number="shop-1")
    other = box.order(status=PARCEL)
    listed(oint, ["shop-1", other, uuid])
    oint("refusals", "plan", "orders.txt")
    assert oint("refusals", "approve", "--yes", "--without-row", "1").code == 0
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"confirmed": 1, "held": 2}
    assert refused(box, [uuid, other]) == [0, 1]
    assert oint("refusals", "approve", "--yes", "--row", "3").code == 0
    oint("refusals", "resume", *FAST)
    assert refused(box, [uuid, other]) == [1, 1]


@pytest.mark.parametrize("rows", ["x", "1,", "1-", "-1", "1.5"])
def test_what_is_no_row_number_is_a_slip(oint, box, rows):
    oint("refusals", "plan", listed(oint, box.order_batch(1, status=PARCEL)))
    ended = oint("refusals", "approve", "--yes", f"--row={rows}")
    assert (ended.code, "--row" in ended.err) == (2, True)


def test_rows_that_were_held_back_are_judged_anew_by_the_next_approval(oint, box):
    orders = moved_orders(oint, box, 2, 2)
    assert oint("refusals", "resume", *FAST).code == 6
    oint("refusals", "approve", "1", "--yes")
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"advised": 1, "confirmed": 1}
    assert refused(box, orders) == [0, 1], "one was delivered, one is with the courier"


def moved_orders(oint, box, count, moved):
    """Plan and preview orders, and move some of them before the approval."""
    orders = box.order_batch(count, status=PARCEL)
    oint("refusals", "plan", listed(oint, orders))
    assert oint("refusals", "preview", "1", "--json").json["counts"] == {"refuse": count}
    for number, uuid in enumerate(orders[:moved]):
        if number % 4 == 3:  # another program refuses it
            with_refusal = box.control("POST", f"/orders/{uuid}/status", {"code": "NOT_DELIVERED", "reason_code": "11"})
            assert with_refusal
        else:
            box.move(uuid, ("DELIVERED", "TAKEN_BY_COURIER", "SENT_TO_RECIPIENT_CITY")[number % 4])
    assert oint("refusals", "approve", "1", "--yes", "--json").json["approved"] == count
    return orders


def test_three_hundred_rows_of_which_twenty_have_moved_since_the_preview(oint, box):
    orders = moved_orders(oint, box, 300, 20)
    read = len(box.calls("order_get"))
    ended = oint("refusals", "resume", *FAST, "--json", "--quiet")
    assert (ended.code, ended.json["counts"], ended.json["held_back"]) == (9, {"confirmed": 280, "held": 20}, 20)
    assert refused(box, orders) == [0] * 20 + [1] * 280
    assert {row["code"] for row in oint("refusals", "report", "--failures", "--json").json} == {"card_changed"}
    assert read == 300
    assert len(box.calls("order_get")) == 300 + 300 + 280
    assert len(box.calls("refusal")) == 280, "four requests a confirmed refusal"


def test_where_all_rows_have_moved_the_exit_code_is_six_and_approve_shows_them_again(oint, box):
    orders = moved_orders(oint, box, 3, 3)
    ended = oint("refusals", "resume", *FAST)
    assert (ended.code, "oint refusals approve 1" in ended.err) == (6, True)
    assert refused(box, orders) == [0, 0, 0]
    assert oint("refusals", "approve", "1", "--yes", "--expect", "2").code == 0, "with the courier, and on its way"
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"advised": 1, "confirmed": 2}


def test_one_transit_status_after_another_is_no_change(oint, box):
    uuid = box.order(status="SENT_TO_RECIPIENT_CITY")
    oint("refusals", "plan", listed(oint, [uuid]))
    oint("refusals", "preview", "1")
    box.move(uuid, "ACCEPTED_IN_RECIPIENT_CITY")
    oint("refusals", "approve", "1", "--yes")
    assert oint("refusals", "resume", *FAST).out == "confirmed: 1\n"


def test_with_yes_a_confirmed_refusal_takes_three_requests(oint, box):
    oint("refusals", "run", listed(oint, box.order_batch(10, status=PARCEL)), *FAST, "--yes")
    assert (len(box.calls("order_get")), len(box.calls("refusal"))) == (20, 10)


def test_a_card_that_could_not_be_read_keeps_its_row_held(oint, box):
    first, second = box.order_batch(2, status=PARCEL)
    box.fault({"type": "answer", "status": 502}, operation="order_get", uuid=first)
    ended = oint("refusals", "run", listed(oint, [first, second]), *FAST, "--yes", "--expect", "1", "--json")
    assert (ended.code, ended.json["counts"]) == (9, {"confirmed": 1, "held": 1}), ended.err
    assert refused(box, [first, second]) == [0, 1]
    assert oint("refusals", "report", "--failures", "--json").json[0]["code"] == "unread"


def test_the_preview_names_the_other_batch_and_a_cancelled_one_occupies_no_order(oint, box):
    uuid = box.order(status=PARCEL, im_number="shop-1")
    for name, order in (("monday.txt", uuid), ("tuesday.txt", "shop-1")):
        oint("refusals", "plan", listed(oint, [order], name))
    assert oint("refusals", "preview", "2", "--json").json["counts"] == {"refuse": 1}, "what is held occupies no order"
    oint("refusals", "approve", "1", "--yes")
    (row,) = oint("refusals", "preview", "2", "--json").json["rows"]
    assert (row["action"], row["other_batch"], row["duplicate_of"]) == ("duplicate", 1, 1)
    assert oint("refusals", "cancel", "1").out == "Batch 1 is cancelled; rows that will never be sent: 1\n"
    assert oint("refusals", "preview", "2", "--json").json["counts"] == {"refuse": 1}
    oint("refusals", "approve", "2", "--yes")
    assert oint("refusals", "resume", "2", *FAST).out == "confirmed: 1\n"
    assert refused(box, [uuid]) == [1]


def test_a_cancelled_file_may_be_planned_again(oint, box):
    orders = box.order_batch(2, status=PARCEL)
    name = listed(oint, orders)
    oint("refusals", "plan", name)
    oint("refusals", "cancel", "1")
    assert oint("refusals", "resume", "1", *FAST, "--json").json["counts"] == {"withdrawn": 2}
    assert refused(box, orders) == [0, 0]
    again = oint("refusals", "run", name, *FAST, "--yes", "--json")
    assert (again.code, again.json["batch"], again.json["counts"]) == (0, 2, {"confirmed": 2})
    assert [one["state"] for one in oint("refusals", "list", "--json").json] == ["done", "cancelled"]


def test_rows_of_a_batch_that_another_one_was_to_send_are_named_when_that_one_is_cancelled(oint, box):
    uuid = box.order(status=PARCEL)
    for number, orders in enumerate(([uuid], [uuid, uuid]), 1):
        oint("refusals", "plan", listed(oint, orders, f"{number}.txt"))
        oint("refusals", "approve", str(number), "--yes")
    oint("refusals", "cancel", "1")
    oint("refusals", "resume", "2", *FAST)
    assert refused(box, [uuid]) == [0]
    row = oint("refusals", "report", "2", "--json").json[0]
    assert (row["verdict"], row["code"]) == ("withdrawn", "duplicate")
    assert "oint refusals retry 2 --row 1" in row["next_step"]
    assert oint("refusals", "retry", "2", "--row", "1").out == "Batch 2: new attempts: 1\n"
    oint("refusals", "resume", "2", *FAST)
    assert refused(box, [uuid]) == [1]


@posix
def test_a_batch_that_is_cancelled_while_it_runs_sends_nothing_more(oint, box):
    orders = box.order_batch(200, status=PARCEL)
    words = ("refusals", "run", listed(oint, orders), "--yes", "--rate", "60", "--quiet", *FAST)
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while len(box.calls("refusal")) < 10:
        assert process.poll() is None
        time.sleep(0.02)
    assert oint("refusals", "cancel", "1").code == 0
    sent = sum(refused(box, orders))
    process.communicate(timeout=PATIENCE)
    assert sum(refused(box, orders)) == sent < 200
    assert counts(oint) == {"confirmed": sent, "withdrawn": 200 - sent}


def test_who_planned_and_approved_is_an_event_of_the_batch(oint, box):
    oint("refusals", "plan", listed(oint, box.order_batch(1, status=PARCEL)))
    oint("refusals", "preview", "1")
    oint("refusals", "approve", "1", "--yes", "--expect", "1")
    oint("refusals", "cancel", "1")
    status = oint("refusals", "status", "--json").json
    assert [event["action"] for event in status["events"]] == ["plan", "preview", "approve", "cancel"]
    assert {event["actor"] for event in status["events"]} == {status["planned_by"]}
    assert (status["account"], status["host"], status["state"]) == (
        "wqGw…jTEP"[:5] + status["account"][5:],
        box.url,
        "cancelled",
    )
    assert oint.env["OINT_CDEK_ACCOUNT"] not in oint("refusals", "list").out


@pytest.mark.parametrize("form", ["--csv", "--xlsx"])
def test_a_preview_is_a_table_for_a_person_who_works_in_excel(oint, box, form):
    box.order(status=PARCEL, im_number="=1+1")
    oint("refusals", "plan", listed(oint, ["=1+1", box.order(status="CREATED")]))
    ended = oint("refusals", "preview", "1", form, "preview.out", OINT_LANG="ru")
    assert ended.code == 6, ended.err
    if form == "--csv":
        text = (oint.home / "preview.out").read_text("utf-8-sig")
        assert text.splitlines()[0].startswith("Строка;Заказ;")
        assert "'=1+1" in text
    else:
        calamine = pytest.importorskip("python_calamine", reason="workbooks are an extra")
        book = calamine.CalamineWorkbook.from_path(str(oint.home / "preview.out"))
        assert book.get_sheet_by_index(0).to_python()[1][1] == "=1+1"


def test_a_batch_of_another_account_is_neither_previewed_nor_approved_by_its_cards(oint, box):
    oint("refusals", "plan", listed(oint, box.order_batch(1, status=PARCEL)))
    other = {"OINT_CDEK_ACCOUNT": "another-account", "OINT_CDEK_PASSWORD": "x"}
    for words in (("preview", "1"), ("approve", "1", "--yes", "--expect", "1")):
        ended = oint("refusals", *words, **other)
        assert (ended.code, "another account or host" in ended.err) == (2, True)
    assert counts(oint) == {"held": 1}


@posix
def test_a_terminal_that_is_interrupted_while_cards_are_read_leaves_the_batch_held(oint, box):
    orders = box.order_batch(40, status=PARCEL)
    box.fault({"type": "delay", "seconds": 30}, operation="order_get", skip=1)
    terminal = Terminal(oint, "run", listed(oint, orders), *FAST)
    while len(box.calls("order_get")) < 1:
        time.sleep(0.02)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert counts(oint) == {"held": 40}
