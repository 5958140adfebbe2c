"""One refusal from the order's name to CDEK's verdict, on virtual time: how each story ends, and how often it sends."""

import uuid

import pytest
from fake_session import UUID, World, accepted, answer, card, entry, lost, never_sent, refused

from oint.cdek import errors
from oint.i18n import Message
from oint.refusals import Outcome, PollingPolicy, State
from oint.refusals.ledger.connection import LedgerError
from oint.refusals.register import register_refusal
from oint.refusals.state_machine import RefusalStateMachine

WAY = "ACCEPTED_AT_PICK_UP_POINT"
PACE = PollingPolicy(first=2.0, factor=1.5, longest=15.0, settle=10.0)


class Shop:
    """A client on virtual time."""

    def __init__(self, answers, **options):
        self.world = World(answers, attempts=1, **options)
        self.session = self.world.session

    def run(self, flow):
        return self.world.run(flow)

    def posts(self):
        return self.world.methods().count("POST refusal")


def register(answers, order=UUID, **options):
    shop = Shop(answers)
    return register_refusal(shop, order, polling=PACE, **options), shop


def test_a_refusal_is_followed_until_its_entry_is_successful():
    back = [{"type": "return_order", "uuid": "9" * 8, "cdek_number": "1999"}]
    outcome, shop = register([
        card(WAY), accepted(), card(WAY, entry("ACCEPTED")), card("NOT_DELIVERED", entry("SUCCESSFUL"), reason="11", related_entities=back)
    ])  # fmt: skip
    assert outcome.state is State.CONFIRMED
    assert (outcome.request_uuid, outcome.return_number, outcome.status, outcome.send_count) == (
        "r-1",
        "1999",
        "NOT_DELIVERED",
        1,
    )
    assert shop.world.slept == [2.0, 3.0]
    assert "1999" in str(outcome.hint)


def test_an_entry_that_turns_invalid_ends_rejected_with_cdeks_words():
    no = entry("INVALID", errors=[{"code": "v2_x", "message": "Нельзя"}])
    outcome, _ = register([card(WAY), accepted(), card(WAY, no)])
    assert (outcome.state, outcome.code, outcome.message) == (State.REJECTED, "v2_x", "Нельзя")
    assert "v2_x: Нельзя" in str(outcome.text)


def test_a_no_without_a_reason_is_told_as_such():
    outcome, _ = register([card(WAY), accepted(), card(WAY, entry("INVALID"))])
    assert (outcome.state, outcome.code, outcome.message) == (State.REJECTED, None, None)
    assert outcome.text.en.endswith(": ?")


def test_a_no_at_once_ends_rejected_with_cdeks_words():
    outcome, shop = register([card(WAY), refused("v2_entity_forbidden", "Entity is forbidden")])
    assert (outcome.state, outcome.code, outcome.send_count) == (State.REJECTED, "v2_entity_forbidden", 1)
    assert shop.posts() == 1


def test_what_is_still_pending_when_time_is_out_is_accepted_and_not_confirmed():
    first = iter([card(WAY), accepted()])
    outcome, shop = register(lambda _: next(first, card(WAY, entry("ACCEPTED"))), wait=60)
    assert outcome.state is State.ACCEPTED
    assert sum(shop.world.slept) == 60
    assert max(shop.world.slept) <= 15.0


def test_without_waiting_the_answer_is_cdeks_accepted():
    outcome, shop = register([card(WAY), accepted()], wait=0)
    assert (outcome.state, outcome.request_uuid) == (State.ACCEPTED, "r-1")
    assert shop.world.slept == []


@pytest.mark.parametrize(
    ("status", "advice"),
    [("ACCEPTED", "delete"), ("CREATED", "delete"), ("DELIVERED", "client_return"), ("NOT_DELIVERED", "nothing"), ("REMOVED", "nothing"), ("INVALID", "nothing")],
)  # fmt: skip
def test_where_refusing_is_not_the_right_call_nothing_is_sent_and_the_right_one_is_named(status, advice):
    outcome, shop = register([card(status)])
    assert (outcome.state, outcome.advice.code, outcome.send_count) == (State.ADVISED, advice, 0)
    assert shop.posts() == 0
    assert outcome.text.ru
    assert outcome.hint.en


