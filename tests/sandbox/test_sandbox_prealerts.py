"""Prealerts: announced, registered, refused, closed by the office."""

from datetime import UTC, datetime, timedelta

import pytest

from cdek_sandbox import SandboxError
from tests.support.samples import sample, shape

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def later(hours):
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")


def body(*rows, hours=27):
    return {"planned_date": later(hours), "shipment_point": "NSK27", "orders": list(rows)}


def announce(api, *rows, hours=27):
    answer = api.call("POST", "/prealert", body(*rows, hours=hours))
    assert answer.status == 202, answer
    return answer.uuid


def settled(sandbox, api, *rows, hours=27):
    uuid = announce(api, *rows, hours=hours)
    sandbox.pass_time(1)
    return api.call("GET", f"/prealert/{uuid}")


def test_a_prealert_is_accepted_as_recorded(sandbox, api):
    answer = api.call("POST", "/prealert", body({"order_uuid": sandbox.order()}))
    assert answer.status == 202
    assert shape(answer.body) == shape(sample("POST_prealert_accepted_2026-02-19"))


def test_a_pending_prealert_has_no_uuid(sandbox, api):
    card = api.call("GET", f"/prealert/{announce(api, {'order_uuid': sandbox.order()})}").body
    assert shape(card) == shape(sample("GET_prealert_uuid_pending_2025-10-10"))


def test_a_registered_prealert_has_a_number_and_the_numbers_of_its_orders(sandbox, api):
    uuid = sandbox.order(im_number="shop-7")
    card = settled(sandbox, api, {"order_uuid": uuid}).body
    assert shape(card) == shape(sample("GET_prealert_uuid_successful_2024-10-21"))
    number = int(sandbox.truth(uuid)["cdek_number"])
    assert card["entity"]["orders"] == [{"order_uuid": uuid, "cdek_number": number, "im_number": "shop-7"}]
    assert card["entity"]["prealert_number"].startswith("PA/")


def test_two_prealerts_have_two_numbers(sandbox, api):
    numbers = {
        settled(sandbox, api, {"order_uuid": sandbox.order()}).body["entity"]["prealert_number"],
        settled(sandbox, api, {"order_uuid": sandbox.order()}).body["entity"]["prealert_number"],
    }
    assert len(numbers) == 2


def test_the_planned_date_is_kept_whatever_its_zone(sandbox, api):
    wanted = body({"order_uuid": sandbox.order()}) | {"planned_date": "2090-01-02T03:04:05+07:00"}
    uuid = api.call("POST", "/prealert", wanted).uuid
    assert api.call("GET", f"/prealert/{uuid}").body["entity"]["planned_date"] == "2090-01-01T20:04:05+0000"


def test_an_order_may_be_named_by_either_number(sandbox, api):
    uuid = sandbox.order(im_number="shop-8")
    number = sandbox.truth(uuid)["cdek_number"]
    card = settled(sandbox, api, {"cdek_number": number}, {"im_number": "shop-8"}).body
    assert [row["order_uuid"] for row in card["entity"]["orders"]] == [uuid, uuid]


@pytest.mark.parametrize("name", ["planned_date", "shipment_point", "orders"])
def test_a_field_that_must_be_there_is_named(sandbox, api, name):
    wanted = body({"order_uuid": sandbox.order()})
    del wanted[name]
    refused = api.call("POST", "/prealert", wanted)
    assert (refused.status, refused.code) == (400, "v2_field_is_empty")
    assert refused.entry["errors"][0]["message"] == f"{name} is empty"


