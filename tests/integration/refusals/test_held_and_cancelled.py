"""Approve and cancel batches: each is done fully or not at all, and a withdrawn row is stopped at any step."""

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

import pytest

from oint.cdek import Account
from oint.cdek._protocol import parse_response
from oint.cdek.api import orders
from oint.cdek.errors import OutcomeUnknown
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
from tests.support import fake_time
from tests.support.fake_session import UUID, card, entry

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")
PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = RunOptions(polling=PollingPolicy(first=0.05, settle=0.2))
TIMEOUT_SECONDS = 60


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as connection:
        yield connection


def plan_rows(ledger, *uuids, name="a"):
    tenant = ledger.get_or_create_tenant("https://cdek", "x")
    batch = planning.create_batch(ledger, tenant, name, name, "csv", even_if_billed=False)
    planning.insert_rows(
        ledger, batch, [InputRow(number, uuid, None, None, None) for number, uuid in enumerate(uuids, 1)]
    )
    return planning.complete_batch(ledger, batch, len(uuids))


def read_states(ledger, batch):
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT id, state, duplicate_of FROM refusal WHERE id >= ? AND id < ? AND superseded = 0 ORDER BY id"
        return [
            (split_row_id(row)[1], state, duplicate and split_row_id(duplicate)[:2])
            for row, state, duplicate in cursor.fetch_all(sql, *batch.span)
        ]


def make_claim(ledger):
    return ledger.create_claim("worker", "machine", "1:1")


def hold_back(ledger, batch, fence):
    """Hold all rows of a batch back, as after a change of their cards."""
    rows = ledger.claim_rows(batch.span, fence, 10)
    for row in rows:
        row.case.hold()
    assert ledger.write_rows(rows, fence) == set()


# --- held back rows ---


def test_held_back_row_may_be_claimed_by_anyone_after_a_new_approval(ledger):
    batch = plan_rows(ledger, "a")
    approval.approve(ledger, batch, by="test")
    hold_back(ledger, batch, make_claim(ledger))
    assert approval.approve(ledger, batch, by="test") == (1, 0)
    assert [row.key for row in ledger.claim_rows(batch.span, make_claim(ledger), 10)] == ["u:a"]


def test_duplicate_in_another_batch_is_held_when_its_row_is_held_back(ledger):
    first, second = plan_rows(ledger, "a", "a"), plan_rows(ledger, "a", name="b")
    approval.approve(ledger, first, by="test")
    assert approval.approve(ledger, second, by="test") == (0, 1)
    hold_back(ledger, first, make_claim(ledger))
    assert read_states(ledger, second) == [(1, "held", None)]
    assert read_batch_stats(ledger, second).held_back == 1
    assert approval.approve(ledger, second, by="test") == (1, 0), "its approval does not depend on the other batch"
    assert approval.approve(ledger, first, by="test") == (0, 1)
    assert read_states(ledger, first) == [(1, "planned", (second.id, 1)), (2, "planned", (first.id, 1))]


# --- a cancelled batch ---


def lose_responses(ledger, batch):
    fence = make_claim(ledger)
    rows = ledger.claim_rows(batch.span, fence, 10)
    for row in rows:
        row.case.on_sending()
    ledger.write_rows(rows, fence)
    for row in rows:
        row.case.on_response_lost(OutcomeUnknown("timeout"))
    ledger.write_rows(rows, fence)
    return rows, fence


def poll_card(row, *entries):
    """Poll the card of a row after the settling time."""
    row.case.on_card_polled(parse_response(orders.get(UUID), card("ACCEPTED_AT_PICK_UP_POINT", *entries)), settled=True)


def test_file_may_be_planned_again_after_its_lost_row_is_withdrawn(ledger):
    batch = plan_rows(ledger, "a", "b")
    approval.approve(ledger, batch, by="test")
    rows, fence = lose_responses(ledger, batch)
    assert approval.cancel(ledger, batch, by="test") == (0, 2)
    poll_card(rows[0], entry("ACCEPTED"))
    ledger.write_rows(rows[:1], fence)
    assert plan_rows(ledger, "a", "b").id == batch.id, "nothing of it was withdrawn"
    poll_card(rows[1])
    ledger.write_rows(rows[1:], fence)
    assert ledger.count_by_state(batch) == {"accepted": 1, "withdrawn": 1}
    again = plan_rows(ledger, "a", "b")
    assert again.id != batch.id
    assert approval.approve(ledger, again, by="test") == (1, 1)


