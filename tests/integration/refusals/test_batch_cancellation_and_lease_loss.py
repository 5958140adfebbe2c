"""A batch that is cancelled, paused or stopped, or loses its lease, sends no second refusal."""

import asyncio
import logging
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from oint.cdek import Account, Client
from oint.cdek.errors import InvalidArgument
from oint.refusals.batch import EventHandler, RunOptions, approve_batch, plan_batch, run_batch, run_batch_async
from oint.refusals.batch.api import client_for
from oint.refusals.batch.runner import Run
from oint.refusals.input import open_input
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.register import PollingPolicy

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = RunOptions(polling=PollingPolicy(first=0.05, settle=0.2))
ROWS = 40
TIMEOUT_SECONDS = 60


class Workload:
    """A batch of orders, with the addresses of CDEK and the ledger."""

    def __init__(self, sandbox, folder, rows):
        self.sandbox = sandbox
        self.orders = sandbox.order_batch(rows, status=PARCEL)
        (folder / "orders.txt").write_text("\n".join(self.orders))
        self.account = Account(sandbox.account, sandbox.password)
        self.location = {"url": sandbox.url, "ledger": str(folder / "ledger.sqlite")}
        with open_input(folder / "orders.txt") as source:
            self.batch = plan_batch(source, self.account, **self.location).batch
        approve_batch(self.batch.id, by="test", ledger=self.location["ledger"])

    def run(self, options=FAST, **arguments):
        return run_batch(self.batch.id, self.account, options=options, **self.location, **arguments)

    async def run_async(self, options=FAST, **arguments):
        return await run_batch_async(self.batch.id, self.account, options=options, **self.location, **arguments)

    def refusals(self):
        return [row for uuid in self.orders for row in self.sandbox.truth(uuid)["refusals"]]

    def accepted(self, number):
        return [row for row in self.sandbox.truth(self.orders[number])["refusals"] if row["http_status"] == 202]

    def counts(self):
        with closing(open_ledger(self.location["ledger"])) as ledger:
            return ledger.count_by_state(self.batch)

    def events(self):
        with closing(open_ledger(self.location["ledger"])) as ledger, ledger.database.read_transaction() as cursor:
            return cursor.fetch_all("SELECT count(*) FROM event")[0][0]


@pytest.fixture
def make_workload(sandbox, tmp_path):
    return lambda rows: Workload(sandbox, tmp_path, rows)


async def wait_until(condition):
    """Wait until a condition is true. It is polled in a thread, so that the loop continues."""

    def poll():
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    await asyncio.to_thread(poll)


def test_cancelled_run_sends_nothing_more(make_workload):
    workload = make_workload(ROWS)

    async def scenario():
        run = asyncio.create_task(workload.run_async(FAST, rate=5))
        await wait_until(workload.refusals)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(scenario())
    sent = len(workload.refusals())
    assert sent < ROWS / 2, "it takes 8 seconds to send all of them"
    assert workload.counts()["planned"] == ROWS - sent
    assert workload.run() == {"confirmed": ROWS}
    assert len(workload.refusals()) == ROWS


def test_run_cancelled_in_a_rate_limit_pause_ends(make_workload, sandbox):
    workload = make_workload(3)
    sandbox.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "600"}}, operation="order_get")
    is_limited = threading.Event()

    class Limited(EventHandler):
        def on_rate_limited(self, seconds):
            assert seconds == 600
            is_limited.set()

    async def scenario():
        run = asyncio.create_task(workload.run_async(handler=Limited()))
        await wait_until(is_limited.is_set)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(run, TIMEOUT_SECONDS)

    asyncio.run(scenario())
    assert workload.counts() == {"planned": 3}


