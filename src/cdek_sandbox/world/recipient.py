"""Where an order goes to, as far as its office or its address tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.reference_data.cities import CITIES, find_city
from cdek_sandbox.reference_data.offices import build_offices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import World


def country_of_recipient(world: World, body: Mapping[str, Any]) -> str | None:
    """The two letters of the country that an order goes to; None where nothing tells."""
    place = body.get("to_location")
    if place:
        city = find_city(place)
        return city.country_code if city else place.get("country_code")
    if not body.get("delivery_point"):
        return None
    known = build_offices(world.dice.seed, world.settings.offices)
    office = known.find(body["delivery_point"])
    code = office.city.code if office else known.find_city_by_letters(body["delivery_point"])
    return None if code is None else CITIES[code].country_code
