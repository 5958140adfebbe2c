"""Checks of the tariff of an order and of the offices that it names or that its tariff needs.

With `office_check` "on" an office that cannot serve an order is replaced, and only one without a substitute is an error.
"strict" reports errors of the office itself, which are in CDEK's list of errors but not in its answers to questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import NO_SUITABLE_POINT, problem
from cdek_sandbox.reference_data.cities import find_city
from cdek_sandbox.reference_data.offices import build_offices
from cdek_sandbox.reference_data.prices import calculate_total_weight
from cdek_sandbox.reference_data.tariffs import LISTS
from cdek_sandbox.resources.orders.office_assignment import find_serving_office
from cdek_sandbox.resources.orders.order_body import FROM_OFFICE, TO_DOOR, TO_LOCKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.reference_data.office import Office
    from cdek_sandbox.reference_data.offices import Offices
    from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft

_GRAMS_IN_KILOGRAM = 1000


def _check_office_is_named(draft: OrderDraft) -> Iterator[Problem]:
    if draft.mode not in TO_DOOR and not draft.body.get("delivery_point"):
        yield problem("error_validate_receiver_delivery_point_is_empty")


def _check_office_serves(draft: OrderDraft) -> Iterator[Problem]:
    code = draft.body.get("delivery_point")
    if draft.state.settings.office_check != "on" or not code or draft.mode in TO_DOOR:
        return
    if find_serving_office(draft.state, draft.body, "delivery_point") is None:
        offices = _get_offices(draft)
        in_city = offices.find(code) is not None or offices.find_city_by_letters(code) is not None
        yield problem(NO_SUITABLE_POINT if in_city else "ve_receiver_pickup_point_incorrect")


def _check_office_strictly(draft: OrderDraft) -> Iterator[Problem]:
    code = draft.body.get("delivery_point")
    if draft.state.settings.office_check != "strict" or not code or draft.mode in TO_DOOR:
        return
    office = _get_offices(draft).find(code)
    if office is None:
        yield problem("ve_receiver_pickup_point_incorrect")
        return
    if not office.is_handout:
        yield problem("ve_receiver_pickup_point_take_only")
    if draft.mode in TO_LOCKER and office.type != "POSTAMAT":
        yield problem("error_validate_postamat_pvz_not_postamat")
    yield from _check_office_weight(draft, office)


def _check_office_weight(draft: OrderDraft, office: Office) -> Iterator[Problem]:
    kilograms = calculate_total_weight(draft.packages) / _GRAMS_IN_KILOGRAM
    if kilograms < office.weight_min:
        yield problem("error_validate_receiver_delivery_point_calc_weight_small")
    if office.weight_max is not None and kilograms > office.weight_max:
        yield problem("error_validate_receiver_delivery_point_calc_weight_large")


def _check_sender_office(draft: OrderDraft) -> Iterator[Problem]:
    """Check that the sender's city has an office, if the tariff needs one and the order has only an address."""
    if draft.state.settings.office_check == "off" or draft.mode not in FROM_OFFICE:
        return
    city = find_city(draft.body.get("from_location", {}))
    if city is not None and not any(office.type == "PVZ" for office in _get_offices(draft).list_in_city(city.code)):
        yield problem("err_pvz_with_tariff_mistake")


def _check_cash_limit(draft: OrderDraft) -> Iterator[Problem]:
    """Check the cash limit of the city: below zero means no limit, zero means no cash on delivery."""
    office = _get_offices(draft).find(draft.body.get("delivery_point", ""))
    city = office.city if office is not None else find_city(draft.body.get("to_location", {}))
    if city is None or city.payment_limit < 0:
        return
    cash = sum(item["payment"]["value"] * item["amount"] for item in draft.items)
    if cash + draft.body.get("delivery_recipient_cost", {}).get("value", 0) > city.payment_limit:
        yield problem("error_validate_receiver_city_cash_limit")


def _get_offices(draft: OrderDraft) -> Offices:
    return build_offices(draft.state.random_source.seed, draft.state.settings.offices)


def _check_outdated_tariff(draft: OrderDraft) -> Iterator[Problem]:
    """Refuse an outdated tariff. CDEK's response is not recorded: this code is the one that fits."""
    if draft.body["tariff_code"] in draft.state.settings.outdated_tariffs:
        yield problem("err_invalid_tariff_with_datetimeordersend")


def _check_direction(draft: OrderDraft) -> Iterator[Problem]:
    start, end = (find_city(draft.body.get(name, {})) for name in ("from_location", "to_location"))
    if start is None or end is None:
        return
    code, at_home = draft.body["tariff_code"], start.country_code == end.country_code
    is_wrong_direction = code in (LISTS.between_cities_only if start is end else LISTS.in_one_city_only)
    if is_wrong_direction or (at_home and code in LISTS.abroad_only):
        yield problem("error_validate_tariff_not_supported_for_this_direction")


CHECKS = (
    _check_office_is_named,
    _check_office_serves,
    _check_office_strictly,
    _check_sender_office,
    _check_cash_limit,
    _check_outdated_tariff,
    _check_direction,
)