@pytest.mark.parametrize("header", ["999999999", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_pause_of_years_is_limited_to_ten_minutes(make_workload, sandbox, header):
    workload = make_workload(1)
    sandbox.fault({"type": "answer", "status": 429, "headers": {"Retry-After": header}}, operation="order_get", times=1)
    pauses = []

    class Limited(EventHandler):
        def on_rate_limited(self, seconds):
            pauses.append(seconds)

    workload.run(handler=Limited(), on_start=lambda run: asyncio.get_running_loop().call_later(2, run.stop))
    assert pauses == [600]


def test_exception_in_a_handler_ends_the_run_and_stops_sending(make_workload):
    workload = make_workload(ROWS)

    class Broken(EventHandler):
        def on_transition(self, row, before):
            raise ZeroDivisionError(row.id, before)

    with pytest.raises(ZeroDivisionError):
        workload.run(FAST, rate=5, handler=Broken())
    assert len(workload.refusals()) < ROWS / 2


def test_failed_heartbeat_ends_the_run_with_its_cause(make_workload, sandbox):
    workload = make_workload(4)
    sandbox.fault({"type": "delay", "seconds": 1.5}, operation="order_get")

    class Broken(EventHandler):
        def on_checkpoint(self, name):
            if name == "before beat":
                raise KeyError(name)

    async def scenario():
        with closing(open_ledger(workload.location["ledger"])) as ledger:
            tenant = ledger.list_batches()[0].tenant
        async with (
            client_for(workload.account, url=sandbox.url) as client,
            Run(workload.location["ledger"], client, tenant, options=FAST, handler=Broken(), lease=0.6) as run,
        ):
            await asyncio.wait_for(run.work(workload.batch.span), TIMEOUT_SECONDS)

    with pytest.raises(KeyError, match="before beat"):
        asyncio.run(scenario())
    assert workload.refusals() == []
    assert workload.events() == 0, "what may not be sent is not begun again and again"


def test_run_with_an_expired_claim_continues_with_a_new_one(make_workload):
    workload = make_workload(ROWS)
    claims = []

    def on_start(run):
        claims.append(run.fence)
        if len(claims) == 1:
            with closing(open_ledger(workload.location["ledger"])) as ledger:
                ledger.expire_claims([run.fence])

    assert workload.run(rate=20, on_start=on_start) == {"confirmed": ROWS}
    assert len(claims) == 2
    assert [len(workload.accepted(number)) for number in range(ROWS)] == [1] * ROWS


def test_incomplete_batch_is_not_started(make_workload):
    workload = make_workload(1)
    with closing(open_ledger(workload.location["ledger"])) as ledger:
        incomplete = planning.create_batch(ledger, workload.batch.tenant, "cut", "cut.csv", "csv", even_if_billed=False)
    with pytest.raises(InvalidArgument, match="not all in the ledger"):
        run_batch(incomplete.id, workload.account, **workload.location)


def test_run_batch_in_a_loop_names_the_function_to_await(make_workload):
    workload = make_workload(1)

    async def scenario():
        workload.run()

    with pytest.raises(RuntimeError, match="await run_batch_async"):
        asyncio.run(scenario())


def set_status(sandbox, uuid, code):
    """Set the status of an order in the sandbox."""
    sandbox.control("POST", f"/orders/{uuid}/status", {"code": code})


def refuse_directly(workload, uuid):
    with Client(workload.account, url=workload.sandbox.url) as cdek:
        cdek.orders.refuse(uuid)


def test_pauses_are_logged_without_orders_or_secrets(make_workload, sandbox, caplog):
    workload = make_workload(2)
    caplog.set_level(logging.INFO, logger="oint")
    sandbox.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="order_get", times=1)
    assert workload.run() == {"confirmed": 2}
    records = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert ("oint.refusals.batch", "WARNING", "CDEK asked for fewer requests: nothing is sent for 1.0 s") in records
    assert not any(secret in caplog.text for secret in (*workload.orders, sandbox.account, sandbox.password))


def test_library_prints_no_log_by_itself():
    code = "from oint.logs import get_logger; get_logger('refusals.batch').error('something happened')"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (process.stdout, process.stderr) == ("", "")


def test_card_is_read_again_for_a_row_of_an_earlier_run(make_workload, sandbox):
    workload = make_workload(2)
    sandbox.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="refusal")
    runs = []

    class Stopping(EventHandler):
        def on_rate_limited(self, seconds):
            del seconds
            runs[0].stop()

    assert workload.run(handler=Stopping(), on_start=runs.append) == {"planned": 2}
    sandbox.clear_faults()
    set_status(sandbox, workload.orders[0], "DELIVERED")
    refuse_directly(workload, workload.orders[1])
    counts = workload.run()
    assert len(workload.accepted(1)) == 1, "a second one would have been sent while one stands"
    assert counts == {"advised": 1, "confirmed": 1}
    assert workload.accepted(0) == []


@pytest.mark.parametrize("order", ["uuid", "cdek_number", "im_number"])
def test_card_of_another_order_is_never_used_for_a_row(sandbox, tmp_path, order):
    target, other = (
        sandbox.truth(uuid) for uuid in (sandbox.order(status=PARCEL, im_number="mine"), sandbox.order(status=PARCEL))
    )
    (tmp_path / "orders.csv").write_text(f"{order}\n{target[order]}\n")
    account, location = (
        Account(sandbox.account, sandbox.password),
        {"url": sandbox.url, "ledger": str(tmp_path / "ledger.sqlite")},
    )
    with open_input(tmp_path / "orders.csv") as source:
        batch = plan_batch(source, account, **location).batch
    approve_batch(batch.id, by="test", ledger=location["ledger"])
    card = {"uuid": other["uuid"], "cdek_number": other["cdek_number"], "number": other["im_number"]}
    body = {"entity": card | {"statuses": [{"code": PARCEL}]}, "requests": []}
    operation = "order_get" if order == "uuid" else "order_find"
    sandbox.fault({"type": "answer", "status": 200, "body": body}, operation=operation)
    assert run_batch(batch.id, account, options=FAST, **location) == {"planned": 1}
    assert sandbox.truth(target["uuid"])["refusals"] == sandbox.truth(other["uuid"])["refusals"] == []
    sandbox.clear_faults()
    assert run_batch(batch.id, account, options=FAST, **location) == {"confirmed": 1}
    assert len(sandbox.truth(target["uuid"])["refusals"]) == 1