@pytest.mark.parametrize("date", ["tomorrow", "2025-13-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"])
def test_a_date_that_cannot_be_read_is_named(sandbox, api, date):
    refused = api.call("POST", "/prealert", body({"order_uuid": sandbox.order()}) | {"planned_date": date})
    assert (refused.status, refused.code) == (400, "v2_invalid_format")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"order_uuid": UNKNOWN}, "v2_entity_not_found"),
        ({"order_uuid": "nonsense"}, "v2_invalid_format"),
        ({"cdek_number": 5}, "v2_order_not_found"),
        ({"im_number": "nobody's"}, "v2_entity_not_found_im_number"),
        ({}, "v2_order_number_empty"),
    ],
)
def test_an_order_that_is_not_there_is_refused_at_once(api, row, code):
    refused = api.call("POST", "/prealert", body(row))
    assert (refused.status, refused.code) == (400, code)


def test_somebody_elses_order_is_forbidden(sandbox, api):
    assert (
        api.call("POST", "/prealert", body({"order_uuid": sandbox.order(owner="other")})).code == "v2_entity_forbidden"
    )


def test_a_date_less_than_a_day_ahead_ends_invalid(sandbox, api):
    uuid = sandbox.order()
    failed = settled(sandbox, api, {"order_uuid": uuid}, hours=23)
    assert (failed.entry["state"], failed.code) == ("INVALID", "PA_02")
    assert "uuid" not in failed.body["entity"]
    assert settled(sandbox, api, {"order_uuid": uuid}, hours=25).entry["state"] == "SUCCESSFUL"


def test_a_contract_without_the_service_ends_invalid(sandbox, api):
    sandbox.settings(prealert_contract=False)
    assert settled(sandbox, api, {"order_uuid": sandbox.order()}).code == "PA_17"


@pytest.mark.parametrize(
    ("status", "code"), [("REMOVED", "PA_11"), ("ACCEPTED", "v2_entity_not_ready"), ("INVALID", "v2_entity_invalid")]
)
def test_an_order_that_cannot_be_handed_over_ends_invalid(sandbox, api, status, code):
    failed = settled(sandbox, api, {"order_uuid": sandbox.order(status=status)})
    assert (failed.entry["state"], failed.code) == ("INVALID", code)


def test_a_closed_prealert_tells_where_and_what_came_in(sandbox, api):
    came, stayed, gone = sandbox.order(), sandbox.order(), sandbox.order()
    rows = [{"order_uuid": uuid} for uuid in (came, stayed, gone)]
    uuid = announce(api, *rows)
    sandbox.pass_time(1)
    sandbox.move(gone, "REMOVED")
    package = api.card(stayed).body["entity"]["packages"][0]["package_id"]
    sandbox.control("POST", f"/prealerts/{uuid}/close", {"fact_shipment_point": "NSK1", "not_accepted": [package]})
    entity = api.call("GET", f"/prealert/{uuid}").body["entity"]
    assert list(entity)[3:] == ["shipment_point", "closed_date", "fact_shipment_point", "orders"]
    assert entity["fact_shipment_point"] == "NSK1"
    assert [row["packages"][0]["status"] for row in entity["orders"]] == ["ACCEPTED", "NOT_ACCEPTED", "DELETED"]
    assert entity["orders"][1]["packages"][0]["package_id"] == package


def test_only_an_open_prealert_can_be_closed(sandbox, api):
    uuid = announce(api, {"order_uuid": sandbox.order()})
    with pytest.raises(SandboxError):
        sandbox.control("POST", f"/prealerts/{uuid}/close")
    sandbox.pass_time(1)
    sandbox.control("POST", f"/prealerts/{uuid}/close")
    with pytest.raises(SandboxError):
        sandbox.control("POST", f"/prealerts/{uuid}/close")
    with pytest.raises(SandboxError):
        sandbox.control("POST", f"/prealerts/{UNKNOWN}/close")


def test_prealerts_are_found_by_their_owner_only(sandbox, api, other_api):
    uuid = announce(api, {"order_uuid": sandbox.order()})
    assert other_api.call("GET", f"/prealert/{uuid}").code == "v2_entity_forbidden"
    assert api.call("GET", f"/prealert/{UNKNOWN}").code == "v2_entity_not_found"
    assert api.call("GET", "/prealert/nonsense").code == "v2_invalid_format"
