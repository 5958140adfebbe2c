"""What a case makes of answers and cards where the way is not straight: second sendings, hidden orders, older refusals."""

import itertools
from datetime import UTC, datetime

import pytest
from fake_session import answer as scripted_answer
from fake_session import card, entry

from oint.cdek.errors import OutcomeUnknown, Problem, Rejected, Unavailable, UnreadableAnswer
from oint.cdek.models.orders import OrderAnswer
from oint.cdek.operations import orders
from oint.cdek.protocol import read
from oint.cdek.wire import HttpResponse
from oint.refusals.card_facts import Names, decide, phase_of, summarize
from oint.refusals.outcome import CARD_CHANGED, Outcome
from oint.refusals.state_machine import RefusalStateMachine, verify_identity
from oint.refusals.states import State, Transition

NO = Rejected((Problem("v2_entity_not_found", "Entity is not found"),))


def shown(status, *entries, reason=None):
    """The card that CDEK answers."""
    answer = read(orders.get("72753033-a2e0-43e3-95e5-57c4c2e9bf4a"), card(status, *entries, reason=reason), 0.0)
    assert isinstance(answer, OrderAnswer)
    return answer


def lost(times=1, before=None):
    """A case whose sending was lost so many times."""
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), before)
    for number in range(times):
        case.on_sending()
        case.on_response_lost(OutcomeUnknown("reset"))
        if number < times - 1:
            case.on_card_polled(shown(WAY), settled=True)
    return case


WAY = "ACCEPTED_AT_PICK_UP_POINT"


CARD = {"uuid": "72753033-a2e0-43e3-95e5-57c4c2e9bf4a", "cdek_number": "1106625424", "im_number": "shop-1"}


@pytest.mark.parametrize("name", CARD)
def test_a_card_is_taken_only_for_that_of_the_order_that_was_asked_for(name):
    answer = shown(WAY)
    nobody = dict.fromkeys(CARD)
    assert verify_identity(answer, **nobody | {name: CARD[name]}) is answer
    assert verify_identity(answer, **nobody | {name: CARD[name].upper()}) is answer
    with pytest.raises(UnreadableAnswer, match=r"entity\."):
        verify_identity(answer, **nobody | {name: "another"})


@pytest.mark.parametrize("name", ["cdek_number", "im_number"])
def test_a_card_without_the_number_that_was_asked_for_is_believed(name):
    answer = read(orders.get(CARD["uuid"]), card(WAY, number=None, cdek_number=None), 0.0)
    assert verify_identity(answer, **dict.fromkeys(CARD) | {name: "1"}) is answer


def test_a_card_that_was_read_before_a_sending_that_did_not_happen_is_not_relied_on_again():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_card_read(shown(WAY))
    case.on_sending()
    case.on_not_sent()
    assert (case.state, case.outcome.send_count, case.prior_request_uuids) == (State.PLANNED, 0, None)


def test_an_order_that_cdek_does_not_show_is_a_no_before_anything_is_sent():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.not_found(NO)
    assert (case.state, case.outcome.code, case.outcome.send_count) == (State.REJECTED, "v2_entity_not_found", 0)


def test_a_lost_refusal_of_an_order_that_cdek_does_not_show_is_a_no_once_it_is_settled():
    case = lost()
    case.on_card_unreadable(NO, settled=False)
    assert case.state is State.UNKNOWN
    case.on_card_unreadable(Unavailable("reset"), settled=True)
    assert case.state is State.UNKNOWN
    case.on_card_unreadable(NO, settled=True)
    assert (case.state, case.outcome.code) == (State.REJECTED, "v2_entity_not_found")


def test_a_no_to_the_second_sending_is_settled_by_the_card():
    case = lost(2)
    case.on_card_polled(shown(WAY), settled=True)
    assert case.state is State.PLANNED
    case.on_sending()
    case.on_error(NO)
    assert (case.state, case.outcome.code) == (State.UNKNOWN, "v2_entity_not_found")
    case.on_card_polled(shown(WAY), settled=False)
    assert case.state is State.UNKNOWN
    case.on_card_polled(shown(WAY), settled=True)
    assert (case.state, case.outcome.code) == (State.REJECTED, "v2_entity_not_found")


def test_a_no_to_the_second_sending_whose_first_was_received_is_confirmed_and_forgets_the_no():
    case = lost()
    case.on_card_polled(shown(WAY), settled=True)
    case.on_sending()
    case.on_error(NO)
    case.on_card_polled(shown(WAY, entry("SUCCESSFUL", uuid="late")), settled=False)
    assert (case.state, case.outcome.code, case.outcome.request_uuid) == (State.CONFIRMED, None, "late")


def test_a_second_sending_that_came_too_late_for_the_first_is_confirmed():
    case = lost(before=frozenset())
    case.on_card_polled(shown(WAY), settled=True)
    case.on_sending()
    case.on_response_lost()
    refused = shown("NOT_DELIVERED", entry("INVALID", uuid="second"), reason="11")
    case.on_card_polled(refused, settled=True)
    assert case.state is State.CONFIRMED


def test_where_no_card_was_read_before_an_older_invalid_refusal_proves_nothing():
    case = lost()
    case.on_card_polled(shown(WAY, entry("INVALID", uuid="older")), settled=False)
    assert case.state is State.UNKNOWN
    case.on_card_polled(shown(WAY, entry("INVALID", uuid="older")), settled=True)
    assert (case.state, case.may_be_sent) == (State.PLANNED, True)
    case.on_card_read(shown(WAY, entry("INVALID", uuid="older")))
    case.on_sending()
    case.on_response_lost()
    case.on_card_polled(shown(WAY, entry("INVALID", uuid="older"), entry("INVALID", uuid="own", at=5)), settled=False)
    assert case.state is State.REJECTED


