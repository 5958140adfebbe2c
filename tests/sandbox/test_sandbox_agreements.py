"""Delivery agreements, the intervals to choose from, and whether a reverse can be had."""

from datetime import datetime, timedelta

import pytest

TIMES = {"time_from": "10:00", "time_to": "17:00"}
PHONES = {"phones": [{"number": "+79000000001"}]}
ADDRESS = {"code": 44, "address": "ул. Тестовая, 1"}


@pytest.fixture
def today(sandbox):
    """The sandbox's day, its clock put to noon."""
    now = datetime.fromisoformat(sandbox.control("GET", "/clock")["now"])
    noon = now.replace(hour=9, minute=0, second=0)
    sandbox.pass_time((noon - now).total_seconds())
    return noon.date()


def _agree(api, order, day, **more):
    return api.call("POST", "/delivery", {"order_uuid": order, "date": day.isoformat(), **more})


def _card(sandbox, api, answer):
    assert answer.status == 202, answer
    sandbox.pass_time(1)
    return api.call("GET", f"/delivery/{answer.uuid}").body


def test_an_agreement_is_registered_and_linked_to_its_order(sandbox, api, today):
    order = sandbox.order(destination="door")
    day = today + timedelta(days=2)
    answer = _agree(api, order, day, **TIMES, comment="Позвонить")
    assert answer.entry["state"] == "ACCEPTED"
    card = _card(sandbox, api, answer)
    assert [row["name"] for row in card["entity"]["statuses"]] == ["Зарегистрирована", "Принята"]
    assert card["entity"]["cdek_number"] == sandbox.truth(order)["cdek_number"]
    assert api.card(order).body["related_entities"] == [
        {"type": "delivery", "uuid": answer.uuid, "date": day.isoformat(), **TIMES}
    ]


def test_a_later_agreement_annuls_the_one_before(sandbox, api, today):
    order = sandbox.order()
    first = _agree(api, order, today)
    _card(sandbox, api, first)
    second = _agree(api, order, today + timedelta(days=1))
    _card(sandbox, api, second)
    assert api.call("GET", f"/delivery/{first.uuid}").body["entity"]["statuses"][0]["code"] == "CANCEL"
    assert [row["uuid"] for row in api.card(order).body["related_entities"]] == [second.uuid]


def test_an_order_sent_elsewhere_annuls_its_agreement(sandbox, api, today):
    order = sandbox.order()
    answer = _agree(api, order, today)
    _card(sandbox, api, answer)
    api.call("PATCH", "/orders", {"uuid": order, "comment": "то же место"})
    assert _card(sandbox, api, answer)["entity"]["statuses"][0]["code"] == "PROCESSING"
    api.call("PATCH", "/orders", {"uuid": order, "delivery_point": "NSK2"})
    assert _card(sandbox, api, answer)["entity"]["statuses"][0]["name"] == "Аннулирована"
    assert api.card(order).body["related_entities"] == []


def test_a_day_too_late_is_refused_in_the_background_and_the_last_day_is_named(sandbox, api, today):
    order = sandbox.order()
    last = today + timedelta(days=11)
    assert _card(sandbox, api, _agree(api, order, last))["requests"][0]["state"] == "SUCCESSFUL"
    card = _card(sandbox, api, _agree(api, order, last + timedelta(days=1)))
    assert card["entity"]["statuses"][0]["code"] == "INVALID"
    (error,) = card["requests"][0]["errors"]
    assert error["code"] == "delivery_date_too_late"
    assert error["message"] == f"Указанная дата доставки не может быть позднее {last}"


def test_a_failed_agreement_leaves_the_one_in_force(sandbox, api, today):
    order = sandbox.order()
    first = _agree(api, order, today)
    _card(sandbox, api, first)
    _card(sandbox, api, _agree(api, order, today + timedelta(days=99)))
    assert [row["uuid"] for row in api.card(order).body["related_entities"]] == [first.uuid]


def test_a_day_before_the_order_is_refused_in_the_background(sandbox, api, today):
    card = _card(sandbox, api, _agree(api, sandbox.order(), today - timedelta(days=1)))
    assert card["requests"][0]["errors"][0]["code"] == "error_validate_dd_date_delivery_before_order_date"


def test_a_door_needs_times_an_office_does_not(sandbox, api, today):
    door = sandbox.order(destination="door")
    assert _card(sandbox, api, _agree(api, door, today))["requests"][0]["errors"][0]["code"] == "ve_delivery_time_empty"
    to_office = _agree(api, door, today, delivery_point="NSK1")
    assert _card(sandbox, api, to_office)["requests"][0]["state"] == "SUCCESSFUL"
    assert _card(sandbox, api, _agree(api, sandbox.order(), today))["requests"][0]["state"] == "SUCCESSFUL"


def test_a_locker_has_no_agreements(sandbox, api, today):
    answer = _agree(api, sandbox.order(destination="locker"), today)
    assert (answer.status, answer.code) == (400, "v2_impossible_register_date")