@pytest.mark.parametrize("status", ["ACCEPTED", "CREATED"])
def test_even_if_billed_overrules_the_advice_to_delete(status):
    outcome, shop = register([card(status), accepted()], even_if_billed=True, wait=0)
    assert outcome.state is State.ACCEPTED
    assert shop.posts() == 1


@pytest.mark.parametrize("status", ["DELIVERED", "NOT_DELIVERED", "REMOVED", "INVALID"])
def test_even_if_billed_overrules_no_other_advice(status):
    outcome, shop = register([card(status)], even_if_billed=True, wait=0)
    assert (outcome.state, shop.posts()) == (State.ADVISED, 0)


def test_a_card_without_a_status_is_not_refused_without_the_explicit_word():
    outcome, shop = register([answer(200, {"entity": {"uuid": UUID, "statuses": []}, "requests": []})])
    assert (outcome.state, outcome.advice.code, shop.posts()) == (State.ADVISED, "unclear", 0)


def test_a_refusal_that_is_pending_already_is_followed_and_not_sent_again():
    outcome, shop = register(
        [card(WAY, entry("ACCEPTED", uuid="theirs")), card(WAY, entry("SUCCESSFUL", uuid="theirs"))]
    )
    assert (outcome.state, outcome.request_uuid, shop.posts()) == (State.CONFIRMED, "theirs", 0)


@pytest.mark.parametrize("word", [False, True])
def test_a_refusal_that_succeeded_already_is_confirmed_and_not_sent_again(word):
    outcome, shop = register([card("NOT_DELIVERED", entry("SUCCESSFUL"), reason="11")], even_if_billed=word)
    assert (outcome.state, shop.posts()) == (State.CONFIRMED, 0)


def test_cdeks_word_that_a_like_request_is_processed_means_reading_on():
    outcome, shop = register(
        [card(WAY), refused("v2_similar_request_still_processed"), card(WAY, entry("SUCCESSFUL", uuid="theirs"))]
    )
    assert (outcome.state, outcome.request_uuid, shop.posts()) == (State.CONFIRMED, "theirs", 1)


@pytest.mark.parametrize(
    "trouble", [lost("timeout"), lost("reset"), lost("cut"), answer(502, b"<html>"), answer(202, b"")]
)
def test_a_lost_answer_after_the_work_was_done_ends_confirmed_with_one_sending(trouble):
    outcome, shop = register([card(WAY), trouble, card(WAY, entry("ACCEPTED")), card(WAY, entry("SUCCESSFUL"))])
    assert (outcome.state, outcome.send_count, shop.posts()) == (State.CONFIRMED, 1, 1)
    assert outcome.error is None


def test_a_lost_answer_to_what_turned_invalid_ends_rejected_with_one_sending():
    outcome, shop = register([card(WAY), lost(), card(WAY, entry("INVALID", errors=[{"code": "x", "message": "y"}]))])
    assert (outcome.state, outcome.code, shop.posts()) == (State.REJECTED, "x", 1)


def test_a_lost_request_is_sent_once_more_after_the_settling_time_and_not_before():
    none_yet = [card(WAY)] * 5  # the last one is read anew before the second sending
    outcome, shop = register([card(WAY), lost(), *none_yet, accepted(), card(WAY, entry("SUCCESSFUL"))])
    assert (outcome.state, outcome.send_count, shop.posts()) == (State.CONFIRMED, 2, 2)
    assert shop.world.slept[:4] == [2.0, 3.0, 4.5, 0.5]
    assert shop.world.methods() == [f"GET {UUID}", "POST refusal", *[f"GET {UUID}"] * 5, "POST refusal", f"GET {UUID}"]


@pytest.mark.parametrize(("trouble", "seconds"), [(lost("reset"), 90), (lost("cut"), 90), (lost("timeout"), 180)])
@pytest.mark.parametrize("wait", [0, 1, 60])
def test_a_lost_answer_is_followed_until_it_has_settled_however_short_the_time_given_is(trouble, seconds, wait):
    told = []
    answers = iter([card(WAY), trouble, *[card(WAY)] * 100])
    shop = Shop(lambda request: accepted() if shop.posts() == 2 and request.method == "POST" else next(answers))
    outcome = register_refusal(shop, UUID, wait=wait, on_lost=told.append)
    assert (outcome.state, outcome.send_count) == (State.ACCEPTED, 2)
    assert told == [seconds]
    assert sum(shop.world.slept) == seconds, (
        "it is sent once more at the very moment from which a card without it counts"
    )


