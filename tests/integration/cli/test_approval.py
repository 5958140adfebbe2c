"""Send nothing irreversible before it is seen and confirmed: the question, --yes, its limits and selections, cancel."""

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from tests.support.terminal import (
    FAST,
    PARCEL,
    QUESTION,
    TIMEOUT_SECONDS,
    Terminal,
    count_refusals,
    posix,
    read_counts,
    write_orders,
)


@pytest.fixture
def sandbox(sandbox):
    sandbox.settings(refusal={"mode": "at_once"})
    return sandbox


@posix
def test_right_number_on_a_terminal_sends_after_the_preview(oint, sandbox):
    orders = sandbox.order_batch(3, status=PARCEL)
    created = sandbox.order(status="CREATED", im_number="shop-9")
    terminal = Terminal(oint, "run", write_orders(oint, [*orders, "shop-9"]), *FAST)
    assert terminal.until(QUESTION), terminal.output
    for fragment in (
        "account wqGw",
        sandbox.url,
        "file orders.txt",
        "planned by",
        "  3  refuse",
        "shop-9",
        "Refusals to be sent: 3",
    ):
        assert fragment in terminal.output, fragment
    assert sandbox.calls("refusal") == []
    terminal.type("3\n")
    assert terminal.end() == 9, terminal.output
    assert count_refusals(sandbox, [*orders, created]) == [1, 1, 1, 0]
    assert len([call for call in sandbox.calls() if call["operation"] in {"order_get", "refusal"}]) >= 4 * 3


@posix
@pytest.mark.parametrize("answer", ["2\n", "\n", "y\n", "yes\n", "3 3\n", "03\n", "\x04"], ids=repr)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_any_other_answer_sends_nothing_and_rows_stay_held(oint, sandbox, answer, language):
    orders = sandbox.order_batch(3, status=PARCEL)
    terminal = Terminal(oint, "run", write_orders(oint, orders), *FAST, OINT_LANG=language)
    assert terminal.until(QUESTION if language == "en" else "введите число отказов"), terminal.output
    terminal.type(answer)
    assert terminal.end() == 2
    assert "oint refusals approve 1" in terminal.output
    assert (count_refusals(sandbox, orders), read_counts(oint)) == ([0, 0, 0], {"held": 3})


@posix
def test_ctrl_c_at_the_question_sends_nothing(oint, sandbox):
    orders = sandbox.order_batch(2, status=PARCEL)
    terminal = Terminal(oint, "run", write_orders(oint, orders), *FAST)
    assert terminal.until(QUESTION)
    terminal.type("\x03")
    assert terminal.end() == 130
    assert (count_refusals(sandbox, orders), read_counts(oint)) == ([0, 0], {"held": 2})


@posix
def test_standard_input_never_answers_the_question(oint, sandbox):
    orders = sandbox.order_batch(3, status=PARCEL)
    write_orders(oint, orders)
    reading, writing = os.pipe()
    os.write(writing, b"3\n3\n3\n")
    os.close(writing)
    terminal = Terminal(oint, "run", "orders.txt", *FAST, stdin=reading)
    os.close(reading)
    assert terminal.until(QUESTION)
    assert sandbox.calls("refusal") == []
    terminal.type("no\n")
    assert terminal.end() == 2
    assert count_refusals(sandbox, orders) == [0, 0, 0]


@posix
def test_list_on_standard_input_is_confirmed_on_the_terminal(oint, sandbox):
    orders = sandbox.order_batch(2, status=PARCEL)
    with (oint.home / write_orders(oint, orders)).open("rb") as source:
        terminal = Terminal(oint, "register", "-", "--json", *FAST, stdin=source.fileno())
    assert terminal.until(QUESTION)
    terminal.type("2\n")
    assert terminal.end() == 0, terminal.output
    assert count_refusals(sandbox, orders) == [1, 1]


@posix
def test_card_is_read_again_only_when_the_preview_is_a_day_old(oint, sandbox):
    orders = sandbox.order_batch(2, status=PARCEL)
    oint("refusals", "plan", write_orders(oint, orders))
    oint("refusals", "preview", "1")
    for age, read in ((0, 0), (23 * 3600, 0), (25 * 3600, 2)):
        with closing(sqlite3.connect(oint.home / "data" / "refusals.sqlite")) as ledger, ledger:
            ledger.execute("UPDATE refusal SET seen_at = ?", (time.time() - age,))
        before = len(sandbox.calls("order_get"))
        terminal = Terminal(oint, "approve", "1")
        assert terminal.until(QUESTION), terminal.output
        terminal.type("no\n")
        assert terminal.end() == 2
        assert len(sandbox.calls("order_get")) - before == read, age
    assert read_counts(oint) == {"held": 2}


