"""`plan` reads the cards of a file's orders, or leaves them out; `approve` says which."""

import json
import signal
import sqlite3
import subprocess
from contextlib import closing

import pytest

from tests.support.terminal import PARCEL, QUESTION, Terminal, posix, write_orders


def test_plan_reads_the_cards_that_approve_then_shows(oint, sandbox):
    at_office, created = sandbox.order(status=PARCEL), sandbox.order(status="CREATED")
    plan = oint("refusals", "plan", write_orders(oint, [at_office, created]))
    assert plan.code == 0
    assert plan.out.splitlines()[1:6] == [
        "Rows: 2",
        "  1  refuse",
        "  1  delete the order (a refusal is billed)",
        "Order statuses",
        "  1  at the pick-up point",
    ]
    assert len(sandbox.calls("order_get")) == 2
    assert oint("refusals", "approve", "1", "--yes", "--expect", "1").code == 0
    assert len(sandbox.calls("order_get")) == 2, "cards younger than a day are not read again"


@posix
@pytest.mark.parametrize(
    ("option", "text"),
    [
        ((), "in the last 24 hours: 2. They are read first"),
        (("--no-cards",), "in the last 24 hours: 2. With --no-cards each is read only before its sending"),
    ],
)
def test_approve_says_that_plan_left_the_cards_out(oint, sandbox, option, text):
    plan = oint("refusals", "plan", write_orders(oint, sandbox.order_batch(2, status=PARCEL)), "--no-cards")
    assert (plan.code, "cards were left out (--no-cards)" in plan.err) == (0, True)
    assert sandbox.calls("order_get") == []
    terminal = Terminal(oint, "approve", "1", *option)
    assert terminal.until(QUESTION)
    terminal.type("no\n")
    assert terminal.end() == 2
    assert text in terminal.output
    assert len(sandbox.calls("order_get")) == (0 if option else 2)


def test_plan_stands_when_cdek_is_away_and_reads_the_rest_later(oint, sandbox):
    path = write_orders(oint, sandbox.order_batch(2, status=PARCEL))
    sandbox.fault({"type": "answer", "status": 502}, operation="order_get")
    away = oint("refusals", "plan", path, "--json")
    assert (away.code, away.json["batch"], away.json["counts"]) == (5, 1, {"unread": 2})
    assert "could not be read: 2. The same command reads the rest" in away.err
    sandbox.clear_faults()
    again = oint("refusals", "plan", path, "--json")
    assert (again.code, again.json["added"], again.json["counts"]) == (0, 0, {"refuse": 2})


def test_plan_with_wrong_credentials_keeps_the_batch_for_the_next_try(oint, sandbox):
    path = write_orders(oint, sandbox.order_batch(2, status=PARCEL))
    assert oint("refusals", "plan", path, OINT_CDEK_PASSWORD="wrong").code == 4
    again = oint("refusals", "plan", path)
    assert (again.code, "already in the ledger" in again.out) == (0, True)


@posix
def test_ctrl_c_in_plan_says_that_nothing_was_sent(oint, sandbox):
    sandbox.fault({"type": "delay", "seconds": 60.0}, operation="order_get")
    words = ["refusals", "plan", write_orders(oint, sandbox.order_batch(2, status=PARCEL)), "--json"]
    with oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not _count_planned_batches(oint):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    error = json.loads(out)["error"]
    assert (process.returncode, error["code"], error["safe_to_repeat"]) == (130, "interrupted", True)
    assert b"This command has sent nothing: to continue, repeat it" in err


def _count_planned_batches(oint):
    try:
        with closing(sqlite3.connect(oint.home / "data" / "refusals.sqlite")) as ledger:
            return ledger.execute("SELECT count(*) FROM batch WHERE total = 2").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
