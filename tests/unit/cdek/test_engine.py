"""A call from the token to the answer, on virtual time: what is sent, how often, and how it ends."""

import pytest

from oint.cdek import auth, errors
from oint.cdek._engine import CallContext, Sleep, call, ensure_token
from oint.cdek._http import TIMEOUTS, Timeouts
from oint.cdek._retry import RETRY
from oint.cdek.api import oauth, orders
from oint.cdek.api.oauth import Token
from oint.cdek.auth import Account, StaticToken, TokenCache
from tests.support.fake_session import ORDER, UUID, World, accepted, answer, card, lost, never_sent, refused

GET, REFUSE, DELETE = orders.get(UUID), orders.refuse(UUID), orders.delete(UUID)
UNAUTHORIZED = answer(
    401, {"requests": [{"type": "AUTH", "state": "INVALID", "errors": [{"code": "v2_token_expired", "message": "x"}]}]}
)
HTML = answer(502, b"<html>")


def account() -> TokenCache:
    return TokenCache("key", Account("account", "pass-word"))


def token(text: str = "tok-1", life: float | None = 3599):
    return answer(200, {"access_token": text, "token_type": "bearer", "expires_in": life})


@pytest.mark.parametrize(
    "trouble", [lost("timeout"), HTML, answer(200, b"<html>"), never_sent(), answer(429, b"", retry_after="1")]
)
def test_a_read_is_repeated_through_passing_trouble(trouble):
    world = World([trouble, trouble, card()])
    assert world.run(call(world.context, GET)).order.uuid == UUID
    assert len(world.sent) == 3
    assert len(world.slept) == 2


@pytest.mark.parametrize("request_", [REFUSE, DELETE, orders.create(ORDER), orders.client_return(UUID, 139)])
@pytest.mark.parametrize(
    "trouble", [lost("timeout"), lost("reset"), lost("cut"), HTML, answer(503, b"", retry_after="1"), answer(202, b"")]
)
def test_a_change_whose_answer_was_lost_is_sent_exactly_once(request_, trouble):
    world = World([trouble, accepted()])
    with pytest.raises(errors.OutcomeUnknown):
        world.run(call(world.context, request_))
    assert len(world.sent) == 1


@pytest.mark.parametrize(
    "trouble", [never_sent("refused"), never_sent("dns"), never_sent("tls"), answer(429, b"", retry_after="2")]
)
def test_a_change_that_cannot_have_been_done_is_sent_again(trouble):
    world = World([trouble, accepted()])
    assert world.run(call(world.context, REFUSE)).state == "ACCEPTED"
    assert len(world.sent) == 2


def test_a_long_retry_after_is_not_waited_for_but_told():
    world = World([answer(429, b"", retry_after="3600")])
    with pytest.raises(errors.RateLimited) as caught:
        world.run(call(world.context, REFUSE))
    assert caught.value.retry_after == 3600
    assert world.slept == []


def test_the_total_deadline_ends_the_repeating():
    world = World(
        lambda _: lost("timeout"), timeouts=Timeouts(total=3.0), attempts=1000, first_delay=1.0, max_delay=1.0
    )
    with pytest.raises(errors.ServiceUnavailable):
        world.run(call(world.context, GET))
    assert sum(world.slept) < 3.0


def test_one_token_serves_many_calls():
    world = World([token(), card(), card(), card()], tokens=account())
    for _ in range(3):
        world.run(call(world.context, GET))
    assert world.methods().count("POST token") == 1
    assert {request.headers["Authorization"] for request in world.sent[1:]} == {"Bearer tok-1"}


def test_a_token_is_renewed_ahead_of_its_end():
    world = World([token("tok-1", 600), card(), token("tok-2", 600), card()], tokens=account())
    world.run(call(world.context, GET))
    world.now += 541  # less than 60 s are left, though the token still lives
    world.run(call(world.context, GET))
    assert world.sent[-1].headers["Authorization"] == "Bearer tok-2"


@pytest.mark.parametrize("request_", [GET, REFUSE])
def test_a_401_renews_the_token_once_and_sends_again(request_):
    world = World(
        [token("old"), UNAUTHORIZED, token("new"), accepted() if request_ is REFUSE else card()], tokens=account()
    )
    world.run(call(world.context, request_))
    assert world.sent[-1].headers["Authorization"] == "Bearer new"


