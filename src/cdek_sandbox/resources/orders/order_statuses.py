"""Order statuses: their Russian names, and the routes of a parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.resources.orders.order_body import get_delivery_mode

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order

NAMES = {
    "ACCEPTED": "Принят",
    "CREATED": "Создан",
    "REMOVED": "Удален",
    "RECEIVED_AT_SHIPMENT_WAREHOUSE": "Принят на склад отправителя",
    "DELIVERED": "Вручен",
    "NOT_DELIVERED": "Не вручен",
    "READY_FOR_SHIPMENT_IN_SENDER_CITY": "Готов к отправке в городе отправителе",
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY": "Сдан перевозчику в городе отправителе",
    "SENT_TO_RECIPIENT_CITY": "Отправлен в город-получатель",
    "ACCEPTED_IN_RECIPIENT_CITY": "Встречен в городе-получателе",
    "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE": "Принят на склад доставки",
    "TAKEN_BY_COURIER": "Выдан на доставку",
    "ACCEPTED_AT_PICK_UP_POINT": "Принят на склад до востребования",
    "ACCEPTED_AT_TRANSIT_WAREHOUSE": "Принят на склад транзита",
    "RETURNED_TO_SENDER_CITY_WAREHOUSE": "Возвращен на склад отправителя",
    "RETURNED_TO_TRANSIT_WAREHOUSE": "Возвращен на склад транзита",
    "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE": "Возвращен на склад доставки",
    "READY_FOR_SHIPMENT_IN_TRANSIT_CITY": "Готов к отправке в городе-транзите",
    "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY": "Сдан перевозчику в городе-транзите",
    "SENT_TO_TRANSIT_CITY": "Отправлен в город-транзит",
    "ACCEPTED_IN_TRANSIT_CITY": "Встречен в городе-транзите",
    "SENT_TO_SENDER_CITY": "Отправлен в город-отправитель",
    "ACCEPTED_IN_SENDER_CITY": "Встречен в городе-отправителе",
    "ENTERED_TO_TRANSIT_WAREHOUSE": "Поступил в г. транзита",
    "ENTERED_TO_RECIPIENT_CITY_WAREHOUSE": "Поступил на склад доставки",
    "ENTERED_TO_PICK_UP_POINT": "Поступил на склад до востребования",
    "IN_CUSTOMS_INTERNATIONAL": "Таможенное оформление в стране отправления",
    "SHIPPED_TO_DESTINATION": "Отправлено в страну назначения",
    "PASSED_TO_TRANSIT_CARRIER": "Передано транзитному перевозчику",
    "IN_CUSTOMS_LOCAL": "Таможенное оформление в стране назначения",
    "CUSTOMS_COMPLETE": "Таможенное оформление завершено",
    "POSTOMAT_POSTED": "Заложен в постамат",
    "POSTOMAT_SEIZED": "Изъят из постамата курьером",
    "POSTOMAT_RECEIVED": "Изъят из постамата клиентом",
    "INVALID": "Некорректный заказ",
}
FINISHED = frozenset({"DELIVERED", "NOT_DELIVERED"})
FINAL = FINISHED | {"REMOVED", "INVALID"}
_TRANSIT = (
    "ACCEPTED",
    "CREATED",
    "RECEIVED_AT_SHIPMENT_WAREHOUSE",
    "READY_FOR_SHIPMENT_IN_SENDER_CITY",
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY",
    "SENT_TO_TRANSIT_CITY",
    "ACCEPTED_IN_TRANSIT_CITY",
    "ACCEPTED_AT_TRANSIT_WAREHOUSE",
    "READY_FOR_SHIPMENT_IN_TRANSIT_CITY",
    "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY",
    "SENT_TO_RECIPIENT_CITY",
    "ACCEPTED_IN_RECIPIENT_CITY",
)
_ROUTES = {
    "door": (*_TRANSIT, "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", "TAKEN_BY_COURIER", "DELIVERED"),
    "office": (*_TRANSIT, "ACCEPTED_AT_PICK_UP_POINT", "DELIVERED"),
    "locker": (*_TRANSIT, "POSTOMAT_POSTED", "POSTOMAT_RECEIVED", "DELIVERED"),
    # How a return or a reverse travels home is not recorded: only that 27 and 28 lie on its way. The rest is a choice.
    "home": ("ACCEPTED", "CREATED", "SENT_TO_SENDER_CITY", "ACCEPTED_IN_SENDER_CITY", "DELIVERED"),
}
_DETOURS = {
    "RETURNED_TO_SENDER_CITY_WAREHOUSE": "READY_FOR_SHIPMENT_IN_SENDER_CITY",
    "RETURNED_TO_TRANSIT_WAREHOUSE": "READY_FOR_SHIPMENT_IN_TRANSIT_CITY",
    "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE": "TAKEN_BY_COURIER",
    "ENTERED_TO_TRANSIT_WAREHOUSE": "ACCEPTED_AT_TRANSIT_WAREHOUSE",
    "ENTERED_TO_RECIPIENT_CITY_WAREHOUSE": "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE",
    "ENTERED_TO_PICK_UP_POINT": "ACCEPTED_AT_PICK_UP_POINT",
    "POSTOMAT_SEIZED": "NOT_DELIVERED",
}
_PLACES = {"1": "door", "3": "door", "8": "door", "6": "locker", "7": "locker", "10": "locker"}


def find_destination_kind(order: Order) -> str:
    """Return where the parcel is handed over: "door", "office" or "locker"."""
    return _PLACES.get(get_delivery_mode(order.body), "office")


def find_next_status(order: Order) -> str | None:
    """Find the next status on the order's route; None at its end or if the route is unknown."""
    code = order.status.code
    if code in _DETOURS:
        return _DETOURS[code]
    route = _ROUTES[
        "home" if order.is_return or order.is_client_return or order.is_reverse else find_destination_kind(order)
    ]
    place = route.index(code) if code in route else len(route)
    return route[place + 1] if place + 1 < len(route) else None
