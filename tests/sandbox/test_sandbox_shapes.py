"""The answers have the shape of the recorded ones: the same keys in the same order, types and order of rows."""

import pytest

from tests.support.samples import SAMPLES, sample, shape

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def _request():
    return sample("POST_orders_accepted_2024-10-21.request")


@pytest.fixture
def made(sandbox, api):
    sandbox.settings(create={"mode": "never"})
    return api.call("POST", "/orders", _request()).uuid


def test_a_token(api):
    assert shape(api.login().body) == shape(sample("POST_oauth_token_ok"))


@pytest.mark.parametrize("name", ["2024-10-21", "2026-08-04"])
def test_an_accepted_order(api, name):
    answer = api.call("POST", "/orders", sample(f"POST_orders_accepted_{name}.request"))
    assert shape(answer.body) == shape(sample(f"POST_orders_accepted_{name}"))


def test_the_request_full_of_nulls_of_2022_is_accepted(sandbox, api):
    uuid = api.call("POST", "/orders", sample("POST_orders_accepted_restub_2022.request")).uuid
    sandbox.finish(uuid)
    assert sandbox.truth(uuid)["status"] == "CREATED"


def test_a_pending_order(api, made):
    card = api.card(made).body
    expected = sample("GET_orders_uuid_pending_2026-02-15")
    assert shape(card) == shape(expected)
    for mine in (card, expected):
        for volatile in ("uuid", "number", "statuses"):
            mine["entity"].pop(volatile)
    assert card["entity"] == expected["entity"]


def test_a_made_order(sandbox, api, made):
    sandbox.finish(made)
    card = api.card(made).body
    expected = sample("GET_orders_im_number_successful_2025-10-10")
    assert shape(card) == shape(expected)
    assert list(card["entity"]) == list(expected["entity"])
    codes = [row["code"] for row in card["entity"]["statuses"]]
    assert codes == [row["code"] for row in expected["entity"]["statuses"]]
    for place in ("from_location", "to_location"):
        assert card["entity"][place] == expected["entity"][place]


def test_a_made_order_to_an_office_has_all_that_was_recorded(sandbox, api):
    uuid = api.call("POST", "/orders", sample("POST_orders_accepted_2026-08-04.request")).uuid
    sandbox.finish(uuid)
    card = api.card(uuid).body
    expected = sample("GET_orders_im_number_successful_2026-08-04")
    # The recording is an excerpt: what it shows stands in its order.
    card["entity"] = {name: value for name, value in card["entity"].items() if name in expected["entity"]}
    assert shape(card) == shape(expected)


def test_an_order_that_could_not_be_made(sandbox, api):
    request = _request() | {"tariff_code": 136, "to_location": None}
    uuid = api.call("POST", "/orders", request).uuid
    sandbox.finish(uuid)
    card = api.card(uuid).body
    expected = sample("GET_orders_uuid_create_invalid_2026-08-04")
    assert shape(card["requests"]) == shape(expected["requests"])
    assert card["requests"][0]["errors"] == expected["requests"][0]["errors"]
    assert shape(card["entity"]["statuses"]) == shape(expected["entity"]["statuses"])
    assert [row["name"] for row in card["entity"]["statuses"]] == ["Некорректный заказ", "Принят"]


@pytest.mark.parametrize(("name", "uuid"), [("malformed_2026-08-05", "not-a-uuid"), ("not_found_2026-08-05", UNKNOWN)])
def test_an_order_that_is_not_there(api, name, uuid):
    answer = api.card(uuid)
    expected = sample(f"GET_orders_uuid_{name}")
    assert list(answer.entry) == list(expected["requests"][0])
    assert answer.body | {"requests": []} == expected | {"requests": []}
    assert answer.entry | {"date_time": ""} == expected["requests"][0] | {"date_time": ""}


@pytest.mark.parametrize("name", ["2024-10-12a", "2024-10-12b", "2024-10-21", "2025-10-31"])
def test_a_refusal(sandbox, api, name):
    answer = api.refuse(sandbox.order())
    assert shape(answer.body) == shape(sample(f"POST_orders_uuid_refusal_accepted_{name}"))
    assert list(answer.entry) == ["request_uuid", "type", "date_time", "state"]


def test_a_deletion(sandbox, api):
    answer = api.call("DELETE", f"/orders/{sandbox.order()}")
    assert shape(answer.body) == shape(sample("DELETE_orders_uuid_accepted_2025-12-06"))


def test_a_client_return(sandbox, api):
    body = sample("POST_orders_uuid_clientReturn_accepted_2025-12-06.request")
    answer = api.call("POST", f"/orders/{sandbox.order()}/clientReturn", body)
    assert shape(answer.body) == shape(sample("POST_orders_uuid_clientReturn_accepted_2025-12-06"))


def test_a_removed_order_is_shown_with_its_deletion(sandbox, api):
    sandbox.settings(newest_first=False)
    uuid = sandbox.order()
    api.call("DELETE", f"/orders/{uuid}")
    sandbox.finish(uuid)
    card = api.card(uuid).body
    expected = sample("GET_orders_uuid_removed_2020-03-27")
    rows = [(row["type"], row["state"]) for row in card["requests"]]
    assert rows == [(row["type"], row["state"]) for row in expected["requests"]]
    assert card["entity"]["statuses"][-1]["name"] == expected["entity"]["statuses"][-1]["name"]


def test_an_unknown_route(api):
    answer = api.call("GET", "/payment")
    expected = sample("GET_payment_not_found_2026-03-22")
    assert answer.body | {"timestamp": ""} == expected | {"timestamp": ""}
