"""The office that serves an order: the one it names, or the nearest in the same city that can serve it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.reference_data.cities import measure_kilometres
from cdek_sandbox.reference_data.offices import build_offices
from cdek_sandbox.resources.orders.order_body import TO_LOCKER, get_delivery_mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.entities import BackgroundJob, Order
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.reference_data.office import Office

ENDS = {"shipment_point": "v2_shipment_point_changed", "delivery_point": "v2_delivery_point_changed"}
_GRAMS_IN_KILOGRAM = 1000


def find_serving_office(state: SandboxState, body: Mapping[str, Any], end: str) -> str | None:
    """Find the office that serves this end; None if its city has none, or if the code names no city."""
    offices = build_offices(state.random_source.seed, state.settings.offices)
    named_office = offices.find(body[end])
    if named_office is not None and _can_serve(named_office, body, end):
        return named_office.code
    # CDEK knows the city of an office that it does not list: here it follows from the letters of the code.
    city = named_office.city.code if named_office is not None else offices.find_city_by_letters(body[end])
    candidates = [
        office for office in offices.list_in_city(city) if office.type == "PVZ" and _can_serve(office, body, end)
    ]
    if not candidates:
        return None
    return (
        candidates[0]
        if named_office is None
        else min(candidates, key=lambda office: _measure_distance(office, named_office))
    ).code


def _can_serve(office: Office, body: Mapping[str, Any], end: str) -> bool:
    heaviest = max(package["weight"] for package in body["packages"]) / _GRAMS_IN_KILOGRAM
    if office.weight_max is not None and heaviest > office.weight_max:
        return False
    if end == "shipment_point":
        return office.is_reception
    return office.is_handout and (office.type == "PVZ" or get_delivery_mode(body) in TO_LOCKER)


def _measure_distance(office: Office, other: Office) -> float:
    return measure_kilometres(office.latitude, office.longitude, other.latitude, other.longitude)


def assign_offices(state: SandboxState, order: Order, job: BackgroundJob) -> None:
    """Set the offices that serve the order, with a warning for each that it did not name."""
    if state.settings.office_check != "on":
        return
    for end, code in ENDS.items():
        serving_code = find_serving_office(state, order.body, end) if order.body.get(end) else None
        if serving_code is None or serving_code == order.body[end]:
            continue
        if job.request_uuid is not None:
            order.find_entry(job.request_uuid).warnings += (problem(code, order.body[end], serving_code),)
        order.body[end] = serving_code
