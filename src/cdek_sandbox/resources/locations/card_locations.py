"""Locations in cards: known cities with CDEK's fields, any other city as the request has it."""

from __future__ import annotations

from typing import Any

from cdek_sandbox.core.random_source import format_uuid, hash_text
from cdek_sandbox.reference_data.cities import find_city

_LIST_FIELDS = ("time_zone", "payment_limit")


def fill_in_location(location: dict[str, Any]) -> dict[str, Any]:
    """Complete a location as CDEK does; its address comes last."""
    city = find_city(location)
    fields = _invent_city(location) if city is None else _select_card_fields(city.build_row("rus"))
    address = {"address": location["address"]} if "address" in location else {}
    return {**fields, **address}


def _select_card_fields(row: dict[str, Any]) -> dict[str, Any]:
    """Select the fields that recorded cards have: fewer than the list of cities, KLADR only without FIAS."""
    hidden = (*_LIST_FIELDS, "kladr_code") if "fias_guid" in row else _LIST_FIELDS
    return {name: value for name, value in row.items() if name not in hidden}


def _invent_city(location: dict[str, Any]) -> dict[str, Any]:
    name = location.get("city", f"Город {location.get('code', 0)}")
    digest = hash_text(f"city:{name}")
    made_up = {
        "code": 100_000 + int.from_bytes(digest[:2]),
        "city_uuid": format_uuid(digest),
        "city": name,
        "country_code": "RU",
        "country": "Россия",
        "region": name,
        "region_code": 100,
        "sub_region": name,
        "longitude": 37.0,
        "latitude": 55.0,
    }
    return made_up | {key: value for key, value in location.items() if key != "address"}
