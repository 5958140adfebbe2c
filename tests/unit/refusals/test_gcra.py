"""Slots of the rate limit are even, unique and never too early."""

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


def test_slots_begin_after_all_three_limits():
    assert reserve_slots(5.0, 0.0, 3.0, 4, 200.0).first == 5.0
    assert reserve_slots(5.0, 9.0, 3.0, 4, 200.0).first == 9.0
    assert reserve_slots(5.0, 0.0, 7.0, 4, 200.0).first == 7.0


@given(st.lists(st.tuples(st.floats(0, 0.3), st.integers(1, 20)), max_size=30))
def test_consecutive_reservations_keep_the_distance(reservations):
    now = next_slot = 0.0
    moments = []
    for pause, count in reservations:
        now += pause
        slots = reserve_slots(next_slot, 0.0, now, count, 200.0)
        moments += [slots.first + index * slots.distance for index in range(slots.size)]
        next_slot = slots.after
    assert all(later - earlier >= 1 / 200.0 / UTILIZATION * 0.999 for earlier, later in itertools.pairwise(moments))


def test_clock_set_back_does_not_stop_sending():
    assert reserve_slots(1000.0 + MAX_RESERVATION_SECONDS, 0.0, 1000.0, 1, 200.0).first == 1000.0


def test_stored_pause_beyond_the_limit_is_ignored():
    assert reserve_slots(5.0, 5.0 + MAX_PAUSE_SECONDS, 5.0, 1, 200.0).first == 5.0 + MAX_PAUSE_SECONDS
    assert reserve_slots(5.0, 6.0 + MAX_PAUSE_SECONDS, 5.0, 1, 200.0).first == 5.0
    assert reserve_slots(5.0, float("inf"), 5.0, 1, 200.0).first == 5.0


def test_pause_follows_retry_after_within_bounds():
    assert pause_seconds(7.0) == 7.0
    assert pause_seconds(0.0) == 0.0
    assert pause_seconds(None) == DEFAULT_PAUSE_SECONDS
    assert pause_seconds(float("inf")) == MAX_PAUSE_SECONDS


def test_clock_offset_is_kept_while_it_is_possible():
    offset = ClockOffset()
    assert offset.learn(10.0, 110.5, 11.0) == pytest.approx(99.5)
    assert offset.learn(20.0, 120.0, 20.6) == pytest.approx(99.5)
    assert offset.learn(30.0, 131.0, 30.1) == pytest.approx(100.9)