def test_a_refusal_that_arrives_late_is_found_before_a_second_is_sent():
    held = 32.0
    first = iter([card(WAY), lost("timeout")])
    shop = Shop(
        lambda _: next(first, None) or (card(WAY) if shop.world.now < 1000 + held else card(WAY, entry("SUCCESSFUL")))
    )
    outcome = register_refusal(shop, UUID, wait=60)
    assert (outcome.state, shop.posts()) == (State.CONFIRMED, 1)


def test_an_order_that_was_delivered_while_a_lost_refusal_settled_is_not_refused():
    outcome, shop = register([card(WAY), lost(), *[card(WAY)] * 4, card("DELIVERED")])
    assert (outcome.state, outcome.advice.code, shop.posts()) == (State.ADVISED, "client_return", 1)


def test_a_refusal_lost_without_a_trace_twice_is_not_sent_a_third_time():
    outcome, shop = register(lambda request: lost() if request.method == "POST" else card(WAY), wait=600)
    assert (outcome.state, shop.posts()) == (State.PLANNED, 2)


def test_while_the_card_cannot_be_read_a_lost_refusal_stays_unknown_and_is_not_sent_again():
    answers = iter([card(WAY)])
    outcome, shop = register(lambda _: next(answers, lost()), wait=60)
    assert (outcome.state, shop.posts()) == (State.UNKNOWN, 1)
    assert isinstance(outcome.error, errors.Unavailable)
    assert outcome.text.ru.endswith(f"({outcome.error.cause.ru})")


def test_an_entry_without_a_uuid_is_followed_all_the_same():
    outcome, _ = register([card(WAY), lost(), card(WAY, entry("SUCCESSFUL", uuid=None))])
    assert (outcome.state, outcome.request_uuid) == (State.CONFIRMED, None)


def test_an_unreadable_card_does_not_end_the_following():
    outcome, _ = register(
        [card(WAY), accepted(), answer(502, b"<html>"), refused("v2_entity_not_found"), card(WAY, entry("SUCCESSFUL"))]
    )
    assert outcome.state is State.CONFIRMED


def test_an_old_invalid_refusal_on_the_card_is_not_taken_for_the_new_one():
    old = entry("INVALID", uuid="old", errors=[{"code": "x", "message": "y"}])
    outcome, shop = register([card(WAY, old), lost(), card(WAY, old, entry("SUCCESSFUL", uuid="new", at=9))])
    assert (outcome.state, outcome.request_uuid, shop.posts()) == (State.CONFIRMED, "new", 1)


@pytest.mark.parametrize("trouble", [never_sent(), answer(429, b""), answer(401, b"")])
def test_a_refusal_that_surely_was_not_done_is_an_error_that_says_so(trouble):
    with pytest.raises((errors.Unavailable, errors.RateLimited, errors.AuthenticationFailed)):
        register([card(WAY), trouble])


def test_an_unknown_order_is_cdeks_no():
    with pytest.raises(errors.Rejected) as caught:
        register([refused("v2_entity_not_found")])
    assert caught.value.code == "v2_entity_not_found"


@pytest.mark.parametrize(
    ("order", "by", "query", "number"),
    [
        ("1106625424", "cdek", "orders?cdek_number=1106625424", "shop-1"),
        ("1106625424", "shop", "orders?im_number=1106625424", "1106625424"),
        ("shop-1", "auto", "orders?im_number=shop-1", "shop-1"),
        ("Shop-1", "auto", "orders?im_number=Shop-1", "shop-1"),
        (UUID, "auto", UUID, "shop-1"),
        (UUID, "shop", f"orders?im_number={UUID}", UUID),
    ],
)
def test_an_order_is_found_by_any_of_its_names_and_refused_by_its_uuid(order, by, query, number):
    outcome, shop = register([card(WAY, number=number), accepted()], order, by=by, wait=0)
    assert shop.world.methods()[0] == f"GET {query}"
    assert shop.world.sent[1].url.endswith(f"/orders/{UUID}/refusal")
    assert (outcome.order, outcome.uuid, outcome.cdek_number, outcome.im_number) == (
        order,
        UUID,
        "1106625424",
        number,
    )


