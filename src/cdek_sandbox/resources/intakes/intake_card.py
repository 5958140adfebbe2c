"""The card of an intake, in CDEK's order of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.serializers import describe_requests, describe_statuses
from cdek_sandbox.reference_data.offices import build_offices
from cdek_sandbox.reference_data.transliteration import name_country
from cdek_sandbox.resources.locations.card_locations import fill_in_location
from cdek_sandbox.resources.orders.order_card import build_package_id

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Intake, Order
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.reference_data.office import Office

INTAKE_NAMES = {
    "ACCEPTED": "Принят",
    "CREATED": "Создан",
    "REMOVED": "Отменена",
    "READY_FOR_APPOINTMENT": "Готова к назначению",
    "APPOINTED_COURIER": "Назначен курьер",
    "DONE": "Выполнена",
    "PROBLEM_DETECTED": "Выявлена проблема",
    "PROCESSING_REQUIRED": "Требует обработки",
    "INVALID": "Некорректная заявка",
}
_TIMES = ("intake_time_from", "intake_time_to", "lunch_time_from", "lunch_time_to")
_SIZES = ("weight", "length", "width", "height")
_PAPERS = ("courier_power_of_attorney", "courier_identity_card")
_POINT = ("longitude", "latitude", "postal_code")
_NOT_OF_OFFICE = ("fias_guid", "kladr_code", "sub_region")


def build_intake_card(state: SandboxState, intake: Intake) -> dict[str, Any]:
    """Build the whole response: entity and requests; CDEK omits `related_entities` here."""
    return {"entity": build_intake_entity(state, intake), "requests": describe_requests(state, intake)}


def build_intake_entity(state: SandboxState, intake: Intake) -> dict[str, Any]:
    """Build the entity of an intake."""
    body, order = intake.body, state.orders.get(intake.order_uuid or "")
    entity: dict[str, Any] = {"uuid": intake.uuid}
    if order is not None:
        entity |= {"cdek_number": order.cdek_number, "order_uuid": order.uuid}
    entity["intake_date"] = body["intake_date"]
    if intake.number is not None:
        entity["intake_number"] = intake.number
    entity |= {name: body[name] for name in (*_TIMES, "name") if name in body}
    entity |= _describe_measures(intake, order)
    entity |= {name: body[name] for name in ("comment", *_PAPERS) if name in body}
    entity |= _describe_ends(state, intake, order)
    entity["need_call"] = body.get("need_call", False)
    entity["statuses"] = describe_statuses(state, intake, INTAKE_NAMES)
    return entity | ({} if order is None else {"packages": _list_packages(order)})


def _describe_measures(intake: Intake, order: Order | None) -> dict[str, Any]:
    """Describe weight and sizes: of the request, of the order's first package, or CDEK's defaults."""
    package = {} if order is None else order.body["packages"][0]
    defaults = {"weight": 100, "length": 1, "width": 1, "height": 1}
    return {name: intake.body.get(name, package.get(name, defaults[name])) for name in _SIZES}


def _describe_ends(state: SandboxState, intake: Intake, order: Order | None) -> dict[str, Any]:
    """Describe the sender, the pick-up address, and the office or address of the recipient."""
    ends: dict[str, Any] = {}
    body = {} if order is None else order.body
    sender = intake.body.get("sender", body.get("sender"))
    if sender is not None:
        ends["sender"] = _describe_contact(sender)
    place = intake.body.get("from_location", body.get("from_location"))
    if place is not None:
        ends["from_location"] = fill_in_location(place)
    destination = _describe_destination(state, body)
    if destination is not None:
        ends["to_location"] = destination
    return ends


def _describe_destination(state: SandboxState, body: dict[str, Any]) -> dict[str, Any] | None:
    """Describe the destination: the city, the coordinates of the address, its postal code last."""
    office = build_offices(state.random_source.seed, state.settings.offices).find(body.get("delivery_point", ""))
    place = body.get("to_location") if office is None else _describe_office(office)
    if place is None:
        return None
    fields = {name: value for name, value in fill_in_location(place).items() if name not in _NOT_OF_OFFICE}
    return fields | {name: place[name] for name in _POINT if name in place}


def _describe_office(office: Office) -> dict[str, Any]:
    city = office.city
    region = city.region.name if city.region else city.name
    return {
        "code": city.code,
        "longitude": office.longitude,
        "latitude": office.latitude,
        "address": f"{name_country(city.country_code, 'rus')}, {region}, {city.name}, {office.street}",
        "postal_code": office.postal_code,
    }


def _describe_contact(contact: dict[str, Any]) -> dict[str, Any]:
    """Describe the sender. As recorded, the phone comes twice: without its plus, and as it was sent."""
    phones = contact.get("phones", [])
    bare = [phone | {"number": phone.get("number", "").lstrip("+")} for phone in phones]
    return {
        "company": contact.get("company", contact.get("name", "")),
        "name": contact.get("name", ""),
        "contragent_type": contact.get("contragent_type", "LEGAL_ENTITY"),
        "phones": bare + [phone for phone in phones if phone not in bare],
        "passport_requirements_satisfied": False,
    }


def _list_packages(order: Order) -> list[dict[str, Any]]:
    return [
        {"package_id": build_package_id(order, index), **{name: row[name] for name in _SIZES if name in row}}
        for index, row in enumerate(order.body["packages"])
    ]
