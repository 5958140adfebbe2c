import re
from datetime import datetime

import pytest


def _states(api, uuid):
    return [row["state"] for row in api.card(uuid).body["requests"]]


def test_by_default_a_creation_and_a_refusal_end_after_200_ms_of_the_sandboxs_clock(sandbox):
    settings = sandbox.settings()
    for kind in ("create", "refusal", "delete", "client_return"):
        assert (settings[kind]["mode"], settings[kind]["value"]) == ("after_seconds", 0.2)
    assert settings["return_order"]["mode"] == "at_once"


def test_work_at_once_is_done_before_the_next_read_though_the_answer_said_accepted(sandbox, api):
    sandbox.settings(create={"mode": "at_once"}, refusal={"mode": "at_once"})
    uuid = api.create()
    assert api.refuse(uuid).entry["state"] == "ACCEPTED"
    assert _states(api, uuid) == ["SUCCESSFUL", "SUCCESSFUL"]


def test_work_after_seconds_ends_when_the_clock_says_so(sandbox, api):
    sandbox.settings(refusal={"mode": "after_seconds", "value": 100})
    uuid = sandbox.order()
    api.refuse(uuid)
    sandbox.pass_time(99)
    assert _states(api, uuid)[0] == "ACCEPTED"
    sandbox.pass_time(1)
    assert _states(api, uuid)[0] == "SUCCESSFUL"


def test_work_after_reads_is_shown_unfinished_in_exactly_so_many_reads(sandbox, api):
    sandbox.settings(refusal={"mode": "after_reads", "value": 2})
    uuid = sandbox.order()
    api.refuse(uuid)
    assert [_states(api, uuid)[0] for _ in range(4)] == ["ACCEPTED", "ACCEPTED", "SUCCESSFUL", "SUCCESSFUL"]


def test_looking_at_the_truth_is_no_read(sandbox, api):
    sandbox.settings(refusal={"mode": "after_reads", "value": 1})
    uuid = sandbox.order()
    api.refuse(uuid)
    for _ in range(3):
        assert sandbox.truth(uuid)["refusals"][0]["state"] == "ACCEPTED"


def test_a_creation_after_reads_goes_through_the_half_way_state(sandbox, api):
    sandbox.settings(create={"mode": "after_reads", "value": 4})
    uuid = api.create()
    cards = [api.card(uuid).body["entity"] for _ in range(5)]
    assert ["city" in card["from_location"] for card in cards] == [False, False, True, True, True]
    assert ["cdek_number" in card for card in cards] == [False, False, False, False, True]


def test_work_that_never_ends_holds_up_what_is_queued_behind_it(sandbox, api):
    sandbox.settings(delete={"mode": "never"})
    uuid = sandbox.order()
    api.call("DELETE", f"/orders/{uuid}")
    assert api.refuse(uuid).entry["state"] == "WAITING"
    sandbox.pass_time(10**6)
    api.token = None
    assert _states(api, uuid) == ["WAITING", "ACCEPTED", "SUCCESSFUL"]


@pytest.mark.parametrize("kind", ["create", "delete", "refusal", "client_return"])
def test_each_kind_of_work_can_be_forced_to_fail_with_a_code_and_a_message(sandbox, api, kind):
    words = {"code": "error_of_the_test", "message": "Так велено"}
    sandbox.settings(**{kind: {"verdict": "invalid", "mode": "at_once", **words}})
    uuid = api.create() if kind == "create" else sandbox.order()
    if kind == "delete":
        api.call("DELETE", f"/orders/{uuid}")
    elif kind == "client_return":
        api.call("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": 139})
    elif kind == "refusal":
        api.refuse(uuid)
    card = api.card(uuid)
    assert (card.entry["state"], card.entry["errors"]) == ("INVALID", [words])
    assert card.body["entity"]["statuses"][0]["code"] == ("INVALID" if kind == "create" else "CREATED")


def test_a_return_order_can_be_forced_not_to_come(sandbox, api):
    sandbox.settings(return_order={"verdict": "invalid"}, refusal={"mode": "at_once"})
    uuid = sandbox.order()
    api.refuse(uuid)
    card = api.card(uuid).body
    assert (card["entity"]["statuses"][0]["code"], card["related_entities"]) == ("NOT_DELIVERED", [])


def test_an_order_delivered_before_the_verdict_makes_the_refusal_invalid(sandbox, api):
    sandbox.settings(refusal={"mode": "never"})
    uuid = sandbox.order(status="TAKEN_BY_COURIER")
    api.refuse(uuid)
    sandbox.move(uuid, "DELIVERED")
    sandbox.finish(uuid)
    truth = sandbox.truth(uuid)
    assert (truth["status"], truth["requests"][0]["state"]) == ("DELIVERED", "INVALID")


def test_statuses_and_entries_may_be_shown_oldest_first(sandbox, api):
    uuid = sandbox.order()
    sandbox.settings(newest_first=False, refusal={"mode": "never"})
    api.refuse(uuid)
    card = api.card(uuid).body
    assert [row["code"] for row in card["entity"]["statuses"]] == ["ACCEPTED", "CREATED"]
    assert [row["type"] for row in card["requests"]] == ["CREATE", "CREATE_REFUSAL"]


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("+0000", r"T\d\d:\d\d:\d\d\+0000"),
        ("+00:00", r"T\d\d:\d\d:\d\d\+00:00"),
        ("+03:00", r"T\d\d:\d\d:\d\d\+03:00"),
        ("+0700", r"T\d\d:\d\d:\d\d\+0700"),
        ("Z", r"T\d\d:\d\d:\d\dZ"),
        ("fraction", r"T\d\d:\d\d:\d\d\.\d{3}\+0000"),
    ],
)
def test_moments_are_written_in_every_recorded_form_and_mean_the_same(sandbox, api, form, pattern):
    uuid = sandbox.order()
    sandbox.move(uuid, "DELIVERED", date_time="2026-08-04T12:42:05+00:00")
    sandbox.settings(date_form=form)
    written = api.card(uuid).body["entity"]["statuses"][0]["date_time"]
    assert re.search(pattern + "$", written)
    assert datetime.fromisoformat(written) == datetime.fromisoformat("2026-08-04T12:42:05+00:00")