def test_run_without_terminal_sends_nothing_and_names_approve(oint, sandbox):
    orders = sandbox.order_batch(3, status=PARCEL)
    result = oint("refusals", "run", write_orders(oint, orders), *FAST, OINT_YES="1", OINT_REFUSALS_YES="true")
    assert (result.code, result.out) == (2, "")
    assert "oint refusals approve 1" in result.err
    assert sandbox.calls("order_get") == sandbox.calls("refusal") == []
    assert read_counts(oint) == {"held": 3}
    resumed = oint("refusals", "resume", *FAST)
    assert (resumed.code, "oint refusals approve 1" in resumed.err) == (2, True)
    for words in (("approve", "1"), ("register", "-")):
        result = oint("refusals", *words, stdin="\n".join(orders))
        assert (result.code, result.out) == (2, ""), words
    assert count_refusals(sandbox, orders) == [0, 0, 0]


@pytest.mark.parametrize(("expected", "code", "sent"), [(2, 0, 1), (3, 2, 0), (1, 2, 0), (0, 2, 0)])
def test_yes_with_expect_sends_only_when_the_number_matches(oint, sandbox, expected, code, sent):
    orders = sandbox.order_batch(2, status=PARCEL)
    closed_order = sandbox.order(status="NOT_DELIVERED", reason_code="11")
    result = oint(
        "refusals", "run", write_orders(oint, [*orders, closed_order]), *FAST, "--yes", "--expect", str(expected)
    )
    assert result.code == code, result.err
    assert count_refusals(sandbox, orders) == [sent, sent]
    if not sent:
        assert "oint refusals preview 1" in result.err
        assert read_counts(oint) == {"held": 3}


def test_expect_without_yes_is_a_usage_error(oint, sandbox):
    result = oint("refusals", "run", write_orders(oint, sandbox.order_batch(1, status=PARCEL)), "--expect", "1")
    assert (result.code, "--yes" in result.err) == (2, True)


@pytest.mark.parametrize("cap", ["2", "two", "-1"])
def test_max_refusals_variable_limits_yes(oint, sandbox, cap):
    orders = sandbox.order_batch(3, status=PARCEL)
    write_orders(oint, orders)
    for words, stdin in ((("run", "orders.txt"), ""), (("approve", "1"), ""), (("register", "-"), "\n".join(orders))):
        result = oint("refusals", *words, "--yes", stdin=stdin, OINT_MAX_REFUSALS=cap)
        assert (result.code, "OINT_MAX_REFUSALS" in result.err) == (2, True), words
    assert count_refusals(sandbox, orders) == [0, 0, 0]
    assert oint("refusals", "run", "orders.txt", *FAST, "--yes", OINT_MAX_REFUSALS="3").code == 0


def test_limit_sends_the_first_refusable_rows_and_holds_the_rest(oint, sandbox):
    created, *orders = sandbox.order(status="CREATED"), *sandbox.order_batch(4, status=PARCEL)
    result = oint("refusals", "run", write_orders(oint, [created, *orders]), *FAST, "--yes", "--limit", "2", "--json")
    assert (result.code, result.json["counts"]) == (0, {"confirmed": 2, "held": 3})
    assert count_refusals(sandbox, orders) == [1, 1, 0, 0]
    again = oint("refusals", "run", "orders.txt", *FAST, "--yes", "--limit", "2", "--json")
    assert (again.code, again.json["counts"]) == (0, {"confirmed": 4, "held": 1})


@pytest.mark.parametrize("named", ["uuid", "cdek_number", "im_number"])
@pytest.mark.parametrize("excepted", ["uuid", "cdek_number", "im_number"])
def test_except_file_withdraws_an_order_under_any_of_its_names(oint, sandbox, named, excepted):
    keep, other = (sandbox.truth(sandbox.order(status=PARCEL, im_number=name)) for name in ("keep-1", "other-1"))
    (oint.home / "orders.csv").write_text("\n".join([named, keep[named], other[named]]))
    (oint.home / "keep.csv").write_text("\n".join([excepted, keep[excepted]]))
    result = oint("refusals", "run", "orders.csv", *FAST, "--yes", "--except", "keep.csv", "--json")
    assert (result.code, result.json["counts"]) == (0, {"confirmed": 1, "withdrawn": 1}), result.err
    assert count_refusals(sandbox, [keep["uuid"], other["uuid"]]) == [0, 1]
    again = oint("refusals", "approve", "1", "--yes")
    assert oint("refusals", "resume", *FAST).code == 0, again
    assert count_refusals(sandbox, [keep["uuid"]]) == [0], "no later approval releases it"


