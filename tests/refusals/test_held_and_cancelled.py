"""Held, approved, cancelled: each is whole or not at all, and what is withdrawn is stopped wherever it has come to."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from functools import partial
from types import SimpleNamespace

import fake_time
import pytest
from fake_session import UUID, card, entry

from oint.cdek import Account
from oint.cdek.errors import OutcomeUnknown
from oint.cdek.operations import orders
from oint.cdek.protocol import read
from oint.refusals.batch import EventHandler, RunOptions, approve_batch, cancel_batch, plan_batch, run_batch
from oint.refusals.batch.row_processor import RunContext
from oint.refusals.batch.worker import Worker
from oint.refusals.circuit_breaker import CircuitBreaker
from oint.refusals.input import InputRow, open_input
from oint.refusals.ledger import approval, open_ledger, planning
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.queries import read_batch_stats
from oint.refusals.ledger.retries import retry
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.register import PollingPolicy

posix = pytest.mark.skipif(sys.platform == "win32", reason="it has neither fork nor SIGKILL")
PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = RunOptions(polling=PollingPolicy(first=0.05, settle=0.2))
PATIENCE = 60


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as opened:
        yield opened


def planned(ledger, *uuids, name="a"):
    tenant = ledger.get_or_create_tenant("https://cdek", "x")
    batch = planning.create_batch(ledger, tenant, name, name, "csv", even_if_billed=False)
    planning.insert_rows(
        ledger, batch, [InputRow(number, uuid, None, None, None) for number, uuid in enumerate(uuids, 1)]
    )
    return planning.complete_batch(ledger, batch, len(uuids))


def states(ledger, batch):
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT id, state, duplicate_of FROM refusal WHERE id >= ? AND id < ? AND superseded = 0 ORDER BY id"
        return [
            (split_row_id(row)[1], state, double and split_row_id(double)[:2])
            for row, state, double in cursor.fetch_all(sql, *batch.span)
        ]


def claimed(ledger):
    return ledger.create_claim("worker", "machine", "1:1")


def hold_back(ledger, batch, fence):
    """Let the cards of all rows of a batch be others than those in the preview."""
    rows = ledger.claim_rows(batch.span, fence, 10)
    for row in rows:
        row.case.hold()
    assert ledger.write_rows(rows, fence) == set()


# --- rows that were held back ---


def test_a_row_that_a_living_worker_has_held_back_may_be_taken_by_any_other_once_it_is_approved_again(ledger):
    batch = planned(ledger, "a")
    approval.approve(ledger, batch, by="test")
    hold_back(ledger, batch, claimed(ledger))
    assert approval.approve(ledger, batch, by="test") == (1, 0)
    assert [row.key for row in ledger.claim_rows(batch.span, claimed(ledger), 10)] == ["u:a"]


def test_a_row_of_another_batch_is_held_as_well_when_the_row_that_it_doubles_is_held_back(ledger):
    first, second = planned(ledger, "a", "a"), planned(ledger, "a", name="b")
    approval.approve(ledger, first, by="test")
    assert approval.approve(ledger, second, by="test") == (0, 1)
    hold_back(ledger, first, claimed(ledger))
    assert states(ledger, second) == [(1, "held", None)]
    assert read_batch_stats(ledger, second).held_back == 1
    assert approval.approve(ledger, second, by="test") == (1, 0), "its approval does not depend on the other batch"
    assert approval.approve(ledger, first, by="test") == (0, 1)
    assert states(ledger, first) == [(1, "planned", (second.id, 1)), (2, "planned", (first.id, 1))]


# --- a cancelled batch ---


def lose_all(ledger, batch):
    fence = claimed(ledger)
    rows = ledger.claim_rows(batch.span, fence, 10)
    for row in rows:
        row.case.on_sending()
    ledger.write_rows(rows, fence)
    for row in rows:
        row.case.on_response_lost(OutcomeUnknown("timeout"))
    ledger.write_rows(rows, fence)
    return rows, fence


def shown(row, *entries):
    """Its card, read when a refusal without a trace on it was not received."""
    row.case.on_card_polled(read(orders.get(UUID), card("ACCEPTED_AT_PICK_UP_POINT", *entries)), settled=True)


def test_a_file_may_be_planned_again_once_a_lost_row_of_its_cancelled_batch_is_withdrawn(ledger):
    batch = planned(ledger, "a", "b")
    approval.approve(ledger, batch, by="test")
    rows, fence = lose_all(ledger, batch)
    assert approval.cancel(ledger, batch, by="test") == (0, 2)
    shown(rows[0], entry("ACCEPTED"))
    ledger.write_rows(rows[:1], fence)
    assert planned(ledger, "a", "b").id == batch.id, "nothing of it was withdrawn"
    shown(rows[1])
    ledger.write_rows(rows[1:], fence)
    assert ledger.count_by_state(batch) == {"accepted": 1, "withdrawn": 1}
    again = planned(ledger, "a", "b")
    assert again.id != batch.id
    assert approval.approve(ledger, again, by="test") == (1, 1)


class Dying:
    """A database whose process dies at the n-th moment: before a statement, and before or after the end of a transaction."""

    def __init__(self, database, left):
        self.database, self.left = database, left

    def __getattr__(self, name):
        return getattr(self.database, name)

    def die(self):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def write_transaction(self):
        with self.database.write_transaction() as cursor:
            yield DyingCursor(cursor, self.die)
            self.die()
        self.die()


class DyingCursor:
    def __init__(self, cursor, die):
        self.cursor, self.die = cursor, die

    def __getattr__(self, name):
        self.die()
        return getattr(self.cursor, name)


def die_at(address, moment, act):
    """Do something in a process that dies at a moment; whether it got that far."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with closing(open_ledger(address)) as ledger:
                ledger.database = Dying(ledger.database, moment)
                act(ledger)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, -signal.SIGKILL}
    return code != 0