def test_a_401_that_stays_is_an_authentication_error_and_no_loop():
    world = World([token("a"), UNAUTHORIZED, token("b"), UNAUTHORIZED], tokens=account())
    with pytest.raises(errors.AuthenticationError) as caught:
        world.run(call(world.context, REFUSE))
    assert caught.value.code == "v2_token_expired"
    assert len(world.sent) == 4


def test_a_401_to_a_fixed_token_is_told_at_once():
    world = World([UNAUTHORIZED])
    with pytest.raises(errors.AuthenticationError):
        world.run(call(world.context, GET))
    assert len(world.sent) == 1


def test_a_401_renews_only_the_token_that_was_refused():
    tokens = account()
    world = World([token("old"), UNAUTHORIZED, card()], tokens=tokens)

    def another_call_renews(_):
        got = next(answers)
        if got is UNAUTHORIZED:
            tokens.set_token(_token("newer"), world.now)
        return got

    answers = iter([token("old"), UNAUTHORIZED, card()])
    world.answers = another_call_renews
    world.run(call(world.context, GET))
    assert world.methods().count("POST token") == 1
    assert world.sent[-1].headers["Authorization"] == "Bearer newer"


def _token(text):
    return Token(access_token=text, expires_in=3599)


@pytest.mark.parametrize("trouble", [lost("reset"), HTML, answer(200, b"<html>"), answer(200, b""), never_sent()])
def test_the_token_call_is_repeated_like_a_read(trouble):
    world = World([trouble, token(), accepted()], tokens=account())
    assert world.run(call(world.context, REFUSE)).state == "ACCEPTED"


def test_wrong_credentials_are_told_at_once_and_without_the_password():
    bad = answer(401, {"error": "invalid_client", "error_description": "Bad client credentials"})
    world = World([bad], tokens=account())
    with pytest.raises(errors.AuthenticationError) as caught:
        world.run(call(world.context, REFUSE))
    assert len(world.sent) == 1
    assert "pass-word" not in str(caught.value) + repr(caught.value)


def test_without_credentials_nothing_is_sent():
    world = World([], tokens=None)
    with pytest.raises(errors.AuthenticationError):
        world.run(call(world.context, GET))
    assert world.sent == []


def test_the_token_call_itself_needs_no_credentials():
    world = World([token("mine")], tokens=None)
    assert world.run(call(world.context, oauth.token("a", "p"))).access_token == "mine"


def test_token_wait_times_out_without_sending():
    tokens = account()
    tokens.look_up(1000.0)
    world = World([], tokens=tokens)
    with pytest.raises(errors.ServiceUnavailable) as caught:
        world.run(call(world.context, GET))
    assert caught.value.reason == "token"
    assert world.sent == []


def test_a_token_that_another_call_fetches_is_waited_for_and_used():
    tokens = account()
    coming = tokens.look_up(1000.0)
    assert coming.token is None
    waiting = call(World([], tokens=tokens).context, GET)
    step = next(waiting)
    tokens.set_token(_token("theirs"), 1000.0)
    assert waiting.send(step.pending).request.headers["Authorization"] == "Bearer theirs"


def test_waiting_call_fetches_when_the_fetching_call_ends():
    tokens = account()
    world = World([], tokens=tokens)
    fetching, waiting = call(world.context, GET), call(world.context, GET)
    next(fetching)
    step = next(waiting)
    fetching.close()
    assert waiting.send(step.pending).request.url.endswith("/oauth/token")


def waiting_for(tokens, world):
    """A call that waits for the token of another, and its first step."""
    tokens.look_up(world.now)
    waiting = call(world.context, GET)
    return waiting, next(waiting)


@pytest.mark.parametrize(
    "trouble", [errors.ServiceUnavailable("timeout"), errors.InvalidResponse(), errors.RateLimited(1.0)]
)
def test_a_call_that_waited_for_a_hasty_one_has_its_own_patience(trouble):
    tokens = account()
    world = World([lost(), lost(), token(), card()], tokens=tokens)
    waiting, step = waiting_for(tokens, world)
    tokens.fail_refresh(trouble)
    assert isinstance(waiting.send(step.pending), Sleep)
    assert world.run(_resumed(waiting)).order.uuid == UUID
    assert world.methods() == ["POST token"] * 3 + [f"GET {UUID}"]


