"""What a case makes of answers and cards where the way is not straight: second sendings, hidden orders, older refusals."""

import pytest
from scripted import card, entry

from oint.cdek.errors import OutcomeUnknown, Problem, Rejected, Unavailable, UnreadableAnswer
from oint.cdek.models.orders import OrderAnswer
from oint.cdek.operations import orders
from oint.cdek.protocol import read
from oint.refusals.case import Case, checked
from oint.refusals.life import State
from oint.refusals.outcome import Outcome

NO = Rejected((Problem("v2_entity_not_found", "Entity is not found"),))


def shown(status, *entries, reason=None):
    """The card that CDEK answers."""
    answer = read(orders.get("72753033-a2e0-43e3-95e5-57c4c2e9bf4a"), card(status, *entries, reason=reason), 0.0)
    assert isinstance(answer, OrderAnswer)
    return answer


def lost(times=1, before=None):
    """A case whose sending was lost so many times."""
    case = Case(Outcome(order="x", state=State.PLANNED), before)
    for number in range(times):
        case.sending()
        case.lost(OutcomeUnknown("reset"))
        if number < times - 1:
            case.shown(shown(WAY), settled=True)
    return case


WAY = "ACCEPTED_AT_PICK_UP_POINT"


CARD = {"uuid": "72753033-a2e0-43e3-95e5-57c4c2e9bf4a", "cdek_number": "1106625424", "im_number": "shop-1"}


@pytest.mark.parametrize("name", CARD)
def test_a_card_is_taken_only_for_that_of_the_order_that_was_asked_for(name):
    answer = shown(WAY)
    nobody = dict.fromkeys(CARD)
    assert checked(answer, **nobody | {name: CARD[name]}) is answer
    assert checked(answer, **nobody | {name: CARD[name].upper()}) is answer
    with pytest.raises(UnreadableAnswer, match=r"entity\."):
        checked(answer, **nobody | {name: "another"})


@pytest.mark.parametrize("name", ["cdek_number", "im_number"])
def test_a_card_without_the_number_that_was_asked_for_is_believed(name):
    answer = read(orders.get(CARD["uuid"]), card(WAY, number=None, cdek_number=None), 0.0)
    assert checked(answer, **dict.fromkeys(CARD) | {name: "1"}) is answer


def test_a_card_that_was_read_before_a_sending_that_did_not_happen_is_not_relied_on_again():
    case = Case(Outcome(order="x", state=State.PLANNED))
    case.opened(shown(WAY), even_if_billed=False)
    case.sending()
    case.unsent()
    assert (case.state, case.outcome.sent, case.before) == (State.PLANNED, 0, None)


def test_an_order_that_cdek_does_not_show_is_a_no_before_anything_is_sent():
    case = Case(Outcome(order="x", state=State.PLANNED))
    case.not_found(NO)
    assert (case.state, case.outcome.code, case.outcome.sent) == (State.REJECTED, "v2_entity_not_found", 0)


def test_a_lost_refusal_of_an_order_that_cdek_does_not_show_is_a_no_once_it_is_settled():
    case = lost()
    case.unread(NO, settled=False)
    assert case.state is State.UNKNOWN
    case.unread(Unavailable("reset"), settled=True)
    assert case.state is State.UNKNOWN
    case.unread(NO, settled=True)
    assert (case.state, case.outcome.code) == (State.REJECTED, "v2_entity_not_found")


def test_a_no_to_the_second_sending_is_settled_by_the_card():
    case = lost(2)
    case.shown(shown(WAY), settled=True)
    assert case.state is State.PLANNED
    case.sending()
    case.failed(NO)
    assert (case.state, case.outcome.code) == (State.UNKNOWN, "v2_entity_not_found")
    case.shown(shown(WAY), settled=False)
    assert case.state is State.UNKNOWN
    case.shown(shown(WAY), settled=True)
    assert (case.state, case.outcome.code) == (State.REJECTED, "v2_entity_not_found")


def test_a_no_to_the_second_sending_whose_first_was_received_is_confirmed_and_forgets_the_no():
    case = lost()
    case.shown(shown(WAY), settled=True)
    case.sending()
    case.failed(NO)
    case.shown(shown(WAY, entry("SUCCESSFUL", uuid="late")), settled=False)
    assert (case.state, case.outcome.code, case.outcome.request_uuid) == (State.CONFIRMED, None, "late")


def test_a_second_sending_that_came_too_late_for_the_first_is_confirmed():
    case = lost(before=frozenset())
    case.shown(shown(WAY), settled=True)
    case.sending()
    case.lost()
    refused = shown("NOT_DELIVERED", entry("INVALID", uuid="second"), reason="11")
    case.shown(refused, settled=True)
    assert case.state is State.CONFIRMED


def test_where_no_card_was_read_before_an_older_invalid_refusal_proves_nothing():
    case = lost()
    case.shown(shown(WAY, entry("INVALID", uuid="older")), settled=False)
    assert case.state is State.UNKNOWN
    case.shown(shown(WAY, entry("INVALID", uuid="older")), settled=True)
    assert (case.state, case.may_be_sent) == (State.PLANNED, True)
    case.sending()
    case.lost()
    case.shown(shown(WAY, entry("INVALID", uuid="older"), entry("INVALID", uuid="own", at=5)), settled=False)
    assert case.state is State.REJECTED


def test_an_intent_that_was_never_sent_does_not_count_as_a_sending():
    case = Case(Outcome(order="x", state=State.PLANNED))
    case.sending()
    case.unsent()
    assert (case.state, case.outcome.sent, case.last) == (State.PLANNED, 0, "j")


def test_what_proves_that_nothing_was_done_leaves_it_planned():
    error = Unavailable("refused")
    case = Case(Outcome(order="x", state=State.PLANNED))
    case.sending()
    case.failed(error)
    assert (case.state, case.outcome.trouble, case.outcome.sent) == (State.PLANNED, error, 0)
