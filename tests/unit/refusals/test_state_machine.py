"""Transitions of a case after rare responses and cards: resends, hidden orders, older refusals."""

import itertools
from datetime import UTC, datetime

import pytest

from oint.cdek._http import HttpResponse
from oint.cdek._protocol import parse_response
from oint.cdek.api import orders
from oint.cdek.api.orders import OrderResponse
from oint.cdek.errors import ApiError, InvalidResponse, OutcomeUnknown, RequestRejected, ServiceUnavailable
from oint.refusals.card_facts import Names, decide, phase_of, summarize
from oint.refusals.outcome import CARD_CHANGED, Outcome
from oint.refusals.state_machine import RefusalStateMachine, verify_identity
from oint.refusals.states import State, Transition
from tests.support.fake_session import answer as build_response
from tests.support.fake_session import card, entry

REJECTION = RequestRejected((ApiError("v2_entity_not_found", "Entity is not found"),))


def read_card(status, *entries, reason=None):
    """Return CDEK's response with a card."""
    response = parse_response(
        orders.get("72753033-a2e0-43e3-95e5-57c4c2e9bf4a"), card(status, *entries, reason=reason), 0.0
    )
    assert isinstance(response, OrderResponse)
    return response


def build_lost_case(times=1, prior_uuids=None):
    """Return a case whose send was lost a number of times."""
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), prior_uuids)
    for number in range(times):
        case.on_sending()
        case.on_response_lost(OutcomeUnknown("reset"))
        if number < times - 1:
            case.on_card_polled(read_card(IN_TRANSIT), settled=True)
    return case


IN_TRANSIT = "ACCEPTED_AT_PICK_UP_POINT"


CARD = {"uuid": "72753033-a2e0-43e3-95e5-57c4c2e9bf4a", "cdek_number": "1106625424", "im_number": "shop-1"}


@pytest.mark.parametrize("name", CARD)
def test_card_must_match_the_requested_name(name):
    response = read_card(IN_TRANSIT)
    no_names = dict.fromkeys(CARD)
    assert verify_identity(response, **no_names | {name: CARD[name]}) is response
    assert verify_identity(response, **no_names | {name: CARD[name].upper()}) is response
    with pytest.raises(InvalidResponse, match=r"entity\."):
        verify_identity(response, **no_names | {name: "another"})


@pytest.mark.parametrize("name", ["cdek_number", "im_number"])
def test_card_without_the_requested_number_is_accepted(name):
    response = parse_response(orders.get(CARD["uuid"]), card(IN_TRANSIT, number=None, cdek_number=None), 0.0)
    assert verify_identity(response, **dict.fromkeys(CARD) | {name: "1"}) is response


def test_card_read_before_a_failed_send_is_read_again():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_card_read(read_card(IN_TRANSIT))
    case.on_sending()
    case.on_not_sent()
    assert (case.state, case.outcome.send_count, case.prior_request_uuids) == (State.PLANNED, 0, None)


def test_order_unknown_to_cdek_is_rejected_before_sending():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.not_found(REJECTION)
    assert (case.state, case.outcome.code, case.outcome.send_count) == (State.REJECTED, "v2_entity_not_found", 0)


def test_lost_refusal_of_an_unknown_order_is_rejected_when_settled():
    case = build_lost_case()
    case.on_card_unreadable(REJECTION, settled=False)
    assert case.state is State.UNKNOWN
    case.on_card_unreadable(ServiceUnavailable("reset"), settled=True)
    assert case.state is State.UNKNOWN
    case.on_card_unreadable(REJECTION, settled=True)
    assert (case.state, case.outcome.code) == (State.REJECTED, "v2_entity_not_found")


def test_rejected_resend_is_settled_by_the_card():
    case = build_lost_case(2)
    case.on_card_polled(read_card(IN_TRANSIT), settled=True)
    assert case.state is State.PLANNED
    case.on_sending()
    case.on_error(REJECTION)
    assert (case.state, case.outcome.code) == (State.UNKNOWN, "v2_entity_not_found")
    case.on_card_polled(read_card(IN_TRANSIT), settled=False)
    assert case.state is State.UNKNOWN
    case.on_card_polled(read_card(IN_TRANSIT), settled=True)
    assert (case.state, case.outcome.code) == (State.REJECTED, "v2_entity_not_found")


def test_rejected_resend_is_confirmed_when_first_send_succeeded():
    case = build_lost_case()
    case.on_card_polled(read_card(IN_TRANSIT), settled=True)
    case.on_sending()
    case.on_error(REJECTION)
    case.on_card_polled(read_card(IN_TRANSIT, entry("SUCCESSFUL", uuid="late")), settled=False)
    assert (case.state, case.outcome.code, case.outcome.request_uuid) == (State.CONFIRMED, None, "late")


def test_second_send_after_a_received_first_is_confirmed():
    case = build_lost_case(prior_uuids=frozenset())
    case.on_card_polled(read_card(IN_TRANSIT), settled=True)
    case.on_sending()
    case.on_response_lost()
    refused_card = read_card("NOT_DELIVERED", entry("INVALID", uuid="second"), reason="11")
    case.on_card_polled(refused_card, settled=True)
    assert case.state is State.CONFIRMED


def test_older_invalid_entry_proves_nothing_without_a_prior_card():
    case = build_lost_case()
    case.on_card_polled(read_card(IN_TRANSIT, entry("INVALID", uuid="older")), settled=False)
    assert case.state is State.UNKNOWN
    case.on_card_polled(read_card(IN_TRANSIT, entry("INVALID", uuid="older")), settled=True)
    assert (case.state, case.may_be_sent) == (State.PLANNED, True)
    case.on_card_read(read_card(IN_TRANSIT, entry("INVALID", uuid="older")))
    case.on_sending()
    case.on_response_lost()
    case.on_card_polled(
        read_card(IN_TRANSIT, entry("INVALID", uuid="older"), entry("INVALID", uuid="own", at=5)), settled=False
    )
    assert case.state is State.REJECTED


