"""A card is read at growing intervals and at the settle deadline, for a limited time."""

from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.batch.polling import MAX_FAILED_READS, PollingSchedule
from oint.refusals.register import PollingPolicy

POLLING = PollingPolicy(first=2.0, factor=1.5, longest=15.0)
SETTLE = 10.0


def build_schedule(wait=60.0, random_value=0.0):
    return PollingSchedule(POLLING, wait, lambda: random_value)


def test_reads_of_a_pending_refusal_back_off_to_the_maximum():
    schedule, now, pauses = build_schedule(), 0.0, []
    for _ in range(8):
        moment = schedule.follow(7, now, settle=None)
        pauses.append(moment - now)
        now = moment
        schedule.record_read(7)
    assert pauses == [2.0, 3.0, 4.5, 6.75, 10.125, 15.0, 15.0, 15.0]


def test_card_of_a_lost_refusal_is_read_at_its_settle_deadline():
    schedule, now = build_schedule(), 0.0
    read_times = []
    while now < 10.0:
        now = schedule.follow(7, now, settle=max(0.0, SETTLE - now))
        schedule.record_read(7)
        read_times.append(now)
    assert read_times == [2.0, 5.0, 9.5, 10.0]
    assert not schedule.is_settled(7, 9.99)
    assert schedule.is_settled(7, 10.0)


def test_refusal_is_settled_unless_lost_and_settles_again_after_a_resend():
    schedule = build_schedule()
    assert schedule.is_settled(7, 0.0)
    schedule.follow(7, 0.0, settle=SETTLE)
    schedule.clear_settle_deadline(7)
    assert schedule.is_settled(7, 0.0)
    schedule.follow(7, 5.0, settle=SETTLE)
    assert not schedule.is_settled(7, 14.9)


def test_wait_starts_at_the_first_poll_and_ends_with_forget():
    schedule = build_schedule(wait=60.0)
    schedule.follow(7, 100.0, settle=None)
    schedule.follow(7, 150.0, settle=None)
    assert [schedule.timed_out(7, 159.9), schedule.timed_out(7, 160.0)] == [False, True]
    schedule.forget(7)
    schedule.follow(7, 200.0, settle=None)
    assert not schedule.timed_out(7, 259.0)


def test_unpolled_refusal_has_timed_out():
    assert build_schedule().timed_out(7, 0.0)


def test_failed_reads_back_off_until_exhausted():
    schedule, moments = build_schedule(), []
    for _ in range(MAX_FAILED_READS):
        assert not schedule.retries_exhausted(7)
        moments.append(schedule.record_failed_read(7, 0.0))
    assert schedule.retries_exhausted(7)
    assert moments == sorted(moments)


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 30), st.booleans())
def test_next_read_is_later_and_within_110_percent_of_the_longest_pause(random_value, readings, is_lost):
    schedule = build_schedule(random_value=random_value)
    for _ in range(readings):
        schedule.record_read(7)
    assert 0 < schedule.follow(7, 0.0, settle=SETTLE if is_lost else None) <= POLLING.longest * 1.1


def test_pause_stays_at_the_maximum_after_many_reads():
    schedule = build_schedule(wait=1e9)
    for _ in range(3_000):
        schedule.record_read(7)
    assert schedule.follow(7, 0.0, settle=None) == 15.0
