"""A courier's call for parcels: its checks, its way, its end."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.sandbox_api import SHOP_ORDER

HOURS = {"intake_time_from": "10:00", "intake_time_to": "17:00"}
PLACE = {"code": 44, "address": "ул. Блюхера, 32"}
LOAD = {"name": "Груз", "sender": {"name": "Компания", "phones": [{"number": "+79589441654"}]}, "from_location": PLACE}


@pytest.fixture
def today(sandbox):
    """The sandbox's day, its clock put to noon."""
    now = datetime.fromisoformat(sandbox.control("GET", "/clock")["now"])
    noon = now.replace(hour=9, minute=0, second=0)
    sandbox.pass_time((noon - now).total_seconds())
    return noon.astimezone(UTC).date()


def _ask(api, day, **more):
    return api.call("POST", "/intakes", HOURS | {"intake_date": day.isoformat()} | more)


def _end(sandbox, api, answer):
    assert answer.status == 202, answer
    sandbox.pass_time(1)
    return api.call("GET", f"/intakes/{answer.uuid}").body


def _door(sandbox, **more):
    return sandbox.order(destination="door", **more)


def test_an_intake_of_an_order_ends_ready_for_a_courier_within_its_time(sandbox, api, today):
    order = _door(sandbox)
    answer = _ask(api, today + timedelta(days=1), order_uuid=order)
    assert answer.entry["state"] == "ACCEPTED"
    before = api.call("GET", f"/intakes/{answer.uuid}").body
    assert [row["code"] for row in before["entity"]["statuses"]] == ["ACCEPTED"]
    assert "intake_number" not in before["entity"]
    card = _end(sandbox, api, answer)
    codes = [row["code"] for row in card["entity"]["statuses"]]
    assert codes == ["READY_FOR_APPOINTMENT", "CREATED", "ACCEPTED"]
    assert card["entity"]["order_uuid"] == order
    assert card["entity"]["cdek_number"] == sandbox.truth(order)["cdek_number"]
    assert card["requests"][0]["state"] == "SUCCESSFUL"
    listed = api.call("GET", f"/orders/{order}/intakes").body
    assert listed == [card["entity"]]


def test_without_an_order_cdek_makes_one_by_tariff_158_itself(sandbox, api, today):
    card = _end(sandbox, api, _ask(api, today + timedelta(days=1), **LOAD, weight=1000, length=10, width=10, height=10))
    entity = card["entity"]
    made = api.card(entity["order_uuid"]).body
    assert (made["entity"]["tariff_code"], made["entity"]["type"], made["entity"]["delivery_mode"]) == (158, 2, "2")
    assert made["entity"]["cdek_number"] == entity["cdek_number"]
    assert made["entity"]["packages"][0]["package_id"] == entity["packages"][0]["package_id"]
    assert api.call("GET", f"/orders/{entity['order_uuid']}/intakes").body[0]["uuid"] == entity["uuid"]


def test_weight_and_sizes_have_cdeks_defaults(sandbox, api, today):
    entity = _end(sandbox, api, _ask(api, today, **LOAD))["entity"]
    assert [entity[name] for name in ("weight", "length", "width", "height")] == [100, 1, 1, 1]


@pytest.mark.parametrize(("hour", "warned"), [(14, False), (15, True)])
def test_an_intake_for_today_after_15_local_is_warned_of(sandbox, api, today, hour, warned):
    sandbox.pass_time((hour - 12) * 3600)
    answer = _ask(api, today, **LOAD)
    expected = [{"code": "v2_late_intake", "message": "Intake may be completed tomorrow"}] if warned else None
    assert answer.entry.get("warnings") == expected
    assert api.call("GET", f"/intakes/{answer.uuid}").entry.get("warnings") == expected


