"""Three workers at one ledger: nothing is sent before the approval, and nothing after the cancellation."""

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

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has neither SIGKILL nor SIGSTOP")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
PATIENCE = 120


class Shop:
    """A ledger in PostgreSQL, workers at it, and commands beside them."""

    def __init__(self, box, address, folder):
        self.box, self.address, self.folder = box, address, folder
        self.workers = []
        self.env = os.environ | {
            "OINT_CDEK_URL": box.url,
            "OINT_CDEK_ACCOUNT": box.account,
            "OINT_CDEK_PASSWORD": box.password,
            "OINT_LEDGER": address,
            "OINT_LANG": "en",
        }

    def start(self, *words, **kinds):
        return subprocess.Popen(
            [sys.executable, "-m", "oint", "refusals", *words],
            env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kinds,
        )  # fmt: skip

    def __call__(self, *words):
        with self.start(*words) as process:
            out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out.decode(), err.decode()

    def employ(self, count):
        self.workers += [
            self.start("worker", "--poll", "200ms", "--settle", "1s", "--lease", "4s", "--quiet") for _ in range(count)
        ]
        with closing(open_ledger(self.address)) as ledger:
            self.until(lambda: len(ledger.list_claims()) >= count)

    def plan(self, rows, name="orders.txt"):
        orders = self.box.order_batch(rows, status=PARCEL)
        (self.folder / name).write_text("\n".join(orders))
        with open_input(self.folder / name) as source:
            account = Account(self.box.account, self.box.password)
            return orders, plan_batch(source, account, url=self.box.url, ledger=self.address).batch

    def sent(self, orders):
        return sum(len(self.box.truth(uuid)["refusals"]) for uuid in orders)

    def counts(self, batch):
        with closing(open_ledger(self.address)) as ledger:
            return ledger.count_by_state(batch)

    def until(self, seen):
        end = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < end
            assert all(worker.poll() is None for worker in self.workers)
            time.sleep(0.02)

    def prove_that_they_work(self):
        """Another batch, approved now, is confirmed by the same workers: they have had every opportunity to send more."""
        orders, batch = self.plan(40, "later.txt")
        approve_batch(batch.id, by="test", ledger=self.address)
        self.until(lambda: self.counts(batch) == {"confirmed": 40})
        assert self.sent(orders) == 40

    def end(self):
        for worker in self.workers:
            worker.send_signal(signal.SIGCONT)
            worker.terminate()
            worker.communicate(timeout=PATIENCE)


@pytest.fixture
def shop(box, postgres, tmp_path):
    box.settings(refusal={"mode": "after_seconds", "value": 0.3})
    here = Shop(box, postgres.database(), tmp_path)
    yield here
    here.end()


def test_after_cancel_has_returned_not_one_more_refusal_is_received(shop):
    shop.employ(3)
    orders, batch = shop.plan(1000)
    shop.prove_that_they_work()
    assert (shop.sent(orders), shop.counts(batch)) == (0, {"held": 1000}), "they work, and on nothing that is held"
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.until(lambda: len(shop.box.calls("refusal")) > 40 + 150)
    code, out, _ = shop("cancel", str(batch.id))
    sent = shop.sent(orders)
    assert (code, f"rows that will never be sent: {1000 - sent}" in out) == (0, True), out
    shop.until(lambda: set(shop.counts(batch)) == {"confirmed", "withdrawn"})
    shop.prove_that_they_work()
    assert shop.sent(orders) == sent
    assert shop.counts(batch) == {"confirmed": sent, "withdrawn": 1000 - sent}


def test_a_worker_that_is_frozen_amid_its_sendings_stops_no_cancellation_and_sends_nothing_when_it_wakes(shop):
    shop.employ(1)
    orders, batch = shop.plan(400)
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.until(lambda: len(shop.box.calls("refusal")) > 30)
    (sleeper,) = shop.workers
    sleeper.send_signal(signal.SIGSTOP)
    cancelled = cancel_batch(batch.id, by="test", ledger=shop.address)
    sent = shop.sent(orders)
    sleeper.send_signal(signal.SIGCONT)
    shop.prove_that_they_work()
    assert shop.sent(orders) == sent
    shop.until(lambda: set(shop.counts(batch)) == {"confirmed", "withdrawn"})
    assert shop.counts(batch)["withdrawn"] >= cancelled.rows
    assert shop.counts(batch)["confirmed"] == sent


