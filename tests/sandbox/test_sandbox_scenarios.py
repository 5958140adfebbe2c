"""Whole lives of a parcel by name, and troubles on its way."""

from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from cdek_sandbox import SandboxError

ENDS = {
    "happy": ("DELIVERED", None),
    "refused_at_the_door": ("NOT_DELIVERED", "11"),
    "locker_expired": ("NOT_DELIVERED", "23"),
    "partial_delivery": ("DELIVERED", "20"),
    "stuck_in_accepted": ("ACCEPTED", None),
    "withdrawn_status": ("ACCEPTED_AT_PICK_UP_POINT", None),
    "lost": ("NOT_DELIVERED", "26"),
}
RETURNED = {"refused_at_the_door", "locker_expired", "partial_delivery"}


def _play(sandbox, name, **fields):
    return sandbox.control("POST", f"/scenarios/{name}", fields)


def test_these_are_the_scenarios(sandbox):
    assert {row["name"] for row in sandbox.control("GET", "/scenarios")} == set(ENDS)


@pytest.mark.parametrize("name", ENDS)
def test_a_scenario_ends_as_its_name_says(sandbox, api, name):
    truth = _play(sandbox, name, im_number="mine")
    assert (truth["status"], truth["reason_code"]) == ENDS[name]
    assert ("return_order" in {row["type"] for row in truth["related"]}) == (name in RETURNED)
    card = api.call("GET", "/orders?im_number=mine")
    assert (card.status, card.uuid) == (200, truth["uuid"])


def test_a_parcel_that_is_stuck_stays_so(sandbox, api):
    uuid = _play(sandbox, "stuck_in_accepted")["uuid"]
    sandbox.pass_time(10**6)
    card = api.card(uuid)
    assert (card.entry["state"], "cdek_number" in card.body["entity"]) == ("ACCEPTED", False)


def test_withdrawn_status_is_shown_as_deleted(sandbox, api):
    uuid = _play(sandbox, "withdrawn_status")["uuid"]
    newest = api.card(uuid).body["entity"]["statuses"][0]
    assert (newest["code"], newest["deleted"]) == ("DELIVERED", True)
    assert api.refuse(uuid).status == 202
    sandbox.pass_time(1)
    assert sandbox.truth(uuid)["status"] == "NOT_DELIVERED"


def test_expired_locker_shows_statuses_and_failed_call(sandbox, api):
    entity = api.card(_play(sandbox, "locker_expired")["uuid"]).body["entity"]
    codes = [row["code"] for row in entity["statuses"][:3]]
    assert codes == ["NOT_DELIVERED", "POSTOMAT_SEIZED", "POSTOMAT_POSTED"]
    (call,) = entity["calls"]["failed_calls"]
    assert (list(call), call["reason_code"]) == (["date_time", "reason_code"], 2)


def test_refusal_at_the_door_has_a_problem_and_a_return(sandbox, api):
    truth = _play(sandbox, "refused_at_the_door")
    (problem,) = api.card(truth["uuid"]).body["entity"]["delivery_problem"]
    assert (list(problem), problem["code"]) == (["code", "create_date"], "40")
    (back,) = truth["related"]
    assert api.card(back["uuid"]).body["related_entities"][0]["uuid"] == truth["uuid"]
    assert sandbox.advance(back["uuid"], 3)["status"] == "DELIVERED"


def test_partial_delivery_returns_only_the_rest(sandbox, api):
    truth = _play(sandbox, "partial_delivery")
    items = api.card(truth["uuid"]).body["entity"]["packages"][0]["items"]
    assert [(row["name"], row["delivery_amount"]) for row in items] == [("Взято", 1), ("Не взято", 0)]
    back = api.card(truth["related"][0]["uuid"]).body["entity"]
    assert back["is_return"]
    (left,) = back["packages"][0]["items"]
    assert (left["name"], left["amount"], left["delivery_amount"]) == ("Не взято", 1, 0)


def test_partial_delivery_leaves_an_equal_order_as_it_was(sandbox, api):
    item = {"name": "Т", "payment": {"value": 0}, "cost": 300, "weight": 300, "amount": 1}
    items = [item | {"ware_key": key} for key in ("1", "2")]
    body = {"packages": [{"number": "1", "weight": 1000, "items": items}]}
    whole = _play(sandbox, "happy", body=body)["uuid"]
    _play(sandbox, "partial_delivery", body=body)
    items = api.card(whole).body["entity"]["packages"][0]["items"]
    assert [row["delivery_amount"] for row in items] == [1, 1]


def test_a_scenario_that_there_is_not_names_those_that_are(sandbox):
    with pytest.raises(SandboxError, match=r"no scenario sad.*happy"):
        _play(sandbox, "sad")


@pytest.mark.parametrize("name", ENDS)
def test_scenario_spreads_its_moments_into_the_past(sandbox, api, name):
    entity = api.card(_play(sandbox, name)["uuid"]).body["entity"]
    moments = [datetime.fromisoformat(row["date_time"]) for row in reversed(entity["statuses"])]
    assert moments == sorted(set(moments))
    assert moments[-1] <= sandbox.now()
    gaps = {round((later - earlier).total_seconds() / 10) for earlier, later in pairwise(moments[1:])}
    assert max(gaps, default=0) <= 2 * min(gaps, default=0) + 1


def test_several_steps_at_once_have_moments_of_their_own(sandbox):
    uuid = sandbox.order()
    truth = sandbox.advance(uuid, 5)
    moments = [row["date_time"] for row in reversed(truth["statuses"])]
    assert moments == sorted(set(moments))
    assert datetime.fromisoformat(moments[-1]) <= sandbox.now()


def test_the_creation_of_an_order_ends_when_it_is_created(sandbox):
    truth = _play(sandbox, "happy")
    created = next(row for row in truth["statuses"] if row["code"] == "CREATED")
    assert truth["requests"][0]["date_time"] == created["date_time"]


@pytest.mark.parametrize("kind", ["WAYBILL", "BARCODE"])
def test_order_of_the_control_api_gets_its_print_form(sandbox, api, kind):
    for truth in (sandbox.truth(sandbox.order(body={"print": kind})), sandbox.scenario("happy", body={"print": kind})):
        sandbox.pass_time(1)
        (form,) = truth["related"]
        assert form["type"] == kind.lower()
        assert form["url"].startswith(f"{sandbox.url}/print/")
        status, body, _ = api.exchange("GET", urlsplit(form["url"]).path, headers=_token(api))
        assert (status, body[:4]) == (200, b"%PDF")


def _token(api):
    api.login()
    return {"Authorization": f"Bearer {api.token}"}


def test_problems_and_failed_calls_keep_their_order(sandbox, api):
    uuid = sandbox.order(status="TAKEN_BY_COURIER")
    assert api.card(uuid).body["entity"]["calls"] == {}
    for code in ("35", "13"):
        sandbox.control("POST", f"/orders/{uuid}/problem", {"code": code})
    for code in (1, 3):
        sandbox.control("POST", f"/orders/{uuid}/call", {"reason_code": code})
    entity = api.card(uuid).body["entity"]
    assert [row["code"] for row in entity["delivery_problem"]] == ["35", "13"]
    assert [row["reason_code"] for row in entity["calls"]["failed_calls"]] == [1, 3]