def test_an_intent_that_was_never_sent_does_not_count_as_a_sending():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending()
    case.on_not_sent()
    assert (case.state, case.outcome.send_count, case.last_transition) == (State.PLANNED, 0, Transition.RETURN_UNSENT)


def test_what_proves_that_nothing_was_done_leaves_it_planned():
    error = Unavailable("refused")
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending()
    case.on_error(error)
    assert (case.state, case.outcome.error, case.outcome.send_count) == (State.PLANNED, error, 0)


SENT_AT = datetime(2026, 8, 4, 12, 0, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("at", "state"), [(10, State.UNKNOWN), (30, State.REJECTED), (50, State.REJECTED)])
def test_an_invalid_entry_that_is_younger_than_the_sending_is_its_own(at, state):
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending(SENT_AT)
    case.on_response_lost()
    case.on_card_polled(shown(WAY, entry("INVALID", uuid="r", at=at)), settled=False)
    assert case.state is state


@pytest.mark.parametrize(
    ("error", "lost_by"),
    [
        (OutcomeUnknown("reset"), "reset"),
        (OutcomeUnknown("cut"), "reset"),
        (OutcomeUnknown("timeout"), "timeout"),
        (OutcomeUnknown("status").answered(HttpResponse(500, {}, b"")), "reset"),
        (OutcomeUnknown("status").answered(HttpResponse(504, {}, b"")), "timeout"),
        (None, "timeout"),
    ],
)
def test_what_may_still_be_on_its_way_is_looked_for_longer(error, lost_by):
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.on_sending()
    case.on_response_lost(error)
    assert case.lost_by == lost_by


WAYS = [
    "ACCEPTED_AT_PICK_UP_POINT",
    "TAKEN_BY_COURIER",
    "SENT_TO_RECIPIENT_CITY",
    "ACCEPTED_AT_TRANSIT_WAREHOUSE",
    "DELIVERED",
    "CREATED",
]


@pytest.mark.parametrize(("seen", "now"), list(itertools.product(WAYS, WAYS)))
def test_what_a_person_saw_is_what_is_sent(seen, now):
    action = decide(shown(seen), Names()).action
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), seen=summarize(shown(seen), action))
    case.on_card_read(shown(now))
    if phase_of(seen) is not phase_of(now) or decide(shown(now), Names()).action != action:
        assert (case.state, case.outcome.code) == (State.HELD, CARD_CHANGED)
    else:
        assert case.state is (State.PLANNED if action == "refuse" else State.ADVISED)


@pytest.mark.parametrize(
    "changed",
    [
        shown(WAY, entry("ACCEPTED", uuid="another")),
        shown(WAY, entry("INVALID", uuid="another")),
        read(orders.get(CARD["uuid"]), card(WAY, number="renamed"), 0.0),
    ],
    ids=["a refusal stands", "an entry more", "another number"],
)
def test_a_card_that_reads_otherwise_holds_the_row_back(changed):
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), seen=summarize(shown(WAY), "refuse"))
    case.on_card_read(changed)
    assert (case.state, case.outcome.code, case.prior_request_uuids) == (State.HELD, CARD_CHANGED, None)


def test_names_that_contradict_the_card_stop_the_row_unless_a_person_insists():
    answer = shown(WAY)
    for names, action in (
        (Names(cdek_number=CARD["cdek_number"], im_number="another"), "names_differ"),
        (Names(uuid=CARD["uuid"], cdek_number="9"), "names_differ"),
        (Names(CARD["uuid"].upper(), CARD["cdek_number"], "SHOP-1"), "refuse"),
    ):
        case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED), names=names)
        case.on_card_read(answer)
        assert (case.state is State.ADVISED, decide(answer, names).action) == (action != "refuse", action)
        assert decide(answer, names, insist="names_differ").action == "refuse"


def test_a_return_order_is_never_refused():
    entity = {"uuid": CARD["uuid"], "is_return": True, "statuses": [{"code": WAY}]}
    answer = read(orders.get(CARD["uuid"]), scripted_answer(200, {"entity": entity, "requests": []}), 0.0)
    assert decide(answer, Names()).action == "is_return"


def test_a_row_that_names_no_order_ends_with_a_word():
    case = RefusalStateMachine(Outcome(order="x", state=State.PLANNED))
    case.give_up(NO)
    assert (case.state, case.outcome.code) == (State.ADVISED, "row_damaged")


def test_a_return_order_that_is_linked_later_is_kept():
    case = RefusalStateMachine(Outcome(order="x", state=State.CONFIRMED))
    assert not case.on_return_linked(shown("NOT_DELIVERED", reason="11"))
    back = [{"type": "return_order", "uuid": "b", "cdek_number": "1999"}]
    assert case.on_return_linked(
        read(orders.get(CARD["uuid"]), card("NOT_DELIVERED", reason="11", related_entities=back), 0.0)
    )
    assert (case.outcome.return_number, case.last_transition) == ("1999", Transition.LINK_RETURN)


@pytest.mark.parametrize("state", [State.HELD, State.PLANNED, State.SENDING, State.UNKNOWN])
def test_what_is_not_sent_can_be_withdrawn(state):
    case = RefusalStateMachine(Outcome(order="x", state=state))
    case.withdraw()
    assert (case.state, case.last_transition) == (State.WITHDRAWN, Transition.WITHDRAW)
