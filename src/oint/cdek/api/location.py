"""Regions, cities and postal codes (/v2/location)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import SimpleResponse
from oint.cdek.api._request import PagedList, Request, add_query
from oint.cdek.api._response import ApiResponse, ListResponse, Model
from oint.cdek.api._schema import parse_int
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Region(Model):
    """A region."""

    country_code: str | None = None
    country: str | None = None
    region: str | None = None
    region_code: int | None = None
    fias_region_guid: str | None = None
    kladr_region_code: str | None = None


class City(Model):
    """A city. `payment_limit`: maximum cash on delivery in roubles; -1: no limit, 0: no cash on delivery."""

    code: int | None = None
    city_uuid: str | None = None
    city: str | None = None
    fias_guid: str | None = None
    kladr_code: str | None = None
    country_code: str | None = None
    country: str | None = None
    region: str | None = None
    region_code: int | None = None
    fias_region_guid: str | None = None
    kladr_region_code: str | None = None
    sub_region: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    time_zone: str | None = None
    payment_limit: float | None = None


class PostalCodes(SimpleResponse):
    """The postal codes of a city."""

    code: int | None = None
    postal_codes: list[str] = field(default_factory=list)


class NearestCity(ApiResponse):
    """The city of a point."""

    code: int | None = None
    city_uuid: str | None = None
    city: str | None = None
    fias_guid: str | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the response names a city."""
        return self.code is not None or bool(self.city)


class SuggestedCity(Model):
    """A city whose name begins with the text; `full_name` has its region and country."""

    city_uuid: str | None = None
    code: int | None = None
    full_name: str | None = None
    country_code: str | None = None


class Regions(ListResponse[Region]):
    """One page of the requested regions."""


class Cities(ListResponse[City]):
    """One page of the requested cities."""


class SuggestedCities(ListResponse[SuggestedCity]):
    """The matching cities."""


DEFAULT_PAGE_SIZE = 1000
"""Rows of a page by CDEK's own default."""


def regions(
    country_codes: Sequence[str] | str | None = None,
    page: int | None = None,
    size: int | None = None,
    lang: str | None = None,
) -> Request[Regions]:
    """Read one page of regions (GET location/regions).

    Args:
        country_codes: of two letters each; None: all countries
        page: from 0
        size: rows a page, at most 10,000; 1000 where a page is asked for without a size
        lang: rus, eng or zho
    Raises:
        InvalidArgument: `page` or `size` is not such a number; nothing was sent
    """
    values = _with_page_size({"country_codes": country_codes, "page": page, "size": size, "lang": lang})
    return Request("regions", "GET", add_query("/location/regions", values), Regions, changes=False)


def cities(filter: Mapping[str, Any] | None = None) -> Request[Cities]:  # noqa: A002 - as of the offices
    """Read one page of cities that match every filter (GET location/cities).

    Args:
        filter: one query parameter a key: `city` (the whole name), `code`, `postal_code`, `country_codes`, `region_code`,
            `fias_guid`, `payment_limit`, `lang`, `size` (at most 10,000), `page` (from 0) and so on
    Raises:
        InvalidArgument: `page` or `size` is not such a number; nothing was sent
    """
    return Request("cities", "GET", add_query("/location/cities", _with_page_size(filter or {})), Cities, changes=False)


def postal_codes(city_code: int | str) -> Request[PostalCodes]:
    """Read the postal codes of a city (GET location/postalcodes).

    CDEK's documents name the parameter `city_code`, live clients send `code`: both go out, which is a choice.

    Args:
        city_code: CDEK's code of the city
    Raises:
        InvalidArgument: the code is not a number; nothing was sent
    """
    code = parse_int(city_code, "city_code")
    path = add_query("/location/postalcodes", city_code=code, code=code)
    return Request("postalcodes", "GET", path, PostalCodes, changes=False)


def coordinates(latitude: float, longitude: float) -> Request[NearestCity]:
    """Find the city of a point (GET location/coordinates).

    Args:
        latitude: degrees, -90 to 90
        longitude: degrees, -180 to 180
    Raises:
        InvalidArgument: a value is out of range; nothing was sent
    """
    values = {
        "latitude": _require_degrees(latitude, 90, "latitude"),
        "longitude": _require_degrees(longitude, 180, "longitude"),
    }
    path = add_query("/location/coordinates", values)
    return Request("getCityByCoordinates", "GET", path, NearestCity, changes=False)


def suggest_cities(name: str, country_code: str | None = None) -> Request[SuggestedCities]:
    """Find cities by the beginning of their name (GET location/suggest/cities).

    Args:
        name: the beginning of a name
        country_code: two letters; None: all countries
    Raises:
        InvalidArgument: the name is empty; nothing was sent
    """
    if not name.strip():
        raise InvalidArgument(
            "name",
            Message("name: начало названия пусто", "name: the beginning of the name is empty"),
            Message("Укажите хотя бы первые буквы города", "Pass at least the first letters of the city"),
        )
    path = add_query("/location/suggest/cities", name=name, country_code=country_code)
    return Request("suggestCities", "GET", path, SuggestedCities, changes=False)


def all_regions(
    country_codes: Sequence[str] | str | None = None, lang: str | None = None, size: int | None = None
) -> PagedList[Region]:
    """Read all regions, page after page (GET location/regions).

    Args:
        country_codes: two letters each; None: all countries
        lang: rus, eng or zho
        size: regions a page, at most 10,000; None: 1000
    Raises:
        CdekError: while the regions are read; see `oint.cdek.errors`
    """
    return PagedList(lambda page: regions(country_codes, page, size, lang))


def all_cities(filter: Mapping[str, Any] | None = None, size: int | None = None) -> PagedList[City]:  # noqa: A002 - as of `cities`
    """Read all cities that match every filter, page after page (GET location/cities).

    Args:
        filter: see `cities`; its `size` and `page` are not used
        size: cities a page, at most 10,000; None: 1000
    Raises:
        CdekError: while the cities are read; see `oint.cdek.errors`
    """
    return PagedList(lambda page: cities({**(filter or {}), "size": size, "page": page}))


def _with_page_size(values: Mapping[str, Any]) -> dict[str, Any]:
    """Add a page size where a page is requested: CDEK rejects a page without one."""
    page, size = values.get("page"), values.get("size")
    if page is None and size is None:
        return {**values}
    if page is not None:
        page = parse_int(page, "page", minimum=0)
    return {**values, "page": page, "size": DEFAULT_PAGE_SIZE if size is None else parse_int(size, "size")}


def _require_degrees(value: float, limit: int, path: str) -> float:
    if -limit <= value <= limit:
        return value
    raise InvalidArgument(
        path,
        Message(f"{path}: нужны градусы от -{limit} до {limit}", f"{path}: expected degrees from -{limit} to {limit}"),
        Message("Сначала передайте широту, потом долготу", "Pass the latitude first, then the longitude"),
    )
