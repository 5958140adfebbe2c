"""Facts of a card as text: they differ where the preview's line differs."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek._protocol import parse_response
from oint.cdek.api import orders
from oint.refusals.card_facts import (
    NOT_FOUND,
    PHASES,
    Names,
    Phase,
    action_of,
    decide,
    differ,
    phase_of,
    summarize,
    summarize_missing,
)
from tests.support.fake_session import UUID, card, entry

STATUSES = [*PHASES, "SENT_TO_RECIPIENT_CITY", "ACCEPTED_AT_TRANSIT_WAREHOUSE", "A_STATUS_OF_TOMORROW"]


def summarize_card(status, *entries, **more):
    answer = parse_response(orders.get(UUID), card(status, *entries, **more), 0.0)
    return summarize(answer, decide(answer, Names()).action)


def test_action_is_read_back_from_the_facts():
    assert action_of(summarize_card("ACCEPTED_AT_PICK_UP_POINT")) == "refuse"
    assert action_of(summarize_card("CREATED")) == "delete"
    assert action_of(summarize_card("DELIVERED", reason="20")) == "client_return"
    assert action_of(summarize_missing(NOT_FOUND)) == NOT_FOUND


def test_card_without_status_has_the_unknown_phase():
    assert phase_of(None) is Phase.UNKNOWN


@given(st.sampled_from(STATUSES), st.sampled_from(STATUSES))
def test_statuses_are_equal_only_with_the_same_phase_and_action(one, other):
    same = phase_of(one) is phase_of(other) and action_of(summarize_card(one)) == action_of(summarize_card(other))
    assert (summarize_card(one) == summarize_card(other)) is same


@pytest.mark.parametrize(
    ("one", "other"), list(itertools.combinations(["accepted", "invalid", "number", "uuid", "none"], 2))
)
def test_every_fact_of_a_preview_makes_a_difference(one, other):
    status = "ACCEPTED_AT_PICK_UP_POINT"
    cards = {
        "accepted": summarize_card(status, entry("ACCEPTED", uuid="a")),
        "invalid": summarize_card(status, entry("INVALID", uuid="a")),
        "number": summarize_card(status, number="another"),
        "uuid": summarize_card(status, uuid=UUID.replace("7", "8")),
        "none": summarize_card(status),
    }
    assert cards[one] != cards[other]


def test_order_of_entries_on_a_card_makes_no_difference():
    one, other = entry("INVALID", uuid="a"), entry("INVALID", uuid="b", at=3)
    assert summarize_card("ACCEPTED_AT_PICK_UP_POINT", one, other) == summarize_card(
        "ACCEPTED_AT_PICK_UP_POINT", other, one
    )


@given(st.tuples(*[st.none() | st.text(min_size=1, max_size=5)] * 3))
def test_order_is_named_by_the_best_name_of_its_row(names):
    row_names = Names(*names)
    assert str(row_names) == next((name for name in reversed(names) if name), "")


def make_card(**fields):
    return parse_response(orders.get(UUID), card("ACCEPTED_AT_PICK_UP_POINT", **fields), 0.0)


@pytest.mark.parametrize(
    ("earlier", "insist", "action"),
    [
        ({}, None, "refuse"),
        ({UUID: "1106625424"}, None, "refuse"),
        ({"other": "1100000007"}, None, "number_reused"),
        ({UUID: "1106625424", "other": "1100000007"}, None, "number_reused"),
        ({"other": "1100000007"}, "delete", "number_reused"),
        ({"other": "1100000007"}, "number_reused", "refuse"),
    ],
)
def test_number_that_named_another_order_stops_until_a_person_insists(earlier, insist, action):
    decision = decide(make_card(), Names(im_number="shop-1"), insist=insist, earlier_orders=earlier)
    assert decision.action == action
    assert decision.other_cdek_number == ("1100000007" if action == "number_reused" else None)


@pytest.mark.parametrize(
    ("digits", "numbers", "is_different"),
    [
        ("77", {"cdek_number": "77", "number": "shop-1"}, False),
        ("77", {"cdek_number": "1106625424", "number": "77"}, False),
        ("77", {"cdek_number": "1106625424", "number": "shop-1"}, True),
        ("77", {"cdek_number": "1106625424", "number": None}, False),
    ],
)
def test_digits_contradict_a_card_that_has_them_as_neither_number(digits, numbers, is_different):
    assert differ(make_card(**numbers), Names(cdek_number=digits, im_number=digits)) is is_different
