"""The bodies of webhooks: fields in the order of CDEK's documented examples.

Names and numbers of couriers and vehicles are invented.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.core.clock import format_moment
from cdek_sandbox.core.random_source import hash_text
from cdek_sandbox.resources.locations.card_locations import fill_in_location
from cdek_sandbox.resources.orders.order_card import fill_in_contacts
from cdek_sandbox.resources.orders.order_cities import find_city_of_end
from cdek_sandbox.resources.orders.order_statuses import find_destination_kind
from cdek_sandbox.resources.photos import build_photos_link
from cdek_sandbox.resources.print_forms.form_card import build_file_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Agreement, DeliveryProblem, Intake, Order, Prealert, PrintForm, Status
    from cdek_sandbox.core.state import SandboxState

TYPES = (
    "ORDER_STATUS",
    "ORDER_MODIFIED",
    "PRINT_FORM",
    "RECEIPT",
    "DOWNLOAD_PHOTO",
    "PREALERT_CLOSED",
    "ACCOMPANYING_WAYBILL",
    "OFFICE_AVAILABILITY",
    "DELIV_PROBLEM",
    "DELIV_AGREEMENT",
    "COURIER_INFO",
)
_STATUS_NUMBERS = {
    "ACCEPTED": "0",
    "CREATED": "1",
    "REMOVED": "2",
    "RECEIVED_AT_SHIPMENT_WAREHOUSE": "3",
    "DELIVERED": "4",
    "NOT_DELIVERED": "5",
    "READY_FOR_SHIPMENT_IN_SENDER_CITY": "6",
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY": "7",
    "SENT_TO_RECIPIENT_CITY": "8",
    "ACCEPTED_IN_RECIPIENT_CITY": "9",
    "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE": "10",
    "TAKEN_BY_COURIER": "11",
    "ACCEPTED_AT_PICK_UP_POINT": "12",
    "ACCEPTED_AT_TRANSIT_WAREHOUSE": "13",
    "RETURNED_TO_SENDER_CITY_WAREHOUSE": "16",
    "RETURNED_TO_TRANSIT_WAREHOUSE": "17",
    "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE": "18",
    "READY_FOR_SHIPMENT_IN_TRANSIT_CITY": "19",
    "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY": "20",
    "SENT_TO_TRANSIT_CITY": "21",
    "ACCEPTED_IN_TRANSIT_CITY": "22",
    "SENT_TO_SENDER_CITY": "27",
    "ACCEPTED_IN_SENDER_CITY": "28",
    "INVALID": "404",
}
_OTHER_STATUS = "1000"
_WITHOUT_CITY = frozenset({"ACCEPTED", "CREATED", "REMOVED", "INVALID"})
_IN_SENDER_CITY = frozenset(
    {
        "RECEIVED_AT_SHIPMENT_WAREHOUSE",
        "READY_FOR_SHIPMENT_IN_SENDER_CITY",
        "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY",
        "RETURNED_TO_SENDER_CITY_WAREHOUSE",
        "SENT_TO_TRANSIT_CITY",
    }
)
_DIRECT = frozenset({"direct_order", "client_direct_order"})
_LEAVES = frozenset({"TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY"})
_UNTIL_DEPARTURE = 6 * 3600.0
_COURIER = {
    "name": "Курьер Тестовый",
    "car_model": "Lada Largus",
    "registration_mark": "А000АА77",
    "phone": "+79000000002",
}
_AGREED = {"door": "DOOR", "office": "WAREHOUSE", "locker": "POSTAMAT"}


def build_event(kind: str, uuid: str, moment: float, attributes: dict[str, Any]) -> dict[str, Any]:
    """Build an event of this type about the entity with this uuid."""
    return {"type": kind, "date_time": format_event_moment(moment), "uuid": uuid, "attributes": attributes}


def build_status_event(state: SandboxState, order: Order, status: Status, now: float) -> dict[str, Any]:
    """Build ORDER_STATUS: a new status, or a withdrawn one."""
    attributes: dict[str, Any] = {
        "is_return": order.is_return,
        "is_reverse": order.is_reverse,
        "is_client_return": order.is_client_return,
        **_drop_empty(cdek_number=order.cdek_number),
        "number": order.number,
        "related_entities": [
            {"type": row.type, "cdek_number": row.cdek_number, "uuid": row.uuid}
            for row in order.related
            if row.type in _DIRECT
        ],
        "code": status.code,
        "status_code": _STATUS_NUMBERS.get(status.code, _OTHER_STATUS),
        **_drop_empty(status_reason_code=status.reason_code),
        "status_date_time": format_event_moment(status.moment),
        **_find_city(state, order, status),
        "deleted": status.deleted,
    }
    return build_event("ORDER_STATUS", order.uuid, now, attributes)


def _find_city(state: SandboxState, order: Order, status: Status) -> dict[str, Any]:
    """Return the city of a status: the nearer end of the order's route. CDEK's own statuses have no city."""
    if status.code in _WITHOUT_CITY:
        return {}
    place = "from_location" if status.code in _IN_SENDER_CITY else "to_location"
    if place in order.body:
        named = fill_in_location(order.body[place])
        return {"city_name": named["city"], "city_code": str(named["code"])}
    city = find_city_of_end(state, order, place)
    return {"city_name": status.city} if city is None else {"city_name": city.name, "city_code": str(city.code)}


def build_change_event(order: Order, modification: str, kind: str, value: object, now: float) -> dict[str, Any]:
    """Build ORDER_MODIFIED."""
    new_value = {"type": kind, "value": str(value)}
    return build_event("ORDER_MODIFIED", order.uuid, now, {"modification_type": modification, "new_value": new_value})


def build_problem_event(order: Order, problem: DeliveryProblem, now: float) -> dict[str, Any]:
    """Build DELIV_PROBLEM: the parcel could not be handed over as planned."""
    attributes = {
        **_drop_empty(cdek_number=order.cdek_number),
        "number": order.number,
        "code": problem.code,
        "create_date": format_event_moment(problem.moment),
    }
    return build_event("DELIV_PROBLEM", order.uuid, now, attributes)


def build_print_form_event(form: PrintForm, now: float) -> dict[str, Any]:
    """Build PRINT_FORM: the file can be downloaded."""
    return build_event(
        "PRINT_FORM", form.uuid, now, {"type": form.form.upper(), "url": build_file_link(form, form.host)}
    )


def build_prealert_event(prealert: Prealert, now: float) -> dict[str, Any]:
    """Build PREALERT_CLOSED: the office has received the parcels."""
    attributes = {
        "prealert_number": prealert.number,
        "closed_date": format_event_moment(now if prealert.closed is None else prealert.closed),
        "fact_shipment_point": prealert.fact_shipment_point,
    }
    return build_event("PREALERT_CLOSED", prealert.uuid, now, attributes)


def build_agreement_event(state: SandboxState, agreement: Agreement, now: float) -> dict[str, Any]:
    """Build DELIV_AGREEMENT: a delivery was agreed on."""
    order, body = state.orders[agreement.order_uuid], agreement.body
    wishes: dict[str, Any] = {name: body[name] for name in ("date", "time_from", "time_to", "comment") if name in body}
    for name in ("time_from", "time_to"):
        if name in wishes:
            wishes[name] = f"{wishes[name]}:00"  # hours and minutes come in, seconds go out
    attributes: dict[str, Any] = {
        "delivery_uuid": agreement.uuid,
        "date_time": datetime.fromtimestamp(agreement.status.moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "cdek_number": order.cdek_number,
        **wishes,
        "source": "EK5_INTEGRATION",
        "type": _AGREED[find_destination_kind(order)],
        **_drop_empty(delivery_point=body.get("delivery_point")),
    }
    return build_event("DELIV_AGREEMENT", order.uuid, now, attributes)


def build_office_event(uuid: str, code: str, now: float, *, available: bool) -> dict[str, Any]:
    """Build OFFICE_AVAILABILITY: an office has opened or closed."""
    kind = "AVAILABLE_OFFICE" if available else "UNAVAILABLE_OFFICE"
    return build_event("OFFICE_AVAILABILITY", uuid, now, {"type": kind, "code": code})


def build_transit_events(state: SandboxState, order: Order, status: Status, now: float) -> Iterator[dict[str, Any]]:
    """Return the further events of a new status: a courier or a carrier has the parcel."""
    if order.cdek_number is None or status.deleted:
        return
    if status.code == "TAKEN_BY_COURIER":
        about = {"task_type": "DELIVERY", "cdek_number": order.cdek_number, "courier": _COURIER}
        yield build_event("COURIER_INFO", order.uuid, now, about)
    elif status.code in _LEAVES:
        yield build_event("ACCOMPANYING_WAYBILL", order.uuid, now, _describe_transport(state, order, status))


def _describe_transport(state: SandboxState, order: Order, status: Status) -> dict[str, Any]:
    number = int.from_bytes(hash_text(f"{order.uuid}:{status.code}")[:4])
    if state.settings.webhooks.transport == "flight":
        vehicle: dict[str, Any] = {
            "flight_number": f"S5{number % 10_000:04d}",
            "air_waybill_numbers": [f"A{number % 10**7:07d}"],
        }
    else:
        vehicle = {"vehicle_numbers": [f"А{number % 1000:03d}АА77"], "vehicle_driver": "Водитель Тестовый"}
    return {
        "cdek_number": order.cdek_number,
        "client_name": fill_in_contacts(order.body)["sender"]["company"],
        **vehicle,
        "planned_departure_date_time": format_event_moment(status.moment + _UNTIL_DEPARTURE),
    }


def build_courier_event(state: SandboxState, intake: Intake, now: float) -> dict[str, Any]:
    """Build COURIER_INFO: a courier was sent for the parcels of an intake."""
    order = state.orders.get(intake.order_uuid or "")
    numbers = {"cdek_number": order and order.cdek_number, "intake_number": intake.number}
    about = {"task_type": "DEMAND", **{name: value for name, value in numbers.items() if value}, "courier": _COURIER}
    return build_event("COURIER_INFO", intake.uuid, now, about)


def build_photo_event(order: Order, host: str, now: float) -> dict[str, Any]:
    """Build DOWNLOAD_PHOTO: the photos of an order's documents can be downloaded."""
    about = {
        "cdek_number": order.cdek_number,
        "link": build_photos_link(order, host),
        "create_date": format_event_moment(order.status.moment),
    }
    return build_event("DOWNLOAD_PHOTO", order.uuid, now, about)


def build_receipt_event(order: Order, kind: str, moment: float, now: float) -> dict[str, Any]:
    """Build RECEIPT: a receipt was formed. CDEK publishes no fields: those of `GET /v2/check` are a choice."""
    about = {"cdek_number": order.cdek_number, "date": format_event_moment(moment), "type": kind}
    return build_event("RECEIPT", order.uuid, now, about)


def _drop_empty(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def encode(body: dict[str, Any]) -> bytes:
    """Encode an event for sending."""
    return msgspec.json.encode(body)


def format_event_moment(moment: float) -> str:
    """Format a moment; events have one form of dates in all of CDEK's examples."""
    return format_moment(moment, "+0000")
