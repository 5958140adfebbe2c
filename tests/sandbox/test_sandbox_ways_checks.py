"""What CDEK finds wrong with the services, the offices and the tariff of an order; and with an intake of today."""

from datetime import datetime

import pytest

from tests.support.sandbox_api import SHOP_ORDER

PACKAGE = SHOP_ORDER["packages"][0]
ITEM = PACKAGE["items"][0]
DELIVERY = {"type": 2, "sender": {"name": "Отправитель"}, "tariff_code": 480}
WITHOUT_GOODS = {"packages": [{"number": "1", "weight": 1000}]}
TO_OFFICE = {"tariff_code": 138, "to_location": None}
HEAVY_TO_OFFICE = {
    "tariff_code": 481,
    "to_location": None,
    "packages": [PACKAGE | {"weight": 60_000, "length": 10, "width": 10, "height": 10}],
}
TO_LOCKER = {"tariff_code": 366, "to_location": None}
FROM_OFFICE = {"tariff_code": 137}


def _errors(sandbox, api, **changes):
    uuid = api.create(**changes)
    sandbox.finish(uuid)
    card = api.card(uuid).body
    errors = [row["code"] for row in card["requests"][0].get("errors", [])]
    assert card["entity"]["statuses"][0]["code"] == ("INVALID" if errors else "CREATED")
    return errors


def _with(code, parameter=None):
    return {"services": [{"code": code, "parameter": parameter}]}


def _office(api, query, passes=lambda _row: True):
    return next(row for row in api.call("GET", f"/deliverypoints?{query}").body if passes(row))


def _weighing(grams):
    return {"packages": [PACKAGE | {"weight": grams}]}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (_with("UNHEARD_OF"), ["error_validate_additional_service_param_unsupported_param"]),
        (_with("ANOTHER"), ["ve_as_forbidden"]),
        (_with("SECURE_PACKAGE_A2", "1"), []),
        (_with("TRYING_ON"), []),
        (DELIVERY | WITHOUT_GOODS | _with("PART_DELIV"), ["ve_as_part_deliv_count"]),
        (
            DELIVERY | _with("INSURANCE", "много"),
            ["error_validate_additional_service_param_declared_cost_is_required"],
        ),
        (DELIVERY | _with("INSURANCE", "601"), ["error_validate_declared_cost_of_insurance_not_eq_to_dc_of_goods"]),
        (DELIVERY | _with("INSURANCE", "600.00"), []),
        (DELIVERY | _with("INSURANCE"), []),
        (DELIVERY | WITHOUT_GOODS | _with("INSURANCE", "5000"), []),
    ],
)
def test_services_of_an_order_are_checked_in_the_background(sandbox, api, change, codes):
    assert _errors(sandbox, api, **change) == codes


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"tariff_code": 10}, ["err_invalid_tariff_with_datetimeordersend"]),
        ({"tariff_code": 2360}, ["error_validate_tariff_not_supported_for_this_direction"]),
        ({"tariff_code": 231, "to_location": {"code": 44}}, ["error_validate_tariff_not_supported_for_this_direction"]),
        ({"tariff_code": 8}, ["error_validate_tariff_not_supported_for_this_direction"]),
        ({"tariff_code": 231}, []),
        ({"tariff_code": 2360, "to_location": {"code": 44}}, []),
    ],
)
def test_a_tariff_serves_its_directions_only(sandbox, api, change, codes):
    assert _errors(sandbox, api, **change) == codes


def test_a_tariff_that_is_retired_by_the_settings_makes_no_order(sandbox, api):
    sandbox.settings(outdated_tariffs=[139])
    assert _errors(sandbox, api) == ["err_invalid_tariff_with_datetimeordersend"]


def test_an_office_that_only_takes_parcels_in_gives_none_out(sandbox, api):
    code = _office(api, "is_handout=0&type=PVZ", lambda row: "weight_max" not in row)["code"]
    sandbox.settings(office_check="strict")
    assert _errors(sandbox, api, **TO_OFFICE, delivery_point=code) == ["ve_receiver_pickup_point_take_only"]


def test_a_parcel_to_a_locker_needs_a_locker(sandbox, api):
    sandbox.settings(office_check="strict")
    assert _errors(sandbox, api, **TO_LOCKER, delivery_point="NSK1") == ["error_validate_postamat_pvz_not_postamat"]
    locker = _office(api, "type=POSTAMAT&city_code=270")["code"]
    assert _errors(sandbox, api, **TO_LOCKER, delivery_point=locker, number="2") == []


