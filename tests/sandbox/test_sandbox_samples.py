"""Every recorded sample has a story that brings the sandbox to answer with the same shape, or a reason why it has none."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.samples import SAMPLES, sample, seen, shape

HOURS = {"intake_time_from": "10:00", "intake_time_to": "17:00"}
NO_STORY = {"index": "the list of the samples"}


@pytest.fixture
def noon(sandbox):
    """The sandbox's clock put to noon in Moscow: orders for a courier of the day are still taken."""
    now = datetime.fromisoformat(sandbox.control("GET", "/clock")["now"])
    noon = now.replace(hour=9, minute=0, second=0)
    sandbox.pass_time((noon - now).total_seconds())
    return noon.date()


def intake(api, noon):
    place = {"code": 44, "address": "ул. Блюхера, 32"}
    sender = {"company": "Компания", "name": "Компания", "phones": [{"number": "+79589441654"}]}
    load = {"name": "Консолидированный груз", "weight": 1000, "length": 10, "width": 10, "height": 10}
    body = {"intake_date": str(noon + timedelta(days=1)), **HOURS, **load, "comment": "x", "sender": sender}
    return api.call("POST", "/intakes", {**body, "from_location": place, "need_call": False})


def agreement(api, order, day, to_location=None):
    to_location = to_location or {"code": 270, "city": "Новосибирск", "address": "ул. Блюхера, 33"}
    hours = {"time_from": "10:00", "time_to": "17:00"}
    return api.call(
        "POST",
        "/delivery",
        {"order_uuid": order, "date": str(day), **hours, "comment": "x", "to_location": to_location},
    )


def test_an_intake_that_was_asked_for(api, noon):
    answer = intake(api, noon)
    assert (answer.status, shape(answer.body)) == (202, shape(sample("POST_intakes_accepted_2025-10-10")))


def test_an_intake_that_waits_for_a_courier(sandbox, api, noon):
    uuid = intake(api, noon).uuid
    sandbox.pass_time(60)
    card, expected = api.call("GET", f"/intakes/{uuid}").body, sample("GET_intakes_uuid_ready_2025-12-10")
    assert shape(seen(card, expected)) == shape(expected)
    for name in ("code", "name"):
        rows = [[row[name] for row in one["entity"]["statuses"]] for one in (card, expected)]
        assert rows[0] == rows[1]


@pytest.mark.parametrize("name", ["2024-10-19", "2025-08-19"])
def test_the_deletion_of_an_intake(sandbox, api, noon, name):
    uuid = intake(api, noon).uuid
    sandbox.pass_time(60)
    answer = api.call("DELETE", f"/intakes/{uuid}")
    assert (answer.status, shape(answer.body)) == (200, shape(sample(f"DELETE_intakes_uuid_accepted_{name}")))


def test_an_agreement_that_was_asked_for(sandbox, api, noon):
    answer = agreement(api, sandbox.order(destination="door"), noon + timedelta(days=1))
    assert (answer.status, shape(answer.body)) == (202, shape(sample("POST_delivery_accepted_2026-04-27")))


def test_an_agreement_too_late(sandbox, api, noon):
    expected = sample("GET_delivery_uuid_invalid_2025-10-10")
    place = expected["entity"]["to_location"]
    uuid = agreement(api, sandbox.order(destination="door"), noon + timedelta(days=300), place).uuid
    sandbox.pass_time(60)
    card = api.call("GET", f"/delivery/{uuid}").body
    assert shape(card) == shape(expected)
    assert card["entity"]["to_location"] == expected["entity"]["to_location"]
    assert card["requests"][0]["errors"][0]["code"] == "delivery_date_too_late"


@pytest.mark.usefixtures("noon")
def test_the_intervals_of_an_order(sandbox, api):
    found = api.call("GET", f"/delivery/intervals?order_uuid={sandbox.order(destination='door')}").body
    expected = sample("GET_delivery_intervals_2025-09")
    assert list(found) == list(expected)
    days = {shape(row) for row in expected["date_intervals"]}  # how many days there are depends on the day
    assert {shape(row) for row in found["date_intervals"]} == days
    assert found["date_intervals"][0]["time_intervals"] == expected["date_intervals"][0]["time_intervals"]