def test_row_left_out_of_the_except_file_stops_everything(oint, sandbox):
    orders = [sandbox.order(status=PARCEL) for _ in range(3)]
    (oint.home / "keep.txt").write_text(f"{orders[0]}\n\nСписок от 02.11.2026\n", "utf-8")
    result = oint("refusals", "run", write_orders(oint, orders), *FAST, "--yes", "--except", "keep.txt")
    assert result.code == 6, result.err
    assert "totals and notes below the table: 1 (3)" in result.err
    assert not sandbox.calls("refusal")


def test_invalid_row_of_the_except_file_stops_everything(oint, sandbox):
    orders = sandbox.order_batch(2, status=PARCEL)
    (oint.home / "keep.csv").write_text("uuid\n" + orders[0] + "\nnot-a-uuid\n")
    result = oint("refusals", "run", write_orders(oint, orders), *FAST, "--yes", "--except", "keep.csv")
    assert (result.code, "row 3" in result.err) == (6, True)
    assert count_refusals(sandbox, orders) == [0, 0]


def test_without_row_withholds_the_order_in_every_row(oint, sandbox):
    uuid = sandbox.order(status=PARCEL, im_number="shop-1")
    other = sandbox.order(status=PARCEL)
    write_orders(oint, ["shop-1", other, uuid])
    oint("refusals", "plan", "orders.txt")
    assert oint("refusals", "approve", "--yes", "--without-row", "1").code == 0
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"confirmed": 1, "held": 2}
    assert count_refusals(sandbox, [uuid, other]) == [0, 1]
    assert oint("refusals", "approve", "--yes", "--row", "3").code == 0
    oint("refusals", "resume", *FAST)
    assert count_refusals(sandbox, [uuid, other]) == [1, 1]


@pytest.mark.parametrize("rows", ["x", "1,", "1-", "-1", "1.5"])
def test_invalid_row_number_is_a_usage_error(oint, sandbox, rows):
    oint("refusals", "plan", write_orders(oint, sandbox.order_batch(1, status=PARCEL)))
    result = oint("refusals", "approve", "--yes", f"--row={rows}")
    assert (result.code, "--row" in result.err) == (2, True)


def test_next_approval_checks_held_back_rows_again(oint, sandbox):
    orders = plan_then_move(oint, sandbox, 2, 2)
    assert oint("refusals", "resume", *FAST).code == 6
    oint("refusals", "approve", "1", "--yes")
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"advised": 1, "confirmed": 1}
    assert count_refusals(sandbox, orders) == [0, 1], "one was delivered, one is with the courier"


def plan_then_move(oint, sandbox, count, moved):
    """Plan and preview orders, and move some of them before the approval."""
    orders = sandbox.order_batch(count, status=PARCEL)
    oint("refusals", "plan", "--no-cards", write_orders(oint, orders))
    assert oint("refusals", "preview", "1", "--json").json["counts"] == {"refuse": count}
    for number, uuid in enumerate(orders[:moved]):
        if number % 4 == 3:  # another program refuses the order
            response = sandbox.control("POST", f"/orders/{uuid}/status", {"code": "NOT_DELIVERED", "reason_code": "11"})
            assert response
        else:
            sandbox.move(uuid, ("DELIVERED", "TAKEN_BY_COURIER", "SENT_TO_RECIPIENT_CITY")[number % 4])
    assert oint("refusals", "approve", "1", "--yes", "--json").json["approved"] == count
    return orders


def test_rows_that_moved_since_the_preview_are_held_back(oint, sandbox):
    orders = plan_then_move(oint, sandbox, 300, 20)
    read = len(sandbox.calls("order_get"))
    result = oint("refusals", "resume", *FAST, "--json", "--quiet")
    assert (result.code, result.json["counts"], result.json["held_back"]) == (9, {"confirmed": 280, "held": 20}, 20)
    assert count_refusals(sandbox, orders) == [0] * 20 + [1] * 280
    assert {row["code"] for row in oint("refusals", "report", "--failures", "--json").json} == {"card_changed"}
    assert read == 300
    assert len(sandbox.calls("order_get")) == 300 + 300 + 280
    assert len(sandbox.calls("refusal")) == 280, "four requests a confirmed refusal"


