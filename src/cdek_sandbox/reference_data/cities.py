"""Cities as CDEK knows them (`cities.csv`), and finding one by what a call says of it.

Names and codes are CDEK's where its answers named them. Codes above `MIN_INVENTED_CODE`, the place of the village that
shares Moscow's name, and all postal codes but for their beginnings are invented.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cdek_sandbox.core.random_source import format_uuid, hash_text
from cdek_sandbox.reference_data.loader import FOLDER, read_table
from cdek_sandbox.reference_data.regions import REGIONS, Region
from cdek_sandbox.reference_data.transliteration import Lang, name_country, translate, transliterate

if TYPE_CHECKING:
    from collections.abc import Mapping

_EARTH_KM = 6371.0
MIN_INVENTED_CODE = 9_000_000
"""Codes of invented cities begin here: CDEK's own are far below."""


class CityRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `cities.csv`. Cities abroad in small countries have a country and no region."""

    code: int
    name: str
    latitude: float
    longitude: float
    payment_limit: float
    postal_count: int
    postal_prefixes: str = ""
    kladr: str = ""
    region: int | None = None
    country_code: str = ""
    uuid: str | None = None
    fias_guid: str | None = None
    sub_region: str | None = None


class City:
    """One city; `name` is the Russian one, written with "е" for "ё" as CDEK stores it."""

    def __init__(self, row: CityRow, postal_codes: tuple[str, ...]) -> None:
        self.code = row.code
        self.name = row.name
        self.region: Region | None = None if row.region is None else REGIONS[row.region]
        self.country_code = self.region.country_code if self.region else row.country_code
        self.kladr = f"{row.kladr}00000" if row.kladr else None
        self.uuid = row.uuid or format_uuid(hash_text(f"city:{row.code}"))
        self.fias_guid = row.fias_guid
        self.sub_region = row.sub_region
        self.latitude = row.latitude
        self.longitude = row.longitude
        self.payment_limit = row.payment_limit
        self.postal_codes = postal_codes

    @cached_property
    def key(self) -> str:
        """The name in the form in which names are compared."""
        return normalize_name(self.name)

    def build_row(self, lang: Lang) -> dict[str, Any]:
        """Build the row of `GET /v2/location/cities`; what is not known of a city has no key."""
        region = self.region
        row = {
            "code": self.code,
            "city_uuid": self.uuid,
            "city": translate(self.name, lang),
            "fias_guid": self.fias_guid,
            "kladr_code": self.kladr,
            "country_code": self.country_code,
            "country": name_country(self.country_code, lang),
            "region": region and translate(region.name, lang),
            "region_code": region and region.code,
            "sub_region": self.sub_region and translate(self.sub_region, lang),
            "longitude": self.longitude,
            "latitude": self.latitude,
            "time_zone": region and region.time_zone,
            "payment_limit": self.payment_limit,
        }
        return {name: value for name, value in row.items() if value is not None}


def normalize_name(text: str) -> str:
    """Return a name in the form in which CDEK compares it: case and "ё" make no difference."""
    return text.strip().lower().replace("ё", "е")


def _read_cities() -> dict[int, City]:
    """Read every city and give each postal codes of its own: the real beginnings, invented numbers."""
    used: dict[str, int] = {}
    cities = {}
    for row in read_table(FOLDER / "cities.csv", CityRow):
        codes = []
        prefixes = row.postal_prefixes.split()
        for prefix in prefixes:
            first = used.get(prefix, 0)
            used[prefix] = first + -(-row.postal_count // len(prefixes))
            codes += [f"{prefix}{number + 1:03d}" for number in range(first, used[prefix])]
        cities[row.code] = City(row, tuple(codes))
    return cities


CITIES = _read_cities()
_BY_POSTAL_CODE = {code: city for city in CITIES.values() for code in city.postal_codes}


def measure_distance(one: City, other: City) -> float:
    """Return the kilometres between two cities in a straight line."""
    return measure_kilometres(one.latitude, one.longitude, other.latitude, other.longitude)


def measure_kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the kilometres between two points on the globe."""
    north, south = radians(latitude), radians(other_latitude)
    half = sin((south - north) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))


def find_nearest(latitude: float, longitude: float) -> City:
    """Return the city closest to a point."""
    return min(CITIES.values(), key=lambda city: measure_kilometres(latitude, longitude, city.latitude, city.longitude))


def find_by_name(name: str, country_code: str | None = None) -> list[City]:
    """Return the cities that have this name, in the order of their codes."""
    key = normalize_name(name)
    matches = (city for city in CITIES.values() if key in {city.key, transliterate(city.name).lower()})
    return [city for city in matches if country_code in {None, city.country_code}]


def find_city(location: Mapping[str, Any]) -> City | None:
    """Return the city of a location. CDEK's order: code, point, FIAS, postal code, name, address."""
    if "code" in location:
        return CITIES.get(location["code"])
    if "latitude" in location and "longitude" in location:
        return find_nearest(location["latitude"], location["longitude"])
    if "fias_guid" in location:
        return next((city for city in CITIES.values() if city.fias_guid == location["fias_guid"]), None)
    if "postal_code" in location:
        return find_by_postal_code(location["postal_code"])
    country_code = location.get("country_code")
    if "city" in location:
        return next(iter(find_by_name(location["city"], country_code)), None)
    return _find_in_address(location.get("address", ""), country_code)


@lru_cache(maxsize=1024)
def _find_in_address(address: str, country_code: str | None) -> City | None:
    parts = [part.strip().removeprefix("г.").removeprefix("г ") for part in address.split(",")[:8]]
    return next((cities[0] for part in parts if (cities := find_by_name(part, country_code))), None)


def find_by_postal_code(code: str) -> City | None:
    """Return the city that has this postal code."""
    return _BY_POSTAL_CODE.get(code)