def test_a_parcel_has_the_weight_that_its_office_takes(sandbox, api):
    office = _office(api, "type=PVZ&is_handout=1", lambda row: row.get("weight_min", 0) > 0)
    sandbox.settings(office_check="strict")
    least, most = int(office["weight_min"] * 1000), int(office["weight_max"] * 1000)
    for number, (grams, codes) in enumerate(
        (
            (least - 1, ["error_validate_receiver_delivery_point_calc_weight_small"]),
            (least, []),
            (most, []),
            (most + 1, ["error_validate_receiver_delivery_point_calc_weight_large"]),
        )
    ):
        change = {
            "tariff_code": 481,
            "to_location": None,
            "delivery_point": office["code"],
            "number": f"n{number}",
        } | _weighing(grams)
        assert _errors(sandbox, api, **change) == codes


def test_strictly_an_office_that_is_not_there_is_wrong(sandbox, api):
    sandbox.settings(office_check="strict")
    assert _errors(sandbox, api, **TO_OFFICE, delivery_point="NSK999999") == ["ve_receiver_pickup_point_incorrect"]


def test_a_parcel_too_heavy_for_all_offices_of_the_city_is_told_so(sandbox, api):
    cities = {}
    for row in api.call("GET", "/deliverypoints?type=PVZ").body:
        cities.setdefault(row["location"]["city_code"], []).append(row)
    rows = next(rows for rows in cities.values() if all("weight_max" in row or not row["is_handout"] for row in rows))
    assert _errors(sandbox, api, **HEAVY_TO_OFFICE, delivery_point=rows[0]["code"]) == [
        "The pick-up point doesn't meet the requirements and no other suitable pick-up point found"
    ]


def test_a_tariff_from_a_warehouse_needs_one_in_the_senders_city(sandbox, api):
    place = {"from_location": {"code": 44, "address": "ул. Тестовая, 1"}}
    assert _errors(sandbox, api, **FROM_OFFICE, **place) == []
    sandbox.settings(offices=0)
    assert _errors(sandbox, api, **FROM_OFFICE, **place, number="2") == ["err_pvz_with_tariff_mistake"]
    sandbox.settings(office_check="off")
    assert _errors(sandbox, api, **FROM_OFFICE, **place, number="3") == []


def _paying(value):
    return {"packages": [PACKAGE | {"items": [ITEM | {"payment": {"value": value, "vat_rate": 0, "vat_sum": 0}}]}]}


@pytest.mark.parametrize(
    ("city", "value", "codes"),
    [(250, 1, ["error_validate_receiver_city_cash_limit"]), (250, 0, []), (270, 1, [])],
)
def test_a_city_without_cash_on_delivery_takes_no_money(sandbox, api, city, value, codes):
    (row,) = api.call("GET", f"/location/cities?code={city}").body
    assert row["payment_limit"] == (0 if city == 250 else -1)
    assert _errors(sandbox, api, to_location={"code": city, "address": "ул. Тестовая, 1"}, **_paying(value)) == codes


LOAD = {
    "intake_time_from": "10:00",
    "intake_time_to": "17:00",
    "name": "Груз",
    "sender": {"name": "Компания", "phones": [{"number": "+79589441654"}]},
    "from_location": {"code": 44, "address": "ул. Блюхера, 32"},
}


@pytest.mark.parametrize(
    ("hour", "settings", "code"),
    [
        (12, {}, None),
        (18, {}, "error_validate_courier_invitation_time_expired"),
        (12, {"intake_today_until": "12:00"}, "ve_ci_pickup_time_selfcare_too_large"),
        (12, {"intake_today_until": "12:30"}, None),
    ],
)
def test_a_courier_of_today_is_called_in_time(sandbox, api, hour, settings, code):
    sandbox.settings(**settings)
    now = datetime.fromisoformat(sandbox.control("GET", "/clock")["now"])
    wanted = now.replace(hour=hour - 3, minute=10, second=0)
    sandbox.pass_time((wanted - now).total_seconds())
    uuid = api.call("POST", "/intakes", LOAD | {"intake_date": wanted.date().isoformat()}).uuid
    sandbox.control("POST", f"/intakes/{uuid}/advance")
    entry = api.call("GET", f"/intakes/{uuid}").entry
    assert [row["code"] for row in entry.get("errors", [])] == ([code] if code else [])


def test_nobody_fetches_from_a_locker(sandbox, api):
    order = sandbox.order(destination="door", body={"tariff_code": 605})
    day = f"{int(sandbox.control('GET', '/clock')['now'][:4])}-12-31"
    sandbox.settings(intake_create={"mode": "never"})
    uuid = api.call("POST", "/intakes", LOAD | {"intake_date": day, "order_uuid": order}).uuid
    sandbox.control("POST", f"/intakes/{uuid}/advance")
    codes = [row["code"] for row in api.call("GET", f"/intakes/{uuid}").entry["errors"]]
    assert "ve_tariff_mode_warehouse_unavailable" in codes
