"""Which office an order really goes by."""

import pytest

WAY = {
    "from_location": None,
    "to_location": None,
    "shipment_point": "MSK65",
    "delivery_point": "NSK1",
    "tariff_code": 136,
}
PACKAGE = {
    "number": "1",
    "items": [{"name": "Т", "ware_key": "1", "payment": {"value": 0}, "cost": 300, "weight": 700, "amount": 1}],
}


def _made(sandbox, api, **changes):
    uuid = api.create(**WAY | changes)
    sandbox.finish(uuid)
    card = api.card(uuid).body
    return card["entity"], next(row for row in card["requests"] if row["type"] == "CREATE")


def _office(api, query, passes=lambda _row: True):
    return next(row for row in api.call("GET", f"/deliverypoints?{query}").body if passes(row))


def test_offices_that_serve_the_order_stay(sandbox, api):
    entity, entry = _made(sandbox, api)
    assert (entity["shipment_point"], entity["delivery_point"]) == ("MSK65", "NSK1")
    assert "warnings" not in entry


@pytest.mark.parametrize(
    ("end", "code", "served"),
    [
        ("delivery_point", "NSK999999", "NSK1"),
        ("shipment_point", "MSK999999", "MSK65"),
    ],
)
def test_an_office_that_is_not_there_is_replaced_with_a_warning(sandbox, api, end, code, served):
    entity, entry = _made(sandbox, api, **{end: code})
    assert entity[end] == served
    assert [row["code"] for row in entry["warnings"]] == [f"v2_{end}_changed"]
    assert code in entry["warnings"][0]["message"]
    assert served in entry["warnings"][0]["message"]


def test_a_parcel_too_heavy_for_its_office_goes_to_another_of_the_city(sandbox, api):
    small = _office(api, "city_code=270&type=PVZ&is_handout=1", lambda row: row.get("weight_max") == 15)["code"]
    entity, entry = _made(sandbox, api, delivery_point=small, packages=[PACKAGE | {"weight": 20_000}])
    served = _office(api, f"code={entity['delivery_point']}")
    assert (served["location"]["city_code"], served["type"]) == (270, "PVZ")
    assert served.get("weight_max", 20) >= 20
    assert entry["warnings"][0]["code"] == "v2_delivery_point_changed"


def test_a_locker_that_the_parcel_is_too_heavy_for_falls_back_to_an_office(sandbox, api):
    locker = _office(api, "city_code=270&type=POSTAMAT", lambda row: row["weight_max"] == 15)["code"]
    entity, _ = _made(sandbox, api, tariff_code=368, delivery_point=locker, packages=[PACKAGE | {"weight": 1000}])
    assert entity["delivery_point"] == locker
    again = {"number": "shop-2", "tariff_code": 368, "delivery_point": locker}
    entity, _ = _made(sandbox, api, **again, packages=[PACKAGE | {"weight": 16_000}])
    assert _office(api, f"code={entity['delivery_point']}")["type"] == "PVZ"


def test_an_order_to_an_office_of_no_city_cannot_be_made(sandbox, api):
    _, entry = _made(sandbox, api, delivery_point="NOWHERE1")
    assert entry["state"] == "INVALID"
    assert [row["code"] for row in entry["errors"]] == ["ve_receiver_pickup_point_incorrect"]


def test_with_the_check_off_any_code_is_taken(sandbox, api):
    sandbox.settings(office_check="off")
    entity, entry = _made(sandbox, api, delivery_point="NOWHERE1")
    assert (entity["delivery_point"], entry["state"]) == ("NOWHERE1", "SUCCESSFUL")
