"""`GET /v2/deliverypoints` with its filters, and `GET /v2/deliverypoints/byPolygons`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core import responses
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.query_parameters import PAGE_PARAMETERS, QueryParameters
from cdek_sandbox.reference_data.cities import find_by_postal_code
from cdek_sandbox.reference_data.offices import Offices, build_offices
from cdek_sandbox.reference_data.transliteration import read_lang

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.reference_data.office import Office

    Filter = Callable[[Office], bool]
    from collections.abc import Sequence

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.reference_data.office import Office

FLAGS = (
    *("have_cashless", "have_cash", "allowed_cod", "is_dressing_room", "take_only", "is_handout", "is_reception"),
    *("is_marketplace", "is_ltl", "fulfillment", "ltl_acceptance_partners", "ltl_issuance_partners"),
)
FILTERS = (
    *(
        "code",
        "type",
        "postal_code",
        "city_code",
        "country_code",
        "region_code",
        "fias_guid",
        "weight_max",
        "weight_min",
    ),
    *("length", "width", "height", *FLAGS),
)
CORNERS = ("latitude_left_bottom", "longitude_left_bottom", "latitude_right_top", "longitude_right_top")


def get_offices(state: SandboxState) -> Offices:
    """Return the offices of this sandbox."""
    return build_offices(state.random_source.seed, state.settings.offices)


def list_offices(state: SandboxState, request: Request) -> Response:
    """List the offices that pass every filter. Without `size` all of them: CDEK's default here is not recorded."""
    query = QueryParameters(request)
    filters, page, lang = (
        _build_filters(query),
        query.get_page(state.settings.offices_page),
        read_lang(query.get_text("lang")),
    )
    if query.problems:
        return responses.build_error_list(query.problems)
    catalog = get_offices(state)
    matches = _apply_filters(_list_candidates(catalog, query), filters)
    response = responses.build_json(200, [catalog.encode_row(office, lang) for office in matches[page]])
    # CDEK's own map widget reads the number of all rows from this header; no response with it is recorded.
    response.headers = [*response.headers, (b"x-total-elements", b"%d" % len(matches))]
    return response


def list_offices_in_rectangle(state: SandboxState, request: Request) -> Response:
    """List the offices in a rectangle. Corners as CDEK's map widget sends them are a choice: they are not documented."""
    query = QueryParameters(request)
    query.require(*CORNERS)
    south, west, north, east = (query.get_number(name, 180) for name in CORNERS)
    filters, lang = _build_filters(query), read_lang(query.get_text("lang"))
    if query.problems or south is None or west is None or north is None or east is None:
        return responses.build_error_list(query.problems)
    catalog = get_offices(state)
    inside = [
        office for office in catalog.rows if south <= office.latitude <= north and west <= office.longitude <= east
    ]
    return responses.build_json(200, [catalog.encode_row(office, lang) for office in _apply_filters(inside, filters)])


def _list_candidates(catalog: Offices, query: QueryParameters) -> Sequence[Office]:
    code, city_code = query.get_text("code"), query.get_integer("city_code")
    if code is not None:
        office = catalog.find(code)
        return [] if office is None else [office]
    return catalog.rows if city_code is None else catalog.list_in_city(city_code)


def _apply_filters(rows: Sequence[Office], filters: list[Filter]) -> Sequence[Office]:
    for passes in filters:
        rows = [office for office in rows if passes(office)]
    return rows


def _build_filters(query: QueryParameters) -> list[Filter]:
    filters = [*_build_place_filters(query), *_build_limit_filters(query)]
    kind = query.get_choice("type", "PVZ", "POSTAMAT", "ALL")
    if kind not in {None, "ALL"}:
        filters.append(lambda office: office.type == kind)
    filters += [_build_flag_filter(name, value) for name in FLAGS if (value := query.get_flag(name)) is not None]
    return filters


def _build_flag_filter(name: str, wanted: bool) -> Filter:  # noqa: FBT001 - the value of a flag
    return lambda office: bool(getattr(office, name)) is wanted


def _build_place_filters(query: QueryParameters) -> list[Filter]:
    filters: list[Filter] = []
    city_code, region_code = query.get_integer("city_code"), query.get_integer("region_code")
    country_code, fias_guid = query.get_text("country_code"), query.get_uuid("fias_guid")
    postal_code = query.get_text("postal_code")
    if city_code is not None:
        filters.append(lambda office: office.city.code == city_code)
    if region_code is not None:
        filters.append(lambda office: office.city.region is not None and office.city.region.code == region_code)
    if country_code is not None:
        filters.append(lambda office: office.city.country_code == country_code.upper())
    if fias_guid is not None:
        filters.append(lambda office: office.city.fias_guid == fias_guid)
    if postal_code is not None:
        city = find_by_postal_code(postal_code)
        filters.append(lambda office: office.city is city)
    return filters


def _build_limit_filters(query: QueryParameters) -> list[Filter]:
    """Build filters of weight and sizes: an office passes if it takes them. CDEK's comparison is not recorded."""
    filters: list[Filter] = []
    heaviest, lightest = query.get_number("weight_max"), query.get_number("weight_min")
    sizes = [size for name in ("length", "width", "height") if (size := query.get_number(name)) is not None]
    if heaviest is not None:
        filters.append(lambda office: office.weight_max is None or heaviest <= office.weight_max)
    if lightest is not None:
        filters.append(lambda office: office.weight_min <= lightest)
    if sizes:
        filters.append(
            lambda office: (
                not office.cells
                or any(_fits_cell(sizes, (cell.width, cell.height, cell.depth)) for cell in office.cells)
            )
        )
    return filters


def _fits_cell(sizes: list[float], cell: tuple[float, ...]) -> bool:
    largest_first = zip(sorted(sizes, reverse=True), sorted(cell, reverse=True), strict=False)
    return all(size <= room for size, room in largest_first)


OPERATIONS = (
    Operation(
        "office_list", ("GET",), "/v2/deliverypoints", list_offices, query_parameters=(*FILTERS, *PAGE_PARAMETERS)
    ),
    Operation(
        "office_rectangle",
        ("GET",),
        "/v2/deliverypoints/byPolygons",
        list_offices_in_rectangle,
        query_parameters=(*CORNERS, *FILTERS, "lang"),
    ),
)
