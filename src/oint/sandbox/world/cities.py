"""The few cities that the sandbox resolves; any other is answered as it was asked for."""

from __future__ import annotations

from typing import Any

from oint.sandbox.world.dice import as_uuid, derived

_RUSSIA = {"country_code": "RU", "country": "Россия"}
_CITIES: tuple[dict[str, Any], ...] = (
    {
        "code": 44,
        "city_uuid": "7e8f36ba-d937-4ce4-8d53-e44177db6469",
        "city": "Москва",
        "fias_guid": "0c5b2444-70a0-4932-980c-b4dc0d3f02b5",
        **_RUSSIA,
        "region": "Москва",
        "region_code": 81,
        "sub_region": "Москва",
        "longitude": 37.61556,
        "latitude": 55.75222,
    },
    {
        "code": 270,
        "city_uuid": "4e938d63-e189-454d-bb5c-54bfb2f1e4e2",
        "city": "Новосибирск",
        "kladr_code": "5400000100000",
        **_RUSSIA,
        "region": "Новосибирская область",
        "region_code": 23,
        "sub_region": "городской округ Новосибирск",
        "longitude": 82.906928,
        "latitude": 55.028739,
    },
)


def resolved(location: dict[str, Any]) -> dict[str, Any]:
    """A location as CDEK fills it in; its address goes last."""
    known = next((city for city in _CITIES if _same(city, location)), None) or _made_up(location)
    address = {"address": location["address"]} if "address" in location else {}
    return {**known, **address}


def _same(city: dict[str, Any], location: dict[str, Any]) -> bool:
    if "code" in location:
        return bool(city["code"] == location["code"])
    return bool(city["city"] == location.get("city"))


def _made_up(location: dict[str, Any]) -> dict[str, Any]:
    name = location.get("city", f"Город {location.get('code', 0)}")
    digest = derived(f"city:{name}")
    made_up = {
        "code": 100_000 + int.from_bytes(digest[:2]),
        "city_uuid": as_uuid(digest),
        "city": name,
        **_RUSSIA,
        "region": name,
        "region_code": 100,
        "sub_region": name,
        "longitude": 37.0,
        "latitude": 55.0,
    }
    return made_up | {key: value for key, value in location.items() if key != "address"}
