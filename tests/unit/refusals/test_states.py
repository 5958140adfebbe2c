"""Transitions of a refusal, and the refusal that a card shows."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek._protocol import parse_response
from oint.cdek.api import orders
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
from tests.support.fake_session import UUID, card, entry

NO_UUIDS = frozenset()
IN_TRANSIT = "ACCEPTED_AT_PICK_UP_POINT"


def read_card(*args, **kwargs):
    return parse_response(orders.get(UUID), card(*args, **kwargs))


@pytest.mark.parametrize(("state", "transition", "to"), list(itertools.product(State, Transition, State)))
def test_only_listed_transitions_are_allowed(state, transition, to):
    if (state, transition, to) in TRANSITIONS:
        assert apply_transition(state, transition, to) is to
    else:
        with pytest.raises(InvalidTransition):
            apply_transition(state, transition, to)


def test_every_state_is_reachable_and_final_states_are_final():
    reachable = {State.HELD}
    while new_states := {to for state, _, to in TRANSITIONS if state in reachable} - reachable:
        reachable |= new_states
    assert reachable == set(State)
    non_final = {state for state, _, to in TRANSITIONS if to is not state}
    assert set(State) - non_final == {State.CONFIRMED, State.REJECTED, State.ADVISED, State.WITHDRAWN}


@pytest.mark.parametrize(
    ("state", "verdict"),
    [("SUCCESSFUL", State.CONFIRMED), ("INVALID", State.REJECTED), ("ACCEPTED", State.ACCEPTED), ("WAITING", State.ACCEPTED), ("PONDERING", State.ACCEPTED)],
)  # fmt: skip
def test_own_entry_decides_the_state(state, verdict):
    match = find_refusal(read_card(IN_TRANSIT, entry(state, uuid="mine")), "mine", NO_UUIDS)
    assert (match.state, match.entry.request_uuid) == (verdict, "mine")


@pytest.mark.parametrize("reason", sorted(REFUSAL_REASONS))
def test_not_delivered_with_a_refusal_reason_confirms_without_an_entry(reason):
    assert find_refusal(read_card("NOT_DELIVERED", reason=reason), None, NO_UUIDS).state is State.CONFIRMED


@pytest.mark.parametrize("reason", [None, "1", "23", "26", "31"])
def test_not_delivered_for_another_reason_confirms_nothing(reason):
    assert find_refusal(read_card("NOT_DELIVERED", reason=reason), None, NO_UUIDS).state is None


OWN, OTHER = entry("INVALID", uuid="mine", at=1), entry("SUCCESSFUL", uuid="theirs", at=2)


@pytest.mark.parametrize("entries", [[OWN], [OWN, OTHER], [OTHER, OWN], [OTHER]], ids=len)
def test_status_of_the_order_confirms_any_request(entries):
    match = find_refusal(read_card("NOT_DELIVERED", *entries, reason="11"), "mine", NO_UUIDS)
    assert match.state is State.CONFIRMED
    assert match.by_another is (OWN in entries)


def test_own_invalid_entry_is_not_final_while_another_is_pending():
    pending = entry("ACCEPTED", uuid="theirs", at=2)
    assert find_refusal(read_card(IN_TRANSIT, OWN, pending), "mine", NO_UUIDS).state is State.ACCEPTED
    assert (
        find_refusal(read_card(IN_TRANSIT, OWN, entry("INVALID", uuid="theirs")), "mine", NO_UUIDS).state
        is State.REJECTED
    )
    assert find_refusal(read_card(IN_TRANSIT, OWN, OTHER), "mine", frozenset({"theirs"})).state is State.REJECTED


def test_earlier_refusal_is_never_matched():
    answer = read_card(IN_TRANSIT, entry("INVALID", uuid="old", at=1))
    assert find_refusal(answer, None, frozenset({"old"})).state is None
    assert find_refusal(answer, "mine", NO_UUIDS).state is None


def test_newest_new_entry_is_matched_after_a_lost_response():
    answer = read_card(IN_TRANSIT, entry("ACCEPTED", uuid="old", at=1), entry("SUCCESSFUL", uuid="new", at=9))
    match = find_refusal(answer, None, frozenset({"old"}))
    assert (match.state, match.entry.request_uuid) == (State.CONFIRMED, "new")


def test_entry_without_a_uuid_is_matched_if_no_other_has_it():
    assert (
        find_refusal(read_card(IN_TRANSIT, entry("SUCCESSFUL", uuid=None)), "mine", NO_UUIDS).state is State.CONFIRMED
    )


def test_entries_of_other_operations_are_ignored():
    assert find_refusal(read_card(IN_TRANSIT, entry("SUCCESSFUL", "DELETE", "mine")), "mine", NO_UUIDS).state is None


@given(
    st.permutations(
        [entry("INVALID", uuid="old", at=1), entry("ACCEPTED", uuid="mine", at=5), entry("INVALID", uuid="later", at=9)]
    )
)
def test_order_of_entries_does_not_matter(entries):
    assert find_refusal(read_card(IN_TRANSIT, *entries), "mine", NO_UUIDS).state is State.ACCEPTED


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
def test_before_sending_only_a_valid_refusal_entry_is_active(states, reason, verdict):
    entries = [entry(state, uuid=str(index), at=index) for index, state in enumerate(states)]
    status = "NOT_DELIVERED" if reason else IN_TRANSIT
    assert find_active_refusal(read_card(status, *entries, reason=reason)).state is verdict