@posix
@pytest.mark.parametrize(
    ("name", "act", "after"),
    [
        ("approve", lambda ledger, batch: approval.approve(ledger, batch, by="x"), {"planned": 5}),
        (
            "approve",
            lambda ledger, batch: approval.approve(ledger, batch, approval.find_row_ids(ledger, batch, [1, 3]), by="x"),
            {"held": 3, "planned": 2},
        ),
        ("cancel", lambda ledger, batch: approval.cancel(ledger, batch, by="x"), {"withdrawn": 5}),
    ],
)
def test_a_process_that_dies_amid_an_approval_or_a_cancellation_has_done_all_of_it_or_nothing(
    ledger, ledger_address, name, act, after
):
    outcomes = []
    for moment in range(1, 100):
        batch = planned(ledger, *(f"{moment}-{order}" for order in "abcb"), f"{moment}-a", name=str(moment))
        died = die_at(ledger_address, moment, lambda ledger, batch=batch: act(ledger, batch))
        done = [event.action for event in read_batch_events(ledger, batch)] == ["plan", name]
        outcomes.append(done)
        assert ledger.count_by_state(batch) == (after if done else {"held": 5}), moment
        if not died:
            break
        act(ledger, batch)
        assert ledger.count_by_state(batch) == after, "done again, it is done"
    *deaths, _ = outcomes
    assert deaths == sorted(deaths), "from one moment on it is done"
    assert deaths.count(False) > 3, "it died amid it"
    assert deaths.count(True) == 1, "and after its end"


class Field:
    """A batch of real orders, and commands at its ledger."""

    def __init__(self, box, address, folder, rows):
        self.box, self.address, self.folder = box, address, folder
        self.orders = box.order_batch(rows, status=PARCEL)
        (folder / "orders.txt").write_text("\n".join(self.orders))
        self.account = Account(box.account, box.password)
        with open_input(folder / "orders.txt") as source:
            self.batch = plan_batch(source, self.account, url=box.url, ledger=address).batch
        approve_batch(self.batch.id, by="test", ledger=address)

    def run(self, options=FAST, **how):
        return run_batch(self.batch.id, self.account, url=self.box.url, ledger=self.address, options=options, **how)

    def start(self, *words):
        """Start a command in a process of its own."""
        known = {"OINT_CDEK_URL": self.box.url, "OINT_LANG": "en"}
        known |= {"OINT_CDEK_ACCOUNT": self.box.account, "OINT_CDEK_PASSWORD": self.box.password}
        command = [sys.executable, "-m", "oint", "refusals", *words, "--ledger", self.address]
        return subprocess.Popen(command, env=os.environ | known, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def cancel(self):
        return cancel_batch(self.batch.id, by="test", ledger=self.address)

    def ask(self, question):
        with closing(open_ledger(self.address)) as ledger:
            return question(ledger)

    def counts(self):
        return self.ask(lambda ledger: ledger.count_by_state(self.batch))

    def sent(self):
        return sum(len(self.box.truth(uuid)["refusals"]) for uuid in self.orders)

    def ends(self):
        """What must have become of a cancelled batch: what was received is confirmed."""
        refusals = [row for uuid in self.orders for row in self.box.truth(uuid)["refusals"]]
        received = sum(row["http_status"] == 202 for row in refusals)
        return {"withdrawn": len(self.orders) - received} | ({"confirmed": received} if received else {})


def until(seen):
    end = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def beside(work):
    """Something that goes on in a thread; its end is waited for."""
    done = []
    thread = threading.Thread(target=lambda: done.append(work()), daemon=True)
    thread.start()
    yield done
    thread.join(PATIENCE)
    assert done


def test_a_cancellation_waits_for_no_pause_that_cdek_asked_for_and_nothing_is_sent_after_it(
    box, ledger_address, tmp_path
):
    here = Field(box, ledger_address, tmp_path, 60)
    box.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "600"}}, operation="refusal", times=1)
    ends = []

    def on_start(run):
        ends.append(partial(asyncio.get_running_loop().call_soon_threadsafe, run.stop))

    with beside(lambda: here.run(rate=50, on_start=on_start)):
        until(lambda: here.counts().get("sending", 0) > 20)
        with beside(here.cancel):
            pass
        sent = here.sent()
        ends[0]()
    assert here.ask(free_place)
    assert here.run() == here.ends()
    assert here.sent() == sent < 40


