"""A CDEK that does not answer is left alone, longer each time, and asked once."""

from oint.refusals.circuit_breaker import Breaker


def test_pauses_begin_after_so_many_troubles_in_a_row_and_grow_to_the_longest():
    breaker = Breaker(lambda: 0.5, troubles=3, first=1.0, longest=5.0)
    assert [breaker.ill(0.0), breaker.ill(0.0)] == [None, None]
    assert (breaker.wait(0.0), breaker.trying) == (0.0, False)
    now, pauses = 0.0, []
    for _ in range(4):
        pauses.append(breaker.ill(now))
        assert breaker.wait(now) == pauses[-1]
        assert breaker.ill(now) is None  # one that was under way when the pause began
        now += pauses[-1]
        assert (breaker.wait(now), breaker.trying) == (0.0, True)
    assert pauses == [1.0, 2.0, 4.0, 5.0]


def test_an_answer_opens_the_way_and_forgets_the_troubles():
    breaker = Breaker(lambda: 0.5, troubles=2, first=1.0)
    breaker.ill(0.0)
    breaker.ill(0.0)
    breaker.well()
    assert (breaker.wait(0.0), breaker.trying, breaker.ill(0.0)) == (0.0, False, None)
    assert breaker.ill(0.0) == 1.0


def test_the_dice_keep_many_workers_from_coming_back_at_once():
    first, last = Breaker(lambda: 0.0, troubles=1), Breaker(lambda: 1.0, troubles=1)
    assert first.ill(0.0) < last.ill(0.0)


def test_one_may_try_at_a_time_after_a_pause_and_all_may_while_the_way_is_open():
    breaker = Breaker(lambda: 0.5, troubles=1, first=1.0)
    assert breaker.may_begin(0.0)
    assert not breaker.begin()
    breaker.ill(0.0)
    assert not breaker.may_begin(0.5)
    assert breaker.may_begin(1.0)
    assert breaker.begin()
    assert not breaker.may_begin(1.0)
    breaker.over()
    assert breaker.may_begin(1.0)
    breaker.begin()
    breaker.well()
    assert breaker.may_begin(1.0)
    assert not breaker.begin()
