"""The rate limit, kept by all who share a ledger: in no second more than the limit, however slow the machine."""

import asyncio
import itertools
import random
import sys
import time
from contextlib import closing

import pytest
from chaos.field import many
from chaos.rounds import played
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.batch.ledger_writer import LedgerWriter
from oint.refusals.batch.rate_limiter import RateLimiter, RateLimiterClosed
from oint.refusals.gcra import SLOT_TOLERANCE_SECONDS, ClockOffset, reserve_slots
from oint.refusals.ledger import open_ledger

posix = pytest.mark.skipif(sys.platform == "win32", reason="it has neither fork nor SIGKILL")
LIMIT = 200


def fullest(moments):
    """The most moments in any half-open second."""
    moments, first, most = sorted(moments), 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.floats(0, 0.5), st.floats(0, SLOT_TOLERANCE_SECONDS)), min_size=1, max_size=60
    )
)
def test_slots_used_up_to_the_latest_moment_never_exceed_the_limit_in_any_second(reservations):
    now = free = 1000.0
    used = []
    for count, pause, late in reservations:
        now += pause
        slots = reserve_slots(free, 0.0, now, count, LIMIT)
        free = slots.after
        used += [slots.first + index * slots.distance + late * (index % 2) for index in range(count)]
    assert fullest(used) <= LIMIT


@given(st.floats(0, 59), st.floats(0, 100), st.floats(0, 100))
def test_no_slot_is_before_its_turn_before_now_or_within_a_pause(free, held, now):
    assert reserve_slots(free, held, now, 3, LIMIT).first == max(free, held, now)


@given(st.lists(st.tuples(st.floats(0, 0.2), st.floats(0, 0.2)), min_size=1), st.floats(-1e6, 1e6))
def test_what_is_learnt_of_the_clocks_is_never_too_much_and_never_moves_to_and_fro(answers, ahead):
    clocks, moment, learnt = ClockOffset(), 0.0, []
    for before, after in answers:
        learnt.append(clocks.learn(moment, moment + before + ahead, moment + before + after))
        moment += before + after + 1
    assert all(at <= ahead + 1e-6 for at in learnt)
    assert all(later >= earlier - 1e-6 for earlier, later in itertools.pairwise(learnt))


def test_a_clock_that_was_set_back_is_believed():
    clocks = ClockOffset()
    clocks.learn(0.0, 100.0, 0.1)
    assert clocks.learn(1.0, 51.0, 1.1) == pytest.approx(49.9)


class Crowd:
    """Gates on connections of their own to one ledger, as processes have them."""

    def __init__(self, address, gates):
        self.ledgers = [open_ledger(address, quick=True) for _ in range(gates)]
        self.tenant = self.ledgers[0].get_or_create_tenant("http://cdek.test", "crowd")
        self.scribes = [LedgerWriter(ledger, 1, lambda _: None, lambda _: None) for ledger in self.ledgers]
        self.gates = [RateLimiter(scribe, self.tenant, LIMIT, time.monotonic) for scribe in self.scribes]
        self.passed = []

    async def enter(self, gate):
        await gate.acquire()
        self.passed.append(time.monotonic())

    async def leave(self):
        for scribe, ledger in zip(self.scribes, self.ledgers, strict=True):
            await scribe.close()
            ledger.close()


@pytest.mark.parametrize("gates", [1, 3])
def test_gates_of_one_ledger_let_no_more_than_the_limit_through_in_any_second(tmp_path, gates):
    async def story():
        crowd = Crowd(str(tmp_path / "ledger"), gates)
        await asyncio.gather(*(crowd.enter(gate) for gate in crowd.gates for _ in range(420 // gates)))
        await crowd.leave()
        return crowd.passed

    passed = asyncio.run(story())
    assert len(passed) == 420
    assert fullest(passed) <= LIMIT


def test_a_pause_that_cdek_asked_one_for_holds_for_all(tmp_path):
    async def story():
        crowd = Crowd(str(tmp_path / "ledger"), 2)
        began = time.monotonic()
        await crowd.gates[0].pause(0.5)
        await crowd.enter(crowd.gates[1])
        await crowd.leave()
        return crowd.passed[0] - began

    assert asyncio.run(story()) >= 0.45


def test_a_closed_gate_turns_away_who_waits_and_who_comes_later(tmp_path):
    async def story():
        crowd = Crowd(str(tmp_path / "ledger"), 1)
        gate = crowd.gates[0]
        await gate.pause(60)
        waiting = asyncio.create_task(gate.acquire())
        await asyncio.sleep(0)
        gate.close()
        with pytest.raises(RateLimiterClosed):
            await waiting
        with pytest.raises(RateLimiterClosed):
            await gate.acquire()
        await crowd.leave()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "nobody sleeps until a slot that nobody waits for"

    asyncio.run(story())


def test_one_who_goes_takes_along_only_those_who_wait_for_him(tmp_path):
    async def story():
        crowd = Crowd(str(tmp_path / "ledger"), 1)
        gate = crowd.gates[0]
        await gate.pause(0.3)
        mine, others = (asyncio.create_task(gate.acquire(owner)) for owner in ("mine", "others"))
        await asyncio.sleep(0)
        gate.cancel_waiters("mine")
        with pytest.raises(RateLimiterClosed):
            await mine
        await others
        await crowd.leave()

    asyncio.run(story())


@posix
@pytest.mark.parametrize("workers", [1, 3])
def test_a_batch_is_never_told_that_it_is_too_fast(box, tmp_path, garage, job_of, workers):
    box.settings(rate_limit={"rate": LIMIT, "burst": LIMIT})
    field = many(box, str(tmp_path / "ledger"), 200, random.Random(workers), "shop")
    names = [f"w{number}" for number in range(workers)]
    for name in names:
        garage.start(job_of(name, field, in_flight=64, window=80))
    assert [garage.wait(name) for name in names] == [0] * workers
    assert 429 not in [call["status"] for call in box.calls()]


@posix
@pytest.mark.parametrize("workers", [1, 4])
def test_some_dozens_of_kills_under_a_mix_of_faults_change_no_verdict(box, tmp_path, garage, pytestconfig, workers):
    dice = random.Random(pytestconfig.option.hypothesis_seed)
    tally = played(box, garage, dice, str(tmp_path / "ledger"), workers=workers, rows=80, kills=25)
    assert tally.complaints == []
    assert tally.too_many == 0
    assert tally.faults > 0
    with closing(open_ledger(str(tmp_path / "ledger"))) as ledger:
        assert sum(ledger.count_by_state(ledger.list_batches()[0]).values()) == tally.rows