def test_an_intake_for_tomorrow_is_never_late(sandbox, api, today):
    sandbox.pass_time(5 * 3600)
    assert "warnings" not in _ask(api, today + timedelta(days=1), **LOAD).entry


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"intake_time_from": "08:59"}, "ve_ci_pickup_time_too_small"),
        ({"intake_time_to": "22:01"}, "ve_ci_pickup_time_too_large"),
        ({"intake_time_from": "17:00"}, "ve_ci_pickup_time_to_before_from"),
        ({"lunch_time_from": "09:00", "lunch_time_to": "11:00"}, "ve_ci_pickup_lunch_too_small"),
        ({"lunch_time_from": "13:00", "lunch_time_to": "18:00"}, "ve_ci_pickup_lunch_too_large"),
        ({"lunch_time_from": "14:00", "lunch_time_to": "13:00"}, "ve_ci_pickup_lunch_interval_incorrect"),
        ({"lunch_time_from": "14:00", "lunch_time_to": "14:00"}, "ve_ci_pickup_lunch_interval_zero"),
    ],
)
def test_times_that_no_courier_keeps_end_the_intake_in_the_background(sandbox, api, today, change, code):
    card = _end(sandbox, api, _ask(api, today, **LOAD | change))
    assert card["requests"][0]["errors"][0]["code"] == code
    assert card["entity"]["statuses"][0]["code"] == "INVALID"


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, "ve_ci_pickup_date_expired"), (0, None), (31, None), (32, "ve_ci_pickup_date_too_large")],
)
def test_a_courier_comes_from_today_until_31_days_ahead(sandbox, api, today, days, code):
    card = _end(sandbox, api, _ask(api, today + timedelta(days=days), **LOAD))
    assert [row["code"] for row in card["requests"][0].get("errors", [])] == ([code] if code else [])


def test_an_order_from_a_warehouse_has_no_courier_unless_it_is_fetched(sandbox, api, today):
    plain = sandbox.order(body={"tariff_code": 136})
    assert _end(sandbox, api, _ask(api, today, order_uuid=plain))["requests"][0]["errors"][0]["code"] == (
        "ve_tariff_mode_not_from_door"
    )
    fetched = sandbox.order(body={"tariff_code": 136, "services": [{"code": "TAKE_SENDER"}]})
    assert _end(sandbox, api, _ask(api, today, order_uuid=fetched))["requests"][0]["state"] == "SUCCESSFUL"


def test_an_order_on_its_way_has_no_courier(sandbox, api, today):
    order = _door(sandbox, status="SENT_TO_RECIPIENT_CITY")
    errors = _end(sandbox, api, _ask(api, today, order_uuid=order))["requests"][0]["errors"]
    assert errors[0]["code"] == "error_validate_build_ci_from_order"


def test_a_second_intake_of_an_order_is_refused_until_the_first_is_over(sandbox, api, today):
    order = _door(sandbox)
    number = sandbox.truth(order)["cdek_number"]
    first = _ask(api, today, order_uuid=order)
    assert _ask(api, today, cdek_number=number).code == "v2_similar_request_still_processed"
    sandbox.pass_time(1)
    second = _ask(api, today, cdek_number=number)
    assert (second.status, second.code) == (400, "v2_intake_exists_by_order")
    assert second.entry["errors"][0]["message"] == f"Intake exists by order {number}"
    api.call("DELETE", f"/intakes/{first.uuid}")
    sandbox.pass_time(1)
    assert _ask(api, today, order_uuid=order).status == 202


def test_a_second_intake_on_the_same_day_at_the_same_address_is_refused(api, other_api, today):
    _ask(api, today, **LOAD)
    assert _ask(api, today, **LOAD).code == "v2_intake_exists_by_date_address"
    assert _ask(api, today + timedelta(days=1), **LOAD).status == 202
    assert _ask(api, today, **LOAD | {"from_location": PLACE | {"address": "другая"}}).status == 202
    assert _ask(other_api, today, **LOAD).status == 202


@pytest.mark.parametrize(
    "name", ["intake_date", "intake_time_from", "intake_time_to", "name", "sender", "from_location"]
)
def test_a_field_that_an_intake_needs_is_named_at_once(api, today, name):
    body = {"intake_date": today.isoformat(), **HOURS, **LOAD, name: None}
    answer = api.call("POST", "/intakes", body)
    assert (answer.status, answer.entry["type"], answer.code) == (400, "CREATE", "v2_field_is_empty")
    assert answer.entry["errors"][0]["message"] == f"{name} is empty"


@pytest.mark.parametrize(("name", "value"), [("intake_date", "31.12.2026"), ("intake_time_from", "25:00")])
def test_a_day_or_a_time_written_otherwise_is_refused_at_once(api, today, name, value):
    answer = api.call("POST", "/intakes", {"intake_date": today.isoformat(), **HOURS, **LOAD, name: value})
    assert answer.entry["errors"][0]["message"] == f"Invalid value [{value}] in [{name}] parameter"


