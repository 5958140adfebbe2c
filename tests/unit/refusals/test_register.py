"""One refusal from the order's name to CDEK's verdict, on virtual time: the outcome and the number of sends."""

import uuid

import pytest

from oint.cdek import errors
from oint.i18n import Message
from oint.refusals import Outcome, PollingPolicy, State
from oint.refusals.ledger.connection import LedgerError
from oint.refusals.register import register_refusal
from oint.refusals.state_machine import RefusalStateMachine
from tests.support.fake_session import UUID, World, accepted, answer, card, entry, lost, never_sent, refused

IN_TRANSIT = "ACCEPTED_AT_PICK_UP_POINT"
POLLING = PollingPolicy(first=2.0, factor=1.5, longest=15.0, settle=10.0)


class VirtualClient:
    """A client on virtual time."""

    def __init__(self, answers, **options):
        self.world = World(answers, attempts=1, **options)
        self.context = self.world.context

    def run(self, flow):
        return self.world.run(flow)

    def posts(self):
        return self.world.methods().count("POST refusal")


def register(answers, order=UUID, **options):
    client = VirtualClient(answers)
    return register_refusal(client, order, polling=POLLING, **options), client


def test_refusal_is_followed_until_its_entry_is_successful():
    related = [{"type": "return_order", "uuid": "9" * 8, "cdek_number": "1999"}]
    outcome, client = register([
        card(IN_TRANSIT), accepted(), card(IN_TRANSIT, entry("ACCEPTED")), card("NOT_DELIVERED", entry("SUCCESSFUL"), reason="11", related_entities=related)
    ])  # fmt: skip
    assert outcome.state is State.CONFIRMED
    assert (outcome.request_uuid, outcome.return_number, outcome.status, outcome.send_count) == (
        "r-1",
        "1999",
        "NOT_DELIVERED",
        1,
    )
    assert client.world.slept == [2.0, 3.0]
    assert "1999" in str(outcome.hint)


def test_invalid_entry_ends_rejected_with_the_text_of_cdek():
    invalid_entry = entry("INVALID", errors=[{"code": "v2_x", "message": "Нельзя"}])
    outcome, _ = register([card(IN_TRANSIT), accepted(), card(IN_TRANSIT, invalid_entry)])
    assert (outcome.state, outcome.code, outcome.message) == (State.REJECTED, "v2_x", "Нельзя")
    assert "v2_x: Нельзя" in str(outcome.text)


def test_rejection_without_a_reason_has_a_placeholder():
    outcome, _ = register([card(IN_TRANSIT), accepted(), card(IN_TRANSIT, entry("INVALID"))])
    assert (outcome.state, outcome.code, outcome.message) == (State.REJECTED, None, None)
    assert outcome.text.en.endswith(": ?")


def test_immediate_rejection_has_the_code_of_cdek():
    outcome, client = register([card(IN_TRANSIT), refused("v2_entity_forbidden", "Entity is forbidden")])
    assert (outcome.state, outcome.code, outcome.send_count) == (State.REJECTED, "v2_entity_forbidden", 1)
    assert client.posts() == 1


def test_refusal_pending_at_timeout_is_accepted_and_not_confirmed():
    first = iter([card(IN_TRANSIT), accepted()])
    outcome, client = register(lambda _: next(first, card(IN_TRANSIT, entry("ACCEPTED"))), wait=60)
    assert outcome.state is State.ACCEPTED
    assert sum(client.world.slept) == 60
    assert max(client.world.slept) <= 15.0


def test_zero_wait_returns_accepted_at_once():
    outcome, client = register([card(IN_TRANSIT), accepted()], wait=0)
    assert (outcome.state, outcome.request_uuid) == (State.ACCEPTED, "r-1")
    assert client.world.slept == []


@pytest.mark.parametrize(
    ("status", "advice"),
    [("ACCEPTED", "delete"), ("CREATED", "delete"), ("DELIVERED", "client_return"), ("NOT_DELIVERED", "nothing"), ("REMOVED", "nothing"), ("INVALID", "nothing")],
)  # fmt: skip
def test_advised_status_sends_nothing_and_names_the_right_action(status, advice):
    outcome, client = register([card(status)])
    assert (outcome.state, outcome.advice.code, outcome.send_count) == (State.ADVISED, advice, 0)
    assert client.posts() == 0
    assert outcome.text.ru
    assert outcome.hint.en


