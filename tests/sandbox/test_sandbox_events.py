"""What webhooks tell of, and in which words: each event of a real world as a real receiver gets it."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests.support.samples import sample, shape

DAY = 86_400


def sent(sandbox):
    return sandbox.webhooks()["events"]


def test_every_status_is_sent_in_order(sandbox, receiver, subscribe):
    subscribe()
    uuid = sandbox.order(destination="door")
    sandbox.advance(uuid, 13)
    receiver.wait_for(15)
    truth = sandbox.truth(uuid)
    assert receiver.codes == [row["code"] for row in reversed(truth["statuses"])]
    assert {event["uuid"] for event in receiver.events} == {uuid}


def test_an_event_has_the_documented_shape(sandbox, receiver, subscribe):
    uuid = sandbox.order(destination="door")
    subscribe()
    sandbox.move(uuid, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_ORDER_STATUS"))
    assert (event["attributes"]["status_code"], event["attributes"]["city_name"]) == ("3", "Москва")
    path, headers = receiver.requests[0]
    assert (path, headers["Content-Type"]) == ("/hook?secret=1", "application/json")


def test_created_status_has_no_city(api, receiver, subscribe):
    subscribe()
    uuid = api.create()
    accepted, created = receiver.wait_for(2)
    assert (accepted["attributes"]["code"], "cdek_number" in accepted["attributes"]) == ("ACCEPTED", False)
    assert (created["uuid"], created["attributes"]["code"]) == (uuid, "CREATED")
    assert "city_name" not in created["attributes"]


def test_statuses_without_a_number_may_be_left_out(sandbox, api, receiver, subscribe):
    sandbox.settings(webhooks={"unnumbered": False})
    subscribe()
    api.create()
    assert receiver.wait_for(1)[0]["attributes"]["code"] == "CREATED"


def test_refusal_and_return_order_events_are_linked(sandbox, api, receiver, subscribe):
    uuid = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    subscribe()
    api.refuse(uuid)
    refused, *returned = receiver.wait_for(3)
    attributes = refused["attributes"]
    assert (attributes["code"], attributes["status_code"], attributes["status_reason_code"]) == (
        "NOT_DELIVERED",
        "5",
        "11",
    )
    assert [event["attributes"]["code"] for event in returned] == ["ACCEPTED", "CREATED"]
    assert all(event["attributes"]["is_return"] for event in returned)
    assert returned[1]["attributes"]["related_entities"] == [
        {"type": "direct_order", "cdek_number": sandbox.truth(uuid)["cdek_number"], "uuid": uuid}
    ]


def test_withdrawn_status_is_sent_as_deleted(sandbox, receiver, subscribe):
    uuid = sandbox.order(status="DELIVERED")
    subscribe()
    sandbox.move(uuid, "DELIVERED", deleted=True)
    attributes = receiver.wait_for(1)[0]["attributes"]
    assert (attributes["code"], attributes["deleted"]) == ("DELIVERED", True)


def test_ready_form_event_has_its_link(sandbox, api, receiver, subscribe):
    subscribe("PRINT_FORM")
    uuid = api.call("POST", "/print/barcodes", {"orders": {"order_uuid": sandbox.order()}}).uuid
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_PRINT_FORM"))
    assert event["attributes"] == {"type": "BARCODE", "url": f"http://{api.netloc}/v2/print/barcodes/{uuid}.pdf"}


def test_closed_prealert_is_sent(sandbox, api, receiver, subscribe):
    subscribe("PREALERT_CLOSED")
    body = {
        "planned_date": "2090-01-01T00:00:00Z",
        "shipment_point": "NSK27",
        "orders": [{"order_uuid": sandbox.order()}],
    }
    uuid = api.call("POST", "/prealert", body).uuid
    sandbox.pass_time(1)
    sandbox.control("POST", f"/prealerts/{uuid}/close")
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_PREALERT_CLOSED"))
    assert event["uuid"] == uuid


def test_agreement_is_sent(sandbox, api, receiver, subscribe):
    uuid = sandbox.order(destination="door")
    subscribe("DELIV_AGREEMENT")
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    body = {"order_uuid": uuid, "date": day, "time_from": "11:00", "time_to": "18:00", "comment": "Доставка до двери"}
    agreement = api.call("POST", "/delivery", body).uuid
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_DELIV_AGREEMENT"))
    told = event["attributes"]
    assert (event["uuid"], told["delivery_uuid"], told["time_to"]) == (uuid, agreement, "18:00:00")


def test_courier_with_the_parcel_is_sent(sandbox, receiver, subscribe):
    uuid = sandbox.order(destination="door")
    subscribe("COURIER_INFO")
    sandbox.move(uuid, "TAKEN_BY_COURIER")
    event = receiver.wait_for(1)[0]
    about = event["attributes"]
    assert (event["type"], event["uuid"]) == ("COURIER_INFO", uuid)
    assert list(about) == ["task_type", "cdek_number", "courier"]
    assert (about["task_type"], about["cdek_number"]) == ("DELIVERY", sandbox.truth(uuid)["cdek_number"])
    assert list(about["courier"]) == ["name", "car_model", "registration_mark", "phone"]


def test_courier_of_an_intake_is_sent(sandbox, api, receiver, subscribe):
    subscribe("COURIER_INFO")
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    hours = {"intake_time_from": "10:00", "intake_time_to": "17:00"}
    sender = {"company": "Компания", "name": "Отправитель", "phones": [{"number": "+79589441654"}]}
    load = {
        "name": "Груз",
        "weight": 1000,
        "sender": sender,
        "from_location": {"code": 44, "address": "ул. Блюхера, 32"},
    }
    uuid = api.call("POST", "/intakes", {"intake_date": day, **hours, **load}).uuid
    sandbox.pass_time(1)
    sandbox.control("POST", f"/intakes/{uuid}/advance")
    event, intake = receiver.wait_for(1)[0], api.call("GET", f"/intakes/{uuid}").body["entity"]
    about = event["attributes"]
    assert (event["uuid"], intake["statuses"][0]["code"]) == (uuid, "APPOINTED_COURIER")
    assert list(about) == ["task_type", "cdek_number", "intake_number", "courier"]
    assert (about["task_type"], about["cdek_number"], about["intake_number"]) == (
        "DEMAND",
        intake["cdek_number"],
        intake["intake_number"],
    )


@pytest.mark.parametrize(
    ("transport", "fields"),
    [
        ("flight", ["flight_number", "air_waybill_numbers"]),
        ("vehicle", ["vehicle_numbers", "vehicle_driver"]),
    ],
)
def test_carrier_waybill_is_sent(sandbox, receiver, subscribe, transport, fields):
    uuid = sandbox.order()
    sandbox.settings(webhooks={"transport": transport})
    subscribe("ACCOMPANYING_WAYBILL")
    sandbox.move(uuid, "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY")
    event = receiver.wait_for(1)[0]
    about = event["attributes"]
    assert event["uuid"] == uuid
    assert list(about) == ["cdek_number", "client_name", *fields, "planned_departure_date_time"]
    assert about["cdek_number"] == sandbox.truth(uuid)["cdek_number"]
    assert about["planned_departure_date_time"] > event["date_time"]


def test_a_flight_has_the_documented_shape(sandbox, receiver, subscribe):
    uuid, expected = sandbox.order(), sample("WEBHOOK_ACCOMPANYING_WAYBILL")
    subscribe("ACCOMPANYING_WAYBILL")
    sandbox.move(uuid, "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY")
    event = receiver.wait_for(1)[0]
    numbers = [one["attributes"].pop("air_waybill_numbers") for one in (event, expected)]
    assert shape(event) == shape(expected)
    assert [{type(number) for number in row} for row in numbers] == [{str}, {str}]  # one or more


def test_photo_event_has_a_working_link(sandbox, api, receiver, subscribe):
    uuid = sandbox.order(body={"services": [{"code": "PHOTO_OF_DOCUMENTS", "parameter": "1"}]})
    subscribe("DOWNLOAD_PHOTO")
    sandbox.move(uuid, "DELIVERED")
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_DOWNLOAD_PHOTO"))
    assert event["attributes"]["cdek_number"] == sandbox.truth(uuid)["cdek_number"]
    link = urlsplit(event["attributes"]["link"])
    assert link.netloc == api.netloc
    api.login()
    status, archive, _ = api.exchange("GET", link.path, headers={"Authorization": f"Bearer {api.token}"})
    assert (status, archive[:2]) == (200, b"PK")


def paid(sandbox):
    item = {"name": "Т", "ware_key": "1", "payment": {"value": 100}, "cost": 300, "weight": 700, "amount": 2}
    sizes = {"length": 10, "width": 10, "height": 10}
    return sandbox.order(body={"packages": [{"number": "1", "weight": 1000, **sizes, "items": [item]}]})


def test_receipt_and_refund_are_sent(sandbox, api, receiver, subscribe):
    uuid = paid(sandbox)
    subscribe("RECEIPT")
    sandbox.move(uuid, "DELIVERED")
    event = receiver.wait_for(1)[0]
    assert list(event["attributes"]) == ["cdek_number", "date", "type"]
    assert (event["uuid"], event["attributes"]["type"]) == (uuid, "CASH_RECEIPT_IN")
    assert api.call("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": 136}).status == 202
    assert receiver.wait_for(2)[1]["attributes"]["type"] == "CASH_RECEIPT_REFUND"
    told = [row["type"] for row in api.call("GET", f"/check?order_uuid={uuid}").body["check_info"]]
    assert told == ["CASH_RECEIPT_IN", "CASH_RECEIPT_REFUND"]


def test_receipts_can_be_switched_off(sandbox, receiver, subscribe):
    sandbox.settings(webhooks={"receipts": False})
    uuid = paid(sandbox)
    subscribe("RECEIPT")
    subscribe()
    sandbox.move(uuid, "DELIVERED")
    receiver.wait_for(1)
    assert {row["event"]["type"] for row in sent(sandbox)} == {"ORDER_STATUS"}


def test_agreement_changes_the_planned_day(sandbox, api, receiver, subscribe):
    uuid = sandbox.order(destination="door")
    assert "planned_delivery_date" not in api.card(uuid).body["entity"]
    sandbox.move(uuid, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    before = api.card(uuid).body["entity"]["planned_delivery_date"]
    days = {row["date"] for row in api.call("GET", f"/delivery/intervals?order_uuid={uuid}").body["date_intervals"]}
    day = max(days - {before})
    subscribe("ORDER_MODIFIED")
    api.call("POST", "/delivery", {"order_uuid": uuid, "date": day, "time_from": "11:00", "time_to": "18:00"})
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_ORDER_MODIFIED"))
    assert event["attributes"] == {
        "modification_type": "PLANED_DELIVERY_DATE_CHANGED",
        "new_value": {"type": "DATE", "value": day},
    }
    assert api.card(uuid).body["entity"]["planned_delivery_date"] == day


@pytest.mark.parametrize("days", range(7))
def test_the_planned_day_is_a_working_day_after_the_parcel_was_taken_in(sandbox, api, days):
    sandbox.pass_time(days * DAY)
    taken = datetime.fromisoformat(sandbox.control("GET", "/clock")["now"]).date()
    uuid = sandbox.order(status="RECEIVED_AT_SHIPMENT_WAREHOUSE")
    planned = date.fromisoformat(api.card(uuid).body["entity"]["planned_delivery_date"])
    assert taken < planned
    assert planned.isoweekday() != 7


def test_a_courier_who_came_in_vain_moves_the_planned_day(sandbox, api, receiver, subscribe):
    uuid = sandbox.order(destination="door")
    sandbox.advance(uuid, 12)
    subscribe("ORDER_MODIFIED")
    sandbox.pass_time(30 * DAY)
    sandbox.move(uuid, "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE")
    told = receiver.wait_for(1)[0]["attributes"]
    api.login()
    assert told["modification_type"] == "PLANED_DELIVERY_DATE_CHANGED"
    assert told["new_value"]["value"] == api.card(uuid).body["entity"]["planned_delivery_date"]


def test_an_event_of_an_order_to_an_office_names_the_offices_city(sandbox, receiver, subscribe):
    uuid = sandbox.order(destination="office")
    subscribe()
    sandbox.move(uuid, "ACCEPTED_AT_PICK_UP_POINT")
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_ORDER_STATUS"))
    assert (event["attributes"]["city_name"], event["attributes"]["city_code"]) == ("Новосибирск", "270")


def test_changed_price_and_mode_are_sent(sandbox, api, receiver, subscribe):
    uuid = sandbox.order(destination="door")
    subscribe("ORDER_MODIFIED")
    package = api.card(uuid).body["entity"]["packages"][0]
    change = {"number": "1", "package_id": package["package_id"], "weight": 5000, "items": package["items"]}
    body = {"uuid": uuid, "tariff_code": 137, "shipment_point": "MSK65", "packages": [change]}
    assert api.call("PATCH", "/orders", body).status == 202
    by_sum, by_mode = receiver.wait_for(2)
    assert shape(by_sum) == shape(sample("WEBHOOK_ORDER_MODIFIED"))
    assert by_sum["attributes"]["modification_type"] == "DELIVERY_SUM_CHANGED"
    assert by_sum["attributes"]["new_value"]["type"] == "FLOAT"
    assert by_mode["attributes"] == {
        "modification_type": "DELIVERY_MODE_CHANGED",
        "new_value": {"type": "INTEGER", "value": "3"},
    }


def test_delivery_problem_is_sent(sandbox, receiver, subscribe):
    uuid = sandbox.order(im_number="shop-5")
    subscribe("DELIV_PROBLEM")
    sandbox.control("POST", f"/orders/{uuid}/problem", {"code": "17"})
    told = receiver.wait_for(1)[0]["attributes"]
    assert list(told) == ["cdek_number", "number", "code", "create_date"]
    assert (told["cdek_number"], told["number"], told["code"]) == (sandbox.truth(uuid)["cdek_number"], "shop-5", "17")


def test_office_availability_reaches_both_clients(sandbox, receiver, subscribe):
    subscribe("OFFICE_AVAILABILITY")
    sandbox.control("POST", "/offices/MSK123/availability", {"available": True})
    event = receiver.wait_for(1)[0]
    assert shape(event) == shape(sample("WEBHOOK_OFFICE_AVAILABILITY"))
    assert event["attributes"] == sample("WEBHOOK_OFFICE_AVAILABILITY")["attributes"]
    sandbox.control("POST", "/offices/MSK123/availability", {"available": False})
    assert receiver.wait_for(2)[1]["attributes"]["type"] == "UNAVAILABLE_OFFICE"