@pytest.mark.parametrize("status", ["DELIVERED", "NOT_DELIVERED"])
def test_a_finished_order_has_none_by_a_code_that_is_invented(sandbox, api, today, status):
    card = _card(sandbox, api, _agree(api, sandbox.order(status=status), today))
    assert card["requests"][0]["errors"][0]["code"] == "sandbox_invented_order_is_final"


def test_the_static_checks_of_an_agreement(sandbox, api, today):
    order = sandbox.order(destination="door")
    both = {"delivery_point": "NSK1", "to_location": ADDRESS}
    assert _agree(api, order, today, **TIMES, **both).code == "v2_delivery_address_multivalued"
    assert _agree(api, order, today, time_from="10").code == "v2_invalid_format"
    assert api.call("POST", "/delivery", {"order_uuid": order}).code == "v2_field_is_empty"
    assert api.call("POST", "/delivery", {"date": today.isoformat()}).code == "v2_order_number_empty"
    _agree(api, order, today, **TIMES)
    assert _agree(api, order, today, **TIMES).code == "v2_similar_request_still_processed"
    for status, code in (("ACCEPTED", "v2_entity_not_ready"), ("INVALID", "v2_entity_invalid")):
        assert _agree(api, sandbox.order(status=status), today).code == code


def test_intervals_of_an_order_are_written_with_seconds_on_days_that_can_be_agreed_on(sandbox, api, today):
    order = sandbox.order(destination="door")
    body = api.call("GET", f"/delivery/intervals?order_uuid={order}").body
    days = [row["date"] for row in body["date_intervals"]]
    assert days[0] in {(today + timedelta(days=count)).isoformat() for count in (1, 2)}
    assert body["date_intervals"][0]["time_intervals"][0] == {"start_time": "09:00:00", "end_time": "18:00:00"}
    agreed = _agree(api, order, datetime.fromisoformat(days[-1]).date(), **TIMES)
    assert _card(sandbox, api, agreed)["requests"][0]["state"] == "SUCCESSFUL"
    number = sandbox.truth(order)["cdek_number"]
    assert api.call("GET", f"/delivery/intervals?cdek_number={number}").body == body
    assert api.call("GET", "/delivery/intervals").code == "v2_order_number_empty"


def test_estimated_intervals_say_how_many_are_taken(api):
    asked = {"date_time": "2026-11-23T12:00:00+0300", "tariff_code": 139, "shipment_point": "MSK65"}
    body = api.call("POST", "/delivery/estimatedIntervals", asked | {"to_location": ADDRESS}).body
    for row in body["date_intervals"]:
        for slot in row["time_intervals"]:
            assert list(slot) == ["start_time", "end_time", "agreed_count", "total_count"]
            assert 0 <= slot["agreed_count"] <= slot["total_count"]
    answer = api.call("POST", "/delivery/estimatedIntervals", asked | {"to_location": {"code": 44}})
    assert (answer.status, answer.body["errors"][0]["message"]) == (400, "to_location.address is empty")
    late = asked | {"to_location": ADDRESS, "date_time": "завтра"}
    assert api.call("POST", "/delivery/estimatedIntervals", late).body["errors"][0]["code"] == "v2_invalid_format"


REVERSE = {
    "tariff_code": 139,
    "sender": PHONES,
    "recipient": PHONES,
    "from_location": ADDRESS,
    "to_location": ADDRESS,
}


def _reverse(api, body):
    return api.call("POST", "/reverse/availability", body)


def test_an_available_reverse_is_200_without_a_body(api):
    api.login()
    headers = {"Authorization": f"Bearer {api.token}"}
    data = b'{"tariff_code":138,"sender":{"phones":[{"number":"+79000000001"}]},"recipient":{"phones":'
    data += b'[{"number":"+79000000002"}]},"from_location":{"code":44},"delivery_point":"NSK1"}'
    status, body, _ = api.exchange("POST", "/v2/reverse/availability", data, headers)
    assert (status, body) == (200, b"")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tariff_code": None}, "v2_field_is_empty"),
        ({"sender": {"phones": [{"number": ""}]}}, "v2_field_is_empty"),
        ({"recipient": {"contragent_type": "INDIVIDUAL"}}, "v2_field_is_empty"),
        ({"shipment_point": "MSK65"}, "v2_shipment_address_multivalued"),
        ({"from_location": None}, "v2_field_is_empty"),
        ({"to_location": {"code": 44}}, "v2_field_is_empty"),
        ({"tariff_code": 138}, "v2_field_is_empty"),
        ({"tariff_code": 999_999}, "ve_reverse_tariff_not_available"),
        ({"tariff_code": 366}, "ie_reverse_mode_not_supported"),
    ],
)
def test_a_reverse_that_cannot_be_had(api, change, code):
    answer = _reverse(api, REVERSE | change)
    assert (answer.status, answer.body["errors"][0]["code"]) == (400, code)