@pytest.mark.parametrize("status", ["ACCEPTED", "CREATED"])
def test_even_if_billed_overrules_the_advice_to_delete_in_register(status):
    outcome, client = register([card(status), accepted()], even_if_billed=True, wait=0)
    assert outcome.state is State.ACCEPTED
    assert client.posts() == 1


@pytest.mark.parametrize("status", ["DELIVERED", "NOT_DELIVERED", "REMOVED", "INVALID"])
def test_even_if_billed_overrules_no_other_advice(status):
    outcome, client = register([card(status)], even_if_billed=True, wait=0)
    assert (outcome.state, client.posts()) == (State.ADVISED, 0)


def test_card_without_a_status_is_not_refused():
    outcome, client = register([answer(200, {"entity": {"uuid": UUID, "statuses": []}, "requests": []})])
    assert (outcome.state, outcome.advice.code, client.posts()) == (State.ADVISED, "unclear", 0)


def test_pending_refusal_is_followed_and_not_sent_again():
    outcome, client = register(
        [card(IN_TRANSIT, entry("ACCEPTED", uuid="theirs")), card(IN_TRANSIT, entry("SUCCESSFUL", uuid="theirs"))]
    )
    assert (outcome.state, outcome.request_uuid, client.posts()) == (State.CONFIRMED, "theirs", 0)


@pytest.mark.parametrize("even_if_billed", [False, True])
def test_successful_refusal_is_confirmed_and_not_sent_again(even_if_billed):
    outcome, client = register([card("NOT_DELIVERED", entry("SUCCESSFUL"), reason="11")], even_if_billed=even_if_billed)
    assert (outcome.state, client.posts()) == (State.CONFIRMED, 0)


def test_similar_request_error_continues_with_polling():
    outcome, client = register(
        [
            card(IN_TRANSIT),
            refused("v2_similar_request_still_processed"),
            card(IN_TRANSIT, entry("SUCCESSFUL", uuid="theirs")),
        ]
    )
    assert (outcome.state, outcome.request_uuid, client.posts()) == (State.CONFIRMED, "theirs", 1)


@pytest.mark.parametrize(
    "failure", [lost("timeout"), lost("reset"), lost("cut"), answer(502, b"<html>"), answer(202, b"")]
)
def test_lost_response_to_a_received_refusal_is_confirmed_with_one_send(failure):
    outcome, client = register(
        [card(IN_TRANSIT), failure, card(IN_TRANSIT, entry("ACCEPTED")), card(IN_TRANSIT, entry("SUCCESSFUL"))]
    )
    assert (outcome.state, outcome.send_count, client.posts()) == (State.CONFIRMED, 1, 1)
    assert outcome.error is None


def test_lost_response_to_an_invalid_refusal_is_rejected_with_one_send():
    outcome, client = register(
        [card(IN_TRANSIT), lost(), card(IN_TRANSIT, entry("INVALID", errors=[{"code": "x", "message": "y"}]))]
    )
    assert (outcome.state, outcome.code, client.posts()) == (State.REJECTED, "x", 1)


def test_lost_request_is_resent_once_after_the_settling_time():
    unchanged_cards = [card(IN_TRANSIT)] * 5  # the last one is read again before the second send
    outcome, client = register(
        [card(IN_TRANSIT), lost(), *unchanged_cards, accepted(), card(IN_TRANSIT, entry("SUCCESSFUL"))]
    )
    assert (outcome.state, outcome.send_count, client.posts()) == (State.CONFIRMED, 2, 2)
    assert client.world.slept[:4] == [2.0, 3.0, 4.5, 0.5]
    assert client.world.methods() == [
        f"GET {UUID}",
        "POST refusal",
        *[f"GET {UUID}"] * 5,
        "POST refusal",
        f"GET {UUID}",
    ]