class KilledDatabase:
    """A database whose process is killed at the n-th point: before a statement, or before or after a commit."""

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
            yield KilledCursor(cursor, self.die)
            self.die()
        self.die()


class KilledCursor:
    def __init__(self, cursor, die):
        self.cursor, self.die = cursor, die

    def __getattr__(self, name):
        self.die()
        return getattr(self.cursor, name)


def run_until_killed(address, moment, action):
    """Return whether a process that runs an action was killed at the n-th point."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with closing(open_ledger(address)) as ledger:
                ledger.database = KilledDatabase(ledger.database, moment)
                action(ledger)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, -signal.SIGKILL}
    return code != 0


@posix
@pytest.mark.parametrize(
    ("name", "action", "after"),
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
def test_kill_during_approval_or_cancel_leaves_all_or_nothing(ledger, ledger_address, name, action, after):
    outcomes = []
    for moment in range(1, 100):
        batch = plan_rows(ledger, *(f"{moment}-{order}" for order in "abcb"), f"{moment}-a", name=str(moment))
        is_killed = run_until_killed(ledger_address, moment, lambda ledger, batch=batch: action(ledger, batch))
        is_done = [event.action for event in read_batch_events(ledger, batch)] == ["plan", name]
        outcomes.append(is_done)
        assert ledger.count_by_state(batch) == (after if is_done else {"held": 5}), moment
        if not is_killed:
            break
        action(ledger, batch)
        assert ledger.count_by_state(batch) == after, "done again, it is done"
    *deaths, _ = outcomes
    assert deaths == sorted(deaths), "from one moment on it is done"
    assert deaths.count(False) > 3, "it died amid it"
    assert deaths.count(True) == 1, "and after its end"


class Workload:
    """A batch of sandbox orders and the commands for its ledger."""

    def __init__(self, sandbox, address, folder, rows):
        self.sandbox, self.address, self.folder = sandbox, address, folder
        self.orders = sandbox.order_batch(rows, status=PARCEL)
        (folder / "orders.txt").write_text("\n".join(self.orders))
        self.account = Account(sandbox.account, sandbox.password)
        with open_input(folder / "orders.txt") as source:
            self.batch = plan_batch(source, self.account, url=sandbox.url, ledger=address).batch
        approve_batch(self.batch.id, by="test", ledger=address)

    def run(self, options=FAST, **arguments):
        return run_batch(
            self.batch.id, self.account, url=self.sandbox.url, ledger=self.address, options=options, **arguments
        )

    def start(self, *words):
        """Start a command in a subprocess."""
        env = {"OINT_CDEK_URL": self.sandbox.url, "OINT_LANG": "en"}
        env |= {"OINT_CDEK_ACCOUNT": self.sandbox.account, "OINT_CDEK_PASSWORD": self.sandbox.password}
        command = [sys.executable, "-m", "oint", "refusals", *words, "--ledger", self.address]
        return subprocess.Popen(command, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def cancel(self):
        return cancel_batch(self.batch.id, by="test", ledger=self.address)

    def query_ledger(self, query):
        with closing(open_ledger(self.address)) as ledger:
            return query(ledger)

    def counts(self):
        return self.query_ledger(lambda ledger: ledger.count_by_state(self.batch))

    def count_sent(self):
        return sum(len(self.sandbox.truth(uuid)["refusals"]) for uuid in self.orders)

    def expected_counts(self):
        """Return the counts of a cancelled batch: received refusals are confirmed, the others withdrawn."""
        refusals = [row for uuid in self.orders for row in self.sandbox.truth(uuid)["refusals"]]
        received = sum(row["http_status"] == 202 for row in refusals)
        return {"withdrawn": len(self.orders) - received} | ({"confirmed": received} if received else {})


def wait_until(condition):
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def run_in_thread(work):
    """Run work in a thread and wait for its end."""
    results = []
    thread = threading.Thread(target=lambda: results.append(work()), daemon=True)
    thread.start()
    yield results
    thread.join(TIMEOUT_SECONDS)
    assert results


def test_cancel_does_not_wait_for_a_pause_and_nothing_is_sent_after_it(sandbox, ledger_address, tmp_path):
    workload = Workload(sandbox, ledger_address, tmp_path, 60)
    sandbox.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "600"}}, operation="refusal", times=1)
    stop_calls = []

    def on_start(run):
        stop_calls.append(partial(asyncio.get_running_loop().call_soon_threadsafe, run.stop))

    with run_in_thread(lambda: workload.run(rate=50, on_start=on_start)):
        wait_until(lambda: workload.counts().get("sending", 0) > 20)
        with run_in_thread(workload.cancel):
            pass
        sent = workload.count_sent()
        stop_calls[0]()
    assert workload.query_ledger(end_pause)
    assert workload.run() == workload.expected_counts()
    assert workload.count_sent() == sent < 40


def test_rows_retried_after_a_cancel_are_sent(sandbox, ledger_address, tmp_path):
    workload = Workload(sandbox, ledger_address, tmp_path, 40)
    workload.cancel()
    result = workload.query_ledger(lambda ledger: retry(ledger, workload.batch, rows=range(1, 41), by="test"))
    assert result.planned == 40
    options = RunOptions(polling=FAST.polling, in_flight=2)
    assert workload.run(options, rate=20) == {"confirmed": 40}


@posix
def test_cancel_does_not_wait_for_a_killed_process(sandbox, ledger_address, tmp_path):
    workload = Workload(sandbox, ledger_address, tmp_path, 60)
    sandbox.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "600"}}, operation="refusal", times=1)
    run = workload.start("resume", str(workload.batch.id), "--rate", "50", "--poll", "50ms", "--quiet")
    wait_until(lambda: workload.counts().get("sending", 0) > 20)
    run.kill()
    run.communicate()
    assert workload.cancel().following > 20
    assert workload.query_ledger(read_claims) == [(1, 1)], "it is over, and its time is not"
    assert workload.query_ledger(end_pause)
    sandbox.drain()
    assert workload.run() == workload.expected_counts()
    assert workload.count_sent() < 40


def read_claims(ledger):
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT ended, CASE WHEN until > ? THEN 1 ELSE 0 END FROM claim"
        return cursor.fetch_all(sql, ledger.database.now())


def end_pause(ledger):
    """End CDEK's pause."""
    with ledger.database.write_transaction() as cursor:
        return cursor.execute("UPDATE tenant SET held_until = 0, next_slot = 0")


