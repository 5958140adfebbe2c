"""Delivery management: an order waits for its courier, a parcel is on its way to its recipient's door."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from docs._ext.scenes import Scene
from docs._ext.stage import MOMENT
from oint.cdek import Account, Client
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

_BACKGROUND = 2  # seconds: all background work has ended by then
_HOUR = 3600
_SENDER = {"code": 44, "address": "ул. Блюхера, 32"}
_RECIPIENT = {"code": 270, "address": "Красный проспект, 17"}


def _day(ahead: int) -> str:
    return (datetime.fromisoformat(MOMENT) + timedelta(days=ahead)).date().isoformat()


def _client(box: Sandbox) -> Client:
    return Client(Account(box.account, box.password), url=box.url)


def _order(box: Sandbox) -> str:
    ends = {"from_location": _SENDER, "to_location": _RECIPIENT}
    return box.order(destination="door", im_number="SHOP-1042", body=ends)


def _intake(box: Sandbox) -> dict[str, Any]:
    """Tomorrow's visit for an order that is to be fetched at the sender's door."""
    return {
        "order_uuid": _order(box),
        "intake_date": _day(1),
        "intake_time_from": "10:00",
        "intake_time_to": "18:00",
        "lunch_time_from": "13:00",
        "lunch_time_to": "14:00",
        "comment": "Вход со двора",
        "need_call": True,
    }


def _ready_intake(box: Sandbox) -> str:
    with _client(box) as cdek:
        uuid = str(cdek.intakes.create(_intake(box)).uuid)
    box.pass_time(_BACKGROUND)
    return uuid


def _appointed_intake(box: Sandbox) -> str:
    uuid = _ready_intake(box)
    box.pass_time(_HOUR)
    box.control("POST", f"/intakes/{uuid}/status", {"code": "APPOINTED_COURIER"})
    return uuid


def _arrived(box: Sandbox) -> str:
    """An order that is soon to be brought to its recipient."""
    uuid = _order(box)
    box.move(uuid, "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", city="Новосибирск")
    return uuid


def _appointment(box: Sandbox) -> dict[str, Any]:
    return {
        "order_uuid": _arrived(box),
        "date": _day(2),
        "time_from": "14:00",
        "time_to": "18:00",
        "comment": "Позвонить за час",
    }


def _registered(box: Sandbox) -> str:
    with _client(box) as cdek:
        uuid = str(cdek.delivery.create(_appointment(box)).uuid)
    box.pass_time(_BACKGROUND)
    return uuid


def _estimate(_: Sandbox) -> dict[str, Any]:
    return {
        "date_time": f"{_day(1)}T10:00:00+0300",
        "tariff_code": 139,
        "from_location": _SENDER,
        "to_location": _RECIPIENT,
    }


SCENES = (
    Scene(
        "GetAvailableDeliveryIntervals",
        lambda box: {"uuid": _arrived(box)},
        "cdek.delivery.intervals({uuid})",
        note=Message(
            "СДЭК отвечает часами с секундами, `09:00:00`, а в договорённости ждёт их без секунд, `09:00`.",
            "CDEK answers times with seconds, `09:00:00`, but an appointment takes them without, `09:00`.",
        ),
        lines=40,
    ),
    Scene(
        "CreateCourierInvitation",
        lambda box: {"intake": _intake(box)},
        "cdek.intakes.create({intake})",
        note=Message(
            "Курьера вызывают не дальше чем на 31 день вперёд, на часы между 09:00 и 22:00; промежуток лучше брать от трёх "
            "часов, обед лежит внутри него. На сегодня после 15:00 по местному времени СДЭК предупредит кодом "
            "`v2_late_intake`. День и часы проверяются в фоне: ACCEPTED ещё не значит, что курьер приедет. Без `order_uuid` и "
            "`cdek_number` нужны `name`, `sender` и `from_location`, и СДЭК сам создаст заказ по тарифу 158.",
            "The day is at most 31 days ahead; the hours lie between 09:00 and 22:00, three or more are recommended, lunch "
            "within them. For today after 15:00 local time CDEK warns with `v2_late_intake`. Day and hours are checked in "
            "the background: ACCEPTED does not mean yet that a courier comes. Without `order_uuid` and `cdek_number` it "
            "takes `name`, `sender` and `from_location`, and CDEK makes an order itself, by tariff 158.",
        ),
    ),
    Scene(
        "GetCourierInvitation",
        lambda box: {"uuid": _appointed_intake(box)},
        "cdek.intakes.get({uuid})",
        lines=90,
    ),
    Scene(
        "DeleteCourierInvitation",
        lambda box: {"uuid": _ready_intake(box)},
        "cdek.intakes.delete({uuid})",
        note=Message(
            "Удалить можно заявку в любом статусе, кроме конечного: на неё СДЭК ответит `v2_entity_has_final_status`. Удаление "
            "тоже идёт в фоне; удалённая заявка читается в статусе REMOVED.",
            "An invitation can be deleted in any status but a final one, for which CDEK answers "
            "`v2_entity_has_final_status`. The deletion too is background work; what was deleted reads as REMOVED.",
        ),
    ),
    Scene(
        "RegisterDeliveryAppointment",
        lambda box: {"appt": _appointment(box)},
        "cdek.delivery.create({appt})",
        note=Message(
            "Для доставки до двери нужны `time_from` и `time_to`. На заказ до постамата договориться нельзя "
            "(`v2_impossible_register_date`). Слишком поздний день СДЭК отвергает уже в фоне: договорённость станет INVALID "
            "с кодом `delivery_date_too_late`.",
            "Delivery to the door needs `time_from` and `time_to`. An order to a parcel locker takes no appointment "
            "(`v2_impossible_register_date`). A day that is too late is turned down in the background: the appointment "
            "becomes INVALID with `delivery_date_too_late`.",
        ),
    ),
    Scene(
        "GetDeliveryAppointment",
        lambda box: {"uuid": _registered(box)},
        "cdek.delivery.get({uuid})",
        note=Message(
            "PROCESSING значит «зарегистрирована». CANCEL ставится, когда договорённость заменила новая или у заказа сменились "
            "режим доставки, офис, город или адрес.",
            "PROCESSING means registered. CANCEL comes when a later appointment has taken its place, or when the order's "
            "delivery mode, office, city or address has changed.",
        ),
    ),
    Scene(
        "GetCourierInvitationsDescription",
        lambda _: {"empty": False, "required": False},
        "templates.intake(empty={empty}, required={required})",
        offline=True,
    ),
    Scene(
        "GetAppointmentDescription",
        lambda _: {"empty": False, "required": False},
        "templates.agreement(empty={empty}, required={required})",
        offline=True,
    ),
    Scene(
        "UpdateCourierInvitation",
        lambda box: {"uuid": _ready_intake(box), "status": "PROCESSING_REQUIRED", "addstatus": "CALL_REQUIRED"},
        'cdek.intakes.update(\n        {uuid},\n        {{"code": {status}, "add_status": {addstatus}}},\n    )',
        note=Message(
            "Меняется только статус, и только на PROCESSING_REQUIRED, из PROCESSING_REQUIRED, READY_FOR_APPOINTMENT или "
            "APPOINTED_COURIER.",
            "It changes the status alone, and to PROCESSING_REQUIRED only, from PROCESSING_REQUIRED, READY_FOR_APPOINTMENT or "
            "APPOINTED_COURIER.",
        ),
    ),
    Scene(
        "GetCourierInvitationDays",
        lambda _: {"request": {"from_location": _SENDER, "date": _day(10)}},
        "cdek.intakes.available_days({request})",
    ),
    Scene(
        "GetEstimatedDeliveryIntervals",
        lambda box: {"request": _estimate(box)},
        "cdek.delivery.estimated_intervals({request})",
        note=Message(
            "Укажите что-то одно: `from_location` или `shipment_point`. Числа в `agreed_count` и `total_count` примера "
            "придумала песочница.",
            "Give one of `from_location` and `shipment_point`, not both. The example's `agreed_count` and "
            "`total_count` are the sandbox's own inventions.",
        ),
        lines=40,
    ),
)