@pytest.mark.parametrize(("failure", "seconds"), [(lost("reset"), 90), (lost("cut"), 90), (lost("timeout"), 180)])
@pytest.mark.parametrize("wait", [0, 1, 60])
def test_lost_response_is_followed_until_settled_for_any_wait(failure, seconds, wait):
    settle_seconds = []
    answers = iter([card(IN_TRANSIT), failure, *[card(IN_TRANSIT)] * 100])
    client = VirtualClient(
        lambda request: accepted() if client.posts() == 2 and request.method == "POST" else next(answers)
    )
    outcome = register_refusal(client, UUID, wait=wait, on_lost=settle_seconds.append)
    assert (outcome.state, outcome.send_count) == (State.ACCEPTED, 2)
    assert settle_seconds == [seconds]
    assert sum(client.world.slept) == seconds, (
        "it is sent once more at the very moment from which a card without it counts"
    )


def test_late_refusal_is_found_before_a_second_is_sent():
    arrival_seconds = 32.0
    first = iter([card(IN_TRANSIT), lost("timeout")])
    client = VirtualClient(
        lambda _: (
            next(first, None)
            or (
                card(IN_TRANSIT) if client.world.now < 1000 + arrival_seconds else card(IN_TRANSIT, entry("SUCCESSFUL"))
            )
        )
    )
    outcome = register_refusal(client, UUID, wait=60)
    assert (outcome.state, client.posts()) == (State.CONFIRMED, 1)


def test_order_delivered_during_the_settling_time_is_not_refused():
    outcome, client = register([card(IN_TRANSIT), lost(), *[card(IN_TRANSIT)] * 4, card("DELIVERED")])
    assert (outcome.state, outcome.advice.code, client.posts()) == (State.ADVISED, "client_return", 1)


def test_refusal_lost_twice_is_not_sent_a_third_time():
    outcome, client = register(lambda request: lost() if request.method == "POST" else card(IN_TRANSIT), wait=600)
    assert (outcome.state, client.posts()) == (State.PLANNED, 2)


def test_lost_refusal_stays_unknown_while_the_card_is_unreadable():
    answers = iter([card(IN_TRANSIT)])
    outcome, client = register(lambda _: next(answers, lost()), wait=60)
    assert (outcome.state, client.posts()) == (State.UNKNOWN, 1)
    assert isinstance(outcome.error, errors.ServiceUnavailable)
    assert outcome.text.ru.endswith(f"({outcome.error.cause.ru})")


def test_entry_without_a_uuid_is_followed():
    outcome, _ = register([card(IN_TRANSIT), lost(), card(IN_TRANSIT, entry("SUCCESSFUL", uuid=None))])
    assert (outcome.state, outcome.request_uuid) == (State.CONFIRMED, None)


def test_unreadable_card_does_not_stop_polling():
    outcome, _ = register(
        [
            card(IN_TRANSIT),
            accepted(),
            answer(502, b"<html>"),
            refused("v2_entity_not_found"),
            card(IN_TRANSIT, entry("SUCCESSFUL")),
        ]
    )
    assert outcome.state is State.CONFIRMED


def test_old_invalid_entry_is_not_matched_to_a_new_refusal():
    old = entry("INVALID", uuid="old", errors=[{"code": "x", "message": "y"}])
    outcome, client = register(
        [card(IN_TRANSIT, old), lost(), card(IN_TRANSIT, old, entry("SUCCESSFUL", uuid="new", at=9))]
    )
    assert (outcome.state, outcome.request_uuid, client.posts()) == (State.CONFIRMED, "new", 1)


@pytest.mark.parametrize("failure", [never_sent(), answer(429, b""), answer(401, b"")])
def test_unsent_refusal_raises_its_error(failure):
    with pytest.raises((errors.ServiceUnavailable, errors.RateLimited, errors.AuthenticationError)):
        register([card(IN_TRANSIT), failure])


