"""Offices and parcel lockers (/v2/deliverypoints)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.api._common import ErrorItem  # noqa: TC001 - msgspec reads the types of fields as it runs
from oint.cdek.api._request import PagedList, Request, StreamedList, add_query
from oint.cdek.api._response import ListResponse, Model

if TYPE_CHECKING:
    from collections.abc import Mapping


OFFICES_PER_PAGE = 1000
"""Our choice: CDEK documents no default."""


class Phone(Model, gc=False):
    """A telephone number, in international form."""

    number: str | None = None
    additional: str | None = None


class OfficeImage(Model, gc=False):
    """A picture of an office."""

    number: int | None = None
    url: str | None = None


class WorkTime(Model, gc=False):
    """Hours of a day of the week, 1 Monday to 7 Sunday: `time` is "08:00/22:00"."""

    day: int | None = None
    time: str | None = None


class WorkTimeException(Model, gc=False):
    """Days with other opening hours, or closed days."""

    date_start: str | None = None
    date_end: str | None = None
    time_start: str | None = None
    time_end: str | None = None
    is_working: bool | None = None


class CellDimensions(Model, gc=False):
    """A locker's cell, in centimetres."""

    width: float | None = None
    height: float | None = None
    depth: float | None = None


class OfficeLocation(Model, gc=False):
    """Where an office is."""

    country_code: str | None = None
    region_code: int | None = None
    region: str | None = None
    city_code: int | None = None
    city: str | None = None
    city_uuid: str | None = None
    fias_guid: str | None = None
    postal_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    address: str | None = None
    address_full: str | None = None


class Office(Model, gc=False):
    """An office or a parcel locker: weights in kilograms, sizes in centimetres, `distance` in metres."""

    code: str | None = None
    name: str | None = None
    uuid: str | None = None
    address_comment: str | None = None
    nearest_station: str | None = None
    nearest_metro_station: str | None = None
    work_time: str | None = None
    phones: tuple[Phone, ...] = ()
    email: str | None = None
    note: str | None = None
    type: str | None = None
    owner_code: str | None = None
    take_only: bool | None = None
    is_handout: bool | None = None
    is_reception: bool | None = None
    is_dressing_room: bool | None = None
    is_marketplace: bool | None = None
    is_ltl: bool | None = None
    have_cashless: bool | None = None
    have_cash: bool | None = None
    have_fast_payment_system: bool | None = None
    allowed_cod: bool | None = None
    site: str | None = None
    office_image_list: tuple[OfficeImage, ...] = ()
    work_time_list: tuple[WorkTime, ...] = ()
    work_time_exception_list: tuple[WorkTimeException, ...] = ()
    weight_min: float | None = None
    weight_max: float | None = None
    length_max: float | None = None
    width_max: float | None = None
    height_max: float | None = None
    dimensions: tuple[CellDimensions, ...] = ()
    errors: tuple[ErrorItem, ...] = ()
    warnings: tuple[ErrorItem, ...] = ()
    status: str | None = None
    location: OfficeLocation | None = None
    distance: int | None = None
    fulfillment: bool | None = None
    ltl_acceptance_partners: bool | None = None
    ltl_issuance_partners: bool | None = None


class Offices(ListResponse[Office]):
    """The requested offices."""


def list(filter: Mapping[str, Any] | None = None) -> Request[Offices]:  # noqa: A001, A002 - CDEK's own words
    """Read active offices and parcel lockers that match every filter (GET deliverypoints).

    Without a filter there are tens of thousands: `stream` reads them one by one in little memory.

    Args:
        filter: one query parameter a key: `city_code`, `type` (PVZ, POSTAMAT, ALL), `postal_code`, `country_code`,
            `region_code`, `have_cashless`, `is_reception`, `weight_max` (kilograms), `lang`, `size`, `page` and so on
    """
    return Request("search", "GET", add_query("/deliverypoints", filter), Offices, changes=False)


def by_polygons(params: Mapping[str, Any]) -> Request[Offices]:
    """Read offices within an area (GET deliverypoints/byPolygons).

    CDEK has not published the parameters, so they are sent unchanged.

    Args:
        params: one query parameter a key
    """
    path = add_query("/deliverypoints/byPolygons", params)
    return Request("searchByPolygons", "GET", path, Offices, changes=False)


def stream(filter: Mapping[str, Any] | None = None) -> StreamedList[Office]:  # noqa: A002 - as of `list`
    """Read active offices and parcel lockers one by one while they arrive (GET deliverypoints).

    One request of any length, in little memory. The time between two offices does not count for the time-outs, but CDEK
    may close a connection that is not read. Only a failure before the first office is repeated; a later one is an error
    after the offices that have arrived.

    Args:
        filter: see `list`
    Raises:
        CdekError: while the offices are read; see `oint.cdek.errors`
    """
    return StreamedList(list(filter))


def all(filter: Mapping[str, Any] | None = None, size: int = OFFICES_PER_PAGE) -> PagedList[Office]:  # noqa: A001, A002 - the client's word
    """Read the same offices page by page: one request a page, repeated by itself after a failure (GET deliverypoints).

    Args:
        filter: see `list`
        size: offices a page
    Raises:
        CdekError: while the offices are read; see `oint.cdek.errors`
    """
    return PagedList(lambda page: list({**(filter or {}), "size": size, "page": page}))