def test_all_rows_moved_ends_with_6_and_approve_previews_again(oint, sandbox):
    orders = plan_then_move(oint, sandbox, 3, 3)
    result = oint("refusals", "resume", *FAST)
    assert (result.code, "oint refusals approve 1" in result.err) == (6, True)
    assert count_refusals(sandbox, orders) == [0, 0, 0]
    assert oint("refusals", "approve", "1", "--yes", "--expect", "2").code == 0, "with the courier, and on its way"
    assert oint("refusals", "resume", *FAST, "--json").json["counts"] == {"advised": 1, "confirmed": 2}


def test_change_between_transit_statuses_does_not_hold_a_row_back(oint, sandbox):
    uuid = sandbox.order(status="SENT_TO_RECIPIENT_CITY")
    oint("refusals", "plan", write_orders(oint, [uuid]))
    oint("refusals", "preview", "1")
    sandbox.move(uuid, "ACCEPTED_IN_RECIPIENT_CITY")
    oint("refusals", "approve", "1", "--yes")
    assert oint("refusals", "resume", *FAST).out == "confirmed: 1\n"


def test_run_with_yes_takes_three_requests_per_refusal(oint, sandbox):
    oint("refusals", "run", write_orders(oint, sandbox.order_batch(10, status=PARCEL)), *FAST, "--yes")
    assert (len(sandbox.calls("order_get")), len(sandbox.calls("refusal"))) == (20, 10)


def test_row_with_an_unread_card_stays_held(oint, sandbox):
    first, second = sandbox.order_batch(2, status=PARCEL)
    sandbox.fault({"type": "answer", "status": 502}, operation="order_get", uuid=first)
    result = oint("refusals", "run", write_orders(oint, [first, second]), *FAST, "--yes", "--expect", "1", "--json")
    assert (result.code, result.json["counts"]) == (9, {"confirmed": 1, "held": 1}), result.err
    assert count_refusals(sandbox, [first, second]) == [0, 1]
    assert oint("refusals", "report", "--failures", "--json").json[0]["code"] == "unread"


def test_preview_names_the_other_batch_and_ignores_a_cancelled_one(oint, sandbox):
    uuid = sandbox.order(status=PARCEL, im_number="shop-1")
    for name, order in (("monday.txt", uuid), ("tuesday.txt", "shop-1")):
        oint("refusals", "plan", write_orders(oint, [order], name))
    assert oint("refusals", "preview", "2", "--json").json["counts"] == {"refuse": 1}, "what is held occupies no order"
    oint("refusals", "approve", "1", "--yes")
    (row,) = oint("refusals", "preview", "2", "--json").json["rows"]
    assert (row["action"], row["other_batch"], row["duplicate_of"]) == ("duplicate", 1, 1)
    assert oint("refusals", "cancel", "1").out == "Batch 1 is cancelled; rows that will never be sent: 1\n"
    assert oint("refusals", "preview", "2", "--json").json["counts"] == {"refuse": 1}
    oint("refusals", "approve", "2", "--yes")
    assert oint("refusals", "resume", "2", *FAST).out == "confirmed: 1\n"
    assert count_refusals(sandbox, [uuid]) == [1]


def test_cancelled_file_may_be_planned_again(oint, sandbox):
    orders = sandbox.order_batch(2, status=PARCEL)
    name = write_orders(oint, orders)
    oint("refusals", "plan", name)
    oint("refusals", "cancel", "1")
    assert oint("refusals", "resume", "1", *FAST, "--json").json["counts"] == {"withdrawn": 2}
    assert count_refusals(sandbox, orders) == [0, 0]
    again = oint("refusals", "run", name, *FAST, "--yes", "--json")
    assert (again.code, again.json["batch"], again.json["counts"]) == (0, 2, {"confirmed": 2})
    assert [one["state"] for one in oint("refusals", "list", "--json").json] == ["done", "cancelled"]


