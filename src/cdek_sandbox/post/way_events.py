"""Events about people and vehicles on a parcel's way: all names and numbers in them are made up, the fields are CDEK's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.post.events import event, moment_of
from cdek_sandbox.world.dice import derived
from cdek_sandbox.world.full_card import contacts
from cdek_sandbox.world.photos import photos_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.world.entities import Intake, Order, Status
    from cdek_sandbox.world.world import World

_LEAVES = frozenset({"TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY"})
_UNTIL_DEPARTURE = 6 * 3600.0
_COURIER = {
    "name": "Курьер Тестовый",
    "car_model": "Lada Largus",
    "registration_mark": "А000АА77",
    "phone": "+79000000002",
}


def of_step(world: World, order: Order, status: Status, now: float) -> Iterator[dict[str, Any]]:
    """What a new status tells besides itself: a courier has the parcel, or a carrier."""
    if order.cdek_number is None or status.deleted:
        return
    if status.code == "TAKEN_BY_COURIER":
        about = {"task_type": "DELIVERY", "cdek_number": order.cdek_number, "courier": _COURIER}
        yield event("COURIER_INFO", order.uuid, now, about)
    elif status.code in _LEAVES:
        yield event("ACCOMPANYING_WAYBILL", order.uuid, now, _transport(world, order, status))


def _transport(world: World, order: Order, status: Status) -> dict[str, Any]:
    number = int.from_bytes(derived(f"{order.uuid}:{status.code}")[:4])
    if world.settings.webhooks.transport == "flight":
        vehicle: dict[str, Any] = {
            "flight_number": f"S5{number % 10_000:04d}",
            "air_waybill_numbers": [f"A{number % 10**7:07d}"],
        }
    else:
        vehicle = {"vehicle_numbers": [f"А{number % 1000:03d}АА77"], "vehicle_driver": "Водитель Тестовый"}
    return {
        "cdek_number": order.cdek_number,
        "client_name": contacts(order.body)["sender"]["company"],
        **vehicle,
        "planned_departure_date_time": moment_of(status.moment + _UNTIL_DEPARTURE),
    }


def of_call(world: World, intake: Intake, now: float) -> dict[str, Any]:
    """A courier was sent for the parcels of an intake."""
    order = world.orders.get(intake.order_uuid or "")
    numbers = {"cdek_number": order and order.cdek_number, "intake_number": intake.number}
    about = {"task_type": "DEMAND", **{name: value for name, value in numbers.items() if value}, "courier": _COURIER}
    return event("COURIER_INFO", intake.uuid, now, about)


def of_photos(order: Order, host: str, now: float) -> dict[str, Any]:
    """The photos of its documents can be downloaded."""
    about = {
        "cdek_number": order.cdek_number,
        "link": photos_link(order, host),
        "create_date": moment_of(order.status.moment),
    }
    return event("DOWNLOAD_PHOTO", order.uuid, now, about)


def of_receipt(order: Order, kind: str, moment: float, now: float) -> dict[str, Any]:
    """A fiscal receipt was formed. CDEK publishes no payload: the fields of `GET /v2/check` that name one are a choice."""
    about = {"cdek_number": order.cdek_number, "date": moment_of(moment), "type": kind}
    return event("RECEIPT", order.uuid, now, about)