def _resumed(flow):
    """The rest of a flow that has slept."""
    value = None
    try:
        while True:
            value = yield flow.send(value)
    except StopIteration as end:
        return end.value


def test_no_retry_policy_still_fetches_own_token_after_peer_failed():
    tokens = account()
    world = World([token(), card()], tokens=tokens, attempts=1)
    waiting, step = waiting_for(tokens, world)
    tokens.fail_refresh(errors.ServiceUnavailable("timeout"))
    assert isinstance(waiting.send(step.pending), Sleep)
    assert world.run(_resumed(waiting)).order.uuid == UUID


def test_call_gives_up_with_the_last_error_after_many_failed_waits():
    tokens = account()
    world = World([], tokens=tokens, attempts=2)
    waiting, step = waiting_for(tokens, world)
    for reason in ("timeout", "refused"):
        tokens.fail_refresh(errors.ServiceUnavailable(reason))
        assert isinstance(waiting.send(step.pending), Sleep)
        tokens.look_up(world.now)
        step = waiting.send(None)
    tokens.fail_refresh(errors.ServiceUnavailable("dns"))
    with pytest.raises(errors.ServiceUnavailable) as caught:
        waiting.send(step.pending)
    assert caught.value.reason == "dns"
    assert world.sent == []


def test_call_without_time_left_raises_the_error_of_the_fetching_call():
    tokens = account()
    world = World([], tokens=tokens)
    waiting, step = waiting_for(tokens, world)
    world.now += 30
    tokens.fail_refresh(errors.ServiceUnavailable("timeout"))
    with pytest.raises(errors.ServiceUnavailable) as caught:
        waiting.send(step.pending)
    assert caught.value.reason == "timeout"


def test_each_of_those_who_wait_gets_an_error_of_its_own():
    tokens = account()
    bad = answer(401, {"error": "invalid_client", "error_description": "Bad client credentials"})
    world = World([], tokens=tokens)
    fetching = call(world.context, GET)
    next(fetching)
    waiting = [call(world.context, GET) for _ in range(3)]
    steps = [next(flow) for flow in waiting]
    caught = []
    for flow, value in [
        (fetching, bad),
        *zip(waiting, (step.pending for step in steps), strict=True),
    ]:
        with pytest.raises(errors.AuthenticationError) as failed:
            flow.send(value)
        caught.append(failed.value)
    assert len({id(error) for error in caught}) == 4
    assert {(error.code, error.status, str(error)) for error in caught} == {
        ("invalid_client", 401, str(caught[0])),
    }
    assert [error.__context__ for error in caught] == [None] * 4


def test_traces_tell_every_exchange_and_no_secret():
    told = []
    world = World([lost("reset"), refused("v2_entity_not_found")])
    world.context.trace = told.append
    with pytest.raises(errors.RequestRejected):
        world.run(call(world.context, GET))
    assert [(trace.attempt, trace.status, trace.failure) for trace in told] == [(1, None, "reset"), (2, 400, None)]
    assert "tok" not in repr(told).replace("attempt", "")


def test_context_shares_account_tokens_and_keeps_static_tokens(monkeypatch):
    monkeypatch.setattr(auth, "_shared", {})
    one, other = (CallContext.create(Account("a", "b"), "https://x/v2", TIMEOUTS, RETRY, None) for _ in range(2))
    assert one.tokens is other.tokens
    given = StaticToken("t")
    assert CallContext.create(given, "https://x/v2", TIMEOUTS, RETRY, None).tokens is given


def test_a_token_fetched_before_a_call_is_the_one_that_the_call_sends():
    world = World([token(), card()], tokens=account())
    world.run(ensure_token(world.context))
    assert world.methods() == ["POST token"]
    world.run(call(world.context, GET))
    assert len(world.sent) == 2


def test_where_no_token_is_known_nothing_is_fetched_before():
    world = World([], tokens=None)
    world.run(ensure_token(world.context))
    assert world.sent == []