OTHER_UUID = "9d5f2b7e-0c5e-4f0a-9d65-0d3ba1f1c3a7"


@pytest.mark.parametrize(
    ("by_cdek_number", "by_im_number"),
    [
        (card(WAY, cdek_number="100123"), refused("v2_entity_not_found")),
        (refused("v2_entity_not_found"), card(WAY, number="100123")),
        (card(WAY, cdek_number="100123", number="100123"), card(WAY, cdek_number="100123", number="100123")),
    ],
    ids=["CDEK's", "the shop's", "both of one order"],
)
def test_digits_name_the_order_that_has_them_as_either_number(by_cdek_number, by_im_number):
    outcome, shop = register([by_cdek_number, by_im_number, accepted()], "100123", wait=0)
    assert shop.world.methods()[:2] == ["GET orders?cdek_number=100123", "GET orders?im_number=100123"]
    assert shop.world.sent[2].url.endswith(f"/orders/{UUID}/refusal")
    assert (outcome.state, outcome.order) == (State.ACCEPTED, "100123")


def test_digits_that_fit_two_orders_send_nothing_and_name_the_option():
    other = card(WAY, uuid=OTHER_UUID, number="100123", cdek_number="1106625999")
    outcome, shop = register([card(WAY, cdek_number="100123"), other], "100123")
    assert (outcome.state, outcome.advice.code, outcome.uuid) == (State.ADVISED, "ambiguous", None)
    assert "1106625999" in outcome.text.en
    assert "--by cdek or --by shop" in outcome.hint.en
    assert len(shop.world.sent) == 2, "two cards were read, nothing was sent"


def test_digits_that_fit_no_order_are_cdeks_no():
    with pytest.raises(errors.Rejected):
        register([refused("v2_entity_not_found"), refused("v2_entity_not_found")], "100123")


def test_a_uuid_object_names_an_order_too_and_a_blank_name_none():
    outcome, _ = register([card(WAY), accepted()], uuid.UUID(UUID), wait=0)
    assert (outcome.order, outcome.uuid) == (UUID, UUID)
    for nothing in (" ", "", None):
        with pytest.raises(errors.BadArgument, match="nothing names the order"):
            register([], nothing)


@pytest.mark.parametrize("order", [UUID, "1106625424", "shop-1"])
def test_the_card_of_another_order_stops_the_refusal_before_anything_is_sent(order):
    shop = Shop([card(WAY, number="another", uuid="0" * 8, cdek_number="9")])
    with pytest.raises(errors.UnreadableAnswer):
        register_refusal(shop, order, polling=PACE)
    assert shop.posts() == 0


def test_the_card_of_another_order_proves_nothing_of_a_refusal_that_was_sent():
    foreign = card("NOT_DELIVERED", reason="11", uuid="0" * 8)
    outcome, shop = register([card(WAY), accepted(), foreign, card(WAY, entry("INVALID"))])
    assert (outcome.state, shop.posts()) == (State.REJECTED, 1)


def test_a_malformed_uuid_is_told_before_anything_is_sent():
    with pytest.raises(errors.BadArgument):
        register([], "not-a-uuid", by="uuid")


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_sentence_and_a_next_step_in_both_languages(state):
    outcome = Outcome(order="1", state=state, code="c", message="m")
    if state is not State.ADVISED:  # an advised one speaks with the words of its advice
        for text in (outcome.text, outcome.hint):
            assert text.ru != text.en
            assert outcome.verdict == state.value


class Kept:
    """A ledger of one refusal, in memory: what is kept, and how long ago its answer was lost."""

    failure = None

    def __init__(self, state=None, age=0.0, failing=(), **known):
        self.failing = failing
        self.saved, self.beats = [], 0
        self.case = None
        if state is not None:
            outcome = Outcome(order="1", state=state, uuid=UUID, send_count=int(state is not State.PLANNED), **known)
            self.case = RefusalStateMachine(outcome, frozenset() if state is not State.PLANNED else None)
            self.case.lost_by = "reset" if state is State.UNKNOWN else None
        self.age = age

    def find(self, uuid):
        assert uuid == UUID
        return None if self.case is None else (self.case, self.age)

    def insert(self, case):
        assert case.state is State.PLANNED
        self.saved.append("begun")

    def save(self, case):
        if case.state in self.failing:
            raise LedgerError(Message("диск полон", "the disk is full"), Message("освободите место", "free some space"))
        self.saved.append(case.state)

    def renew_claim(self):
        self.beats += 1


