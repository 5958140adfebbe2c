"""The calculators: recorded rows, prices that never fall, CDEK's tables, and its words for what cannot be had."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdek_sandbox.reference_data.cities import CITIES, measure_distance
from cdek_sandbox.reference_data.prices import build_route, calculate_price, calculate_weight
from cdek_sandbox.reference_data.services import ADDITIONAL_SERVICES, calculate_service_price
from cdek_sandbox.reference_data.tariffs import TARIFFS
from tests.support.paths import CDEK_FACTS

FACTS = CDEK_FACTS
recorded = pytest.mark.skipif(not FACTS.is_dir(), reason="the facts are not beside the repository")
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PARCEL = {"weight": 1000}
MOSCOW_TO_NOVOSIBIRSK = {"from_location": {"code": 44}, "to_location": {"code": 270}, "packages": [PARCEL]}
IN_MOSCOW = {"from_location": {"code": 44}, "to_location": {"code": 44}, "packages": [{"weight": 500}]}
INSURED = {"services": [{"code": "INSURANCE", "parameter": "1000"}]}
DATED = {"date": "2026-07-31T12:00:00+0300"}
RUSSIAN = sorted(code for code, city in CITIES.items() if city.country_code == "RU")
WEIGHTS = st.integers(1, 49_000)


def _sample(name):
    return json.loads((FACTS / "samples" / f"{name}.json").read_text("utf-8"))


def _ask(api, method, question):
    return api.call("POST", f"/calculator/{method}", question)


def _rows(api, question, method="tarifflist"):
    answer = _ask(api, method, question)
    assert answer.status == 200, answer.body
    return {row["tariff_code"]: row for row in answer.body["tariff_codes"]}


def _error(answer):
    assert answer.status == 400
    assert list(answer.body) == ["errors"]
    return answer.body["errors"][0]


@recorded
def test_a_list_within_moscow_has_the_recorded_tariffs_in_their_order_at_their_prices(api):
    expected = _sample("POST_calculator_tarifflist_moscow_moscow_2026-08")["tariff_codes"]
    rows = list(_rows(api, IN_MOSCOW | DATED).values())
    told = ("tariff_code", "tariff_name", "delivery_mode", "delivery_sum")
    assert [[row[name] for name in told] for row in rows] == [[row[name] for name in told] for row in expected]
    assert [[name for name in row if name in expected[0]] for row in rows[:1]] == [list(expected[0])]
    assert list(rows[0]["delivery_date_range"]) == ["min", "max"]


@recorded
def test_a_price_with_insurance_is_the_recorded_one(api):
    expected = _sample("POST_calculator_tariffAndService_insurance_2026-08-13")["tariff_codes"][0]
    row = _rows(api, IN_MOSCOW | INSURED, "tariffAndService")["136"]
    assert row["status"] == expected["status"] == "true"
    assert {name: row["result"][name] for name in expected["result"]} == expected["result"]
    assert list(row["result"]["services"][0]) == list(expected["result"]["services"][0])


@recorded
def test_a_currency_as_letters_is_refused_as_recorded(api):
    answer = _ask(api, "tarifflist", MOSCOW_TO_NOVOSIBIRSK | {"currency": "RUB"})
    assert (answer.status, answer.body) == (400, _sample("POST_calculator_tarifflist_currency_not_numeric"))


@recorded
def test_an_unknown_city_is_refused_as_recorded(api):
    question = MOSCOW_TO_NOVOSIBIRSK | {"to_location": {"city": "Нетакогогорода"}}
    assert _ask(api, "tarifflist", question).body == _sample("POST_calculator_tarifflist_location_not_recognized")


def test_with_two_unknown_cities_only_the_sender_is_told(api):
    nowhere = {"code": 1}
    answer = _ask(api, "tarifflist", MOSCOW_TO_NOVOSIBIRSK | {"from_location": nowhere, "to_location": nowhere})
    assert [row["code"] for row in answer.body["errors"]] == ["v2_sender_location_not_recognized"]


@recorded
def test_the_tables_of_tariffs_services_and_currencies_are_those_of_the_facts():
    facts = json.loads((FACTS / "dictionaries.json").read_text("utf-8"))
    assert {row["tariff_code"]: row["delivery_mode"] for row in facts["tariffs"]} | {158: 2} == {
        code: tariff.mode for code, tariff in TARIFFS.items()
    }
    for row in facts["tariffs"]:
        assert TARIFFS[row["tariff_code"]].name.startswith(row["name"])
    assert {row["code"]: row["name"] for row in facts["services"] if row["code"] != "ANOTHER"} == {
        code: extra.name for code, extra in ADDITIONAL_SERVICES.items()
    }


@pytest.mark.parametrize(("number", "letters"), [(1, "RUB"), ("1", "RUB"), (6, "CNY"), (704, "VND")])
def test_a_price_is_told_in_the_currency_asked_for(api, number, letters):
    answer = _ask(api, "tariff", MOSCOW_TO_NOVOSIBIRSK | {"tariff_code": 136, "currency": number})
    assert answer.body["currency"] == letters


def test_a_total_is_delivery_and_services_with_tax(sandbox, api):
    sandbox.settings(calculator_vat_rate=22)
    price = _ask(api, "tariff", MOSCOW_TO_NOVOSIBIRSK | INSURED | {"tariff_code": "136"}).body
    insurance = price["services"][0]
    assert (insurance["sum"], insurance["vat_sum"], insurance["total_sum"]) == (7.5, 1.65, 9.15)
    assert price["total_sum"] == pytest.approx(price["delivery_sum"] * 1.22 + insurance["total_sum"], abs=0.01)
    assert (price["weight_calc"], price["currency"]) == (1000, "RUB")


@given(
    st.sampled_from(sorted(TARIFFS)), WEIGHTS, WEIGHTS, st.sampled_from(sorted(CITIES)), st.sampled_from(sorted(CITIES))
)
def test_a_price_never_falls_with_weight(code, one, other, start, end):
    road = build_route(CITIES[start], CITIES[end])
    light, heavy = sorted((one, other))
    assert 0 < calculate_price(TARIFFS[code], light, road) <= calculate_price(TARIFFS[code], heavy, road)


@given(st.sampled_from(sorted(TARIFFS)), WEIGHTS, *[st.sampled_from(RUSSIAN)] * 3)
def test_a_price_never_falls_with_distance(code, grams, start, one, other):
    near, far = sorted((CITIES[one], CITIES[other]), key=lambda city: measure_distance(CITIES[start], city))
    prices = [calculate_price(TARIFFS[code], grams, build_route(CITIES[start], city)) for city in (near, far)]
    assert prices == sorted(prices)


@given(st.floats(0, 10**8), st.floats(0, 10**8))
def test_an_insurance_never_falls_with_the_declared_value(one, other):
    rows = [{"code": "INSURANCE", "parameter": f"{value:.2f}"} for value in sorted((one, other))]
    prices = [calculate_service_price(row) for row in rows]
    assert 0 <= prices[0] <= prices[1]


@given(WEIGHTS, *[st.integers(0, 300)] * 3)
def test_the_charged_weight_is_the_greater_of_weight_and_volume(grams, length, width, height):
    weight = calculate_weight(grams, length, width, height)
    assert weight >= grams
    assert weight >= length * width * height / 5
    assert weight in {grams, -(-length * width * height // 5)}


@MANY
@given(st.sampled_from(RUSSIAN), st.sampled_from(RUSSIAN), WEIGHTS, st.sampled_from([1, 2]))
def test_each_row_of_a_list_is_what_its_tariff_alone_costs(api, start, end, grams, kind):
    question = {
        "from_location": {"code": start},
        "to_location": {"code": end},
        "packages": [{"weight": grams}],
        "type": kind,
    }
    rows = _rows(api, question | DATED)
    for code in [*rows][::9]:
        alone = _ask(api, "tariff", question | DATED | {"tariff_code": code}).body
        for name in ("delivery_sum", "period_min", "period_max", "calendar_min", "calendar_max", "delivery_date_range"):
            assert alone[name] == rows[code][name]
        assert rows[code]["period_min"] <= rows[code]["period_max"] <= rows[code]["calendar_max"]


def test_each_row_with_services_has_codes_and_statuses_as_strings_and_errors_of_its_own(api):
    question = MOSCOW_TO_NOVOSIBIRSK | {"services": [{"code": "UNHEARD_OF"}]}
    rows = _rows(api, question, "tariffAndService")
    assert {type(code) for code in rows} == {str}
    assert {row["status"] for row in rows.values()} == {"false"}
    assert rows["136"]["result"]["errors"] == [
        {
            "code": "ve_additional_service_unavailable",
            "additional_code": "0xBC236B02",
            "message": 'Доп услуга "UNHEARD_OF" недоступна',
        }
    ]


def test_failed_row_has_only_errors(api):
    question = MOSCOW_TO_NOVOSIBIRSK | {"services": [{"code": "UNHEARD_OF"}]}
    rows = api.call("POST", "/calculator/tariffAndService", question).body["tariff_codes"]
    assert rows
    for row in rows:
        assert list(row) == ["tariff_code", "status", "result"]
        assert list(row["result"]) == ["errors"]


def test_service_forbidden_by_the_contract_fails_every_row(sandbox, api):
    sandbox.settings(contract={"forbidden_services": ["INSURANCE"]})
    question = MOSCOW_TO_NOVOSIBIRSK | {"services": [{"code": "INSURANCE", "parameter": "3000"}]}
    rows = api.call("POST", "/calculator/tariffAndService", question).body["tariff_codes"]
    assert rows
    for row in rows:
        assert row["status"] == "false"
        assert [error["code"] for error in row["result"]["errors"]] == ["ve_additional_service_unavailable"]
    answer = api.call("POST", "/calculator/tariff", question | {"tariff_code": 136})
    assert (answer.status, _error(answer)["code"]) == (400, "ve_additional_service_unavailable")
    free = api.call("POST", "/calculator/tariffAndService", MOSCOW_TO_NOVOSIBIRSK).body["tariff_codes"]
    assert {row["status"] for row in free} == {"true"}


@pytest.mark.parametrize(
    ("services", "code"),
    [
        (["GET_UP_FLOOR_BY_HAND", "GET_UP_FLOOR_BY_ELEVATOR"], "err_addservice_getup_floor_elevator"),
        (
            ["BAN_ATTACHMENT_INSPECTION", "PART_DELIV"],
            "err_addservice_ban_attachment_inspection_incompatible_part_deliv",
        ),
        (["BAN_ATTACHMENT_INSPECTION", "TRYING_ON"], "err_addservice_ban_attachment_inspection_incompatible_trying_on"),
        (["ANOTHER"], "ve_as_forbidden"),
    ],
)
def test_services_that_do_not_go_together_are_refused(api, services, code):
    question = MOSCOW_TO_NOVOSIBIRSK | {"tariff_code": 136, "services": [{"code": name} for name in services]}
    assert _error(_ask(api, "tariff", question))["code"] == code


def test_a_delivery_within_the_day_wants_a_declared_value(api):
    error = _error(_ask(api, "tariff", IN_MOSCOW | INSURED | {"tariff_code": 2360}))
    assert error["message"] == "Для выбранного тарифа минимальная объявленная стоимость - 3000"
    dear = {"services": [{"code": "INSURANCE", "parameter": "3000"}]}
    assert _ask(api, "tariff", IN_MOSCOW | dear | {"tariff_code": 2360}).status == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tariff_code": 1}, "v2_outdated_tariff"),
        ({"tariff_code": 999_999}, "err_result_service_empty"),
        ({"tariff_code": 2360}, "err_result_service_empty"),
        ({"tariff_code": 136, "type": 2}, "err_invalid_tariff_with_ordertype"),
        ({"tariff_code": 136, "packages": [{"weight": 51_000}]}, "err_invalid_tariff_with_dimentions"),
        ({"tariff_code": 748}, "err_invalid_tariff_with_dimentions"),
        ({"tariff_code": 136, "shipment_point": "XXX1"}, "code_invalid"),
    ],
)
def test_a_tariff_that_cannot_be_had_is_refused_in_cdeks_words(api, change, code):
    assert _error(_ask(api, "tariff", MOSCOW_TO_NOVOSIBIRSK | change))["code"] == code


def test_which_tariffs_are_outdated_is_a_setting(sandbox, api):
    sandbox.settings(outdated_tariffs=[136])
    error = _error(_ask(api, "tariff", MOSCOW_TO_NOVOSIBIRSK | {"tariff_code": 136}))
    assert error == {"code": "v2_outdated_tariff", "message": "Tariff 136 is outdated"}


@pytest.mark.parametrize("method", ["tarifflist", "tariffAndService"])
def test_a_direction_that_no_tariff_serves_is_refused(api, method):
    error = _error(_ask(api, method, MOSCOW_TO_NOVOSIBIRSK | {"to_location": {"code": 1346}}))
    assert error["code"] == "err_result_servicelist_empty"


def test_lockers_are_listed_for_one_parcel_that_fits_a_cell(api):
    def lockers(*packages):
        return {366, 368, 485, 486} & set(_rows(api, MOSCOW_TO_NOVOSIBIRSK | {"packages": list(packages)}))

    small, long = PARCEL | {"length": 20, "width": 30, "height": 10}, PARCEL | {"length": 90, "width": 5, "height": 5}
    assert lockers(small) == {366, 368, 485, 486}
    assert lockers(long) == lockers(PARCEL) == lockers(small, small) == set()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"packages": []}, "[packages] is empty"),
        ({"packages": [{"length": 5}]}, "[packages[0].weight] is empty"),
        ({"to_location": None}, "[to_location] is empty"),
        ({"packages": [{"weight": -1}]}, "Invalid value [-1] in [packages[0].weight] parameter"),
        ({"packages": [{"weight": "heavy"}]}, "Invalid value type in [packages[0].weight] field"),
        ({"currency": 77}, "Invalid value [77] in [currency] parameter"),
        ({"date": "tomorrow"}, "Invalid value [tomorrow] in [date] parameter"),
        ({"date": "9999-12-31T00:00:00+0000"}, "Invalid value [9999-12-31T00:00:00+0000] in [date] parameter"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_by_field(api, change, message):
    assert _error(_ask(api, "tarifflist", MOSCOW_TO_NOVOSIBIRSK | change))["message"] == message


def test_one_tariff_wants_its_code(api):
    assert _error(_ask(api, "tariff", MOSCOW_TO_NOVOSIBIRSK))["message"] == "[tariff_code] is empty"


def test_an_office_says_the_city(api):
    by_office = {"shipment_point": "MSK65", "delivery_point": "NSK1", "packages": [PARCEL]}
    assert _rows(api, by_office | DATED) == _rows(api, MOSCOW_TO_NOVOSIBIRSK | DATED)


@pytest.mark.parametrize(
    "place", [{"postal_code": "630007"}, {"city": "Новосибирск"}, {"address": "Россия, Новосибирск, ул. Ленина, 1"}]
)
def test_a_city_is_understood_by_index_name_and_address(api, place):
    assert _rows(api, MOSCOW_TO_NOVOSIBIRSK | DATED | {"to_location": place}) == _rows(
        api, MOSCOW_TO_NOVOSIBIRSK | DATED
    )


def test_a_parcel_abroad_may_go_by_international_express(api):
    assert {7, 8} <= set(_rows(api, MOSCOW_TO_NOVOSIBIRSK | {"to_location": {"code": 38}}))
    assert not {7, 8} & set(_rows(api, MOSCOW_TO_NOVOSIBIRSK))


def test_prices_with_services_can_break_as_they_did_on_edu(sandbox, api):
    sandbox.settings(tariff_and_service="broken")
    answer = _ask(api, "tariffAndService", MOSCOW_TO_NOVOSIBIRSK)
    assert (answer.status, answer.body["errors"]) == (
        500,
        [{"code": "v2_internal_error", "message": "500 Internal Error"}],
    )


@pytest.mark.parametrize(
    ("body", "code"), [(b"null", "v2_internal_error"), (b"[]", "v2_bad_request"), (b"{", "v2_bad_request")]
)
def test_a_body_that_is_no_object_is_refused(api, body, code):
    api.login()
    answer = api.raw("POST", "/v2/calculator/tarifflist", body, {"Authorization": f"Bearer {api.token}"})
    assert _error(answer)["code"] == code


def test_all_tariffs_have_their_modes_and_limits(api):
    rows = api.call("GET", "/calculator/alltariffs").body["tariff_codes"]
    modes = {mode["tariff_code"]: mode for row in rows for mode in row["delivery_modes"]}
    assert set(modes) == set(TARIFFS)
    assert modes[368] == {"delivery_mode": "7", "delivery_mode_name": "склад-постамат", "tariff_code": 368}
    parcel = next(row for row in rows if row["tariff_name"] == "Посылка")
    assert (parcel["weight_max"], parcel["order_types"]) == (50.0, ["1"])


def test_all_tariffs_have_the_limits_of_their_own_delivery_modes_and_sides(api):
    rows = api.call("GET", "/calculator/alltariffs").body["tariff_codes"]
    row_of = {mode["tariff_code"]: row for row in rows for mode in row["delivery_modes"]}
    assert sum(len(row["delivery_modes"]) for row in rows) == len(row_of)
    weights = {139: 50, 366: 30, 378: 30, 722: 30, 293: 500, 509: None, 480: None, 2360: 25}
    assert {code: row_of[code].get("weight_max") for code in weights} == weights
    sides = ("length_max", "width_max", "height_max")
    assert [row_of[2360][side] for side in sides] == [50] * 3
    assert [row_of[19][side] for side in sides] == [300] * 3
    assert not set(sides) & set(row_of[139])


@pytest.mark.parametrize(
    ("code", "parcel"),
    [(2360, {"length": 51}), (19, {"length": 301}), (366, {"weight": 31_000}), (139, {"weight": 51_000})],
)
def test_a_parcel_beyond_a_limit_of_its_tariff_is_refused(api, code, parcel):
    ends = IN_MOSCOW if code == 2360 else MOSCOW_TO_NOVOSIBIRSK
    answer = _ask(
        api, "tariff", ends | {"tariff_code": code, "packages": [{**PARCEL, "width": 1, "height": 1} | parcel]}
    )
    assert _error(answer)["code"] == "err_invalid_tariff_with_dimentions"


def test_all_tariffs_answer_in_the_language_of_the_header(api):
    api.login()
    headers = {"Authorization": f"Bearer {api.token}", "X-User-Lang": "eng"}
    rows = api.raw("GET", "/v2/calculator/alltariffs", headers=headers).body["tariff_codes"]
    assert "Posylka" in [row["tariff_name"] for row in rows]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), st.lists, max_leaves=3
)


@MANY
@given(
    st.dictionaries(st.sampled_from(["date", "type", "currency", "lang", "packages", "services", "tariff_code"]), JSON)
)
def test_no_question_breaks_the_calculators(api, change):
    for method in ("tarifflist", "tariff", "tariffAndService"):
        assert _ask(api, method, MOSCOW_TO_NOVOSIBIRSK | change).status in {200, 400}