def test_duplicates_of_a_cancelled_batch_are_reported_with_retry(oint, sandbox):
    uuid = sandbox.order(status=PARCEL)
    for number, orders in enumerate(([uuid], [uuid, uuid]), 1):
        oint("refusals", "plan", write_orders(oint, orders, f"{number}.txt"))
        oint("refusals", "approve", str(number), "--yes")
    oint("refusals", "cancel", "1")
    oint("refusals", "resume", "2", *FAST)
    assert count_refusals(sandbox, [uuid]) == [0]
    row = oint("refusals", "report", "2", "--json").json[0]
    assert (row["verdict"], row["code"]) == ("withdrawn", "duplicate")
    assert "oint refusals retry 2 --row 1" in row["next_step"]
    assert oint("refusals", "retry", "2", "--row", "1").out == "Batch 2: new attempts: 1\n"
    oint("refusals", "resume", "2", *FAST)
    assert count_refusals(sandbox, [uuid]) == [1]


@posix
def test_cancel_of_a_running_batch_stops_sending(oint, sandbox):
    orders = sandbox.order_batch(200, status=PARCEL)
    words = ("refusals", "run", write_orders(oint, orders), "--yes", "--rate", "60", "--quiet", *FAST)
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while len(sandbox.calls("refusal")) < 10:
        assert process.poll() is None
        time.sleep(0.02)
    assert oint("refusals", "cancel", "1").code == 0
    sent = sum(count_refusals(sandbox, orders))
    process.communicate(timeout=TIMEOUT_SECONDS)
    assert sum(count_refusals(sandbox, orders)) == sent < 200
    assert read_counts(oint) == {"confirmed": sent, "withdrawn": 200 - sent}


def test_batch_events_name_who_planned_and_approved(oint, sandbox):
    oint("refusals", "plan", write_orders(oint, sandbox.order_batch(1, status=PARCEL)))
    oint("refusals", "preview", "1")
    oint("refusals", "approve", "1", "--yes", "--expect", "1")
    oint("refusals", "cancel", "1")
    status = oint("refusals", "status", "--json").json
    assert [event["action"] for event in status["events"]] == [
        "plan", "read_cards", "preview", "approve", "cancel",
    ]  # fmt: skip
    assert {event["actor"] for event in status["events"]} == {status["planned_by"]}
    assert (status["account"], status["host"], status["state"]) == (
        "wqGw…jTEP"[:5] + status["account"][5:],
        sandbox.url,
        "cancelled",
    )
    assert oint.env["OINT_CDEK_ACCOUNT"] not in oint("refusals", "list").out


@pytest.mark.parametrize("form", ["--csv", "--xlsx"])
def test_preview_table_opens_in_excel(oint, sandbox, form):
    sandbox.order(status=PARCEL, im_number="=1+1")
    oint("refusals", "plan", write_orders(oint, ["=1+1", sandbox.order(status="CREATED")]))
    result = oint("refusals", "preview", "1", form, "preview.out", OINT_LANG="ru")
    assert result.code == 6, result.err
    if form == "--csv":
        text = (oint.home / "preview.out").read_text("utf-8-sig")
        assert text.splitlines()[0].startswith("Строка;Заказ;")
        assert "'=1+1" in text
    else:
        calamine = pytest.importorskip("python_calamine", reason="workbooks are an extra")
        book = calamine.CalamineWorkbook.from_path(str(oint.home / "preview.out"))
        assert book.get_sheet_by_index(0).to_python()[1][1] == "=1+1"


def test_batch_of_another_account_is_not_previewed_or_approved(oint, sandbox):
    oint("refusals", "plan", write_orders(oint, sandbox.order_batch(1, status=PARCEL)))
    other = {"OINT_CDEK_ACCOUNT": "another-account", "OINT_CDEK_PASSWORD": "x"}
    for words in (("preview", "1"), ("approve", "1", "--yes", "--expect", "1")):
        result = oint("refusals", *words, **other)
        assert (result.code, "another account or host" in result.err) == (2, True)
    assert read_counts(oint) == {"held": 1}


@posix
def test_sigint_while_cards_are_read_leaves_the_batch_held(oint, sandbox):
    orders = sandbox.order_batch(40, status=PARCEL)
    sandbox.fault({"type": "delay", "seconds": 30}, operation="order_get", skip=1)
    terminal = Terminal(oint, "run", write_orders(oint, orders), *FAST)
    while len(sandbox.calls("order_get")) < 1:
        time.sleep(0.02)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert read_counts(oint) == {"held": 40}
