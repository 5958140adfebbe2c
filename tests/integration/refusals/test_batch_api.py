"""Plan and run batches from Python, blocking and in asyncio, with an event handler."""

import asyncio

import pytest

from oint.cdek import Account
from oint.cdek.errors import InvalidArgument
from oint.refusals.batch import (
    EventHandler,
    Progress,
    RunOptions,
    approve_batch,
    plan_batch,
    run_batch,
    run_batch_async,
)
from oint.refusals.input import open_input
from oint.refusals.register import PollingPolicy
from oint.refusals.states import State

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = RunOptions(polling=PollingPolicy(first=0.05, settle=0.2))


@pytest.fixture
def planned_batch(sandbox, tmp_path):
    """Return a batch of three orders, its account, and the addresses of CDEK and the ledger."""
    path = tmp_path / "orders.txt"
    path.write_text("\n".join(sandbox.order_batch(3, status=PARCEL)))
    account = Account(sandbox.account, sandbox.password)
    location = {"url": sandbox.url, "ledger": str(tmp_path / "ledger.sqlite")}
    with open_input(path) as source:
        batch = plan_batch(source, account, **location).batch
    approve_batch(batch.id, by="test", ledger=location["ledger"])
    return batch, account, location


class RecordingHandler(EventHandler):
    """A handler that records transitions."""

    def __init__(self):
        self.steps = []

    def on_transition(self, row, before):
        self.steps.append((before, row.state))


def test_batch_runs_in_a_blocking_call(planned_batch):
    batch, account, location = planned_batch
    assert run_batch(batch.id, account, options=FAST, **location) == {"confirmed": 3}


def test_batch_runs_in_asyncio_and_may_be_run_again(planned_batch, sandbox):
    batch, account, location = planned_batch
    assert asyncio.run(run_batch_async(batch.id, account, options=FAST, **location)) == {"confirmed": 3}
    calls = len(sandbox.calls())
    assert asyncio.run(run_batch_async(batch.id, account, options=FAST, **location)) == {"confirmed": 3}
    assert len(sandbox.calls()) == calls


def test_two_parallel_runs_send_every_refusal_once(planned_batch, sandbox):
    batch, account, location = planned_batch

    async def run_twice():
        await asyncio.gather(*(run_batch_async(batch.id, account, options=FAST, **location) for _ in range(2)))

    asyncio.run(run_twice())
    assert [len(sandbox.truth(row["uuid"])["refusals"]) for row in sandbox.orders() if not row.get("is_return")][
        :3
    ] == [1] * 3


def test_handler_receives_every_transition_after_it_is_saved(planned_batch):
    batch, account, location = planned_batch
    handler = RecordingHandler()
    run_batch(batch.id, account, options=FAST, handler=handler, **location)
    for step in [
        (State.PLANNED, State.SENDING),
        (State.SENDING, State.ACCEPTED),
        (State.ACCEPTED, State.CONFIRMED),
    ]:
        assert handler.steps.count(step) == 3


def test_run_stopped_at_once_leaves_all_rows_planned(planned_batch, sandbox):
    batch, account, location = planned_batch
    counts = run_batch(batch.id, account, options=FAST, on_start=lambda run: run.stop(), **location)
    assert counts == {"planned": 3}
    assert [call for call in sandbox.calls() if call["method"] == "POST" and "refusal" in call["path"]] == []


def test_unknown_batch_or_other_account_is_a_bad_argument(planned_batch):
    batch, account, location = planned_batch
    with pytest.raises(InvalidArgument, match="no batch 99"):
        run_batch(99, account, **location)
    with pytest.raises(InvalidArgument, match="another account"):
        run_batch(batch.id, Account("somebody", "else"), **location)


def test_progress_counts_the_events_of_a_run(planned_batch):
    batch, account, location = planned_batch
    now = [100.0]
    progress = Progress(3, {"planned": 3}, lambda: now[0])
    before = progress.snapshot()
    assert (before.done, before.left, before.waiting) == (0, None, None)
    run_batch(batch.id, account, options=FAST, handler=progress, **location)
    now[0] += 2
    after = progress.snapshot()
    assert (after.total, after.done, after.confirmed, after.pending, after.rate, after.left) == (3, 3, 3, 0, 1.5, 0)
    progress.on_circuit_open(5.0)
    assert progress.snapshot().waiting == 5.0
    progress.on_rate_limited(7.0)
    assert progress.snapshot().waiting == 7.0
    progress.on_ledger_unavailable(9.0)
    assert progress.snapshot().waiting == 9.0
    now[0] += 10
    assert progress.snapshot().waiting is None
