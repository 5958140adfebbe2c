"""One token a process: renewed by one at a time, shared by all, kept for later."""

import asyncio
import re
import threading

import pytest

from oint.cdek._engine import Send
from oint.cdek._http import HttpResponse
from oint.cdek._protocol import build_request, parse_response
from oint.cdek.api import oauth, orders
from oint.cdek.api.oauth import Token
from oint.cdek.auth import Account, StaticToken, TokenCache, TokenLookup, shared_token_cache
from oint.cdek.errors import InvalidArgument, ServiceUnavailable
from tests.support.fake_session import UUID

NOW = 1000.0


def tokens(store=None):
    return TokenCache("key", Account("account", "pass-word", store))


def test_only_the_first_lookup_fetches_and_all_get_its_token():
    source = tokens()
    leases = [source.look_up(NOW) for _ in range(5)]
    assert [lease.pending is None for lease in leases] == [True, False, False, False, False]
    source.set_token(Token(access_token="t", expires_in=3599), NOW)
    assert {lease.pending.result(timeout=0) for lease in leases[1:]} == {"t"}
    assert source.look_up(NOW).token == "t"


def test_valid_token_is_used_while_one_call_renews_it():
    source = tokens()
    source.look_up(NOW)
    source.set_token(Token(access_token="old", expires_in=600), NOW)
    assert source.look_up(NOW + 550).token is None  # this one renews
    assert source.look_up(NOW + 550).token == "old"
    assert source.look_up(NOW + 600).pending is not None  # now it is over: wait


def test_failed_fetch_gives_waiters_the_error_and_the_next_call_retries():
    source = tokens()
    source.look_up(NOW)
    waiting = source.look_up(NOW).pending
    source.fail_refresh(error := ServiceUnavailable("refused"))
    assert waiting.result(timeout=0) is error
    assert source.look_up(NOW).pending is None


def test_when_the_one_who_fetches_is_cancelled_another_takes_over():
    source = tokens()
    source.look_up(NOW)
    waiting = source.look_up(NOW).pending
    source.cancel_refresh()
    assert waiting.cancelled()
    assert source.look_up(NOW).pending is None


def test_a_refused_token_is_not_given_out_again_but_a_newer_one_is():
    source = tokens()
    source.look_up(NOW)
    source.set_token(Token(access_token="new", expires_in=3599), NOW)
    assert source.look_up(NOW, refused="old").token == "new"
    assert source.look_up(NOW, refused="new").token is None


def test_an_answer_without_a_life_counts_as_an_hour():
    source = tokens()
    source.look_up(NOW)
    source.set_token(Token(access_token="t"), NOW)
    assert source.look_up(NOW + 3539).token == "t"
    assert source.look_up(NOW + 3541).token is None


@pytest.mark.parametrize(("life", "renewed"), [(3600, 60.0), (600, 60.0), (60, 6.0), (10, 1.0), (0, 0.0)])
def test_token_is_renewed_a_minute_or_a_tenth_of_its_life_ahead(life, renewed):
    source = tokens()
    source.look_up(NOW)
    source.set_token(Token(access_token="t", expires_in=life), NOW)
    if life:
        assert source.look_up(NOW + life - renewed - 0.1).token == "t"
    assert source.look_up(NOW + life - renewed).token is None


class Store:
    def __init__(self):
        self.kept = {}

    def load(self, key):
        return self.kept.get(key)

    def save(self, key, token, expires_at):
        self.kept[key] = (token, expires_at)


def test_a_kept_token_serves_a_later_process_until_its_end():
    store = Store()
    first = tokens(store)
    first.look_up(NOW)
    first.set_token(Token(access_token="t", expires_in=3599), NOW)
    assert tokens(store).look_up(NOW + 10).token == "t"
    assert tokens(store).look_up(NOW + 3599).token is None


def test_all_clients_of_a_process_share_the_token_of_an_account_at_a_host():
    one = shared_token_cache("https://a/v2", Account("x", "y"))
    assert shared_token_cache("https://a/v2", Account("x", "y")) is one
    assert shared_token_cache("https://b/v2", Account("x", "y")) is not one
    assert shared_token_cache("https://a/v2", Account("x", "z")) is not one


@pytest.mark.parametrize("token", ["", "a b", "Bearer x", "a\r\nX-Evil: 1", "токен", "a\x00"])
def test_invalid_token_is_reported_before_sending_and_not_shown(token):
    with pytest.raises(InvalidArgument) as caught:
        StaticToken(token)
    assert not token or token not in str(caught.value)


def test_no_text_form_shows_a_secret():
    assert "pass-word" not in repr(Account("account", "pass-word"))
    assert "abc" not in repr(StaticToken("abc"))
    assert "abc" not in repr(TokenLookup("abc"))
    asked = oauth.token("account", "pass-word")
    assert "pass-word" not in repr(asked)
    token = b'{"access_token": "abc.def"}'
    for shown in (
        build_request(asked, "https://cdek.test/v2", None),
        build_request(orders.get(UUID), "https://cdek.test/v2", "abc.def"),
        Send(build_request(orders.get(UUID), "https://cdek.test/v2", "abc.def"), 0.0),
        HttpResponse(200, {"set-cookie": "abc.def"}, token),
        parse_response(asked, HttpResponse(200, {}, token)),
        parse_response(asked, HttpResponse(200, {}, token)).http,
    ):
        assert not re.search("abc.def|pass-word", repr(shown) + str(shown))


def test_the_text_forms_still_tell_requests_and_answers_apart():
    assert repr(orders.get(UUID)) == f"Request('getOrder', 'GET', '/orders/{UUID}')"
    assert (
        repr(build_request(orders.get(UUID), "https://a/v2", "t"))
        == f"HttpRequest('GET', 'https://a/v2/orders/{UUID}')"
    )
    assert repr(HttpResponse(200, {}, b"abc")) == "HttpResponse(200, 3 bytes)"
    assert repr(TokenLookup()) == "TokenLookup(token=None, pending=None)"


def test_an_account_whose_password_is_no_text_is_one_like_any_other():
    one = shared_token_cache("https://a/v2", Account("x", "pass\udcffword"))
    assert shared_token_cache("https://a/v2", Account("x", "pass\udcffword")) is one
    assert shared_token_cache("https://a/v2", Account("x", "pass\udcfeword")) is not one


def test_many_threads_at_once_make_one_of_them_fetch():
    source = tokens()
    start = threading.Barrier(20)
    leases = []

    def ask():
        start.wait()
        leases.append(source.look_up(NOW))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(lease.pending is None for lease in leases) == 1


def test_tasks_can_await_a_token_that_a_thread_fetches():
    source = tokens()
    source.look_up(NOW)

    async def wait():
        coming = asyncio.wrap_future(source.look_up(NOW).pending)
        threading.Thread(target=source.set_token, args=(Token(access_token="t", expires_in=9), NOW)).start()
        return await coming

    assert asyncio.run(wait()) == "t"
