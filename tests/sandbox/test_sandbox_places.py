"""Regions, cities, postal codes and points: CDEK's rows, its filters, its pages and its words for bad questions."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdek_sandbox.reference_data.cities import CITIES, find_city, measure_distance
from tests.support.paths import SAMPLES

recorded = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def _get(api, path, **query):
    return api.call("GET", f"{path}?{urlencode(query)}" if query else path)


def _error(answer):
    assert answer.status == 400
    assert list(answer.body) == ["errors"]
    return answer.body["errors"][0]


@recorded
@pytest.mark.parametrize("code", [44, 137, 270])
def test_the_recorded_cities_are_answered_as_they_were_recorded(api, code):
    expected = next(row for row in _sample("GET_location_cities_three_rows") if row["code"] == code)
    answer = _get(api, "/location/cities", code=code)
    assert answer.body == [expected]
    assert list(answer.body[0]) == list(expected)


@recorded
def test_the_name_of_moscow_gives_the_two_recorded_rows(api):
    rows = _get(api, "/location/cities", country_codes="RU", city="Москва").body
    assert [{name: row[name] for name in ("code", "city", "region")} for row in rows] == _sample(
        "GET_location_cities_moscow"
    )


@recorded
def test_regions_have_the_recorded_rows(api):
    rows = _get(api, "/location/regions").body
    for expected in _sample("GET_location_regions_excerpt"):
        assert expected in rows
    assert list(rows[0]) == ["country_code", "country", "region", "region_code"]


@recorded
def test_postal_codes_have_the_recorded_shape(api):
    expected, answer = _sample("GET_location_postalcodes_5"), _get(api, "/location/postalcodes", code=5)
    assert list(answer.body) == list(expected)
    assert len(answer.body["postal_codes"]) == len(expected["postal_codes"])
    assert all(isinstance(code, str) and len(code) == 6 for code in answer.body["postal_codes"])


def test_a_name_that_no_city_has_gives_an_empty_list(api):
    assert _get(api, "/location/cities", country_codes="RU", city="Нетакогогорода").body == []


def test_a_name_must_match_in_full_and_yo_is_ye(api):
    assert _get(api, "/location/cities", city="Москв").body == []
    names = [row["city"] for row in _get(api, "/location/cities", city="королёв").body]
    assert names == ["Королев"]


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({"region_code": 9}, lambda row: row.get("region_code") == 9),
        ({"country_codes": "KZ,BY"}, lambda row: row["country_code"] in {"KZ", "BY"}),
        ({"payment_limit": -1}, lambda row: row["payment_limit"] == -1),
        ({"kladr_region_code": "5400000000000"}, lambda row: row.get("region_code") == 23),
        ({"kladr_code": "5400000100000"}, lambda row: row["code"] == 270),
        ({"fias_guid": "0c5b2444-70a0-4932-980c-b4dc0d3f02b5"}, lambda row: row["code"] == 44),
        ({"postal_code": "630007"}, lambda row: row["code"] == 270),
    ],
)
def test_every_city_found_matches_its_filter_and_no_other_city_does(api, filters, matches):
    every = _get(api, "/location/cities").body
    found = _get(api, "/location/cities", **filters).body
    assert found
    assert found == [row for row in every if matches(row)]


def test_pages_partition_the_list_of_cities(api):
    every = _get(api, "/location/cities").body
    pages = [_get(api, "/location/cities", size=50, page=page).body for page in range(len(every) // 50 + 2)]
    assert [row for page in pages for row in page] == every
    assert pages[-1] == []
    assert {len(page) for page in pages[:-2]} == {50}


def test_a_page_wants_a_size_and_a_size_has_a_limit(api):
    assert _error(_get(api, "/location/cities", page=1)) == {"code": "v2_field_is_empty", "message": "[size] is empty"}
    assert _error(_get(api, "/location/regions", size=10_001))["code"] == "v2_exceeded_size"
    assert _get(api, "/location/regions", size=10_000).status == 200


@pytest.mark.parametrize(
    ("name", "value"), [("code", "Москва"), ("region_code", "-1"), ("fias_guid", "x"), ("code", "9" * 400)]
)
def test_a_filter_that_cannot_be_read_is_refused_by_name(api, name, value):
    error = _error(_get(api, "/location/cities", **{name: value}))
    assert error["code"] == "v2_invalid_format"
    assert error["message"] == f"Invalid value [{value}] in [{name}] parameter"


@pytest.mark.parametrize(
    ("lang", "city", "country"), [("eng", "Moscow", "Russia"), ("zho", "Moscow", "俄罗斯"), ("rus", "Москва", "Россия")]
)
def test_cities_answer_in_the_language_asked_for(api, lang, city, country):
    row = _get(api, "/location/cities", code=44, lang=lang).body[0]
    assert (row["city"], row["country"]) == (city, country)


def test_small_foreign_places_have_no_region(api):
    row = _get(api, "/location/cities", code=1346).body[0]
    assert (row["country"], "region" in row, "region_code" in row) == ("Гибралтар", False, False)


def test_postal_codes_want_a_city(api):
    assert _error(_get(api, "/location/postalcodes"))["message"] == "[city_code] is empty"


def test_every_postal_code_belongs_to_one_city():
    codes = [code for city in CITIES.values() for code in city.postal_codes]
    assert len(set(codes)) == len(codes)


def test_a_point_gives_its_city(api):
    answer = _get(api, "/location/coordinates", latitude=55.0, longitude=82.9)
    assert answer.body == {"code": 270, "city_uuid": "4e938d63-e189-454d-bb5c-54bfb2f1e4e2", "city": "Новосибирск"}


@pytest.mark.parametrize("latitude", ["91", "nan", "inf", "юг"])
def test_a_point_off_the_globe_is_refused(api, latitude):
    assert _error(_get(api, "/location/coordinates", latitude=latitude, longitude=37))["code"] == "v2_invalid_format"


def test_names_are_suggested_while_they_are_typed(api):
    rows = _get(api, "/location/suggest/cities", name="новос").body
    assert {"city_uuid", "code", "full_name", "country_code"} == set(rows[0])
    assert "Новосибирск, Новосибирская область, Россия" in [row["full_name"] for row in rows]
    assert _error(_get(api, "/location/suggest/cities"))["message"] == "[name] is empty"


@given(st.sampled_from(sorted(CITIES)))
def test_a_city_is_found_by_each_thing_that_names_it(code):
    city = CITIES[code]
    assert find_city({"code": code}) is city
    assert find_city({"latitude": city.latitude, "longitude": city.longitude}) is city
    for postal_code in city.postal_codes[:1]:
        assert find_city({"postal_code": postal_code}) is city
    assert find_city({"city": city.name}).key == city.key
    assert find_city({"address": f"Россия, г. {city.name}, ул. Ленина, 1"}).key == city.key


@given(st.sampled_from(sorted(CITIES)), st.sampled_from(sorted(CITIES)), st.sampled_from(sorted(CITIES)))
def test_distances_are_distances(one, other, third):
    one, other, third = CITIES[one], CITIES[other], CITIES[third]
    assert measure_distance(one, one) == 0
    assert measure_distance(one, other) == pytest.approx(measure_distance(other, one))
    assert measure_distance(one, third) <= measure_distance(one, other) + measure_distance(other, third) + 1e-6


@MANY
@given(
    st.dictionaries(
        st.sampled_from(["code", "city", "size", "page", "lang", "postal_code", "payment_limit"]), st.text(max_size=12)
    )
)
def test_no_question_breaks_the_places(api, query):
    assert _get(api, "/location/cities", **query).status in {200, 400}