class Outage(CircuitBreaker):
    """An open circuit for an hour."""

    def wait(self, now):
        return max(0.0, 3600.0 - now) if now > 0 else 0.0

    def allows_request(self, now):
        return self.wait(now) == 0.0


class Cdek:
    """CDEK with one order. Each read takes a second; the order is delivered later."""

    def __init__(self, clock):
        self.clock = clock
        self.operations = []
        self.context = SimpleNamespace(rng=lambda: 0.0, wall_clock=clock)

    async def run(self, flow):
        flow.close()

    async def call(self, request):
        self.operations.append(request.operation)
        status = "DELIVERED" if self.clock() > 60 else PARCEL
        await asyncio.sleep(1)
        return parse_response(request, card(status))


def test_card_read_before_an_outage_is_read_again_before_sending(ledger):
    batch = plan_rows(ledger, UUID)
    approval.approve(ledger, batch, by="test")
    fence = ledger.create_claim("worker", "machine", "1:1", 1e6)
    with asyncio.Runner(loop_factory=fake_time.Loop) as runner:
        clock = runner.get_loop().time
        cdek, writer = Cdek(clock), fake_time.LedgerWriter(ledger, fence)
        context = RunContext(
            cdek,
            batch.tenant,
            fence,
            writer,
            fake_time.RateLimiter(),
            Outage(lambda: 0.0),
            FAST,
            EventHandler(),
            clock,
            1e6,
        )
        runner.run(Worker(context, 0.0).work(batch.span))
    assert cdek.operations == ["getOrder", "getOrder"]
    assert ledger.count_by_state(batch) == {"advised": 1}