def test_what_is_retried_after_a_cancellation_is_carried_out_to_its_end(box, ledger_address, tmp_path):
    here = Field(box, ledger_address, tmp_path, 40)
    here.cancel()
    done = here.ask(lambda ledger: retry(ledger, here.batch, rows=range(1, 41), by="test"))
    assert done.planned == 40
    few = RunOptions(polling=FAST.polling, in_flight=2)
    assert here.run(few, rate=20) == {"confirmed": 40}


@posix
def test_a_cancellation_waits_for_no_process_that_was_killed(box, ledger_address, tmp_path):
    here = Field(box, ledger_address, tmp_path, 60)
    box.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "600"}}, operation="refusal", times=1)
    run = here.start("resume", str(here.batch.id), "--rate", "50", "--poll", "50ms", "--quiet")
    until(lambda: here.counts().get("sending", 0) > 20)
    run.kill()
    run.communicate()
    assert here.cancel().following > 20
    assert here.ask(read_claims) == [(1, 1)], "it is over, and its time is not"
    assert here.ask(free_place)
    box.drain()
    assert here.run() == here.ends()
    assert here.sent() < 40


def read_claims(ledger):
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT ended, CASE WHEN until > ? THEN 1 ELSE 0 END FROM claim"
        return cursor.fetch_all(sql, ledger.database.now())


def free_place(ledger):
    """CDEK's pause is over."""
    with ledger.database.write_transaction() as cursor:
        return cursor.execute("UPDATE tenant SET held_until = 0, next_slot = 0")


class Outage(CircuitBreaker):
    """CDEK is left alone for an hour."""

    def wait(self, now):
        return max(0.0, 3600.0 - now) if now > 0 else 0.0

    def allows_request(self, now):
        return self.wait(now) == 0.0


class Cdek:
    """One order; what is asked takes a second, and the order is delivered soon after."""

    def __init__(self, clock):
        self.clock = clock
        self.asked = []
        self.session = SimpleNamespace(dice=lambda: 0.0, wall=clock)

    async def run(self, flow):
        flow.close()

    async def call(self, request):
        self.asked.append(request.operation)
        status = "DELIVERED" if self.clock() > 60 else PARCEL
        await asyncio.sleep(1)
        return read(request, card(status))


def test_a_card_that_was_read_before_an_outage_is_read_again_before_the_sending(ledger):
    batch = planned(ledger, UUID)
    approval.approve(ledger, batch, by="test")
    fence = ledger.create_claim("worker", "machine", "1:1", 1e6)
    with asyncio.Runner(loop_factory=fake_time.Loop) as runner:
        clock = runner.get_loop().time
        cdek, scribe = Cdek(clock), fake_time.LedgerWriter(ledger, fence)
        tools = RunContext(
            cdek,
            batch.tenant,
            fence,
            scribe,
            fake_time.RateLimiter(),
            Outage(lambda: 0.0),
            FAST,
            EventHandler(),
            clock,
            1e6,
        )
        runner.run(Worker(tools, 0.0).work(batch.span))
    assert cdek.asked == ["getOrder", "getOrder"]
    assert ledger.count_by_state(batch) == {"advised": 1}
