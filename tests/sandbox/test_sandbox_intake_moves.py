"""An intake under the hand of a test, and an order that something stands against."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdek_sandbox import SandboxError
from cdek_sandbox.resources.intakes.intake_jobs import FINAL, NEXT_STATUSES

LOAD = {
    "intake_time_from": "10:00",
    "intake_time_to": "17:00",
    "name": "Груз",
    "sender": {"name": "Компания", "phones": [{"number": "+79589441654"}]},
    "from_location": {"code": 44, "address": "ул. Блюхера, 32"},
}
ALL = ["ACCEPTED", "CREATED", "READY_FOR_APPOINTMENT", "APPOINTED_COURIER", "DONE"]


def _day(sandbox):
    return (datetime.fromisoformat(sandbox.control("GET", "/clock")["now"]).date() + timedelta(days=2)).isoformat()


@pytest.fixture
def intake(sandbox, api):
    """The uuid of an intake still in the making."""
    sandbox.settings(intake_create={"mode": "never"})
    return api.call("POST", "/intakes", LOAD | {"intake_date": _day(sandbox)}).uuid


def _codes(api, uuid):
    return [row["code"] for row in api.call("GET", f"/intakes/{uuid}").body["entity"]["statuses"]][::-1]


def test_an_intake_is_moved_from_its_making_to_its_end(sandbox, api, intake):
    seen = [sandbox.control("POST", f"/intakes/{intake}/advance")["status"] for _ in range(3)]
    assert seen == ALL[2:]
    assert _codes(api, intake) == ALL
    assert sandbox.control("GET", f"/intakes/{intake}")["requests"][0]["state"] == "SUCCESSFUL"


def test_several_steps_are_made_at_once(sandbox, api, intake):
    sandbox.control("POST", f"/intakes/{intake}/advance", {"steps": 3})
    assert _codes(api, intake) == ALL


def test_nothing_follows_the_end_of_an_intake(sandbox, intake):
    sandbox.control("POST", f"/intakes/{intake}/advance", {"steps": 3})
    with pytest.raises(SandboxError, match="Nothing follows DONE"):
        sandbox.control("POST", f"/intakes/{intake}/advance")


def test_an_intake_with_a_problem_is_processed_and_made_ready_again(sandbox, api, intake):
    sandbox.control("POST", f"/intakes/{intake}/advance", {"steps": 2})
    for code in ("PROBLEM_DETECTED", "PROCESSING_REQUIRED", "READY_FOR_APPOINTMENT"):
        assert sandbox.control("POST", f"/intakes/{intake}/status", {"code": code})["status"] == code
    assert _codes(api, intake)[-3:] == ["PROBLEM_DETECTED", "PROCESSING_REQUIRED", "READY_FOR_APPOINTMENT"]


@pytest.mark.parametrize("code", ["DONE", "ACCEPTED", "READY_FOR_APPOINTMENT", "FLOWN"])
def test_an_intake_that_waits_for_a_courier_does_not_jump(sandbox, api, intake, code):
    sandbox.control("POST", f"/intakes/{intake}/advance")
    with pytest.raises(SandboxError, match="APPOINTED_COURIER, PROCESSING_REQUIRED, PROBLEM_DETECTED, REMOVED"):
        sandbox.control("POST", f"/intakes/{intake}/status", {"code": code})
    assert _codes(api, intake)[-1] == "READY_FOR_APPOINTMENT"


def test_an_intake_that_is_done_is_not_deleted(sandbox, api, intake):
    sandbox.control("POST", f"/intakes/{intake}/advance", {"steps": 3})
    assert api.call("DELETE", f"/intakes/{intake}").code == "v2_entity_has_final_status"


def test_all_intakes_are_listed_with_what_can_follow(sandbox, intake):
    sandbox.control("POST", f"/intakes/{intake}/advance", {"steps": 2})
    (row,) = sandbox.control("GET", "/intakes")
    assert (row["uuid"], row["owner"], row["status"], row["follows"][0]) == (
        intake,
        "main",
        "APPOINTED_COURIER",
        "DONE",
    )


def test_an_intake_that_is_not_there_cannot_be_moved(sandbox):
    with pytest.raises(SandboxError, match="no intake"):
        sandbox.control("POST", "/intakes/0/advance")


@pytest.mark.parametrize(
    ("obstacle", "code"),
    [
        ("in_warehouse", "error_validate_order_delete_documents_in_warehouse_is_not_empty"),
        ("claimed", "error_validate_order_delete_claims_is_not_empty"),
    ],
)
def test_an_order_that_something_stands_against_is_not_deleted_until_it_is_gone(sandbox, api, obstacle, code):
    uuid = sandbox.order()
    assert sandbox.control("POST", f"/orders/{uuid}/obstacles", {obstacle: True})[obstacle] is True
    assert api.call("DELETE", f"/orders/{uuid}").status == 202
    sandbox.finish(uuid)
    card = api.card(uuid).body
    assert [row["code"] for row in card["requests"][0]["errors"]] == [code]
    assert card["entity"]["statuses"][0]["code"] == "CREATED"
    sandbox.control("POST", f"/orders/{uuid}/obstacles", {obstacle: False})
    api.call("DELETE", f"/orders/{uuid}")
    sandbox.finish(uuid)
    assert api.card(uuid).body["entity"]["statuses"][0]["code"] == "REMOVED"


def test_the_intake_of_an_order_to_an_office_tells_where_that_office_is(sandbox, api, intake):
    day = api.call("GET", f"/intakes/{intake}").body["entity"]["intake_date"]
    hours = {"intake_date": day, "intake_time_from": "10:00", "intake_time_to": "17:00"}
    uuid = api.call("POST", "/intakes", hours | {"order_uuid": sandbox.order(destination="office")}).uuid
    place = api.call("GET", f"/intakes/{uuid}").body["entity"]["to_location"]
    (office,) = api.call("GET", "/deliverypoints?code=NSK1").body
    names = ("longitude", "latitude", "postal_code")
    assert [place[name] for name in names] == [office["location"][name] for name in names]
    assert place["address"].endswith(office["location"]["address"])
    assert place["code"] == office["location"]["city_code"]


def test_from_every_status_of_an_intake_an_end_can_be_reached_and_from_an_end_nothing():
    assert FINAL.isdisjoint(NEXT_STATUSES)
    for code in NEXT_STATUSES:
        reached, new = set(), {code}
        while new - reached:
            reached |= new
            new = {following for one in reached for following in NEXT_STATUSES.get(one, ())}
        assert "DONE" in reached
        assert reached <= NEXT_STATUSES.keys() | FINAL


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(codes=st.lists(st.sampled_from([*NEXT_STATUSES, *FINAL]), max_size=6))
def test_an_intake_goes_only_where_its_status_leads(sandbox, api, codes):
    uuid = api.call("POST", "/intakes", LOAD | {"intake_date": _day(sandbox)}).uuid
    sandbox.control("POST", f"/intakes/{uuid}/advance")
    for code in codes:
        before = sandbox.control("GET", f"/intakes/{uuid}")
        if code in before["follows"]:
            assert sandbox.control("POST", f"/intakes/{uuid}/status", {"code": code})["status"] == code
        else:
            with pytest.raises(SandboxError):
                sandbox.control("POST", f"/intakes/{uuid}/status", {"code": code})
            assert sandbox.control("GET", f"/intakes/{uuid}") == before
    api.call("DELETE", f"/intakes/{uuid}")
    sandbox.pass_time(1)
