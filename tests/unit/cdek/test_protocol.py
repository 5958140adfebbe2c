"""What bytes from CDEK come to: the right answer, or the right error with nothing secret in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint import redaction
from oint.cdek import errors
from oint.cdek._protocol import build_request, parse_errors, parse_response, parse_retry_after
from oint.cdek.api import oauth, orders
from oint.cdek.api._response import ApiResponse
from tests.support.fake_session import UUID, answer, entry, lost, never_sent, refused

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
SPRING = {"timestamp": "2026-03-22T11:23:28.776+03:00", "status": 404, "error": "Not Found", "path": "/v2/payment"}
REFUSE, GET, TOKEN = orders.refuse(UUID), orders.get(UUID), oauth.token("account", "pass-word")


def test_the_token_goes_into_a_header_and_nowhere_else():
    sent = build_request(REFUSE, "https://cdek.test/v2", "SECRET")
    assert sent.url == f"https://cdek.test/v2/orders/{UUID}/refusal"
    assert sent.headers["Authorization"] == "Bearer SECRET"
    assert sent.body is None
    assert "SECRET" not in sent.url


def test_account_and_password_go_into_the_form_body_never_into_the_url():
    sent = build_request(TOKEN, "https://cdek.test/v2", None)
    assert sent.url == "https://cdek.test/v2/oauth/token"
    assert sent.body == b"grant_type=client_credentials&client_id=account&client_secret=pass-word"
    assert "Authorization" not in sent.headers


@pytest.mark.parametrize(
    ("request_", "got", "error"),
    [
        (REFUSE, lost("timeout"), errors.OutcomeUnknown),
        (REFUSE, lost("cut"), errors.OutcomeUnknown),
        (REFUSE, never_sent("dns"), errors.ServiceUnavailable),
        (REFUSE, never_sent("tls"), errors.ServiceUnavailable),
        (GET, lost("reset"), errors.ServiceUnavailable),
        (TOKEN, lost("reset"), errors.ServiceUnavailable),
        (REFUSE, answer(500, SPRING), errors.OutcomeUnknown),
        (REFUSE, answer(502, HTML), errors.OutcomeUnknown),
        (GET, answer(502, HTML), errors.ServiceUnavailable),
        (REFUSE, answer(200, HTML), errors.OutcomeUnknown),
        (GET, answer(200, HTML), errors.InvalidResponse),
        (REFUSE, answer(202, b""), errors.OutcomeUnknown),
        (REFUSE, answer(202, b"null"), errors.OutcomeUnknown),
        (REFUSE, answer(202, {}), errors.OutcomeUnknown),
        (REFUSE, answer(202, b'{"entity": {"uuid'), errors.OutcomeUnknown),
        (REFUSE, answer(202, b"\xff\xfe\x00"), errors.OutcomeUnknown),
        (REFUSE, answer(202, b"[" * 100_000), errors.OutcomeUnknown),
        (REFUSE, answer(302, b""), errors.OutcomeUnknown),
        (REFUSE, answer(403, HTML), errors.OutcomeUnknown),
        (GET, answer(403, HTML), errors.InvalidResponse),
        (GET, answer(200, {"requests": []}), errors.InvalidResponse),
        (GET, answer(200, b"[]"), errors.InvalidResponse),
        (TOKEN, answer(200, {"token_type": "bearer"}), errors.InvalidResponse),
        (TOKEN, answer(200, {"access_token": "a\r\nb"}), errors.InvalidResponse),
        (TOKEN, answer(200, HTML), errors.InvalidResponse),
        (TOKEN, answer(401, {"error": "invalid_client", "error_description": "Bad"}), errors.AuthenticationError),
        (TOKEN, answer(400, {"error": "invalid_client", "error_description": "Bad"}), errors.AuthenticationError),
        (GET, answer(401, b""), errors.AuthenticationError),
        (REFUSE, answer(429, b""), errors.RateLimited),
        (TOKEN, answer(429, {"error": "slow"}), errors.RateLimited),
        (REFUSE, answer(404, SPRING), errors.RequestRejected),
        (REFUSE, refused("v2_entity_not_found"), errors.RequestRejected),
        (REFUSE, refused("v2_entity_not_found", status=404), errors.RequestRejected),
        (REFUSE, answer(202, {"entity": {"uuid": UUID}, "requests": [entry("INVALID", errors=[{"code": "x"}])]}), errors.RequestRejected),
    ],
)  # fmt: skip
def test_bad_responses_differ_by_whether_a_change_may_be_done(request_, got, error):
    with pytest.raises(errors.CdekError) as caught:
        parse_response(request_, got)
    assert type(caught.value) is error
    assert caught.value.safe_to_repeat == (
        error in {errors.ServiceUnavailable, errors.RateLimited, errors.InvalidResponse}
    )


def test_rejection_keeps_code_message_and_additional_code():
    body = {"errors": [{"code": "v2_invalid_format", "additional_code": "0x1E0EBE20", "message": "Invalid value"}]}
    with pytest.raises(errors.RequestRejected) as caught:
        parse_response(GET, answer(400, body))
    assert (caught.value.code, caught.value.message, caught.value.additional_code) == (
        "v2_invalid_format",
        "Invalid value",
        "0x1E0EBE20",
    )
    assert caught.value.has("V2_INVALID_FORMAT")
    assert caught.value.status == 400
    assert json.loads(caught.value.body) == body


def test_accepted_refusal_has_request_uuid_and_raw_response():
    body = {"entity": {"uuid": UUID}, "requests": [entry("ACCEPTED")], "related_entities": [], "new_field": [1]}
    got = parse_response(REFUSE, answer(202, body))
    assert (got.uuid, got.request_uuid, got.state) == (UUID, "r-1", "ACCEPTED")
    assert got.raw == body
    assert got.http.status == 202


def test_json_that_calls_itself_text_is_read_all_the_same():
    got = parse_response(
        REFUSE, answer(202, {"entity": {"uuid": UUID}, "requests": [entry("WAITING")]}, content_type="text/plain")
    )
    assert got.state == "WAITING"


def test_a_history_of_failed_operations_does_not_make_a_card_an_error():
    body = {"entity": {"uuid": UUID, "statuses": []}, "requests": [entry("INVALID", errors=[{"code": "x"}])]}
    assert parse_response(GET, answer(200, body)).order.uuid == UUID


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        (" 0 ", 0.0),
        ("Mon, 23 Nov 2026 18:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 17:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("Mon, 99 Nov 2026 18:00:30 GMT", None),
        ("9" * 400, None),
        ("9" * 5000, None),
        ("1e3", None),
        ("inf", None),
        ("nan", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 251606843999.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value, seconds):
    now = 1795456800.0  # Mon, 23 Nov 2026 18:00:00 GMT
    assert parse_retry_after(answer(429, b"", retry_after=value), now) == seconds


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), -1.0, 251606843999.0])
def test_a_time_that_cannot_be_meant_is_not_told_as_a_number_of_seconds(seconds):
    error = errors.RateLimited(seconds)
    assert str(error) == "CDEK asks for fewer requests (429). Repeat later"
    assert error.hint.ru == "Повторите позже"


@pytest.mark.parametrize(("seconds", "told"), [(None, "60"), (0.0, "0"), (7.0, "7"), (86_400.0, "86400")])
def test_a_time_that_can_be_meant_is_told_in_seconds(seconds, told):
    assert str(errors.RateLimited(seconds)).endswith(f"Repeat in {told} s")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["requests", "errors", "error", "code", "message", "x"]), inner)
    ),
    max_leaves=12,
)


@given(st.binary() | anything.map(lambda value: json.dumps(value).encode()), st.integers(100, 599))
def test_any_response_gives_a_typed_response_or_a_cdek_error(body, status):
    for request in (REFUSE, GET, TOKEN):
        try:
            parse_response(request, answer(status, body))
        except errors.CdekError as error:
            assert str(error)
            assert error.code


@given(anything)
def test_whatever_stands_in_place_of_errors_gives_problems_made_of_text(value):
    for problem in parse_errors(json.dumps({"errors": value, "requests": value}).encode()):
        assert isinstance(problem.code, str)
        assert isinstance(problem.message, str)


def test_an_answer_that_asks_for_nothing_is_usable_as_any_json_object():
    assert ApiResponse().is_complete


def test_no_error_ever_shows_the_body_that_it_keeps():
    body = {"requests": [], "recipient": {"name": "Иванов Иван", "phone": "+79134637228"}}
    with pytest.raises(errors.OutcomeUnknown) as caught:
        parse_response(REFUSE, answer(500, body))
    assert "Иванов" not in str(caught.value) + repr(caught.value)
    assert "+7913" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    "code", ["v2_entity_not_found", "V2_ENTITY_FORBIDDEN", "v2_similar_request_still_processed", "anything_else"]
)
def test_a_rejection_says_what_to_do_next_in_both_languages(monkeypatch, code):
    with pytest.raises(errors.RequestRejected) as caught:
        parse_response(REFUSE, refused(code))
    assert caught.value.hint.ru != caught.value.hint.en
    for language, text in (("ru", caught.value.hint.ru), ("en", caught.value.hint.en)):
        monkeypatch.setenv("OINT_LANG", language)
        assert str(caught.value).endswith(text)


@pytest.mark.parametrize(
    ("trouble", "reason"), [(MemoryError(), "no_memory"), (OSError(24, "Too many open files"), "no_descriptors")]
)
@pytest.mark.parametrize(("request_", "error"), [(REFUSE, errors.OutcomeUnknown), (GET, errors.ServiceUnavailable)])
def test_what_this_machine_lacks_to_read_an_answer_is_named(monkeypatch, request_, error, trouble, reason):
    def lacking(*_):
        raise trouble

    monkeypatch.setattr(request_.response_type, "decode", lacking)
    with pytest.raises(error) as caught:
        parse_response(request_, answer(202, {"entity": {"uuid": UUID}}))
    assert caught.value.reason == reason


def test_an_internal_error_of_cdek_is_not_the_request_s_fault():
    with pytest.raises(errors.RequestRejected) as caught:
        parse_response(REFUSE, refused("v2_internal_error"))
    assert "repeat later" in caught.value.hint.en


def test_rejection_that_echoes_a_secret_does_not_show_it():
    said = "Bearer abc.def is over, eyJhbGciOi.eyJhIjox.abc too, client_secret=abc.def"
    with pytest.raises(errors.RequestRejected) as caught:
        parse_response(REFUSE, refused("eyJhbGciOi.abc", said))
    shown = f"{caught.value} {caught.value!r} {caught.value.cause}"
    assert "abc" not in shown
    assert "client_secret=***" in shown


def test_rejection_that_echoes_the_password_does_not_show_it(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_PASSWORD", "pa55 w0rd/")
    with pytest.raises(errors.RequestRejected) as caught:
        parse_response(REFUSE, refused("v2_bad", "no pa55 w0rd/, and no pa55%20w0rd%2F"))
    assert str(caught.value).startswith("CDEK rejected the request: v2_bad: no ***, and no ***. ")
    assert caught.value.message == "no pa55 w0rd/, and no pa55%20w0rd%2F"  # as CDEK gave it


def test_a_refused_account_is_told_with_a_code_that_holds_no_secret():
    bad = answer(401, {"error": "Bearer abc.def", "error_description": "no"})
    with pytest.raises(errors.AuthenticationError) as caught:
        parse_response(TOKEN, bad)
    assert "abc.def" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("secret", ["pa55\udcffword", "\ud800\ud800\ud800\ud800"])
def test_a_secret_that_is_no_text_is_hidden_too_and_breaks_nothing(secret):
    redaction.add_secret(secret)
    try:
        assert redaction.redact(f"no {secret}") == "no ***"
        assert redaction.redact("innocent") == "innocent"
    finally:
        redaction.clear_secrets()
