"""A batch that is cancelled, frozen, misled or stopped: what it then sends, and what it never does."""

import asyncio
import logging
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from oint.cdek import Account, Client
from oint.cdek.errors import BadArgument
from oint.refusals.batch import EventHandler, RunOptions, approve_batch, plan_batch, run_batch, run_batch_async
from oint.refusals.batch.api import client_for
from oint.refusals.batch.runner import Run
from oint.refusals.input import open_input
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.register import PollingPolicy

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = RunOptions(polling=PollingPolicy(first=0.05, settle=0.2))
ROWS = 40
PATIENCE = 60


class Field:
    """Orders in a ledger, and how to reach both."""

    def __init__(self, box, folder, rows):
        self.box = box
        self.orders = box.order_batch(rows, status=PARCEL)
        (folder / "orders.txt").write_text("\n".join(self.orders))
        self.account = Account(box.account, box.password)
        self.where = {"url": box.url, "ledger": str(folder / "ledger.sqlite")}
        with open_input(folder / "orders.txt") as source:
            self.batch = plan_batch(source, self.account, **self.where).batch
        approve_batch(self.batch.id, by="test", ledger=self.where["ledger"])

    def run(self, options=FAST, **how):
        return run_batch(self.batch.id, self.account, options=options, **self.where, **how)

    async def run_async(self, options=FAST, **how):
        return await run_batch_async(self.batch.id, self.account, options=options, **self.where, **how)

    def refusals(self):
        return [row for uuid in self.orders for row in self.box.truth(uuid)["refusals"]]

    def accepted(self, number):
        return [row for row in self.box.truth(self.orders[number])["refusals"] if row["http_status"] == 202]

    def counts(self):
        with closing(open_ledger(self.where["ledger"])) as ledger:
            return ledger.count_by_state(self.batch)

    def events(self):
        with closing(open_ledger(self.where["ledger"])) as ledger, ledger.database.read_transaction() as cursor:
            return cursor.fetch_all("SELECT count(*) FROM event")[0][0]


@pytest.fixture
def field(box, tmp_path):
    return lambda rows: Field(box, tmp_path, rows)


async def until(seen):
    """Wait until something is so; it is asked for in a thread, so that the loop goes on."""

    def look():
        end = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < end
            time.sleep(0.01)

    await asyncio.to_thread(look)


def test_a_run_that_is_cancelled_sends_nothing_more(field):
    here = field(ROWS)

    async def story():
        run = asyncio.create_task(here.run_async(FAST, rate=5))
        await until(here.refusals)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(story())
    sent = len(here.refusals())
    assert sent < ROWS / 2, "it takes 8 seconds to send all of them"
    assert here.counts()["planned"] == ROWS - sent
    assert here.run() == {"confirmed": ROWS}
    assert len(here.refusals()) == ROWS


def test_a_run_that_is_cancelled_within_a_pause_of_the_limit_ends(field, box):
    here = field(3)
    box.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "600"}}, operation="order_get")
    asked = threading.Event()

    class Limited(EventHandler):
        def on_rate_limited(self, seconds):
            assert seconds == 600
            asked.set()

    async def story():
        run = asyncio.create_task(here.run_async(handler=Limited()))
        await until(asked.is_set)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(run, PATIENCE)

    asyncio.run(story())
    assert here.counts() == {"planned": 3}


