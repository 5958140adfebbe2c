"""Three workers of one ledger send nothing before the approval and nothing after the cancellation."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import pytest

from oint.cdek import Account
from oint.refusals.batch import approve_batch, cancel_batch, plan_batch
from oint.refusals.input import InputRow, open_input
from oint.refusals.ledger import approval, open_ledger, planning
from oint.refusals.ledger.retries import retry
from oint.refusals.states import State

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither SIGKILL nor SIGSTOP")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
TIMEOUT_SECONDS = 120


class Shop:
    """A ledger in PostgreSQL, its workers, and commands."""

    def __init__(self, sandbox, address, folder):
        self.sandbox, self.address, self.folder = sandbox, address, folder
        self.workers = []
        self.env = os.environ | {
            "OINT_CDEK_URL": sandbox.url,
            "OINT_CDEK_ACCOUNT": sandbox.account,
            "OINT_CDEK_PASSWORD": sandbox.password,
            "OINT_LEDGER": address,
            "OINT_LANG": "en",
        }

    def start(self, *words, **options):
        return subprocess.Popen(
            [sys.executable, "-m", "oint", "refusals", *words],
            env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
        )  # fmt: skip

    def __call__(self, *words):
        with self.start(*words) as process:
            out, err = process.communicate(timeout=TIMEOUT_SECONDS)
        return process.returncode, out.decode(), err.decode()

    def start_workers(self, count):
        self.workers += [
            self.start("worker", "--poll", "200ms", "--settle", "1s", "--lease", "4s", "--quiet") for _ in range(count)
        ]
        with closing(open_ledger(self.address)) as ledger:
            self.wait_until(lambda: len(ledger.list_claims()) >= count)

    def plan(self, rows, name="orders.txt"):
        orders = self.sandbox.order_batch(rows, status=PARCEL)
        (self.folder / name).write_text("\n".join(orders))
        with open_input(self.folder / name) as source:
            account = Account(self.sandbox.account, self.sandbox.password)
            return orders, plan_batch(source, account, url=self.sandbox.url, ledger=self.address).batch

    def count_sent(self, orders):
        return sum(len(self.sandbox.truth(uuid)["refusals"]) for uuid in orders)

    def counts(self, batch):
        with closing(open_ledger(self.address)) as ledger:
            return ledger.count_by_state(batch)

    def wait_until(self, condition):
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            assert time.monotonic() < deadline
            assert all(worker.poll() is None for worker in self.workers)
            time.sleep(0.02)

    def check_workers_work(self):
        """Check that the same workers confirm another batch: they had every opportunity to send more."""
        orders, batch = self.plan(40, "later.txt")
        approve_batch(batch.id, by="test", ledger=self.address)
        self.wait_until(lambda: self.counts(batch) == {"confirmed": 40})
        assert self.count_sent(orders) == 40

    def stop(self):
        for worker in self.workers:
            worker.send_signal(signal.SIGCONT)
            worker.terminate()
            worker.communicate(timeout=TIMEOUT_SECONDS)


@pytest.fixture
def shop(sandbox, postgres, tmp_path):
    sandbox.settings(refusal={"mode": "after_seconds", "value": 0.3})
    shop = Shop(sandbox, postgres.create_database(), tmp_path)
    yield shop
    shop.stop()


def test_no_refusal_is_received_after_cancel_returns(shop):
    shop.start_workers(3)
    orders, batch = shop.plan(1000)
    shop.check_workers_work()
    assert (shop.count_sent(orders), shop.counts(batch)) == (0, {"held": 1000}), (
        "they work, and on nothing that is held"
    )
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.wait_until(lambda: len(shop.sandbox.calls("refusal")) > 40 + 150)
    code, out, _ = shop("cancel", str(batch.id))
    sent = shop.count_sent(orders)
    assert (code, f"rows that will never be sent: {1000 - sent}" in out) == (0, True), out
    shop.wait_until(lambda: set(shop.counts(batch)) == {"confirmed", "withdrawn"})
    shop.check_workers_work()
    assert shop.count_sent(orders) == sent
    assert shop.counts(batch) == {"confirmed": sent, "withdrawn": 1000 - sent}


def test_paused_worker_does_not_block_cancel_and_sends_nothing_later(shop):
    shop.start_workers(1)
    orders, batch = shop.plan(400)
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.wait_until(lambda: len(shop.sandbox.calls("refusal")) > 30)
    (paused_worker,) = shop.workers
    paused_worker.send_signal(signal.SIGSTOP)
    result = cancel_batch(batch.id, by="test", ledger=shop.address)
    sent = shop.count_sent(orders)
    paused_worker.send_signal(signal.SIGCONT)
    shop.check_workers_work()
    assert shop.count_sent(orders) == sent
    shop.wait_until(lambda: set(shop.counts(batch)) == {"confirmed", "withdrawn"})
    assert shop.counts(batch)["withdrawn"] >= result.rows
    assert shop.counts(batch)["confirmed"] == sent


def test_ctrl_c_beside_workers_reports_that_they_continue(shop):
    orders, batch = shop.plan(400)
    code, _, err = shop("run", "orders.txt", "--quiet")
    assert (code, "oint refusals approve" in err) == (2, True)
    assert shop.count_sent(orders) == 0
    run = shop.start("run", "orders.txt", "--yes", "--rate", "3", "--quiet")  # longer than TIMEOUT_SECONDS
    shop.wait_until(lambda: len(shop.sandbox.calls("order_get")) > 3)
    shop.start_workers(3)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=TIMEOUT_SECONDS)
    assert run.returncode == 130
    assert f"oint refusals cancel {batch.id}" in err.decode()
    code, _, err = shop("cancel", str(batch.id))
    assert code == 0, err
    sent = shop.count_sent(orders)
    shop.check_workers_work()
    assert shop.count_sent(orders) == sent < 400


def test_refusal_settled_as_not_received_after_cancel_is_withdrawn(shop):
    orders, batch = shop.plan(3)
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.sandbox.fault("close", operation="refusal", when="before")
    shop.sandbox.fault("close", operation="order_get", skip=3)
    code, out, err = shop("resume", str(batch.id), "--wait", "0s", "--poll", "50ms", "--quiet")
    assert (code, shop.counts(batch)) == (5, {"unknown": 3}), (out, err)
    result = cancel_batch(batch.id, by="test", ledger=shop.address)
    assert (result.rows, result.following) == (0, 3)
    shop.sandbox.clear_faults()
    code, out, err = shop("resume", str(batch.id), "--settle", "200ms", "--poll", "50ms", "--quiet")
    assert (code, shop.counts(batch)) == (0, {"withdrawn": 3}), (out, err)
    assert [len(shop.sandbox.truth(uuid)["refusals"]) for uuid in orders] == [1] * 3, "received by nobody, sent once"


def test_ctrl_c_during_the_preview_leaves_nothing_for_idle_workers(shop):
    shop.start_workers(3)
    orders, batch = shop.plan(200)
    shop.sandbox.fault({"type": "delay", "seconds": 60}, operation="order_get", skip=10)
    run = shop.start("run", "orders.txt", "--yes", "--expect", "200", "--quiet")
    shop.wait_until(lambda: len(shop.sandbox.calls("order_get")) >= 10)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=TIMEOUT_SECONDS)
    assert (run.returncode, "oint refusals approve 1" in err.decode()) == (130, True)
    shop.sandbox.clear_faults()
    shop.check_workers_work()
    assert (shop.count_sent(orders), shop.counts(batch)) == (0, {"held": 200})


def test_cancel_killed_while_waiting_is_done_and_a_second_one_ends_it(shop):
    shop.start_workers(1)
    orders, batch = shop.plan(400)
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.sandbox.fault({"type": "delay", "seconds": 2}, operation="refusal", skip=20, times=1)
    shop.wait_until(lambda: len(shop.sandbox.calls("refusal")) > 20)
    (paused_worker,) = shop.workers
    paused_worker.send_signal(signal.SIGSTOP)
    first = shop.start("cancel", str(batch.id))
    shop.wait_until(lambda: shop.counts(batch).get("withdrawn"))
    first.kill()
    first.communicate()
    paused_worker.send_signal(signal.SIGCONT)
    code, out, err = shop("cancel", str(batch.id))
    sent = shop.count_sent(orders)
    assert code == 0, err
    shop.wait_until(lambda: set(shop.counts(batch)) == {"confirmed", "withdrawn"})
    assert f"rows that will never be sent: {shop.counts(batch)['withdrawn']}" in out
    shop.check_workers_work()
    assert shop.count_sent(orders) == sent == shop.counts(batch)["confirmed"]


class WatchedDatabase:
    """A database that calls a function before it commits a new attempt."""

    def __init__(self, database, before_end):
        self.database, self.before_end = database, before_end

    def __getattr__(self, name):
        return getattr(self.database, name)

    @contextmanager
    def write_transaction(self):
        with self.database.write_transaction() as cursor:
            yield cursor
            if cursor.fetch_all("SELECT count(*) FROM refusal WHERE superseded = 1") == [(1,)]:
                self.before_end()


def test_retry_that_meets_a_cancel_is_ordered_before_it(postgres):
    address = postgres.create_database()
    with closing(open_ledger(address)) as ledger, closing(open_ledger(address)) as other:
        batch = planning.create_batch(
            ledger, ledger.get_or_create_tenant("https://cdek", "x"), "a", "a", "csv", even_if_billed=False
        )
        planning.insert_rows(ledger, batch, [InputRow(1, "a", None, None, None)])
        batch = planning.complete_batch(ledger, batch, 1)
        approval.approve(ledger, batch, by="test")
        fence = ledger.create_claim("worker", "machine", "1:1")
        (row,) = ledger.claim_rows(batch.span, fence, 1)
        row.case.on_sending()
        ledger.write_rows([row], fence)
        row.case.on_response_lost()
        ledger.write_rows([row], fence)
        ledger.release_claim(fence)
        cancelling = threading.Thread(target=lambda: approval.cancel(other, batch, by="test"))

        def cancel_meanwhile():
            if cancelling.ident is not None:
                return
            cancelling.start()
            sql = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            with closing(open_ledger(address)) as third:
                while cancelling.is_alive():
                    with third.database.read_transaction() as cursor:
                        if cursor.fetch_all(sql) == [(1,)]:
                            return
                    time.sleep(0.01)

        ledger.database = WatchedDatabase(ledger.database, cancel_meanwhile)
        assert retry(ledger, batch, {State.UNKNOWN}).planned == 1
        cancelling.join(TIMEOUT_SECONDS)
        with other.database.read_transaction() as cursor:
            records = cursor.fetch_all("SELECT state, cancelled FROM refusal WHERE superseded = 0")
        assert records == [("unknown", 1)], "the new attempt is cancelled as the old one was to be"
