"""Cities as CDEK knows them, and finding one by whatever a call tells of it."""

from __future__ import annotations

from functools import cached_property, lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

from cdek_sandbox.reference_data.cities import COUNTRY_WITHOUT_REGION, RECORDED, ROWS, Row
from cdek_sandbox.reference_data.regions import REGIONS, Region
from cdek_sandbox.reference_data.transliteration import Lang, country, in_language, latin
from cdek_sandbox.world.dice import as_uuid, derived

if TYPE_CHECKING:
    from collections.abc import Mapping

_EARTH_KM = 6371.0


class City:
    """One city; `name` is the Russian one, written with "е" for "ё" as CDEK stores it."""

    def __init__(self, row: Row, postal_codes: tuple[str, ...]) -> None:
        told = RECORDED.get(row.code, {})
        self.code = row.code
        self.name = row.name
        self.region: Region | None = REGIONS[row.region] if row.region is not None else None
        self.country_code = self.region.country_code if self.region else COUNTRY_WITHOUT_REGION[row.code]
        self.kladr = f"{row.kladr}00000" if row.kladr else None
        self.uuid = str(told.get("city_uuid") or as_uuid(derived(f"city:{row.code}")))
        self.fias_guid = _text(told.get("fias_guid"))
        self.sub_region = _text(told.get("sub_region"))
        self.latitude = float(told.get("latitude", row.latitude))
        self.longitude = float(told.get("longitude", row.longitude))
        self.payment_limit = float(row.limit)
        self.postal_codes = postal_codes

    @cached_property
    def key(self) -> str:
        """The name as it is compared."""
        return folded(self.name)

    def written(self, lang: Lang) -> dict[str, Any]:
        """The row of `GET /v2/location/cities`; what is not known of a city has no key."""
        region = self.region
        row = {
            "code": self.code,
            "city_uuid": self.uuid,
            "city": in_language(self.name, lang),
            "fias_guid": self.fias_guid,
            "kladr_code": self.kladr,
            "country_code": self.country_code,
            "country": country(self.country_code, lang),
            "region": region and in_language(region.name, lang),
            "region_code": region and region.code,
            "sub_region": self.sub_region and in_language(self.sub_region, lang),
            "longitude": self.longitude,
            "latitude": self.latitude,
            "time_zone": region and region.time_zone,
            "payment_limit": self.payment_limit,
        }
        return {name: value for name, value in row.items() if value is not None}


def _text(value: str | float | None) -> str | None:
    return None if value is None else str(value)


def folded(text: str) -> str:
    """A name as CDEK compares it: case and "ё" make no difference."""
    return text.strip().lower().replace("ё", "е")


def _all_cities() -> dict[int, City]:
    """Every city with postal codes of its own: the true beginnings, numbers made up and given to one city each."""
    given: dict[str, int] = {}
    cities = {}
    for row in ROWS:
        codes = []
        prefixes = row.prefixes.split()
        for prefix in prefixes:
            first = given.get(prefix, 0)
            given[prefix] = first + -(-row.size // len(prefixes))
            codes += [f"{prefix}{number + 1:03d}" for number in range(first, given[prefix])]
        cities[row.code] = City(row, tuple(codes))
    return cities


CITIES = _all_cities()
_BY_POSTAL_CODE = {code: city for city in CITIES.values() for code in city.postal_codes}


def distance(one: City, other: City) -> float:
    """Kilometres between two cities as the crow flies."""
    return kilometres(one.latitude, one.longitude, other.latitude, other.longitude)


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Kilometres between two points on the globe."""
    north, south = radians(latitude), radians(other_latitude)
    half = sin((south - north) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))


def nearest(latitude: float, longitude: float) -> City:
    """The city closest to a point."""
    return min(CITIES.values(), key=lambda city: kilometres(latitude, longitude, city.latitude, city.longitude))


def named(name: str, country_code: str | None = None) -> list[City]:
    """Cities whose whole name this is, in the order of their codes."""
    key = folded(name)
    found = (city for city in CITIES.values() if key in {city.key, latin(city.name).lower()})
    return [city for city in found if country_code in {None, city.country_code}]


def find_city(location: Mapping[str, Any]) -> City | None:
    """The city that a location means, tried in CDEK's order: code, point, FIAS, postal code, name, address."""
    if "code" in location:
        return CITIES.get(location["code"])
    if "latitude" in location and "longitude" in location:
        return nearest(location["latitude"], location["longitude"])
    if "fias_guid" in location:
        return next((city for city in CITIES.values() if city.fias_guid == location["fias_guid"]), None)
    if "postal_code" in location:
        return by_postal_code(location["postal_code"])
    country_code = location.get("country_code")
    if "city" in location:
        return next(iter(named(location["city"], country_code)), None)
    return _of_address(location.get("address", ""), country_code)


@lru_cache(maxsize=1024)
def _of_address(address: str, country_code: str | None) -> City | None:
    found = (named(part.strip().removeprefix("г.").removeprefix("г "), country_code) for part in address.split(",")[:8])
    return next((cities[0] for cities in found if cities), None)


def by_postal_code(code: str) -> City | None:
    """The city that has this postal code."""
    return _BY_POSTAL_CODE.get(code)
