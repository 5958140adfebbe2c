import json
from urllib.parse import urlencode

import pytest

from cdek_sandbox import running_sandbox

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_a_token_is_given_with_the_fields_and_headers_that_were_recorded(api):
    answer = api.login()
    assert answer.status == 200
    assert list(answer.body) == ["access_token", "token_type", "expires_in", "scope", "jti"]
    assert answer.body["expires_in"] == 3599
    assert answer.body["access_token"].count(".") == 2
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


def test_form_query_and_parameters_url_all_give_a_token(api):
    pair = urlencode(api.pair)
    assert api.raw("POST", "/v2/oauth/token", pair.encode()).status == 200
    assert api.raw("POST", f"/v2/oauth/token?{pair}").status == 200
    assert api.raw("POST", "/v2/oauth/token?parameters", pair.encode()).status == 200
    assert api.raw("POST", "/v2/oauth/token/", pair.encode()).status == 200


def test_get_on_the_token_method_is_unauthorized(api):
    answer = api.raw("GET", f"/v2/oauth/token?{urlencode(api.pair)}")
    assert (answer.status, answer.body["error"]) == (401, "unauthorized")


@pytest.mark.parametrize("wrong", [{"client_secret": "no"}, {"client_id": "no"}, {"client_id": ""}])
def test_wrong_credentials_answer_401_invalid_client(api, wrong):
    answer = api.raw("POST", "/v2/oauth/token", urlencode(api.pair | wrong).encode())
    assert answer.status == 401
    assert answer.body == {"error": "invalid_client", "error_description": "Bad client credentials"}


def test_the_status_for_wrong_credentials_is_a_choice(sandbox, api):
    sandbox.settings(bad_credentials_status=400)
    assert api.raw("POST", "/v2/oauth/token", urlencode(api.pair | {"client_id": "no"}).encode()).status == 400


def test_another_grant_type_is_refused(api):
    answer = api.raw("POST", "/v2/oauth/token", urlencode(api.pair | {"grant_type": "password"}).encode())
    assert (answer.status, answer.body["error"]) == (400, "unsupported_grant_type")


def _asked(api, headers):
    return api.raw("GET", f"/v2/orders/{UNKNOWN}", headers=headers)


def test_no_token_answers_401_in_an_auth_envelope(api):
    answer = _asked(api, {})
    assert answer.status == 401
    assert set(answer.body) == {"requests", "related_entities"}
    assert set(answer.entry) == {"type", "date_time", "state", "errors"}
    assert (answer.entry["type"], answer.entry["state"], answer.code) == ("AUTH", "INVALID", "unauthorized")


def test_the_body_for_no_token_may_be_chosen_to_be_springs(sandbox, api):
    sandbox.settings(anonymous_body="spring")
    answer = _asked(api, {})
    assert (answer.status, set(answer.body)) == (401, {"error", "error_description"})


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer a.b.c", "Bearer ", "Basic abc", "Bearer \xe9"])
def test_a_bad_token_answers_401_authorization_incorrect(api, header):
    answer = _asked(api, {"Authorization": header})
    assert (answer.status, answer.code) == (401, "v2_authorization_incorrect")


def test_token_with_changed_claims_is_refused(api):
    api.login()
    head, claims, signature = api.token.split(".")
    forged = f"{head}.{claims[:-2]}AA.{signature}"
    assert _asked(api, {"Authorization": f"Bearer {forged}"}).code == "v2_authorization_incorrect"


def test_token_expires_at_the_end_of_its_life(sandbox, api):
    sandbox.settings(token_life=100)
    assert api.login().body["expires_in"] == 100
    sandbox.pass_time(90)
    assert api.card(UNKNOWN).status == 400
    sandbox.pass_time(10)
    answer = api.card(UNKNOWN)
    assert (answer.status, answer.code) == (401, "v2_token_expired")


def test_a_refused_call_with_an_expired_token_changes_nothing(sandbox, api):
    uuid = sandbox.order()
    api.login()
    sandbox.pass_time(4000)
    assert api.refuse(uuid).status == 401
    truth = sandbox.truth(uuid)
    assert [row["http_status"] for row in truth["refusals"]] == [401]
    assert [row["type"] for row in truth["requests"]] == ["CREATE"]


def test_the_sandbox_takes_the_pair_that_it_was_given():
    with running_sandbox(account="мой-аккаунт", password="мой-пароль") as sandbox:
        assert (sandbox.account, sandbox.password) == ("мой-аккаунт", "мой-пароль")
        answer = sandbox.control("GET", "")
        assert sandbox.password not in json.dumps(answer, ensure_ascii=False)