def test_ctrl_c_beside_workers_reports_that_they_continue_and_how_to_stop_them(shop):
    shop.employ(3)
    orders, batch = shop.plan(200)
    code, _, err = shop("run", "orders.txt", "--quiet")
    assert (code, "oint refusals approve" in err) == (2, True)
    assert shop.sent(orders) == 0
    run = shop.start("run", "orders.txt", "--yes", "--rate", "30", "--quiet")
    shop.until(lambda: shop.sent(orders) > 5)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130
    assert f"oint refusals cancel {batch.id}" in err.decode()
    code, _, err = shop("cancel", str(batch.id))
    assert code == 0, err
    sent = shop.sent(orders)
    shop.prove_that_they_work()
    assert shop.sent(orders) == sent < 200


def test_a_refusal_that_settles_as_not_received_after_the_cancellation_is_withdrawn(shop):
    orders, batch = shop.plan(3)
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.box.fault("close", operation="refusal", when="before")
    shop.box.fault("close", operation="order_get", skip=3)
    code, out, err = shop("resume", str(batch.id), "--wait", "0s", "--poll", "50ms", "--quiet")
    assert (code, shop.counts(batch)) == (5, {"unknown": 3}), (out, err)
    cancelled = cancel_batch(batch.id, by="test", ledger=shop.address)
    assert (cancelled.rows, cancelled.following) == (0, 3)
    shop.box.clear_faults()
    code, out, err = shop("resume", str(batch.id), "--settle", "200ms", "--poll", "50ms", "--quiet")
    assert (code, shop.counts(batch)) == (0, {"withdrawn": 3}), (out, err)
    assert [len(shop.box.truth(uuid)["refusals"]) for uuid in orders] == [1] * 3, "received by nobody, sent once"


def test_ctrl_c_amid_the_preview_leaves_nothing_that_idle_workers_could_work_on(shop):
    shop.employ(3)
    orders, batch = shop.plan(200)
    shop.box.fault({"type": "delay", "seconds": 60}, operation="order_get", skip=10)
    run = shop.start("run", "orders.txt", "--yes", "--expect", "200", "--quiet")
    shop.until(lambda: len(shop.box.calls("order_get")) >= 10)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=PATIENCE)
    assert (run.returncode, "oint refusals approve 1" in err.decode()) == (130, True)
    shop.box.clear_faults()
    shop.prove_that_they_work()
    assert (shop.sent(orders), shop.counts(batch)) == (0, {"held": 200})


def test_a_cancellation_that_is_killed_while_it_waits_is_done_and_one_more_ends_it(shop):
    shop.employ(1)
    orders, batch = shop.plan(400)
    approve_batch(batch.id, by="test", ledger=shop.address)
    shop.box.fault({"type": "delay", "seconds": 2}, operation="refusal", skip=20, times=1)
    shop.until(lambda: len(shop.box.calls("refusal")) > 20)
    (sleeper,) = shop.workers
    sleeper.send_signal(signal.SIGSTOP)
    first = shop.start("cancel", str(batch.id))
    shop.until(lambda: shop.counts(batch).get("withdrawn"))
    first.kill()
    first.communicate()
    sleeper.send_signal(signal.SIGCONT)
    code, out, err = shop("cancel", str(batch.id))
    sent = shop.sent(orders)
    assert code == 0, err
    shop.until(lambda: set(shop.counts(batch)) == {"confirmed", "withdrawn"})
    assert f"rows that will never be sent: {shop.counts(batch)['withdrawn']}" in out
    shop.prove_that_they_work()
    assert shop.sent(orders) == sent == shop.counts(batch)["confirmed"]


class Watched:
    """A database that calls something before the end of each transaction that writes a new attempt."""

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


def test_a_retry_that_meets_a_cancellation_comes_wholly_before_it(postgres):
    address = postgres.database()
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

        def meet():
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

        ledger.database = Watched(ledger.database, meet)
        assert retry(ledger, batch, {State.UNKNOWN}).planned == 1
        cancelling.join(PATIENCE)
        with other.database.read_transaction() as cursor:
            found = cursor.fetch_all("SELECT state, cancelled FROM refusal WHERE superseded = 0")
        assert found == [("unknown", 1)], "the new attempt is cancelled as the old one was to be"