def test_unknown_order_raises_rejected():
    with pytest.raises(errors.RequestRejected) as error_info:
        register([refused("v2_entity_not_found")])
    assert error_info.value.code == "v2_entity_not_found"


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
def test_order_is_found_by_any_name_and_refused_by_uuid(order, by, query, number):
    outcome, client = register([card(IN_TRANSIT, number=number), accepted()], order, by=by, wait=0)
    assert client.world.methods()[0] == f"GET {query}"
    assert client.world.sent[1].url.endswith(f"/orders/{UUID}/refusal")
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
        (card(IN_TRANSIT, cdek_number="100123"), refused("v2_entity_not_found")),
        (refused("v2_entity_not_found"), card(IN_TRANSIT, number="100123")),
        (
            card(IN_TRANSIT, cdek_number="100123", number="100123"),
            card(IN_TRANSIT, cdek_number="100123", number="100123"),
        ),
    ],
    ids=["CDEK's", "the shop's", "both of one order"],
)
def test_digits_name_the_order_that_has_them_as_either_number(by_cdek_number, by_im_number):
    outcome, shop = register([by_cdek_number, by_im_number, accepted()], "100123", wait=0)
    assert shop.world.methods()[:2] == ["GET orders?cdek_number=100123", "GET orders?im_number=100123"]
    assert shop.world.sent[2].url.endswith(f"/orders/{UUID}/refusal")
    assert (outcome.state, outcome.order) == (State.ACCEPTED, "100123")


def test_digits_that_fit_two_orders_send_nothing_and_name_the_option():
    other = card(IN_TRANSIT, uuid=OTHER_UUID, number="100123", cdek_number="1106625999")
    outcome, shop = register([card(IN_TRANSIT, cdek_number="100123"), other], "100123")
    assert (outcome.state, outcome.advice.code, outcome.uuid) == (State.ADVISED, "ambiguous", None)
    assert "1106625999" in outcome.text.en
    assert "--by cdek or --by shop" in outcome.hint.en
    assert len(shop.world.sent) == 2, "two cards were read, nothing was sent"


def test_digits_that_fit_no_order_are_cdeks_no():
    with pytest.raises(errors.RequestRejected):
        register([refused("v2_entity_not_found"), refused("v2_entity_not_found")], "100123")


def test_order_may_be_a_uuid_object_but_not_blank():
    outcome, _ = register([card(IN_TRANSIT), accepted()], uuid.UUID(UUID), wait=0)
    assert (outcome.order, outcome.uuid) == (UUID, UUID)
    for blank in (" ", "", None):
        with pytest.raises(errors.InvalidArgument, match="nothing names the order"):
            register([], blank)


@pytest.mark.parametrize("order", [UUID, "1106625424", "shop-1"])
def test_card_of_another_order_stops_before_sending(order):
    client = VirtualClient([card(IN_TRANSIT, number="another", uuid="0" * 8, cdek_number="9")])
    with pytest.raises(errors.InvalidResponse):
        register_refusal(client, order, polling=POLLING)
    assert client.posts() == 0


def test_card_of_another_order_is_ignored_while_polling():
    other_card = card("NOT_DELIVERED", reason="11", uuid="0" * 8)
    outcome, client = register([card(IN_TRANSIT), accepted(), other_card, card(IN_TRANSIT, entry("INVALID"))])
    assert (outcome.state, client.posts()) == (State.REJECTED, 1)


def test_malformed_uuid_is_rejected_before_any_request():
    with pytest.raises(errors.InvalidArgument):
        register([], "not-a-uuid", by="uuid")


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_text_and_hint_in_both_languages(state):
    outcome = Outcome(order="1", state=state, code="c", message="m")
    if state is not State.ADVISED:  # an advised outcome has the text of its advice
        for text in (outcome.text, outcome.hint):
            assert text.ru != text.en
            assert outcome.verdict == state.value


class MemoryRecord:
    """A record of one refusal in memory: its saved states, and the seconds since its response was lost."""

    failure = None

    def __init__(self, state=None, age=0.0, failing=(), **fields):
        self.failing = failing
        self.saved, self.beats = [], 0
        self.case = None
        if state is not None:
            outcome = Outcome(order="1", state=state, uuid=UUID, send_count=int(state is not State.PLANNED), **fields)
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


