"""What an order costs is what the calculator says; what a delivery brings is what was handed over."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdek_sandbox.reference_data.cities import CITIES
from tests.support.paths import SAMPLES

recorded = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")
MANY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RUSSIAN = sorted(code for code, city in CITIES.items() if city.country_code == "RU")
TO_THE_DOOR = [139, 480, 184, 293]
SERVICES = [{"code": "SMS", "parameter": "+79000000000"}, {"code": "CARTON_BOX_M", "parameter": "2"}]
ITEM = {"name": "Т", "ware_key": "1", "payment": {"value": 0}, "weight": 100, "amount": 1}
TWO_LINES = {
    "services": [{"code": "PART_DELIV"}],
    "delivery_recipient_cost": {"value": 50},
    "packages": [
        {
            "number": "1",
            "weight": 900,
            "items": [
                {**ITEM, "cost": 300, "payment": {"value": 300}},
                {**ITEM, "ware_key": "2", "cost": 700, "payment": {"value": 700}, "amount": 2},
            ],
        }
    ],
}


def _entity(api, uuid):
    card = api.card(uuid)
    assert card.status == 200, card
    return card.body["entity"]


@st.composite
def _orders(draw):
    sizes = draw(st.sampled_from([{}, {"length": 30, "width": 40, "height": 50}]))
    item = ITEM | {"cost": draw(st.integers(2, 9000))}
    package = {"number": "1", "weight": draw(st.integers(200, 20_000)), "items": [item], **sizes}
    return {
        "tariff_code": draw(st.sampled_from(TO_THE_DOOR)),
        "from_location": {"code": draw(st.sampled_from(RUSSIAN)), "address": "ул. А, 1"},
        "to_location": {"code": draw(st.sampled_from(RUSSIAN)), "address": "ул. Б, 2"},
        "services": draw(st.lists(st.sampled_from(SERVICES), unique_by=lambda row: row["code"])),
        "packages": [package],
    }


@MANY
@given(_orders(), st.sampled_from([0, 20, 22]))
def test_an_order_costs_what_the_calculator_says_for_the_same_parcel(sandbox, api, order, rate):
    sandbox.settings(calculator_vat_rate=rate)
    entity = _entity(api, sandbox.order(destination="door", body=order))
    asked = [{name: row[name] for name in ("code", "parameter") if name in row} for row in entity["services"]]
    parcel = [{name: value for name, value in order["packages"][0].items() if name not in {"number", "items"}}]
    question = {name: order[name] for name in ("tariff_code", "from_location", "to_location")}
    price = api.call("POST", "/calculator/tariff", question | {"services": asked, "packages": parcel}).body
    detail = entity["delivery_detail"]
    assert [detail["delivery_sum"], detail["total_sum"]] == [price["delivery_sum"], price["total_sum"]]
    told = [{name: value for name, value in row.items() if name != "parameter"} for row in entity["services"]]
    assert told == price["services"]
    assert sum(row["weight_calc"] for row in entity["packages"]) == price["weight_calc"]


@recorded
def test_the_order_of_the_recording_costs_what_it_did(sandbox, api):
    told = json.loads((SAMPLES / "GET_orders_im_number_successful_2025-10-10.json").read_text("utf-8"))["entity"]
    entity = _entity(
        api,
        sandbox.order(
            destination="door",
            body={
                "tariff_code": told["tariff_code"],
                "services": [{"code": "SECURE_PACKAGE_A2", "parameter": "10"}],
                "packages": [{"number": "1", "weight": 4000, "items": [ITEM | {"cost": 300, "amount": 2}]}],
            },
        ),
    )
    assert entity["services"] == told["services"]
    assert entity["delivery_detail"] == told["delivery_detail"]


def test_an_office_says_where_an_order_goes_and_so_what_it_costs(sandbox, api):
    ends = {"from_location": {"code": 44, "address": "ул. А, 1"}}
    sums = {
        office: _entity(api, sandbox.order(body={**ends, "delivery_point": office}))["delivery_detail"]["delivery_sum"]
        for office in ("MSK65", "NSK1")
    }
    assert sums["MSK65"] < sums["NSK1"]


def test_what_the_calculator_cannot_price_is_priced_as_within_moscow(sandbox, api):
    nowhere = {"code": 44, "address": "ул. А, 1"}
    unknown = {"city": "Нетакогогорода", "address": "ул. Б, 2"}
    here, there = (
        _entity(api, sandbox.order(destination="door", body={"from_location": nowhere, "to_location": place}))
        for place in (nowhere, unknown)
    )
    assert here["delivery_detail"]["delivery_sum"] == there["delivery_detail"]["delivery_sum"]


def _partial(sandbox):
    return sandbox.scenario("partial_delivery", body=TWO_LINES)["uuid"]


def test_of_a_partial_delivery_only_what_was_taken_is_paid_for(sandbox, api):
    sandbox.settings(registries="filled")
    uuid = _partial(sandbox)
    entity = _entity(api, uuid)
    assert [row["delivery_amount"] for row in entity["packages"][0]["items"]] == [1, 0]
    detail = entity["delivery_detail"]
    assert (detail["payment_sum"], detail["payment_info"]) == (350.0, [{"type": "CARD", "sum": 350.0}])
    (check,) = api.call("GET", f"/check?order_uuid={uuid}").body["check_info"]
    assert check["payment_info"][0]["sum"] == 350.0
    today = datetime.now(UTC).date().isoformat()
    (registry,) = api.call("GET", f"/registries?date={today}").body["registries"]
    assert [row["payment_sum"] for row in registry["orders"]] == [350.0]


def test_a_whole_delivery_hands_over_and_is_paid_for_whole(sandbox, api):
    uuid = sandbox.order(destination="door", status="TAKEN_BY_COURIER", body=TWO_LINES)
    before = _entity(api, uuid)
    assert [row["delivery_amount"] for row in before["packages"][0]["items"]] == [0, 0]
    assert "payment_sum" not in before["delivery_detail"]
    sandbox.move(uuid, "DELIVERED")
    after = _entity(api, uuid)
    assert [row["delivery_amount"] for row in after["packages"][0]["items"]] == [1, 2]
    assert after["delivery_detail"]["payment_sum"] == 1750.0
    assert after["delivery_detail"]["recipient_name"] == after["recipient"]["name"]
    assert list(after["delivery_detail"])[:3] == ["date", "recipient_name", "payment_sum"]


def test_nobody_pays_for_goods_that_come_home(sandbox, api):
    (back,) = sandbox.truth(_partial(sandbox))["related"]
    assert sandbox.advance(back["uuid"], 3)["status"] == "DELIVERED"
    assert api.call("GET", f"/check?order_uuid={back['uuid']}").body == {}
