"""While CDEK does not respond, pauses grow and one probe is sent per pause."""

from oint.refusals.circuit_breaker import CircuitBreaker


def test_circuit_opens_after_failures_in_a_row_and_pauses_grow():
    breaker = CircuitBreaker(lambda: 0.5, failures_to_open=3, first=1.0, longest=5.0)
    assert [breaker.record_failure(0.0), breaker.record_failure(0.0)] == [None, None]
    assert (breaker.wait(0.0), breaker.is_half_open) == (0.0, False)
    now, pauses = 0.0, []
    for _ in range(4):
        pauses.append(breaker.record_failure(now))
        assert breaker.wait(now) == pauses[-1]
        assert breaker.record_failure(now) is None  # a request that was in flight when the pause began
        now += pauses[-1]
        assert (breaker.wait(now), breaker.is_half_open) == (0.0, True)
    assert pauses == [1.0, 2.0, 4.0, 5.0]


def test_success_closes_the_circuit_and_resets_failures():
    breaker = CircuitBreaker(lambda: 0.5, failures_to_open=2, first=1.0)
    breaker.record_failure(0.0)
    breaker.record_failure(0.0)
    breaker.record_success()
    assert (breaker.wait(0.0), breaker.is_half_open, breaker.record_failure(0.0)) == (0.0, False, None)
    assert breaker.record_failure(0.0) == 1.0


def test_random_jitter_spreads_the_probes_of_many_workers():
    first, last = CircuitBreaker(lambda: 0.0, failures_to_open=1), CircuitBreaker(lambda: 1.0, failures_to_open=1)
    assert first.record_failure(0.0) < last.record_failure(0.0)


def test_half_open_circuit_allows_one_probe_and_closed_allows_all():
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