def test_a_change_of_an_order(sandbox, api):
    body = sample("PATCH_orders_accepted_2025-12-06.request") | {"uuid": sandbox.order()}
    answer = api.call("PATCH", "/orders", body)
    assert (answer.status, shape(answer.body)) == (202, shape(sample("PATCH_orders_accepted_2025-12-06")))
    sandbox.pass_time(60)
    assert api.card(body["uuid"]).body["entity"]["comment"] == body["comment"]


def test_a_change_that_may_change_the_price_carries_cdeks_warnings(sandbox, api):
    uuid = sandbox.order(destination="door")
    packages = api.card(uuid).body["entity"]["packages"]
    change = {"number": "1", "package_id": packages[0]["package_id"], "weight": 5000, "items": packages[0]["items"]}
    services = [{"code": "TRYING_ON"}]
    body = {"uuid": uuid, "tariff_code": 482, "services": services, "packages": [change]}
    # An example of documents that writes its fields in another order than any recording: its warnings are compared.
    expected = sample("PATCH_orders_accepted_with_warnings_2020-01-23")["requests"][0]["warnings"]
    assert api.call("PATCH", "/orders", body).entry["warnings"] == expected


@pytest.mark.parametrize("name", ["2020-02-10", "2020-03-27"])
def test_the_deletion_of_an_order_as_it_was_answered_in_2020(sandbox, api, name):
    sandbox.settings(related_entities="never", date_form="+0700")
    answer = api.call("DELETE", f"/orders/{sandbox.order()}")
    expected = sample(f"DELETE_orders_uuid_accepted_{name}")
    assert (answer.status, shape(answer.body)) == (202, shape(expected))
    assert answer.entry["date_time"][19:] == expected["requests"][0]["date_time"][19:]


def test_the_deletion_of_an_intake_as_it_was_answered_in_2020(sandbox, api, noon):
    sandbox.settings(related_entities="never")
    uuid = intake(api, noon).uuid
    sandbox.pass_time(60)
    answer = api.call("DELETE", f"/intakes/{uuid}")
    assert (answer.status, shape(answer.body)) == (200, shape(sample("DELETE_intakes_uuid_accepted_2020-02-10")))


def test_a_token_has_the_shape_of_a_recorded_one(api):
    assert shape(api.login().body) == shape(sample("POST_oauth_token_ok_restub_2022"))


def test_the_rows_of_cities_have_the_shape_of_a_thousand_recorded_ones(api):
    recorded = {row["city"]["code"]: row["city"] for row in sample("dataset_cities_1000_with_postal_codes")}
    always = set.intersection(*(set(row) for row in recorded.values()))
    rows = [row for row in api.call("GET", "/location/cities?size=10000").body if row["code"] in recorded]
    assert len(rows) > 50
    for row in rows:
        expected = recorded[row["code"]]
        # The sandbox leaves out what it does not know of a city: only what CDEK itself leaves out of some.
        assert always <= set(row) <= set(expected)
        told = {name: value for name, value in expected.items() if name in row}
        assert list(row) == list(told)
        assert [type(value) for value in row.values()] == [type(value) for value in told.values()]


def test_the_way_of_a_parcel_in_2020_by_the_names_of_2020(sandbox, api):
    chain = [row["code"] for row in sample("GET_orders_uuid_transit_chain_2020")["entity"]["statuses"]]
    sandbox.settings(newest_first=False)
    uuid = sandbox.order(status="CREATED")
    for code in chain[1:]:
        sandbox.move(uuid, code, allow_unknown=True)
    codes = [row["code"] for row in api.call("GET", f"/orders/{uuid}").body["entity"]["statuses"]]
    assert codes[codes.index("CREATED") :] == chain


def test_a_city_that_is_not_there(api):
    assert api.call("GET", "/location/cities?city=Nowhere").body == sample("GET_location_cities_unknown_name")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")
def test_every_sample_has_a_story_or_a_reason():
    stories = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    named = lambda name: name in stories or all(part in stories for part in _parts(name))  # noqa: E731 - read once, here
    missing = [path.stem for path in SAMPLES.glob("*.json") if path.stem not in NO_STORY and not named(path.stem)]
    assert missing == []


def _parts(name):
    """A name that a parametrized story puts together: what stands before the date, and the date."""
    for prefix in (
        "POST_orders_uuid_refusal_accepted_",
        "GET_orders_uuid_",
        "DELETE_intakes_uuid_accepted_",
        "DELETE_orders_uuid_accepted_",
    ):
        if name.startswith(prefix):
            return (prefix, name.removeprefix(prefix))
    return ("\0",)
