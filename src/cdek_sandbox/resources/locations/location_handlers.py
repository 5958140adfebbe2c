"""`GET /v2/location/…`: regions, cities, postal codes, the city of a point, suggestions by the start of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.query_parameters import PAGE_PARAMETERS, QueryParameters
from cdek_sandbox.reference_data.cities import CITIES, City, find_by_postal_code, find_nearest, normalize_name
from cdek_sandbox.reference_data.regions import REGIONS
from cdek_sandbox.reference_data.transliteration import Lang, name_country, read_lang, translate, transliterate

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import SandboxState

_DEFAULT_PAGE_SIZE = 1000
_MAX_SUGGESTIONS = 10
_CITY_PARAMETERS = (
    *("region_code", "kladr_region_code", "fias_region_guid", "kladr_code", "fias_guid", "postal_code", "code", "city"),
)


def list_regions(_state: SandboxState, request: Request) -> Response:
    """List the regions of the requested countries."""
    query = QueryParameters(request)
    countries, page, lang = (
        _read_countries(query),
        query.get_page(_DEFAULT_PAGE_SIZE),
        read_lang(query.get_text("lang")),
    )
    # No region of ours has a FIAS number: the recorded rows carry none.
    nothing = query.get_uuid("fias_region_guid") is not None
    if query.problems:
        return responses.build_error_list(query.problems)
    rows = [
        {
            "country_code": region.country_code,
            "country": name_country(region.country_code, lang),
            "region": translate(region.name, lang),
            "region_code": region.code,
        }
        for region in REGIONS.values()
        if not nothing and (not countries or region.country_code in countries)
    ]
    return responses.build_json(200, rows[page])


def list_cities(_state: SandboxState, request: Request) -> Response:
    """List the cities that pass every filter, by code."""
    query = QueryParameters(request)
    filters, page, lang = (
        _build_city_filters(query),
        query.get_page(_DEFAULT_PAGE_SIZE),
        read_lang(query.get_text("lang")),
    )
    if query.problems:
        return responses.build_error_list(query.problems)
    cities = [city for city in CITIES.values() if all(passes(city) for passes in filters)]
    return responses.build_json(200, [city.build_row(lang) for city in cities[page]])


def _build_city_filters(query: QueryParameters) -> list[Callable[[City], bool]]:
    wanted_values: dict[Callable[[City], Any], Any] = {
        lambda city: city.code: query.get_integer("code"),
        lambda city: city.region and city.region.code: query.get_integer("region_code"),
        lambda city: city.kladr: query.get_text("kladr_code"),
        lambda city: city.kladr and city.kladr[:2]: _take_region_digits(query.get_text("kladr_region_code")),
        lambda city: city.fias_guid: query.get_uuid("fias_guid"),
        lambda _city: None: query.get_uuid("fias_region_guid"),
        lambda city: city.payment_limit: query.get_number("payment_limit"),
    }
    filters = [_build_equality_filter(of_city, value) for of_city, value in wanted_values.items() if value is not None]
    countries, postal_code, name = _read_countries(query), query.get_text("postal_code"), query.get_text("city")
    if countries:
        filters.append(lambda city: city.country_code in countries)
    if postal_code is not None:
        filters.append(lambda city: find_by_postal_code(postal_code) is city)
    if name is not None:
        filters.append(lambda city: normalize_name(name) in {city.key, transliterate(city.name).lower()})
    return filters


def _build_equality_filter(of_city: Callable[[City], Any], value: Any) -> Callable[[City], bool]:
    return lambda city: bool(of_city(city) == value)


def _take_region_digits(kladr: str | None) -> str | None:
    return None if kladr is None else kladr[:2]


def _read_countries(query: QueryParameters) -> set[str]:
    return {code.strip().upper() for code in (query.get_text("country_codes") or "").split(",") if code.strip()}


def list_postal_codes(_state: SandboxState, request: Request) -> Response:
    """List the postal codes of a city. The documents name the parameter `city_code`; live clients send `code`."""
    query = QueryParameters(request)
    is_live_client = query.get_text("city_code") is None and query.get_text("code") is not None
    name = "code" if is_live_client else "city_code"
    query.require(name)
    code = query.get_integer(name)
    if query.problems or code is None:
        return responses.build_error_list(query.problems)
    city = CITIES.get(code)
    # CDEK's response for an unknown city is not recorded: a city without postal codes is a choice.
    return responses.build_json(200, {"code": code, "postal_codes": list(city.postal_codes) if city else []})


def find_city_by_point(_state: SandboxState, request: Request) -> Response:
    """Find the city nearest to a point. CDEK's maximum distance is not recorded: any distance is a choice."""
    query = QueryParameters(request)
    query.require("latitude", "longitude")
    latitude, longitude = query.get_number("latitude", 90), query.get_number("longitude", 180)
    if query.problems or latitude is None or longitude is None:
        return responses.build_error_list(query.problems)
    city = find_nearest(latitude, longitude)
    row = {"code": city.code, "city_uuid": city.uuid, "city": city.name}
    return responses.build_json(200, row | ({"fias_guid": city.fias_guid} if city.fias_guid else {}))


def suggest_cities(_state: SandboxState, request: Request) -> Response:
    """List the cities whose name begins with a text. CDEK's number of rows is not recorded: ten is a choice."""
    query = QueryParameters(request)
    query.require("name")
    beginning, country_code = query.get_text("name"), query.get_text("country_code")
    if query.problems or beginning is None:
        return responses.build_error_list(query.problems)
    key = normalize_name(beginning)
    cities = [
        city
        for city in CITIES.values()
        if (city.key.startswith(key) or transliterate(city.name).lower().startswith(key))
        and (country_code is None or city.country_code == country_code.upper())
    ]
    return responses.build_json(
        200, [_describe_suggestion(city, read_lang(query.get_text("lang"))) for city in cities[:_MAX_SUGGESTIONS]]
    )


def _describe_suggestion(city: City, lang: Lang) -> dict[str, Any]:
    region = city.region.name if city.region is not None and city.region.name != city.name else None
    parts = [translate(part, lang) for part in (city.name, region) if part is not None]
    full_name = ", ".join([*parts, name_country(city.country_code, lang)])
    return {"city_uuid": city.uuid, "code": city.code, "full_name": full_name, "country_code": city.country_code}


OPERATIONS = (
    Operation(
        "region_list",
        ("GET",),
        "/v2/location/regions",
        list_regions,
        query_parameters=("country_codes", "fias_region_guid", *PAGE_PARAMETERS),
    ),
    Operation(
        "city_list",
        ("GET",),
        "/v2/location/cities",
        list_cities,
        query_parameters=("country_codes", *_CITY_PARAMETERS, "payment_limit", *PAGE_PARAMETERS),
    ),
    Operation(
        "postal_code_list",
        ("GET",),
        "/v2/location/postalcodes",
        list_postal_codes,
        query_parameters=("city_code", "code"),
    ),
    Operation(
        "city_find",
        ("GET",),
        "/v2/location/coordinates",
        find_city_by_point,
        query_parameters=("latitude", "longitude"),
    ),
    Operation(
        "city_suggest",
        ("GET",),
        "/v2/location/suggest/cities",
        suggest_cities,
        query_parameters=("name", "country_code", "lang"),
    ),
)
