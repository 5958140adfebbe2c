"""Each row of the decision table for a refusal."""

import pytest

ON_THE_WAY = [
    "RECEIVED_AT_SHIPMENT_WAREHOUSE",
    "SENT_TO_RECIPIENT_CITY",
    "ACCEPTED_AT_PICK_UP_POINT",
    "TAKEN_BY_COURIER",
    "POSTOMAT_POSTED",
    "A_STATUS_OF_TOMORROW",
]
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def sandbox(sandbox):
    sandbox.settings(refusal={"mode": "never"}, create={"mode": "never"})
    return sandbox


def _newest(sandbox, uuid):
    return sandbox.truth(uuid)["requests"][0]


def test_a_malformed_uuid_is_refused_with_the_recorded_words(api):
    answer = api.refuse("not-a-uuid")
    assert answer.status == 400
    assert answer.entry["type"] == "CREATE_REFUSAL"
    assert answer.entry["errors"] == [
        {
            "code": "v2_invalid_format",
            "additional_code": "0x1E0EBE20",
            "message": "Invalid value [not-a-uuid] in [uuid] parameter",
        }
    ]


def test_an_unknown_uuid_is_not_found_with_400_or_by_choice_404(sandbox, api):
    answer = api.refuse(UNKNOWN)
    assert (answer.status, answer.entry["type"]) == (400, "CREATE_REFUSAL")
    assert answer.entry["errors"] == [
        {
            "code": "v2_entity_not_found",
            "additional_code": "0x7B234F39",
            "message": f"Entity is not found by uuid {UNKNOWN}",
        }
    ]
    sandbox.settings(unknown_uuid_status=404)
    assert api.refuse(UNKNOWN).status == 404


def test_the_order_of_another_client_is_forbidden_with_400_or_by_choice_403(sandbox, api):
    uuid = sandbox.order(owner="other")
    answer = api.refuse(uuid)
    assert (answer.status, answer.code) == (400, "v2_entity_forbidden")
    sandbox.settings(forbidden_status=403)
    assert api.refuse(uuid).status == 403
    assert sandbox.truth(uuid)["status"] == "CREATED"


def test_an_order_whose_creation_failed_is_invalid_at_once(sandbox, api):
    uuid = sandbox.order(status="INVALID")
    answer = api.refuse(uuid)
    assert (answer.status, answer.code) == (400, "v2_entity_invalid")
    assert [row["type"] for row in sandbox.truth(uuid)["requests"]] == ["CREATE"]


def test_an_order_whose_creation_failed_may_be_found_out_later(sandbox, api):
    sandbox.settings(refusal_of_invalid="later")
    uuid = sandbox.order(status="INVALID")
    assert api.refuse(uuid).status == 202
    sandbox.finish(uuid)
    entry = _newest(sandbox, uuid)
    assert (entry["state"], entry["errors"][0]["code"]) == ("INVALID", "v2_entity_invalid")


def test_an_accepted_order_makes_the_refusal_wait_until_its_creation_ends(sandbox, api):
    uuid = api.create()
    answer = api.refuse(uuid)
    assert (answer.status, answer.entry["state"]) == (202, "WAITING")
    assert _newest(sandbox, uuid)["state"] == "WAITING"
    sandbox.finish(uuid)
    assert _newest(sandbox, uuid)["state"] == "ACCEPTED"
    assert sandbox.truth(uuid)["status"] == "CREATED"
    sandbox.finish(uuid)
    truth = sandbox.truth(uuid)
    assert (truth["requests"][0]["state"], truth["status"]) == ("SUCCESSFUL", "NOT_DELIVERED")


def test_a_refusal_that_waited_for_a_failed_creation_fails_as_well(sandbox, api):
    sandbox.settings(create={"verdict": "invalid", "code": "err_invalid_tariff_with_ordertype"})
    uuid = api.create()
    assert api.refuse(uuid).entry["state"] == "WAITING"
    sandbox.finish(uuid)
    sandbox.finish(uuid)
    truth = sandbox.truth(uuid)
    assert [row["state"] for row in truth["requests"]] == ["INVALID", "INVALID"]
    assert truth["requests"][0]["errors"][0]["code"] == "v2_entity_invalid"


