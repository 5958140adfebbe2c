"""What a preview shows of an order, as a text that differs where the preview's line would."""

import itertools

import pytest
from fake_session import UUID, card, entry
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek.operations import orders
from oint.cdek.protocol import read
from oint.refusals.card_facts import (
    NOT_FOUND,
    PHASES,
    Names,
    Phase,
    action_of,
    decide,
    phase_of,
    summarize,
    summarize_missing,
)

STATUSES = [*PHASES, "SENT_TO_RECIPIENT_CITY", "ACCEPTED_AT_TRANSIT_WAREHOUSE", "A_STATUS_OF_TOMORROW"]


def seen(status, *entries, **more):
    answer = read(orders.get(UUID), card(status, *entries, **more), 0.0)
    return summarize(answer, decide(answer, Names()).action)


def test_the_action_can_be_read_back():
    assert action_of(seen("ACCEPTED_AT_PICK_UP_POINT")) == "refuse"
    assert action_of(seen("CREATED")) == "delete"
    assert action_of(seen("DELIVERED", reason="20")) == "client_return"
    assert action_of(summarize_missing(NOT_FOUND)) == NOT_FOUND


def test_a_card_without_a_status_has_a_phase_of_its_own():
    assert phase_of(None) is Phase.UNKNOWN


@given(st.sampled_from(STATUSES), st.sampled_from(STATUSES))
def test_two_statuses_look_alike_only_where_phase_and_action_are_the_same(one, other):
    same = phase_of(one) is phase_of(other) and action_of(seen(one)) == action_of(seen(other))
    assert (seen(one) == seen(other)) is same


@pytest.mark.parametrize(
    ("one", "other"), list(itertools.combinations(["accepted", "invalid", "number", "uuid", "none"], 2))
)
def test_every_thing_that_a_person_was_shown_makes_a_difference(one, other):
    way = "ACCEPTED_AT_PICK_UP_POINT"
    cards = {
        "accepted": seen(way, entry("ACCEPTED", uuid="a")),
        "invalid": seen(way, entry("INVALID", uuid="a")),
        "number": seen(way, number="another"),
        "uuid": seen(way, uuid=UUID.replace("7", "8")),
        "none": seen(way),
    }
    assert cards[one] != cards[other]


def test_the_order_of_the_entries_on_a_card_makes_none():
    one, other = entry("INVALID", uuid="a"), entry("INVALID", uuid="b", at=3)
    assert seen("ACCEPTED_AT_PICK_UP_POINT", one, other) == seen("ACCEPTED_AT_PICK_UP_POINT", other, one)


@given(st.tuples(*[st.none() | st.text(min_size=1, max_size=5)] * 3))
def test_an_order_is_named_by_what_the_row_has(names):
    named = Names(*names)
    assert str(named) == next((name for name in reversed(names) if name), "")
