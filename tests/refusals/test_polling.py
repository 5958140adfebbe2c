"""When a card is read: at growing distances, at the moment when a loss counts, and not for ever."""

from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.batch.polling import MAX_FAILED_READS, PollingSchedule
from oint.refusals.register import PollingPolicy

PACE = PollingPolicy(first=2.0, factor=1.5, longest=15.0)
SETTLE = 10.0


def timing(wait=60.0, dice=0.0):
    return PollingSchedule(PACE, wait, lambda: dice)


def test_readings_of_a_pending_refusal_grow_apart_up_to_the_longest():
    one, now, pauses = timing(), 0.0, []
    for _ in range(8):
        moment = one.follow(7, now, settle=None)
        pauses.append(moment - now)
        now = moment
        one.record_read(7)
    assert pauses == [2.0, 3.0, 4.5, 6.75, 10.125, 15.0, 15.0, 15.0]


def test_the_card_of_a_lost_refusal_is_read_at_the_very_moment_from_which_it_counts():
    one, now = timing(), 0.0
    read = []
    while now < 10.0:
        now = one.follow(7, now, settle=max(0.0, SETTLE - now))
        one.record_read(7)
        read.append(now)
    assert read == [2.0, 5.0, 9.5, 10.0]
    assert not one.is_settled(7, 9.99)
    assert one.is_settled(7, 10.0)


def test_a_refusal_that_was_never_lost_is_always_settled_and_one_sent_anew_settles_again():
    one = timing()
    assert one.is_settled(7, 0.0)
    one.follow(7, 0.0, settle=SETTLE)
    one.clear_settle_deadline(7)
    assert one.is_settled(7, 0.0)
    one.follow(7, 5.0, settle=SETTLE)
    assert not one.is_settled(7, 14.9)


def test_time_begins_when_a_refusal_is_first_followed_and_is_forgotten_with_it():
    one = timing(wait=60.0)
    one.follow(7, 100.0, settle=None)
    one.follow(7, 150.0, settle=None)
    assert [one.timed_out(7, 159.9), one.timed_out(7, 160.0)] == [False, True]
    one.forget(7)
    one.follow(7, 200.0, settle=None)
    assert not one.timed_out(7, 259.0)


def test_one_that_was_not_followed_yet_has_no_time_left():
    assert timing().timed_out(7, 0.0)


def test_readings_that_fail_come_at_growing_distances_until_there_is_no_hope():
    one, moments = timing(), []
    for _ in range(MAX_FAILED_READS):
        assert not one.retries_exhausted(7)
        moments.append(one.record_failed_read(7, 0.0))
    assert one.retries_exhausted(7)
    assert moments == sorted(moments)


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 30), st.booleans())
def test_a_reading_is_always_ahead_and_never_farther_than_the_longest_pause_and_a_tenth(dice, readings, lost):
    one = timing(dice=dice)
    for _ in range(readings):
        one.record_read(7)
    assert 0 < one.follow(7, 0.0, settle=SETTLE if lost else None) <= PACE.longest * 1.1


def test_the_distances_stay_at_the_longest_however_often_a_card_is_read():
    one = timing(wait=1e9)
    for _ in range(3_000):
        one.record_read(7)
    assert one.follow(7, 0.0, settle=None) == 15.0
