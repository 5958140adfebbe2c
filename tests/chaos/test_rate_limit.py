"""All workers of one ledger share the rate limit: no second has more requests, even on a slow machine."""

import asyncio
import itertools
import random
import sys
import time
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.batch.ledger_writer import LedgerWriter
from oint.refusals.batch.rate_limiter import RateLimiter, RateLimiterClosed
from oint.refusals.gcra import SLOT_TOLERANCE_SECONDS, ClockOffset, reserve_slots
from oint.refusals.ledger import open_ledger
from tests.chaos.rounds import run_round
from tests.chaos.workload import plan_workload

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")
LIMIT = 200


def count_busiest_second(moments):
    """Return the maximum number of moments in any half-open second."""
    moments, first, maximum = sorted(moments), 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - 1:
            first += 1
        maximum = max(maximum, last - first + 1)
    return maximum


@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.floats(0, 0.5), st.floats(0, SLOT_TOLERANCE_SECONDS)), min_size=1, max_size=60
    )
)
def test_slots_used_with_any_delay_never_exceed_the_limit(reservations):
    now = next_slot = 1000.0
    used = []
    for count, pause, delay in reservations:
        now += pause
        slots = reserve_slots(next_slot, 0.0, now, count, LIMIT)
        next_slot = slots.after
        used += [slots.first + index * slots.distance + delay * (index % 2) for index in range(count)]
    assert count_busiest_second(used) <= LIMIT


@given(st.floats(0, 59), st.floats(0, 100), st.floats(0, 100))
def test_slot_is_never_before_its_turn_or_now_or_in_a_pause(next_slot, paused_until, now):
    assert reserve_slots(next_slot, paused_until, now, 3, LIMIT).first == max(next_slot, paused_until, now)


@given(st.lists(st.tuples(st.floats(0, 0.2), st.floats(0, 0.2)), min_size=1), st.floats(-1e6, 1e6))
def test_learned_clock_offset_never_exceeds_the_real_one_or_decreases(answers, clock_offset):
    learner, moment, offsets = ClockOffset(), 0.0, []
    for before, after in answers:
        offsets.append(learner.learn(moment, moment + before + clock_offset, moment + before + after))
        moment += before + after + 1
    assert all(offset <= clock_offset + 1e-6 for offset in offsets)
    assert all(later >= earlier - 1e-6 for earlier, later in itertools.pairwise(offsets))


def test_clock_set_back_is_learned():
    clock_offset = ClockOffset()
    clock_offset.learn(0.0, 100.0, 0.1)
    assert clock_offset.learn(1.0, 51.0, 1.1) == pytest.approx(49.9)


class RateLimiters:
    """Rate limiters with one ledger and a connection each, as in separate processes."""

    def __init__(self, address, limiters):
        self.ledgers = [open_ledger(address, quick=True) for _ in range(limiters)]
        self.tenant = self.ledgers[0].get_or_create_tenant("http://cdek.test", "crowd")
        self.writers = [LedgerWriter(ledger, 1, lambda _: None, lambda _: None) for ledger in self.ledgers]
        self.limiters = [RateLimiter(writer, self.tenant, LIMIT, time.monotonic) for writer in self.writers]
        self.acquired_at = []

    async def enter(self, limiter):
        await limiter.acquire()
        self.acquired_at.append(time.monotonic())

    async def leave(self):
        for writer, ledger in zip(self.writers, self.ledgers, strict=True):
            await writer.close()
            ledger.close()


@pytest.mark.parametrize("limiters", [1, 3])
def test_limiters_of_one_ledger_never_exceed_the_limit(tmp_path, limiters):
    async def scenario():
        group = RateLimiters(str(tmp_path / "ledger"), limiters)
        await asyncio.gather(*(group.enter(limiter) for limiter in group.limiters for _ in range(420 // limiters)))
        await group.leave()
        return group.acquired_at

    acquired_at = asyncio.run(scenario())
    assert len(acquired_at) == 420
    assert count_busiest_second(acquired_at) <= LIMIT


def test_pause_of_one_limiter_holds_for_all(tmp_path):
    async def scenario():
        group = RateLimiters(str(tmp_path / "ledger"), 2)
        start = time.monotonic()
        await group.limiters[0].pause(0.5)
        await group.enter(group.limiters[1])
        await group.leave()
        return group.acquired_at[0] - start

    assert asyncio.run(scenario()) >= 0.45


def test_closed_limiter_rejects_present_and_later_waiters(tmp_path):
    async def scenario():
        group = RateLimiters(str(tmp_path / "ledger"), 1)
        limiter = group.limiters[0]
        await limiter.pause(60)
        waiting = asyncio.create_task(limiter.acquire())
        await asyncio.sleep(0)
        limiter.close()
        with pytest.raises(RateLimiterClosed):
            await waiting
        with pytest.raises(RateLimiterClosed):
            await limiter.acquire()
        await group.leave()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "nobody sleeps until a slot that nobody waits for"

    asyncio.run(scenario())


def test_cancelling_one_owner_keeps_other_waiters(tmp_path):
    async def scenario():
        group = RateLimiters(str(tmp_path / "ledger"), 1)
        limiter = group.limiters[0]
        await limiter.pause(0.3)
        own, others = (asyncio.create_task(limiter.acquire(owner)) for owner in ("mine", "others"))
        await asyncio.sleep(0)
        limiter.cancel_waiters("mine")
        with pytest.raises(RateLimiterClosed):
            await own
        await others
        await group.leave()

    asyncio.run(scenario())


@posix
@pytest.mark.parametrize("workers", [1, 3])
def test_batch_never_gets_a_429(sandbox, tmp_path, worker_pool, build_job, workers):
    sandbox.settings(rate_limit={"rate": LIMIT, "burst": LIMIT})
    workload = plan_workload(sandbox, str(tmp_path / "ledger"), 200, random.Random(workers), "shop")
    names = [f"w{number}" for number in range(workers)]
    for name in names:
        worker_pool.start(build_job(name, workload, in_flight=64, window=80))
    assert [worker_pool.wait(name) for name in names] == [0] * workers
    assert 429 not in [call["status"] for call in sandbox.calls()]


@posix
@pytest.mark.parametrize("workers", [1, 4])
def test_kills_under_a_fault_mix_change_no_verdict(sandbox, tmp_path, worker_pool, pytestconfig, workers):
    random_source = random.Random(pytestconfig.option.hypothesis_seed)
    stats = run_round(sandbox, worker_pool, random_source, str(tmp_path / "ledger"), workers=workers, rows=80, kills=25)
    assert stats.mismatches == []
    assert stats.too_many == 0
    assert stats.faults > 0
    with closing(open_ledger(str(tmp_path / "ledger"))) as ledger:
        assert sum(ledger.count_by_state(ledger.list_batches()[0]).values()) == stats.rows