def test_an_intake_needs_an_order_that_was_made_and_is_ones_own(sandbox, api, other_api, today):
    assert _ask(api, today, order_uuid="no").code == "v2_invalid_format"
    assert _ask(api, today, cdek_number="1").code == "v2_order_not_found"
    own = _door(sandbox)
    assert _ask(other_api, today, order_uuid=own).code == "v2_entity_forbidden"
    assert _ask(other_api, today, cdek_number=sandbox.truth(own)["cdek_number"]).code == "v2_order_forbidden"
    for status, code in (
        ("ACCEPTED", "v2_entity_not_ready"),
        ("INVALID", "v2_entity_invalid"),
        ("REMOVED", "v2_entity_not_found"),
    ):
        assert _ask(api, today, order_uuid=_door(sandbox, status=status)).code == code


def test_an_intake_is_put_back_for_processing(sandbox, api, today):
    uuid = _end(sandbox, api, _ask(api, today, **LOAD))["entity"]["uuid"]
    change = {"uuid": uuid, "status": {"code": "PROCESSING_REQUIRED", "add_status": "CALL_REQUIRED"}}
    answer = api.call("PATCH", "/intakes", change)
    assert (answer.status, answer.entry["type"], answer.uuid) == (200, "UPDATE", uuid)
    sandbox.pass_time(1)
    assert api.call("GET", f"/intakes/{uuid}").body["entity"]["statuses"][0]["name"] == "Требует обработки"


@pytest.mark.parametrize(
    "status", [{"code": "DONE", "add_status": "CALL_REQUIRED"}, {"code": "PROCESSING_REQUIRED", "add_status": "X"}]
)
def test_an_intake_can_be_put_nowhere_else(api, today, status):
    uuid = _ask(api, today, **LOAD).uuid
    assert api.call("PATCH", "/intakes", {"uuid": uuid, "status": status}).code == "v2_invalid_format"


def test_a_deleted_intake_is_put_nowhere_by_a_code_that_is_a_choice(sandbox, api, today):
    uuid = _end(sandbox, api, _ask(api, today, **LOAD))["entity"]["uuid"]
    api.call("DELETE", f"/intakes/{uuid}")
    sandbox.pass_time(1)
    api.call(
        "PATCH", "/intakes", {"uuid": uuid, "status": {"code": "PROCESSING_REQUIRED", "add_status": "DOC_REQUIRED"}}
    )
    sandbox.pass_time(1)
    (error,) = api.call("GET", f"/intakes/{uuid}").entry["errors"]
    assert error["code"] == "ve_ci_status_for_change_date_incorrect"


def test_an_intake_is_deleted_once(sandbox, api, today):
    uuid = _ask(api, today, **LOAD).uuid
    sandbox.pass_time(1)
    answer = api.call("DELETE", f"/intakes/{uuid}")
    assert (answer.status, answer.entry["type"], answer.entry["state"]) == (200, "DELETE", "ACCEPTED")
    assert api.call("DELETE", f"/intakes/{uuid}").code == "v2_similar_request_still_processed"
    sandbox.pass_time(1)
    assert api.call("GET", f"/intakes/{uuid}").body["entity"]["statuses"][0]["code"] == "REMOVED"
    again = api.call("DELETE", f"/intakes/{uuid}")
    assert again.entry["errors"][0]["message"] == "Operation is forbidden. Entity has final status REMOVED"


def test_an_uuid_of_another_kind_is_no_intake(sandbox, api):
    assert api.call("GET", f"/intakes/{sandbox.order()}").code == "v2_entity_not_found"


def test_a_courier_comes_on_every_day_but_sundays_for_two_weeks(api, today):
    body = api.call("POST", "/intakes/availableDays", {"from_location": {"code": 44}}).body
    days = [datetime.fromisoformat(day).date() for day in body["date"]]
    wanted = [today + timedelta(days=count) for count in range(15)]
    assert days == [day for day in wanted if day.weekday() != 6]
    assert body["all_days"] is False
    alone = {"from_location": {"address": "Москва"}, "date": days[0].isoformat()}
    assert api.call("POST", "/intakes/availableDays", alone).body["all_days"] is (today.weekday() != 6)


def test_days_are_asked_for_with_a_place(api):
    for body in ({}, {"from_location": {"city": "Москва"}}):
        answer = api.call("POST", "/intakes/availableDays", body)
        assert (answer.status, answer.body["errors"][0]["code"]) == (400, "v2_field_is_empty")


def test_the_order_of_an_intake_is_read_as_before(sandbox, api, today):
    uuid = api.create(**{name: SHOP_ORDER[name] for name in ("tariff_code",)})
    sandbox.pass_time(1)
    _end(sandbox, api, _ask(api, today, order_uuid=uuid))
    assert api.card(uuid).body["related_entities"] == []