def test_every_transition_is_saved_before_the_next_one():
    record = MemoryRecord()
    outcome, _ = register(
        [card(IN_TRANSIT), accepted(), card(IN_TRANSIT), card(IN_TRANSIT, entry("SUCCESSFUL"))], record=record
    )
    assert outcome.state is State.CONFIRMED
    assert record.saved == ["begun", State.SENDING, State.ACCEPTED, State.CONFIRMED]
    assert record.beats == 2


def test_unsent_refusal_is_saved_as_planned():
    record = MemoryRecord()
    with pytest.raises(errors.ServiceUnavailable):
        register([card(IN_TRANSIT), never_sent()], record=record)
    assert record.saved == ["begun", State.SENDING, State.PLANNED]


def test_earlier_lost_refusal_waits_only_the_rest_of_its_settling_time():
    client, settle_seconds = (
        VirtualClient(lambda request: accepted() if request.method == "POST" else card(IN_TRANSIT)),
        [],
    )
    record = MemoryRecord(State.UNKNOWN, age=70.0)
    outcome = register_refusal(client, UUID, wait=0, record=record, on_lost=settle_seconds.append)
    assert settle_seconds == [20.0]
    assert sum(client.world.slept) == 20.0
    assert (outcome.state, outcome.send_count, client.posts()) == (State.ACCEPTED, 2, 1)


def test_earlier_sent_refusal_is_followed_and_not_sent_again():
    for state, cards in (
        (State.UNKNOWN, [card(IN_TRANSIT, entry("SUCCESSFUL"))]),
        (State.ACCEPTED, [card(IN_TRANSIT), card(IN_TRANSIT, entry("SUCCESSFUL"))]),
        (State.CONFIRMED, [card("NOT_DELIVERED", reason="11")]),
    ):
        record = MemoryRecord(state)
        outcome, client = register(cards, record=record)
        assert (outcome.state, client.posts()) == (State.CONFIRMED, 0)
        assert record.saved == ([] if state is State.CONFIRMED else [State.CONFIRMED])


def test_return_order_of_an_earlier_confirmed_refusal_is_saved():
    related = [{"type": "return_order", "uuid": "9" * 8, "cdek_number": "1999"}]
    record = MemoryRecord(State.CONFIRMED)
    outcome, _ = register([card("NOT_DELIVERED", reason="11", related_entities=related)], record=record)
    assert (outcome.return_number, record.saved) == ("1999", [State.CONFIRMED])


def test_approved_unsent_row_is_sent_when_named():
    record = MemoryRecord(State.PLANNED)
    outcome, client = register([card(IN_TRANSIT), accepted()], record=record, wait=0)
    assert (outcome.state, client.posts()) == (State.ACCEPTED, 1)


def test_nothing_is_sent_without_a_saved_intent():
    client = VirtualClient([card(IN_TRANSIT)])
    with pytest.raises(LedgerError):
        register_refusal(client, UUID, polling=POLLING, record=MemoryRecord(failing={State.SENDING}))
    assert client.posts() == 0


def test_later_ledger_failure_keeps_the_verdict_and_is_reported():
    record = MemoryRecord(failing={State.CONFIRMED})
    outcome, _ = register([card(IN_TRANSIT), accepted(), card(IN_TRANSIT, entry("SUCCESSFUL"))], record=record)
    assert outcome.state is State.CONFIRMED
    assert record.failure is not None
    record = MemoryRecord(failing={State.ACCEPTED})  # the ledger is available again before the verdict
    outcome, _ = register([card(IN_TRANSIT), accepted(), card(IN_TRANSIT, entry("SUCCESSFUL"))], record=record)
    assert (outcome.state, record.failure, record.saved[-1]) == (State.CONFIRMED, None, State.CONFIRMED)


def test_lost_refusal_is_not_resent_while_the_ledger_fails():
    client = VirtualClient(lambda request: lost() if request.method == "POST" else card(IN_TRANSIT))
    record = MemoryRecord(failing={State.UNKNOWN, State.PLANNED})
    outcome = register_refusal(client, UUID, polling=POLLING, record=record)
    assert (outcome.state, outcome.send_count, client.posts()) == (State.PLANNED, 1, 1)
    assert record.failure is not None