@pytest.mark.parametrize("header", ["999999999", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_pause_of_years_is_one_of_ten_minutes(field, box, header):
    here = field(1)
    box.fault({"type": "answer", "status": 429, "headers": {"Retry-After": header}}, operation="order_get", times=1)
    told = []

    class Limited(EventHandler):
        def on_rate_limited(self, seconds):
            told.append(seconds)

    here.run(handler=Limited(), on_start=lambda run: asyncio.get_running_loop().call_later(2, run.stop))
    assert told == [600]


def test_what_a_hook_raises_ends_the_run_and_nothing_more_is_sent(field):
    here = field(ROWS)

    class Broken(EventHandler):
        def on_transition(self, row, before):
            raise ZeroDivisionError(row.id, before)

    with pytest.raises(ZeroDivisionError):
        here.run(FAST, rate=5, handler=Broken())
    assert len(here.refusals()) < ROWS / 2


def test_a_heart_that_stops_ends_the_run_with_its_reason(field, box):
    here = field(4)
    box.fault({"type": "delay", "seconds": 1.5}, operation="order_get")

    class Broken(EventHandler):
        def on_checkpoint(self, name):
            if name == "before beat":
                raise KeyError(name)

    async def story():
        with closing(open_ledger(here.where["ledger"])) as ledger:
            tenant = ledger.list_batches()[0].tenant
        async with (
            client_for(here.account, url=box.url) as client,
            Run(here.where["ledger"], client, tenant, options=FAST, handler=Broken(), lease=0.6) as run,
        ):
            await asyncio.wait_for(run.work(here.batch.span), PATIENCE)

    with pytest.raises(KeyError, match="before beat"):
        asyncio.run(story())
    assert here.refusals() == []
    assert here.events() == 0, "what may not be sent is not begun again and again"


def test_a_run_whose_claim_was_taken_for_dead_goes_on_with_another(field):
    here = field(ROWS)
    claims = []

    def on_start(run):
        claims.append(run.fence)
        if len(claims) == 1:
            with closing(open_ledger(here.where["ledger"])) as ledger:
                ledger.expire_claims([run.fence])

    assert here.run(rate=20, on_start=on_start) == {"confirmed": ROWS}
    assert len(claims) == 2
    assert [len(here.accepted(number)) for number in range(ROWS)] == [1] * ROWS


def test_a_batch_whose_file_is_not_all_in_the_ledger_is_not_begun(field):
    here = field(1)
    with closing(open_ledger(here.where["ledger"])) as ledger:
        cut = planning.create_batch(ledger, here.batch.tenant, "cut", "cut.csv", "csv", even_if_billed=False)
    with pytest.raises(BadArgument, match="not all in the ledger"):
        run_batch(cut.id, here.account, **here.where)


def test_run_batch_within_a_loop_says_what_to_await_instead(field):
    here = field(1)

    async def story():
        here.run()

    with pytest.raises(RuntimeError, match="await run_batch_async"):
        asyncio.run(story())


def status(box, uuid, code):
    """Move an order at the sandbox."""
    box.control("POST", f"/orders/{uuid}/status", {"code": code})


def refused_by_hand(here, uuid):
    with Client(here.account, url=here.box.url) as cdek:
        cdek.orders.refuse(uuid)


def test_pauses_and_outages_are_logged_without_orders_or_secrets(field, box, caplog):
    here = field(2)
    caplog.set_level(logging.INFO, logger="oint")
    box.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="order_get", times=1)
    assert here.run() == {"confirmed": 2}
    logged = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert ("oint.refusals.batch", "WARNING", "CDEK asked for fewer requests: nothing is sent for 1.0 s") in logged
    assert not any(secret in caplog.text for secret in (*here.orders, box.account, box.password))


def test_the_library_prints_no_log_of_its_own():
    code = "from oint.logs import get_logger; get_logger('refusals.batch').error('something happened')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_row_that_an_earlier_run_has_begun_with_is_checked_at_again_before_it_is_sent(field, box):
    here = field(2)
    box.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="refusal")
    runs = []

    class Stopping(EventHandler):
        def on_rate_limited(self, seconds):
            del seconds
            runs[0].stop()

    assert here.run(handler=Stopping(), on_start=runs.append) == {"planned": 2}
    box.clear_faults()
    status(box, here.orders[0], "DELIVERED")
    refused_by_hand(here, here.orders[1])
    counts = here.run()
    assert len(here.accepted(1)) == 1, "a second one would have been sent while one stands"
    assert counts == {"advised": 1, "confirmed": 1}
    assert here.accepted(0) == []


@pytest.mark.parametrize("order", ["uuid", "cdek_number", "im_number"])
def test_the_card_of_another_order_is_never_taken_for_that_of_the_row(box, tmp_path, order):
    wanted, other = (box.truth(uuid) for uuid in (box.order(status=PARCEL, im_number="mine"), box.order(status=PARCEL)))
    (tmp_path / "orders.csv").write_text(f"{order}\n{wanted[order]}\n")
    account, where = Account(box.account, box.password), {"url": box.url, "ledger": str(tmp_path / "ledger.sqlite")}
    with open_input(tmp_path / "orders.csv") as source:
        batch = plan_batch(source, account, **where).batch
    approve_batch(batch.id, by="test", ledger=where["ledger"])
    card = {"uuid": other["uuid"], "cdek_number": other["cdek_number"], "number": other["im_number"]}
    body = {"entity": card | {"statuses": [{"code": PARCEL}]}, "requests": []}
    operation = "order_get" if order == "uuid" else "order_find"
    box.fault({"type": "answer", "status": 200, "body": body}, operation=operation)
    assert run_batch(batch.id, account, options=FAST, **where) == {"planned": 1}
    assert box.truth(wanted["uuid"])["refusals"] == box.truth(other["uuid"])["refusals"] == []
    box.clear_faults()
    assert run_batch(batch.id, account, options=FAST, **where) == {"confirmed": 1}
    assert len(box.truth(wanted["uuid"])["refusals"]) == 1
