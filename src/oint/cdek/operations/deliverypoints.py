"""Offices and parcel lockers (/v2/deliverypoints)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.models.deliverypoints import Offices
from oint.cdek.operations.base import Request, query

if TYPE_CHECKING:
    from collections.abc import Mapping


def list(filter: Mapping[str, Any] | None = None) -> Request[Offices]:  # noqa: A001, A002 - CDEK's own words
    """Active offices and parcel lockers that pass every filter (GET deliverypoints).

    Without a filter that is tens of thousands: `stream` reads them one by one in little memory.

    Args:
        filter: one query parameter a key: `city_code`, `type` (PVZ, POSTAMAT, ALL), `postal_code`, `country_code`,
            `region_code`, `have_cashless`, `is_reception`, `weight_max` (kilograms), `lang`, `size`, `page` and so on
    """
    return Request("search", "GET", query("/deliverypoints", filter), Offices, changes=False)


def by_polygons(params: Mapping[str, Any]) -> Request[Offices]:
    """Offices within an area (GET deliverypoints/byPolygons).

    CDEK has not published what it takes, so the parameters go out as they are given.

    Args:
        params: one query parameter a key
    """
    path = query("/deliverypoints/byPolygons", params)
    return Request("searchByPolygons", "GET", path, Offices, changes=False)
