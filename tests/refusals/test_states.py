"""The state machine of a refusal, and what a card says about one: every step, and no other."""

import itertools

import pytest
from fake_session import UUID, card, entry
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek.operations import orders
from oint.cdek.protocol import read
from oint.refusals.states import (
    REFUSAL_REASONS,
    TRANSITIONS,
    InvalidTransition,
    State,
    Transition,
    apply_transition,
    find_active_refusal,
    find_refusal,
)

NOTHING = frozenset()
WAY = "ACCEPTED_AT_PICK_UP_POINT"


def read_card(*args, **kwargs):
    return read(orders.get(UUID), card(*args, **kwargs))


@pytest.mark.parametrize(("state", "transition", "to"), list(itertools.product(State, Transition, State)))
def test_the_drawing_has_these_steps_and_no_others(state, transition, to):
    if (state, transition, to) in TRANSITIONS:
        assert apply_transition(state, transition, to) is to
    else:
        with pytest.raises(InvalidTransition):
            apply_transition(state, transition, to)


def test_every_state_can_be_reached_and_the_ends_are_ends():
    reached = {State.HELD}
    while more := {to for state, _, to in TRANSITIONS if state in reached} - reached:
        reached |= more
    assert reached == set(State)
    left = {state for state, _, to in TRANSITIONS if to is not state}
    assert set(State) - left == {State.CONFIRMED, State.REJECTED, State.ADVISED, State.WITHDRAWN}


@pytest.mark.parametrize(
    ("state", "verdict"),
    [("SUCCESSFUL", State.CONFIRMED), ("INVALID", State.REJECTED), ("ACCEPTED", State.ACCEPTED), ("WAITING", State.ACCEPTED), ("PONDERING", State.ACCEPTED)],
)  # fmt: skip
def test_ones_own_entry_decides(state, verdict):
    seen = find_refusal(read_card(WAY, entry(state, uuid="mine")), "mine", NOTHING)
    assert (seen.state, seen.entry.request_uuid) == (verdict, "mine")


@pytest.mark.parametrize("reason", sorted(REFUSAL_REASONS))
def test_a_parcel_not_delivered_by_refusal_confirms_even_without_an_entry(reason):
    assert find_refusal(read_card("NOT_DELIVERED", reason=reason), None, NOTHING).state is State.CONFIRMED


@pytest.mark.parametrize("reason", [None, "1", "23", "26", "31"])
def test_a_parcel_not_delivered_for_another_reason_confirms_nothing(reason):
    assert find_refusal(read_card("NOT_DELIVERED", reason=reason), None, NOTHING).state is None


OWN, OTHER = entry("INVALID", uuid="mine", at=1), entry("SUCCESSFUL", uuid="theirs", at=2)


@pytest.mark.parametrize("entries", [[OWN], [OWN, OTHER], [OTHER, OWN], [OTHER]], ids=len)
def test_the_fate_of_the_order_is_the_verdict_whoever_refused_it(entries):
    seen = find_refusal(read_card("NOT_DELIVERED", *entries, reason="11"), "mine", NOTHING)
    assert seen.state is State.CONFIRMED
    assert seen.by_another is (OWN in entries)


def test_an_entry_of_ones_own_is_not_final_while_another_refusal_is_pending():
    pending = entry("ACCEPTED", uuid="theirs", at=2)
    assert find_refusal(read_card(WAY, OWN, pending), "mine", NOTHING).state is State.ACCEPTED
    assert find_refusal(read_card(WAY, OWN, entry("INVALID", uuid="theirs")), "mine", NOTHING).state is State.REJECTED
    assert find_refusal(read_card(WAY, OWN, OTHER), "mine", frozenset({"theirs"})).state is State.REJECTED


def test_a_refusal_that_was_there_before_is_never_taken_for_ones_own():
    answer = read_card(WAY, entry("INVALID", uuid="old", at=1))
    assert find_refusal(answer, None, frozenset({"old"})).state is None
    assert find_refusal(answer, "mine", NOTHING).state is None


def test_where_the_answer_was_lost_the_newest_entry_that_was_not_there_before_is_ones_own():
    answer = read_card(WAY, entry("ACCEPTED", uuid="old", at=1), entry("SUCCESSFUL", uuid="new", at=9))
    seen = find_refusal(answer, None, frozenset({"old"}))
    assert (seen.state, seen.entry.request_uuid) == (State.CONFIRMED, "new")


def test_an_entry_without_a_uuid_is_ones_own_where_none_bears_the_uuid():
    assert find_refusal(read_card(WAY, entry("SUCCESSFUL", uuid=None)), "mine", NOTHING).state is State.CONFIRMED


def test_entries_of_other_operations_say_nothing_of_a_refusal():
    assert find_refusal(read_card(WAY, entry("SUCCESSFUL", "DELETE", "mine")), "mine", NOTHING).state is None


@given(
    st.permutations(
        [entry("INVALID", uuid="old", at=1), entry("ACCEPTED", uuid="mine", at=5), entry("INVALID", uuid="later", at=9)]
    )
)
def test_the_order_of_entries_changes_nothing(entries):
    assert find_refusal(read_card(WAY, *entries), "mine", NOTHING).state is State.ACCEPTED


@pytest.mark.parametrize(
    ("states", "reason", "verdict"),
    [
        ([], None, None),
        (["INVALID"], None, None),
        (["ACCEPTED"], None, State.ACCEPTED),
        (["WAITING"], None, State.ACCEPTED),
        (["SUCCESSFUL"], None, State.CONFIRMED),
        (["ACCEPTED"], "11", State.CONFIRMED),
        ([], "11", State.CONFIRMED),
        (["INVALID"], "11", State.CONFIRMED),
        (["SUCCESSFUL", "INVALID"], None, State.CONFIRMED),
    ],
)
def test_before_sending_only_a_refusal_entry_that_is_not_invalid_stands(states, reason, verdict):
    entries = [entry(state, uuid=str(index), at=index) for index, state in enumerate(states)]
    status = "NOT_DELIVERED" if reason else WAY
    assert find_active_refusal(read_card(status, *entries, reason=reason)).state is verdict
