"""What CDEK finds wrong with the offices that an order names, or that its tariff needs.

With `office_check` on an office that cannot serve an order is replaced, and only one without a substitute is wrong;
`strict` tells what is wrong with the office itself, which CDEK's list of errors knows and its answers to FAQ do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import NO_SUITABLE_POINT, problem
from cdek_sandbox.reference_data.cities import find_city
from cdek_sandbox.reference_data.offices import build_offices
from cdek_sandbox.reference_data.prices import calculate_total_weight
from cdek_sandbox.world.office_choice import served_by
from cdek_sandbox.world.tariffs import FROM_OFFICE, TO_DOOR, TO_LOCKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.reference_data.office import Office
    from cdek_sandbox.reference_data.offices import Offices
    from cdek_sandbox.world.checks.asked import Asked

_GRAMS = 1000


def _named(asked: Asked) -> Iterator[Problem]:
    if asked.mode not in TO_DOOR and not asked.body.get("delivery_point"):
        yield problem("error_validate_receiver_delivery_point_is_empty")


def _served(asked: Asked) -> Iterator[Problem]:
    code = asked.body.get("delivery_point")
    if asked.world.settings.office_check != "on" or not code or asked.mode in TO_DOOR:
        return
    if served_by(asked.world, asked.body, "delivery_point") is None:
        known = _known(asked)
        in_city = known.find(code) is not None or known.find_city_by_letters(code) is not None
        yield problem(NO_SUITABLE_POINT if in_city else "ve_receiver_pickup_point_incorrect")


def _strictly(asked: Asked) -> Iterator[Problem]:
    code = asked.body.get("delivery_point")
    if asked.world.settings.office_check != "strict" or not code or asked.mode in TO_DOOR:
        return
    office = _known(asked).find(code)
    if office is None:
        yield problem("ve_receiver_pickup_point_incorrect")
        return
    if not office.is_handout:
        yield problem("ve_receiver_pickup_point_take_only")
    if asked.mode in TO_LOCKER and office.type != "POSTAMAT":
        yield problem("error_validate_postamat_pvz_not_postamat")
    yield from _weight(asked, office)


def _weight(asked: Asked, office: Office) -> Iterator[Problem]:
    kilograms = calculate_total_weight(asked.packages) / _GRAMS
    if kilograms < office.weight_min:
        yield problem("error_validate_receiver_delivery_point_calc_weight_small")
    if office.weight_max is not None and kilograms > office.weight_max:
        yield problem("error_validate_receiver_delivery_point_calc_weight_large")


def _of_tariff(asked: Asked) -> Iterator[Problem]:
    """A tariff from a warehouse needs one in the sender's city, which an order may name by its address alone."""
    if asked.world.settings.office_check == "off" or asked.mode not in FROM_OFFICE:
        return
    city = find_city(asked.body.get("from_location", {}))
    if city is not None and not any(office.type == "PVZ" for office in _known(asked).list_in_city(city.code)):
        yield problem("err_pvz_with_tariff_mistake")


def _cash(asked: Asked) -> Iterator[Problem]:
    """The limit of a city: below zero there is none, at zero it takes no cash on delivery."""
    office = _known(asked).find(asked.body.get("delivery_point", ""))
    city = office.city if office is not None else find_city(asked.body.get("to_location", {}))
    if city is None or city.payment_limit < 0:
        return
    cash = sum(item["payment"]["value"] * item["amount"] for item in asked.items)
    if cash + asked.body.get("delivery_recipient_cost", {}).get("value", 0) > city.payment_limit:
        yield problem("error_validate_receiver_city_cash_limit")


def _known(asked: Asked) -> Offices:
    return build_offices(asked.world.dice.seed, asked.world.settings.offices)


CHECKS = (_named, _served, _strictly, _of_tariff, _cash)
