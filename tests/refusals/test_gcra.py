"""Slots of the rate limit: even, never two of one, never before they may be."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.gcra import (
    DEFAULT_PAUSE_SECONDS,
    MAX_PAUSE_SECONDS,
    MAX_RESERVATION_SECONDS,
    UTILIZATION,
    ClockOffset,
    pause_seconds,
    reserve_slots,
)


def test_slots_begin_when_all_three_allow_it():
    assert reserve_slots(5.0, 0.0, 3.0, 4, 200.0).first == 5.0
    assert reserve_slots(5.0, 9.0, 3.0, 4, 200.0).first == 9.0
    assert reserve_slots(5.0, 0.0, 7.0, 4, 200.0).first == 7.0


@given(st.lists(st.tuples(st.floats(0, 0.3), st.integers(1, 20)), max_size=30))
def test_reservations_one_after_another_never_come_closer_than_the_distance(asked):
    now = next_slot = 0.0
    moments = []
    for pause, count in asked:
        now += pause
        slots = reserve_slots(next_slot, 0.0, now, count, 200.0)
        moments += [slots.first + index * slots.distance for index in range(slots.size)]
        next_slot = slots.after
    assert all(later - earlier >= 1 / 200.0 / UTILIZATION * 0.999 for earlier, later in itertools.pairwise(moments))


def test_a_clock_that_was_set_back_does_not_stop_the_sending():
    assert reserve_slots(1000.0 + MAX_RESERVATION_SECONDS, 0.0, 1000.0, 1, 200.0).first == 1000.0


def test_a_pause_farther_than_any_that_is_kept_holds_nobody():
    assert reserve_slots(5.0, 5.0 + MAX_PAUSE_SECONDS, 5.0, 1, 200.0).first == 5.0 + MAX_PAUSE_SECONDS
    assert reserve_slots(5.0, 6.0 + MAX_PAUSE_SECONDS, 5.0, 1, 200.0).first == 5.0
    assert reserve_slots(5.0, float("inf"), 5.0, 1, 200.0).first == 5.0


def test_a_pause_lasts_as_long_as_cdek_says_within_bounds():
    assert pause_seconds(7.0) == 7.0
    assert pause_seconds(0.0) == 0.0
    assert pause_seconds(None) == DEFAULT_PAUSE_SECONDS
    assert pause_seconds(float("inf")) == MAX_PAUSE_SECONDS


def test_what_was_learnt_of_the_ledgers_clock_stays_while_it_can_be_true():
    clocks = ClockOffset()
    assert clocks.learn(10.0, 110.5, 11.0) == pytest.approx(99.5)
    assert clocks.learn(20.0, 120.0, 20.6) == pytest.approx(99.5)
    assert clocks.learn(30.0, 131.0, 30.1) == pytest.approx(100.9)