def test_intent_that_was_never_sent_does_not_count_as_a_send():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending()
    case.on_not_sent()
    assert (case.state, case.outcome.send_count, case.last_transition) == (State.PLANNED, 0, Transition.RETURN_UNSENT)


def test_error_before_sending_leaves_the_case_planned():
    error = ServiceUnavailable("refused")
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending()
    case.on_error(error)
    assert (case.state, case.outcome.error, case.outcome.send_count) == (State.PLANNED, error, 0)


SENT_AT = datetime(2026, 8, 4, 12, 0, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("at", "state"), [(10, State.UNKNOWN), (30, State.REJECTED), (50, State.REJECTED)])
def test_invalid_entry_younger_than_the_send_belongs_to_it(at, state):
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending(SENT_AT)
    case.on_response_lost()
    case.on_card_polled(read_card(IN_TRANSIT, entry("INVALID", uuid="r", at=at)), settled=False)
    assert case.state is state


@pytest.mark.parametrize(
    ("error", "lost_by"),
    [
        (OutcomeUnknown("reset"), "reset"),
        (OutcomeUnknown("cut"), "reset"),
        (OutcomeUnknown("timeout"), "timeout"),
        (OutcomeUnknown("status").with_response(HttpResponse(500, {}, b"")), "reset"),
        (OutcomeUnknown("status").with_response(HttpResponse(504, {}, b"")), "timeout"),
        (None, "timeout"),
    ],
)
def test_request_that_may_be_in_flight_has_a_longer_settling_time(error, lost_by):
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending()
    case.on_response_lost(error)
    assert case.lost_by == lost_by


STATUSES = [
    "ACCEPTED_AT_PICK_UP_POINT",
    "TAKEN_BY_COURIER",
    "SENT_TO_RECIPIENT_CITY",
    "ACCEPTED_AT_TRANSIT_WAREHOUSE",
    "DELIVERED",
    "CREATED",
]


@pytest.mark.parametrize(("previewed", "now"), list(itertools.product(STATUSES, STATUSES)))
def test_only_the_previewed_phase_and_action_are_sent(previewed, now):
    action = decide(read_card(previewed), Names()).action
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), seen=summarize(read_card(previewed), action))
    case.on_card_read(read_card(now))
    if phase_of(previewed) is not phase_of(now) or decide(read_card(now), Names()).action != action:
        assert (case.state, case.outcome.code) == (State.HELD, CARD_CHANGED)
    else:
        assert case.state is (State.PLANNED if action == "refuse" else State.ADVISED)


@pytest.mark.parametrize(
    "changed_card",
    [
        read_card(IN_TRANSIT, entry("ACCEPTED", uuid="another")),
        read_card(IN_TRANSIT, entry("INVALID", uuid="another")),
        parse_response(orders.get(CARD["uuid"]), card(IN_TRANSIT, number="renamed"), 0.0),
    ],
    ids=["a refusal stands", "an entry more", "another number"],
)
def test_changed_card_holds_the_row_back(changed_card):
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), seen=summarize(read_card(IN_TRANSIT), "refuse"))
    case.on_card_read(changed_card)
    assert (case.state, case.outcome.code, case.prior_request_uuids) == (State.HELD, CARD_CHANGED, None)


def test_contradicting_names_stop_the_row_unless_insisted():
    response = read_card(IN_TRANSIT)
    for names, action in (
        (Names(cdek_number=CARD["cdek_number"], im_number="another"), "names_differ"),
        (Names(uuid=CARD["uuid"], cdek_number="9"), "names_differ"),
        (Names(CARD["uuid"].upper(), CARD["cdek_number"], "SHOP-1"), "refuse"),
    ):
        case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), names=names)
        case.on_card_read(response)
        assert (case.state is State.ADVISED, decide(response, names).action) == (action != "refuse", action)
        assert decide(response, names, insist="names_differ").action == "refuse"


def test_return_order_is_never_refused():
    entity = {"uuid": CARD["uuid"], "is_return": True, "statuses": [{"code": IN_TRANSIT}]}
    response = parse_response(orders.get(CARD["uuid"]), build_response(200, {"entity": entity, "requests": []}), 0.0)
    assert decide(response, Names()).action == "is_return"


def test_row_without_an_order_is_advised_as_damaged():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.give_up(REJECTION)
    assert (case.state, case.outcome.code) == (State.ADVISED, "row_damaged")


def test_return_order_linked_later_is_saved():
    case = RefusalStateMachine(Outcome(order="x", state=State.CONFIRMED))
    assert not case.on_return_linked(read_card("NOT_DELIVERED", reason="11"))
    related = [{"type": "return_order", "uuid": "b", "cdek_number": "1999"}]
    assert case.on_return_linked(
        parse_response(orders.get(CARD["uuid"]), card("NOT_DELIVERED", reason="11", related_entities=related), 0.0)
    )
    assert (case.outcome.return_number, case.last_transition) == ("1999", Transition.LINK_RETURN)


@pytest.mark.parametrize("state", [State.HELD, State.PLANNED, State.SENDING, State.UNKNOWN])
def test_unsent_row_can_be_withdrawn(state):
    case = RefusalStateMachine(Outcome(order="x", state=state))
    case.withdraw()
    assert (case.state, case.last_transition) == (State.WITHDRAWN, Transition.WITHDRAW)
