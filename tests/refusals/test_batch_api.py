"""Batches for Python: planned, carried out blocking and in asyncio, with handler."""

import asyncio

import pytest

from oint.cdek import Account
from oint.cdek.errors import BadArgument
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
def planned(box, tmp_path):
    """Three orders in a ledger, and how to reach both."""
    path = tmp_path / "orders.txt"
    path.write_text("\n".join(box.order_batch(3, status=PARCEL)))
    account = Account(box.account, box.password)
    where = {"url": box.url, "ledger": str(tmp_path / "ledger.sqlite")}
    with open_input(path) as source:
        batch = plan_batch(source, account, **where).batch
    approve_batch(batch.id, by="test", ledger=where["ledger"])
    return batch, account, where


class Heard(EventHandler):
    """Keeps what it is told."""

    def __init__(self):
        self.steps = []

    def on_transition(self, row, before):
        self.steps.append((before, row.state))


def test_a_batch_is_carried_out_blocking(planned):
    batch, account, where = planned
    assert run_batch(batch.id, account, options=FAST, **where) == {"confirmed": 3}


def test_a_batch_is_carried_out_in_asyncio_and_may_be_run_again_at_any_time(planned, box):
    batch, account, where = planned
    assert asyncio.run(run_batch_async(batch.id, account, options=FAST, **where)) == {"confirmed": 3}
    calls = len(box.calls())
    assert asyncio.run(run_batch_async(batch.id, account, options=FAST, **where)) == {"confirmed": 3}
    assert len(box.calls()) == calls


def test_two_runs_of_a_batch_at_once_send_every_refusal_once(planned, box):
    batch, account, where = planned

    async def both():
        await asyncio.gather(*(run_batch_async(batch.id, account, options=FAST, **where) for _ in range(2)))

    asyncio.run(both())
    assert [len(box.truth(row["uuid"])["refusals"]) for row in box.orders() if not row.get("is_return")][:3] == [1] * 3


def test_hooks_hear_every_step_after_it_is_on_disk(planned):
    batch, account, where = planned
    heard = Heard()
    run_batch(batch.id, account, options=FAST, handler=heard, **where)
    for step in [
        (State.PLANNED, State.SENDING),
        (State.SENDING, State.ACCEPTED),
        (State.ACCEPTED, State.CONFIRMED),
    ]:
        assert heard.steps.count(step) == 3


def test_a_run_that_is_stopped_at_once_leaves_everything_planned(planned, box):
    batch, account, where = planned
    counts = run_batch(batch.id, account, options=FAST, on_start=lambda run: run.stop(), **where)
    assert counts == {"planned": 3}
    assert [call for call in box.calls() if call["method"] == "POST" and "refusal" in call["path"]] == []


def test_a_batch_that_is_not_there_or_is_another_accounts_is_a_bad_argument(planned):
    batch, account, where = planned
    with pytest.raises(BadArgument, match="no batch 99"):
        run_batch(99, account, **where)
    with pytest.raises(BadArgument, match="another account"):
        run_batch(batch.id, Account("somebody", "else"), **where)


def test_progress_counts_what_the_hooks_tell(planned):
    batch, account, where = planned
    now = [100.0]
    progress = Progress(3, {"planned": 3}, lambda: now[0])
    before = progress.snapshot()
    assert (before.done, before.left, before.waiting) == (0, None, None)
    run_batch(batch.id, account, options=FAST, handler=progress, **where)
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
