"""A CDEK that does not answer is left alone, longer each time, and asked once."""

from oint.refusals.circuit_breaker import CircuitBreaker


def test_pauses_begin_after_so_many_troubles_in_a_row_and_grow_to_the_longest():
    breaker = CircuitBreaker(lambda: 0.5, failures_to_open=3, first=1.0, longest=5.0)
    assert [breaker.record_failure(0.0), breaker.record_failure(0.0)] == [None, None]
    assert (breaker.wait(0.0), breaker.is_half_open) == (0.0, False)
    now, pauses = 0.0, []
    for _ in range(4):
        pauses.append(breaker.record_failure(now))
        assert breaker.wait(now) == pauses[-1]
        assert breaker.record_failure(now) is None  # one that was under way when the pause began
        now += pauses[-1]
        assert (breaker.wait(now), breaker.is_half_open) == (0.0, True)
    assert pauses == [1.0, 2.0, 4.0, 5.0]


def test_an_answer_opens_the_way_and_forgets_the_troubles():
    breaker = CircuitBreaker(lambda: 0.5, failures_to_open=2, first=1.0)
    breaker.record_failure(0.0)
    breaker.record_failure(0.0)
    breaker.record_success()
    assert (breaker.wait(0.0), breaker.is_half_open, breaker.record_failure(0.0)) == (0.0, False, None)
    assert breaker.record_failure(0.0) == 1.0


def test_the_dice_keep_many_workers_from_coming_back_at_once():
    first, last = CircuitBreaker(lambda: 0.0, failures_to_open=1), CircuitBreaker(lambda: 1.0, failures_to_open=1)
    assert first.record_failure(0.0) < last.record_failure(0.0)


def test_one_may_try_at_a_time_after_a_pause_and_all_may_while_the_way_is_open():
    breaker = CircuitBreaker(lambda: 0.5, failures_to_open=1, first=1.0)
    assert breaker.allows_request(0.0)
    assert not breaker.acquire()
    breaker.record_failure(0.0)
    assert not breaker.allows_request(0.5)
    assert breaker.allows_request(1.0)
    assert breaker.acquire()
    assert not breaker.allows_request(1.0)
    breaker.release()
    assert breaker.allows_request(1.0)
    breaker.acquire()
    breaker.record_success()
    assert breaker.allows_request(1.0)
    assert not breaker.acquire()