def test_an_accepted_order_may_by_choice_be_not_ready(sandbox, api):
    sandbox.settings(refusal_of_accepted="not_ready")
    answer = api.refuse(api.create())
    assert (answer.status, answer.code) == (400, "v2_entity_not_ready")


@pytest.mark.parametrize("status", ["CREATED", *ON_THE_WAY])
def test_a_created_or_travelling_order_is_refused_and_ends_not_delivered_with_reason_11(sandbox, api, status):
    uuid = sandbox.order(status=status, allow_unknown=True)
    answer = api.refuse(uuid)
    assert answer.status == 202
    assert answer.uuid == uuid
    assert (answer.entry["type"], answer.entry["state"]) == ("CREATE_REFUSAL", "ACCEPTED")
    assert sandbox.truth(uuid)["status"] == status
    sandbox.finish(uuid)
    card = api.card(uuid).body
    assert card["requests"][0] == answer.entry | {"state": "SUCCESSFUL", "date_time": card["requests"][0]["date_time"]}
    top = card["entity"]["statuses"][0]
    assert (top["code"], top["name"], top["reason_code"]) == ("NOT_DELIVERED", "Не вручен", "11")


def test_a_second_refusal_while_the_first_is_unfinished_is_similar(sandbox, api):
    uuid = sandbox.order()
    api.refuse(uuid)
    answer = api.refuse(uuid)
    assert (answer.status, answer.code) == (400, "v2_similar_request_still_processed")
    assert answer.entry["errors"][0]["message"].endswith(uuid)
    sandbox.settings(similar_status=409)
    assert api.refuse(uuid).status == 409
    assert len(sandbox.truth(uuid)["requests"]) == 2


def test_a_second_refusal_may_by_choice_queue_as_a_deletion_does(sandbox, api):
    sandbox.settings(second_refusal="queued")
    uuid = sandbox.order()
    api.refuse(uuid)
    assert api.refuse(uuid).entry["state"] == "WAITING"
    sandbox.finish(uuid)
    sandbox.finish(uuid)
    states = [row["state"] for row in sandbox.truth(uuid)["requests"]]
    assert states == ["INVALID", "SUCCESSFUL", "SUCCESSFUL"]


@pytest.mark.parametrize("status", ["DELIVERED", "NOT_DELIVERED"])
def test_a_finished_order_takes_the_refusal_and_then_calls_it_invalid_with_an_invented_code(sandbox, api, status):
    uuid = sandbox.order(status=status)
    assert api.refuse(uuid).status == 202
    sandbox.finish(uuid)
    truth = sandbox.truth(uuid)
    entry = truth["requests"][0]
    assert (entry["state"], truth["status"]) == ("INVALID", status)
    assert entry["errors"][0]["code"].startswith("sandbox_invented_")
    assert status in entry["errors"][0]["message"]
    assert truth["related"] == []


def test_the_moment_of_the_error_for_a_finished_order_is_a_choice(sandbox, api):
    sandbox.settings(refusal_of_finished="at_once")
    answer = api.refuse(sandbox.order(status="DELIVERED"))
    assert (answer.status, answer.code) == (400, "sandbox_invented_order_is_final")
    assert "DELIVERED" in answer.entry["errors"][0]["message"]


def test_a_refusal_after_a_refusal_that_succeeded_is_one_of_a_finished_order(sandbox, api):
    uuid = sandbox.order()
    for _ in range(2):
        assert api.refuse(uuid).status == 202
        sandbox.finish(uuid)
    assert [row["state"] for row in sandbox.truth(uuid)["requests"]] == ["INVALID", "SUCCESSFUL", "SUCCESSFUL"]


