"""Regions, cities and postal codes. Codes are CDEK's own."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Answer, Model, Rows
from oint.cdek.models.reply import Reply


class Region(Model):
    """A region."""

    country_code: str | None = None
    country: str | None = None
    region: str | None = None
    region_code: int | None = None
    fias_region_guid: str | None = None
    kladr_region_code: str | None = None


class City(Model):
    """A city. `payment_limit`: cash on delivery at the most, in roubles; -1 no limit, 0 none at all."""

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


class PostalCodes(Reply):
    """The postal codes of a city."""

    code: int | None = None
    postal_codes: list[str] = field(default_factory=list)


class NearestCity(Answer):
    """The city of a point."""

    code: int | None = None
    city_uuid: str | None = None
    city: str | None = None
    fias_guid: str | None = None

    @property
    def usable(self) -> bool:
        """It names a city."""
        return self.code is not None or bool(self.city)


class SuggestedCity(Model):
    """A city whose name begins as asked; `full_name` with its region and country."""

    city_uuid: str | None = None
    code: int | None = None
    full_name: str | None = None
    country_code: str | None = None


class Regions(Rows[Region]):
    """The regions asked for, one page of them."""


class Cities(Rows[City]):
    """The cities asked for, one page of them."""


class SuggestedCities(Rows[SuggestedCity]):
    """The cities that come into question."""
