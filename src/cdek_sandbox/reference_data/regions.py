"""Regions and countries under CDEK's own codes, as its answers name them: `regions.csv` and `countries.csv`."""

from __future__ import annotations

from msgspec import Struct

from cdek_sandbox.reference_data.loader import FOLDER, read_table


class Country(Struct, frozen=True, forbid_unknown_fields=True):
    """A country: its name in the three languages of CDEK's answers."""

    code: str
    rus: str
    eng: str
    zho: str


class Region(Struct, frozen=True, forbid_unknown_fields=True):
    """A region: `code` is CDEK's own number."""

    code: int
    country_code: str
    name: str
    time_zone: str


COUNTRIES = {country.code: country for country in read_table(FOLDER / "countries.csv", Country)}
REGIONS = {region.code: region for region in read_table(FOLDER / "regions.csv", Region)}