def test_a_removed_order_is_not_found_or_by_choice_invalid_later(sandbox, api):
    uuid = sandbox.order(status="REMOVED")
    answer = api.refuse(uuid)
    assert (answer.status, answer.code) == (400, "v2_entity_not_found")
    assert api.card(uuid).status == 200
    sandbox.settings(refusal_of_removed="later")
    assert api.refuse(uuid).status == 202
    sandbox.finish(uuid)
    assert _newest(sandbox, uuid)["errors"][0]["code"] == "v2_entity_not_found"


@pytest.mark.parametrize("header", [None, "Bearer nonsense"])
def test_without_a_good_token_the_refusal_is_401(sandbox, api, header):
    uuid = sandbox.order()
    answer = api.raw("POST", f"/v2/orders/{uuid}/refusal", headers={"Authorization": header} if header else {})
    assert (answer.status, answer.entry["type"]) == (401, "AUTH")
    assert sandbox.truth(uuid)["status"] == "CREATED"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"no json", b"\xff\xfe"])
def test_any_body_is_taken(sandbox, api, body):
    uuid = sandbox.order()
    api.login()
    answer = api.raw("POST", f"/v2/orders/{uuid}/refusal/", body, {"Authorization": f"Bearer {api.token}"})
    assert answer.status == 202


def test_a_refused_order_is_linked_with_a_return_order_of_its_own(sandbox, api):
    uuid = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    api.refuse(uuid)
    sandbox.finish(uuid)
    direct = api.card(uuid).body
    (link,) = direct["related_entities"]
    assert list(link) == ["type", "uuid", "cdek_number"]
    assert link["type"] == "return_order"
    back = api.card(link["uuid"]).body
    assert back["entity"]["is_return"] is True
    assert direct["entity"]["is_return"] is False
    assert back["entity"]["cdek_number"] == link["cdek_number"] != direct["entity"]["cdek_number"]
    assert back["related_entities"] == [
        {"type": "direct_order", "uuid": uuid, "cdek_number": direct["entity"]["cdek_number"]}
    ]
    assert back["entity"]["shipment_point"] == direct["entity"]["delivery_point"]


def test_the_return_order_may_come_later(sandbox, api):
    sandbox.settings(return_order={"mode": "after_seconds", "value": 60})
    uuid = sandbox.order()
    api.refuse(uuid)
    sandbox.finish(uuid)
    card = api.card(uuid).body
    assert card["entity"]["statuses"][0]["code"] == "NOT_DELIVERED"
    assert card["related_entities"] == []
    sandbox.pass_time(61)
    assert [row["type"] for row in api.card(uuid).body["related_entities"]] == ["return_order"]


def test_a_finished_order_whose_status_was_withdrawn_can_be_refused(sandbox, api):
    uuid = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    sandbox.move(uuid, "DELIVERED")
    sandbox.move(uuid, "DELIVERED", deleted=True)
    assert [row["deleted"] for row in api.card(uuid).body["entity"]["statuses"]] == [True, False, False, False]
    assert api.refuse(uuid).status == 202
    sandbox.finish(uuid)
    assert sandbox.truth(uuid)["status"] == "NOT_DELIVERED"


def test_every_refusal_that_came_in_is_on_the_order_with_what_became_of_it(sandbox, api, other_api):
    uuid = sandbox.order()
    first = api.refuse(uuid)
    api.refuse(uuid)
    other_api.refuse(uuid)
    sandbox.finish(uuid)
    rows = sandbox.truth(uuid)["refusals"]
    assert [row["http_status"] for row in rows] == [202, 400, 400]
    assert [row["state"] for row in rows] == ["SUCCESSFUL", None, None]
    assert [row["code"] for row in rows] == [None, "v2_similar_request_still_processed", "v2_entity_forbidden"]
    assert rows[0]["request_uuid"] == first.entry["request_uuid"]
    assert not any(row["answer_lost"] for row in rows)
