"""Offices: the recorded rows, every filter, pages, languages, and as many as the settings ask for."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdek_sandbox.reference_data.cities import CITIES
from cdek_sandbox.reference_data.offices import build_offices
from tests.support.paths import SAMPLES

recorded = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FLAGS = [
    *("have_cashless", "have_cash", "allowed_cod", "is_dressing_room", "take_only", "is_handout", "is_reception"),
    *("is_marketplace", "is_ltl", "fulfillment", "ltl_acceptance_partners", "ltl_issuance_partners"),
]
ALWAYS = ["NSK1", "MSK65", "MSK5", "MSK1", "NSK27"]


def _sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def _offices(api, **query):
    return api.call("GET", f"/deliverypoints?{urlencode(query)}")


def _rows(api, **query):
    answer = _offices(api, **query)
    assert answer.status == 200, answer.body
    return answer.body


def _codes(rows):
    return [row["code"] for row in rows]


def _error(answer):
    assert answer.status == 400
    return answer.body["errors"][0]


def _shape(value):
    return json.dumps(_types(value))


def _types(value):
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    return [_types(row) for row in value] if isinstance(value, list) else type(value).__name__


@recorded
def test_the_first_office_has_the_recorded_shape(api):
    expected = _sample("GET_deliverypoints_NSK1_first_item")
    rows = _rows(api)[:1]
    assert _shape(rows) == _shape(expected)
    for name in ("code", "name", "uuid", "location", "work_time"):
        assert rows[0][name] == expected[0][name]


@recorded
def test_the_offices_of_moscow_begin_with_the_recorded_two(api):
    expected = _sample("GET_deliverypoints_city44_two_offices_2026-08")
    rows = _rows(api, city_code=44, is_handout="true", size=2)
    assert _shape(rows) == _shape(expected)
    for row, told in zip(rows, expected, strict=True):
        assert {row[name] == told[name] for name in ("code", "name", "uuid", "location", "work_time_list")} == {True}


def test_there_are_five_thousand_offices_and_lockers_each_with_its_own_code(api):
    rows = _rows(api)
    assert len(rows) == len({row["code"] for row in rows}) == len({row["uuid"] for row in rows}) == 5000
    assert {row["type"] for row in rows} == {"PVZ", "POSTAMAT"}
    assert len({row["location"]["city_code"] for row in rows}) > 100
    assert _codes(rows[:5]) == ALWAYS


@pytest.mark.parametrize("number", [0, 3, 5, 6, 50_000])
def test_as_many_offices_as_the_settings_ask_for(number):
    rows = build_offices(7, number).rows
    assert len(rows) == len({office.code for office in rows}) == number
    assert [office.code for office in rows[:5]] == ALWAYS[:number]


def test_the_number_of_offices_is_a_setting(sandbox, api):
    sandbox.settings(offices=12)
    answer = _offices(api)
    assert len(answer.body) == 12
    assert answer.headers["x-total-elements"] == "12"
    sandbox.settings(offices_page=5)
    assert len(_rows(api)) == 5


def test_a_seed_has_its_own_offices_and_the_same_ones_again():
    rows = [[(office.code, office.street) for office in build_offices(seed, 200).rows] for seed in (1, 1, 2)]
    assert rows[0] == rows[1] != rows[2]


def test_pages_partition_the_list_of_offices(api):
    every = _codes(_rows(api))
    pages = [_codes(_rows(api, size=900, page=page)) for page in range(6)]
    assert [code for page in pages for code in page] == every
    assert _rows(api, size=900, page=6) == []


def test_the_rules_of_size_and_page(api):
    assert _error(_offices(api, page=0)) == {"code": "v2_field_is_empty", "message": "[size] is empty"}
    assert _error(_offices(api, size=10_001)) == {
        "code": "v2_exceeded_size",
        "message": "The size parameter cannot exceed 10000",
    }


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("true", True), ("0", False), ("false", False)])
def test_each_flag_divides_the_offices(api, flag, value, wanted):
    rows = _rows(api, city_code=44, **{flag: value})
    assert rows
    assert {row.get(flag, False) for row in rows} == {wanted}
    other = _rows(api, city_code=44, **{flag: "0" if wanted else "1"})
    assert sorted([*_codes(rows), *_codes(other)]) == sorted(_codes(_rows(api, city_code=44)))


PLACES = st.sampled_from(
    [
        ("city_code", "44"),
        ("city_code", "430"),
        ("region_code", "9"),
        ("country_code", "KZ"),
        ("country_code", "ru"),
        ("fias_guid", "c2deb16a-0330-4f05-821f-1d09c93331e6"),
        ("postal_code", "630007"),
        ("code", "MSK65"),
    ]
)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["PVZ", "POSTAMAT", "ALL"]),
        "weight_max": st.integers(0, 60).map(str),
        "weight_min": st.integers(0, 5).map(str),
        **dict.fromkeys(("length", "width", "height"), st.integers(1, 70).map(str)),
        **dict.fromkeys(FLAGS[:7], st.sampled_from(["1", "0"])),
    },
)


def _matches(row, name, value):
    place = row["location"]
    expected = {
        "city_code": lambda: place["city_code"] == int(value),
        "region_code": lambda: place["region_code"] == int(value),
        "country_code": lambda: place["country_code"] == value.upper(),
        "fias_guid": lambda: place["fias_guid"] == value,
        "postal_code": lambda: value in CITIES[place["city_code"]].postal_codes,
        "code": lambda: row["code"] == value,
        "type": lambda: value in {"ALL", row["type"]},
        "weight_max": lambda: row.get("weight_max", 10**6) >= float(value),
        "weight_min": lambda: row.get("weight_min", 0) <= float(value),
    }
    if name in FLAGS:
        return row[name] is (value == "1")
    return expected[name]() if name in expected else _has_room(row, name, value)


def _has_room(row, _name, value):
    cells = row.get("dimensions")
    return cells is None or any(max(cell.values()) >= float(value) for cell in cells)


@MANY
@given(PLACES, QUERIES)
def test_every_office_matches_the_filters_that_found_it(api, place, query):
    asked = {**query, place[0]: place[1]}
    for row in _rows(api, **asked):
        assert all(_matches(row, name, value) for name, value in asked.items()), (row, asked)


@MANY
@given(PLACES, QUERIES)
def test_a_filter_more_never_finds_an_office_more(api, place, query):
    wider, narrower = _codes(_rows(api, **dict([place]))), _codes(_rows(api, **{**query, place[0]: place[1]}))
    assert narrower == [code for code in wider if code in set(narrower)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("type", "OFFICE"), ("have_cash", "yes"), ("city_code", "MSK"), ("weight_max", "heavy"), ("fias_guid", "44")],
)
def test_a_filter_that_cannot_be_read_is_refused_by_name(api, name, value):
    error = _error(_offices(api, **{name: value}))
    assert error["code"] == "v2_invalid_format"
    assert error["message"] == f"Invalid value [{value}] in [{name}] parameter"


def test_an_unknown_office_or_city_is_an_empty_list(api):
    assert _rows(api, code="XXX1") == _rows(api, city_code=1) == []


def test_offices_answer_in_the_language_asked_for(api):
    cities = {lang: _rows(api, code="MSK65", lang=lang)[0]["location"] for lang in ("rus", "eng", "zho")}
    assert [cities[lang]["city"] for lang in cities] == ["Москва", "Moscow", "Moscow"]
    assert cities["rus"]["address_full"].startswith("109044, Россия, Москва, Москва, ул. Динамовская")
    assert "俄罗斯" in cities["zho"]["address_full"]


def test_a_rectangle_gives_the_offices_inside_it(api):
    corners = {
        "latitude_left_bottom": 55.73,
        "longitude_left_bottom": 37.6,
        "latitude_right_top": 55.74,
        "longitude_right_top": 37.75,
    }
    rows = api.call("GET", f"/deliverypoints/byPolygons?{urlencode(corners)}").body
    assert {"MSK65", "MSK5"} <= set(_codes(rows))
    assert {55.73 <= row["location"]["latitude"] <= 55.74 for row in rows} == {True}
    assert {37.6 <= row["location"]["longitude"] <= 37.75 for row in rows} == {True}
    lockers = api.call("GET", f"/deliverypoints/byPolygons?{urlencode({**corners, 'type': 'POSTAMAT'})}").body
    assert {row["type"] for row in lockers} <= {"POSTAMAT"}


def test_a_rectangle_wants_its_corners(api):
    messages = [row["message"] for row in api.call("GET", "/deliverypoints/byPolygons").body["errors"]]
    assert messages[0] == "[latitude_left_bottom] is empty"
    assert len(messages) == 4
