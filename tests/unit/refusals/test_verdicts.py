"""The table of codes, statuses and reasons: the verdict of each, and whether a retry is useful."""

import pytest

from oint.cdek._protocol import parse_response
from oint.cdek.api import orders
from oint.refusals.outcome import Outcome
from oint.refusals.states import State
from oint.refusals.verdicts import (
    FAMILIES,
    REASONS,
    REJECTIONS,
    STATUSES,
    Retry,
    advise,
    explain_rejection,
    find_advice,
)
from tests.support.fake_session import UUID, card


@pytest.mark.parametrize(
    ("code", "step", "retry"),
    [
        ("v2_internal_error", "retry_later", Retry.LATER),
        ("V2_INTERNAL_ERROR", "retry_later", Retry.LATER),
        ("error_internal_cannot_set_vat", "retry_later", Retry.LATER),
        ("v2_entity_not_ready", "retry_later", Retry.LATER),
        ("v2_similar_request_still_processed", "wait", Retry.LATER),
        ("v2_order_not_found", "check_order", Retry.AFTER_FIX),
        ("v2_entity_forbidden", "other_account", Retry.AFTER_FIX),
        ("v2_entity_has_final_status", "look", Retry.NEVER),
        ("a_code_of_tomorrow", "ask_cdek", Retry.NEVER),
        (None, "ask_cdek", Retry.NEVER),
    ],
)
def test_code_has_a_next_step_and_a_retry_rule(code, step, retry):
    meaning = explain_rejection(code)
    assert (meaning.step, meaning.retry) == (step, retry)
    rejected = Outcome(order="1", state=State.REJECTED, code=code)
    assert rejected.hint == meaning.hint


def test_every_text_exists_in_both_languages():
    meanings = [*REJECTIONS.values(), *(meaning for _, meaning in FAMILIES)]
    texts = [meaning.hint for meaning in meanings]
    texts += [text for advice in (*STATUSES.values(), *REASONS.values()) for text in (advice.text, advice.hint)]
    assert all(text.ru and text.en and text.ru != text.en for text in texts)


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        ("NOT_DELIVERED", None, "nothing"),
        ("NOT_DELIVERED", "23", "nothing"),
        ("NOT_DELIVERED", "26", "claim"),
        ("NOT_DELIVERED", "27", "claim"),
        ("NOT_DELIVERED", "9", "nothing"),
        ("DELIVERED", None, "client_return"),
        ("DELIVERED", "20", "client_return"),
        ("CREATED", None, "delete"),
        ("TAKEN_BY_COURIER", None, None),
        ("A_STATUS_OF_TOMORROW", None, None),
    ],
)
def test_status_and_reason_decide_the_advice(status, reason, code):
    advice = advise(parse_response(orders.get(UUID), card(status, reason=reason), 0.0))
    assert (advice.code if advice else None) == code
    if advice is not None:
        assert find_advice(code, status, reason) == advice, "the ledger keeps the codes and finds the same words"


def test_lost_and_disposed_parcels_have_different_advice():
    assert find_advice("claim", "NOT_DELIVERED", "26") != find_advice("claim", "NOT_DELIVERED", "27")


@pytest.mark.parametrize("code", ["unclear", "names_differ", "is_return"])
def test_advice_without_a_status_is_found_by_its_code(code):
    assert find_advice(code, "ACCEPTED_AT_PICK_UP_POINT", None).code == code
    assert find_advice(None, "CREATED", None) is None


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.HELD, "card_changed"),
        (State.HELD, "unread"),
        (State.CONFIRMED, "by_another_request"),
        (State.WITHDRAWN, "excepted"),
        (State.ADVISED, "row_damaged"),
    ],
)
def test_own_code_has_its_own_text(state, code):
    specific, plain = Outcome(order="1", state=state, code=code).text, Outcome(order="1", state=state).text
    assert specific != plain
    assert specific.ru != specific.en
