"""Examples of courier calls and of delivery appointments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from docs._ext.environment import NOW
from docs._ext.method_reference.examples import MethodExample
from docs._ext.method_reference.examples.orders import open_client
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

_BACKGROUND_SECONDS = 2
"""All background work has ended by then."""
_HOUR_SECONDS = 3600
_SENDER = {"code": 44, "address": "ул. Блюхера, 32"}
_RECIPIENT = {"code": 270, "address": "Красный проспект, 17"}


def _add_days(days: int) -> str:
    return (datetime.fromisoformat(NOW) + timedelta(days=days)).date().isoformat()


def _create_order(box: Sandbox) -> str:
    ends = {"from_location": _SENDER, "to_location": _RECIPIENT}
    return box.order(destination="door", im_number="SHOP-1042", body=ends)


def _build_intake(box: Sandbox) -> dict[str, Any]:
    """Create an order from door to door. Return a call of the courier for tomorrow."""
    return {
        "order_uuid": _create_order(box),
        "intake_date": _add_days(1),
        "intake_time_from": "10:00",
        "intake_time_to": "18:00",
        "lunch_time_from": "13:00",
        "lunch_time_to": "14:00",
        "comment": "Вход со двора",
        "need_call": True,
    }


def _create_intake(box: Sandbox) -> str:
    with open_client(box) as cdek:
        uuid = str(cdek.intakes.create(_build_intake(box)).uuid)
    box.pass_time(_BACKGROUND_SECONDS)
    return uuid


def _appoint_courier(box: Sandbox) -> str:
    uuid = _create_intake(box)
    box.pass_time(_HOUR_SECONDS)
    box.control("POST", f"/intakes/{uuid}/status", {"code": "APPOINTED_COURIER"})
    return uuid


def _move_to_city(box: Sandbox) -> str:
    """Create an order and move it to the city of its recipient."""
    uuid = _create_order(box)
    box.move(uuid, "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", city="Новосибирск")
    return uuid


def _build_appointment(box: Sandbox) -> dict[str, Any]:
    return {
        "order_uuid": _move_to_city(box),
        "date": _add_days(2),
        "time_from": "14:00",
        "time_to": "18:00",
        "comment": "Позвонить за час",
    }


def _register_appointment(box: Sandbox) -> str:
    with open_client(box) as cdek:
        uuid = str(cdek.delivery.create(_build_appointment(box)).uuid)
    box.pass_time(_BACKGROUND_SECONDS)
    return uuid


def _build_estimate(_: Sandbox) -> dict[str, Any]:
    return {
        "date_time": f"{_add_days(1)}T10:00:00+0300",
        "tariff_code": 139,
        "from_location": _SENDER,
        "to_location": _RECIPIENT,
    }


EXAMPLES = (
    MethodExample(
        "GetAvailableDeliveryIntervals",
        lambda box: {"uuid": _move_to_city(box)},
        "cdek.delivery.intervals({uuid})",
        note=Message(
            "СДЭК отвечает часами с секундами, `09:00:00`, а в договорённости ждёт их без секунд, `09:00`.",
            "CDEK returns times with seconds, `09:00:00`, but an appointment takes them without, `09:00`.",
        ),
        lines=40,
    ),
    MethodExample(
        "CreateCourierInvitation",
        lambda box: {"intake": _build_intake(box)},
        "cdek.intakes.create({intake})",
        note=Message(
            "Курьера вызывают не дальше чем на 31 день вперёд, на часы между 09:00 и 22:00; промежуток лучше брать от трёх "
            "часов, обед лежит внутри него. На сегодня после 15:00 по местному времени СДЭК предупредит кодом "
            "`v2_late_intake`. День и часы проверяются в фоне: ACCEPTED ещё не значит, что курьер приедет. Без `order_uuid` и "
            "`cdek_number` нужны `name`, `sender` и `from_location`, и СДЭК сам создаст заказ по тарифу 158.",
            "The day is at most 31 days ahead; the hours lie between 09:00 and 22:00, three or more are recommended, lunch "
            "within them. For today after 15:00 local time CDEK warns with `v2_late_intake`. Day and hours are checked in "
            "the background: ACCEPTED does not mean yet that a courier comes. Without `order_uuid` and `cdek_number` it "
            "takes `name`, `sender` and `from_location`, and CDEK creates an order with tariff 158.",
        ),
    ),
    MethodExample(
        "GetCourierInvitation",
        lambda box: {"uuid": _appoint_courier(box)},
        "cdek.intakes.get({uuid})",
        lines=90,
    ),
    MethodExample(
        "DeleteCourierInvitation",
        lambda box: {"uuid": _create_intake(box)},
        "cdek.intakes.delete({uuid})",
        note=Message(
            "Удалить можно заявку в любом статусе, кроме конечного: на неё СДЭК ответит `v2_entity_has_final_status`. Удаление "
            "тоже идёт в фоне; удалённая заявка читается в статусе REMOVED.",
            "An invitation can be deleted in any status but a final one, for which CDEK returns "
            "`v2_entity_has_final_status`. The deletion is also done in the background. A deleted invitation has the status REMOVED.",
        ),
    ),
    MethodExample(
        "RegisterDeliveryAppointment",
        lambda box: {"appt": _build_appointment(box)},
        "cdek.delivery.create({appt})",
        note=Message(
            "Для доставки до двери нужны `time_from` и `time_to`. На заказ до постамата договориться нельзя "
            "(`v2_impossible_register_date`). Слишком поздний день СДЭК отвергает уже в фоне: договорённость станет INVALID "
            "с кодом `delivery_date_too_late`.",
            "Delivery to the door needs `time_from` and `time_to`. An order to a parcel locker takes no appointment "
            "(`v2_impossible_register_date`). A day that is too late is rejected in the background: the appointment "
            "becomes INVALID with `delivery_date_too_late`.",
        ),
    ),
    MethodExample(
        "GetDeliveryAppointment",
        lambda box: {"uuid": _register_appointment(box)},
        "cdek.delivery.get({uuid})",
        note=Message(
            "PROCESSING значит «зарегистрирована». CANCEL ставится, когда договорённость заменила новая или у заказа сменились "
            "режим доставки, офис, город или адрес.",
            "PROCESSING means registered. The status becomes CANCEL when a later appointment replaces this one, or when the order's "
            "delivery mode, office, city or address changes.",
        ),
    ),
    MethodExample(
        "GetCourierInvitationsDescription",
        lambda _: {"empty": False, "required": False},
        "templates.intake(empty={empty}, required={required})",
        offline=True,
    ),
    MethodExample(
        "GetAppointmentDescription",
        lambda _: {"empty": False, "required": False},
        "templates.agreement(empty={empty}, required={required})",
        offline=True,
    ),
    MethodExample(
        "UpdateCourierInvitation",
        lambda box: {"uuid": _create_intake(box), "status": "PROCESSING_REQUIRED", "addstatus": "CALL_REQUIRED"},
        'cdek.intakes.update(\n        {uuid},\n        {{"code": {status}, "add_status": {addstatus}}},\n    )',
        note=Message(
            "Меняется только статус, и только на PROCESSING_REQUIRED, из PROCESSING_REQUIRED, READY_FOR_APPOINTMENT или "
            "APPOINTED_COURIER.",
            "It changes the status alone, and to PROCESSING_REQUIRED only, from PROCESSING_REQUIRED, READY_FOR_APPOINTMENT or "
            "APPOINTED_COURIER.",
        ),
    ),
    MethodExample(
        "GetCourierInvitationDays",
        lambda _: {"request": {"from_location": _SENDER, "date": _add_days(10)}},
        "cdek.intakes.available_days({request})",
    ),
    MethodExample(
        "GetEstimatedDeliveryIntervals",
        lambda box: {"request": _build_estimate(box)},
        "cdek.delivery.estimated_intervals({request})",
        note=Message(
            "Укажите что-то одно: `from_location` или `shipment_point`. Числа в `agreed_count` и `total_count` примера "
            "придумала песочница.",
            "Give one of `from_location` and `shipment_point`, not both. The sandbox invents `agreed_count` and "
            "`total_count` of the example.",
        ),
        lines=40,
    ),
)