def test_every_step_of_a_sending_is_kept_before_the_next_one():
    kept = Kept()
    outcome, _ = register([card(WAY), accepted(), card(WAY), card(WAY, entry("SUCCESSFUL"))], record=kept)
    assert outcome.state is State.CONFIRMED
    assert kept.saved == ["begun", State.SENDING, State.ACCEPTED, State.CONFIRMED]
    assert kept.beats == 2


def test_a_refusal_that_surely_was_not_done_is_kept_as_such():
    kept = Kept()
    with pytest.raises(errors.Unavailable):
        register([card(WAY), never_sent()], record=kept)
    assert kept.saved == ["begun", State.SENDING, State.PLANNED]


def test_a_refusal_that_an_earlier_process_has_lost_is_looked_for_only_as_long_as_is_left():
    shop, told = Shop(lambda request: accepted() if request.method == "POST" else card(WAY)), []
    kept = Kept(State.UNKNOWN, age=70.0)
    outcome = register_refusal(shop, UUID, wait=0, record=kept, on_lost=told.append)
    assert told == [20.0]
    assert sum(shop.world.slept) == 20.0
    assert (outcome.state, outcome.send_count, shop.posts()) == (State.ACCEPTED, 2, 1)


def test_what_an_earlier_process_has_sent_is_followed_and_not_sent_again():
    for state, cards in (
        (State.UNKNOWN, [card(WAY, entry("SUCCESSFUL"))]),
        (State.ACCEPTED, [card(WAY), card(WAY, entry("SUCCESSFUL"))]),
        (State.CONFIRMED, [card("NOT_DELIVERED", reason="11")]),
    ):
        kept = Kept(state)
        outcome, shop = register(cards, record=kept)
        assert (outcome.state, shop.posts()) == (State.CONFIRMED, 0)
        assert kept.saved == ([] if state is State.CONFIRMED else [State.CONFIRMED])


def test_the_return_order_of_a_refusal_that_an_earlier_process_has_seen_confirmed_is_kept():
    back = [{"type": "return_order", "uuid": "9" * 8, "cdek_number": "1999"}]
    kept = Kept(State.CONFIRMED)
    outcome, _ = register([card("NOT_DELIVERED", reason="11", related_entities=back)], record=kept)
    assert (outcome.return_number, kept.saved) == ("1999", [State.CONFIRMED])


def test_a_row_that_was_approved_and_never_sent_is_sent_by_whoever_names_it():
    kept = Kept(State.PLANNED)
    outcome, shop = register([card(WAY), accepted()], record=kept, wait=0)
    assert (outcome.state, shop.posts()) == (State.ACCEPTED, 1)


def test_nothing_is_sent_whose_intent_cannot_be_kept():
    shop = Shop([card(WAY)])
    with pytest.raises(LedgerError):
        register_refusal(shop, UUID, polling=PACE, record=Kept(failing={State.SENDING}))
    assert shop.posts() == 0


def test_a_ledger_that_fails_later_hides_no_verdict_and_is_reported():
    kept = Kept(failing={State.CONFIRMED})
    outcome, _ = register([card(WAY), accepted(), card(WAY, entry("SUCCESSFUL"))], record=kept)
    assert outcome.state is State.CONFIRMED
    assert kept.failure is not None
    kept = Kept(failing={State.ACCEPTED})  # it comes back before the verdict
    outcome, _ = register([card(WAY), accepted(), card(WAY, entry("SUCCESSFUL"))], record=kept)
    assert (outcome.state, kept.failure, kept.saved[-1]) == (State.CONFIRMED, None, State.CONFIRMED)


def test_a_refusal_that_was_lost_is_not_sent_again_while_the_ledger_fails():
    shop = Shop(lambda request: lost() if request.method == "POST" else card(WAY))
    kept = Kept(failing={State.UNKNOWN, State.PLANNED})
    outcome = register_refusal(shop, UUID, polling=PACE, record=kept)
    assert (outcome.state, outcome.send_count, shop.posts()) == (State.PLANNED, 1, 1)
    assert kept.failure is not None
