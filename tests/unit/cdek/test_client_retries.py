"""What is repeated, and what never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek import errors
from oint.cdek._retry import Retry
from oint.cdek.errors import ApiError
from oint.i18n import Message

UNSAFE = [
    errors.OutcomeUnknown("reset"),
    errors.ServiceUnavailable("tls", "certificate has expired", will_recur=True),
    errors.RequestRejected((ApiError("v2_x", "no"),)),
    errors.InvalidArgument("uuid", Message("", ""), Message("", "")),
    errors.AuthenticationError(Message("", ""), Message("", "")),
]
SAFE = [errors.ServiceUnavailable("refused"), errors.InvalidResponse(), errors.RateLimited(None)]


@pytest.mark.parametrize("error", UNSAFE, ids=lambda error: error.kind)
def test_what_may_have_been_done_or_will_not_change_is_never_sent_again(error):
    assert Retry(attempts=99).delay(error, 1, 1000, lambda: 0.0) is None


@pytest.mark.parametrize("error", SAFE, ids=lambda error: error.kind)
def test_request_that_was_not_done_is_repeated_up_to_the_limit(error):
    retry = Retry(attempts=3)
    assert [retry.delay(error, attempt, 1000, lambda: 0.5) is not None for attempt in (1, 2, 3)] == [True, True, False]


def test_the_wait_doubles_up_to_the_longest():
    retry = Retry(attempts=9, first_delay=1.0, max_delay=5.0)
    assert [retry.delay(SAFE[0], attempt, 1000, lambda: 1.0) for attempt in range(1, 6)] == [1, 2, 4, 5, 5]


def test_cdeks_own_retry_after_is_obeyed_in_full():
    assert Retry().delay(errors.RateLimited(7.0), 1, 1000, lambda: 0.0) == 7.0


def test_huge_attempt_numbers_wait_at_most_the_maximum_delay():
    retry = Retry(attempts=10**400, first_delay=0.5, max_delay=8.0)
    assert {retry.delay(SAFE[0], attempt, 1000, lambda: 1.0) for attempt in (99, 1100, 10**6, 10**399)} == {8.0}


@given(st.floats(0, 1e9), st.floats(0, 1e6), st.integers(1, 9), st.floats(0, 1, exclude_max=True))
def test_no_wait_ever_reaches_past_the_deadline(retry_after, left, attempt, dice):
    wait = Retry(attempts=9).delay(errors.RateLimited(retry_after), attempt, left, lambda: dice)
    assert wait is None or wait < left
