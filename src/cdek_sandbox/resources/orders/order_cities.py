"""The cities at both ends of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.reference_data.cities import CITIES, City, find_city
from cdek_sandbox.reference_data.offices import build_offices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import SandboxState

_ENDS = {"from_location": "shipment_point", "to_location": "delivery_point"}


def find_city_of_end(state: SandboxState, order: Order, place: str) -> City | None:
    """Find the city of `from_location` or `to_location`, or of the office instead; None if it is unknown."""
    if place in order.body:
        return find_city(order.body[place])
    code, offices = order.body.get(_ENDS[place], ""), build_offices(state.random_source.seed, state.settings.offices)
    office = offices.find(code)
    return office.city if office is not None else CITIES.get(offices.find_city_by_letters(code) or 0)


def find_recipient_country(state: SandboxState, body: Mapping[str, Any]) -> str | None:
    """Find the country of the recipient, in two letters; None if neither office nor address names one."""
    place = body.get("to_location")
    if place:
        city = find_city(place)
        return city.country_code if city else place.get("country_code")
    if not body.get("delivery_point"):
        return None
    offices = build_offices(state.random_source.seed, state.settings.offices)
    office = offices.find(body["delivery_point"])
    code = office.city.code if office else offices.find_city_by_letters(body["delivery_point"])
    return None if code is None else CITIES[code].country_code
