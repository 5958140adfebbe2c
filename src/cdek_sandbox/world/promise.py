"""The day a delivery is promised for, and the cities at the ends of an order that the promise hangs on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cdek_sandbox.core.calendar import local_day, workdays
from cdek_sandbox.core.entities import Agreement
from cdek_sandbox.reference_data.cities import CITIES, City, find_city
from cdek_sandbox.reference_data.offices import build_offices
from cdek_sandbox.reference_data.prices import build_route, calculate_days
from cdek_sandbox.reference_data.tariffs import TARIFFS

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import World

_ENDS = {"from_location": "shipment_point", "to_location": "delivery_point"}
_TAKEN_IN, _CAME_IN_VAIN = "RECEIVED_AT_SHIPMENT_WAREHOUSE", "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE"
_A_WEEK = timedelta(days=7)


def city_of(world: World, order: Order, place: str) -> City | None:
    """The city of `from_location` or `to_location`, or of the office in its stead; None: the sandbox does not know it."""
    if place in order.body:
        return find_city(order.body[place])
    code, known = order.body.get(_ENDS[place], ""), build_offices(world.dice.seed, world.settings.offices)
    office = known.find(code)
    return office.city if office is not None else CITIES.get(known.find_city_by_letters(code) or 0)


def promised(world: World, order: Order) -> date | None:
    """The planned day of delivery, from the moment the parcel was taken in.

    How CDEK reckons it is not recorded, so this is a choice: the agreed day; else the next working day after a courier
    came in vain; else the longest time of the calculator from the day the parcel was taken in.
    """
    moments = {row.code: row.moment for row in order.statuses if not row.deleted}
    if _TAKEN_IN not in moments:
        return None
    agreed = _agreed(world, order)
    if agreed is not None:
        return agreed
    if _CAME_IN_VAIN in moments:
        return _workday(local_day(moments[_CAME_IN_VAIN]), 1)
    start, end = city_of(world, order, "from_location"), city_of(world, order, "to_location")
    tariff = TARIFFS.get(order.body["tariff_code"])
    if start is None or end is None or tariff is None:
        return None
    return _workday(local_day(moments[_TAKEN_IN]), calculate_days(tariff, build_route(start, end))[1])


def _agreed(world: World, order: Order) -> date | None:
    found = (world.find(Agreement, uuid) for uuid in order.agreements)
    return next(
        (date.fromisoformat(one.body["date"]) for one in found if one and one.status.code == "PROCESSING"), None
    )


def _workday(day: date, count: int) -> date:
    """The working day so many further."""
    return workdays(day + timedelta(days=1), day + timedelta(days=count) + _A_WEEK * (count // 6 + 1))[count - 1]
