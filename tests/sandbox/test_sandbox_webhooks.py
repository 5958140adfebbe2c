"""Subscriptions to webhooks: made, listed, ended."""

import pytest

UNKNOWN = "00000000-0000-4000-8000-000000000000"
URL = "http://127.0.0.1:9/hook"


def subscribe(api, kind="ORDER_STATUS", url=URL):
    answer = api.call("POST", "/webhooks", {"type": kind, "url": url})
    assert answer.status == 200, answer
    return answer.uuid


def test_subscription_is_created_listed_read_and_deleted(api):
    made = api.call("POST", "/webhooks", {"type": "ORDER_STATUS", "url": URL})
    assert (made.status, list(made.body)) == (200, ["entity", "requests"])
    assert list(made.entry) == ["request_uuid", "type", "date_time", "state"]
    assert (made.entry["type"], made.entry["state"]) == ("CREATE", "SUCCESSFUL")
    row = {"uuid": made.uuid, "type": "ORDER_STATUS", "url": URL}
    assert api.call("GET", "/webhooks").body == [row]
    shown = api.call("GET", f"/webhooks/{made.uuid}").body
    assert (shown["entity"], shown["requests"]) == (row, made.body["requests"])
    gone = api.call("DELETE", f"/webhooks/{made.uuid}")
    assert (gone.status, gone.uuid, gone.entry["type"]) == (200, made.uuid, "DELETE")
    assert api.call("GET", "/webhooks").body == []


def test_a_deleted_subscription_is_not_found(api):
    uuid = subscribe(api)
    api.call("DELETE", f"/webhooks/{uuid}")
    for method in ("GET", "DELETE"):
        assert api.call(method, f"/webhooks/{uuid}").code == "v2_entity_not_found"


def test_two_subscriptions_are_the_most_and_the_number_is_a_setting(sandbox, api, other_api):
    first, _ = subscribe(api), subscribe(api)
    refused = api.call("POST", "/webhooks", {"type": "ORDER_STATUS", "url": URL})
    assert (refused.status, refused.code) == (400, "sandbox_invented_too_many_webhooks")
    subscribe(other_api)
    api.call("DELETE", f"/webhooks/{first}")
    subscribe(api)
    sandbox.settings(webhooks={"limit": 3})
    subscribe(api)
    assert len(api.call("GET", "/webhooks").body) == 3


def test_a_second_subscription_of_a_type_may_replace_the_first_as_of_old(sandbox, api):
    sandbox.settings(webhooks={"same_type": "replaced"})
    first = subscribe(api)
    second = subscribe(api, url="http://127.0.0.1:9/other")
    assert second == first
    assert [row["url"] for row in api.call("GET", "/webhooks").body] == ["http://127.0.0.1:9/other"]


def test_subscription_state_may_be_accepted(sandbox, api):
    sandbox.settings(webhooks={"state": "ACCEPTED"})
    made = api.call("POST", "/webhooks", {"type": "ORDER_STATUS", "url": URL})
    assert made.entry["state"] == "ACCEPTED"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": URL}, "v2_field_is_empty"),
        ({"type": "ORDER_STATUS"}, "v2_field_is_empty"),
        ({"type": "ORDER_LOST", "url": URL}, "v2_webhook_type_incorrect"),
        ({"type": "ORDER_STATUS", "url": "ftp://127.0.0.1/"}, "v2_invalid_format"),
        ({"type": "ORDER_STATUS", "url": "http://"}, "v2_invalid_format"),
        ({"type": "ORDER_STATUS", "url": "http://127.0.0.1:port/"}, "v2_invalid_format"),
        ({"type": "ORDER_STATUS", "url": "http://[::1/"}, "v2_invalid_format"),
        ({"type": "ORDER_STATUS", "url": "http://127.0.0.1/\r\nHost: x"}, "v2_invalid_format"),
        ({"type": ["ORDER_STATUS"], "url": URL}, "v2_invalid_value_type"),
        ([], "v2_bad_request"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(api, body, code):
    refused = api.call("POST", "/webhooks", body)
    assert (refused.status, refused.code) == (400, code)


def test_every_documented_type_can_be_subscribed_to(sandbox, api):
    sandbox.settings(webhooks={"limit": 20})
    kinds = (
        *("ORDER_STATUS", "ORDER_MODIFIED", "PRINT_FORM", "RECEIPT", "DOWNLOAD_PHOTO", "PREALERT_CLOSED"),
        *("ACCOMPANYING_WAYBILL", "OFFICE_AVAILABILITY", "DELIV_PROBLEM", "DELIV_AGREEMENT", "COURIER_INFO"),
    )
    for kind in kinds:
        subscribe(api, kind)
    assert [row["type"] for row in api.call("GET", "/webhooks").body] == list(kinds)


def test_subscriptions_are_the_owners_alone(api, other_api):
    uuid = subscribe(api)
    assert other_api.call("GET", "/webhooks").body == []
    assert other_api.call("DELETE", f"/webhooks/{uuid}").code == "v2_entity_forbidden"
    assert api.call("GET", f"/webhooks/{UNKNOWN}").code == "v2_entity_not_found"
    assert api.call("GET", "/webhooks/nonsense").code == "v2_invalid_format"
