"""Methods for delivery: courier pickups, intervals, appointments."""

from __future__ import annotations

from oint.catalog.fields import (
    ORDER_UUID,
    QUEUED,
    TOKEN,
    body_parameter,
    flag_parameter,
    host_parameter,
    uuid_parameter,
)
from oint.catalog.model import Method, Parameter
from oint.i18n import Message

_INTAKES = "oint.cdek.api.intakes"
_DELIVERY = "oint.cdek.api.delivery"
_INTAKE_UUID = uuid_parameter(Message("заявки", "invitation"))
_EMPTY = flag_parameter(
    Message("Пустая", "Clear"),
    "empty",
    "e",
    Message("Истина: поля с пустыми значениями, Ложь: с описаниями", "True: empty values, False: descriptions"),
)
_REQUIRED = flag_parameter(
    Message("ТолькоОбязательные", "RequiredOnly"),
    "required",
    "r",
    Message("Истина: только обязательные поля", "True: the required fields only"),
)
_INTERVALS = Message("JSON СДЭК: date_intervals, дни и часы", "CDEK's JSON: date_intervals, days and hours")

METHODS = (
    Method(
        Message("ПолучитьДоступныеИнтервалыДоставки", "GetAvailableDeliveryIntervals"),
        "delivery",
        Message(
            "Получает дни и часы, в которые заказ могут доставить",
            "Gets the days and hours when an order can be delivered",
        ),
        _INTERVALS,
        "GET",
        "/delivery/intervals",
        (TOKEN, ORDER_UUID, host_parameter()),
        _DELIVERY,
        lambda delivery, values: delivery.intervals(order_uuid=values["uuid"]),
        list_field="date_intervals",
    ),
    Method(
        Message("СоздатьЗаявкуНаВызовКурьера", "CreateCourierInvitation"),
        "delivery",
        Message("Вызывает курьера за отправлениями", "Calls a courier to pick up parcels"),
        QUEUED,
        "POST",
        "/intakes",
        (
            TOKEN,
            body_parameter(
                Message("ОписаниеЗаявки", "IntakeDescription"),
                "intake",
                "i",
                Message(
                    "Поля заявки (вес в граммах, размеры в сантиметрах)",
                    "The invitation's fields (grams and centimetres)",
                ),
            ),
            host_parameter(),
        ),
        _INTAKES,
        lambda intakes, values: intakes.create(values["intake"]),
        "billable",
    ),
    Method(
        Message("ПолучитьЗаявкуНаВызовКурьера", "GetCourierInvitation"),
        "delivery",
        Message("Получает заявку на вызов курьера", "Gets a courier invitation"),
        Message("JSON СДЭК: заявка и запросы к ней", "CDEK's JSON: the invitation and the history of its requests"),
        "GET",
        "/intakes/{uuid}",
        (TOKEN, _INTAKE_UUID, host_parameter()),
        _INTAKES,
        lambda intakes, values: intakes.get(values["uuid"]),
    ),
    Method(
        Message("УдалитьЗаявкуНаВызовКурьера", "DeleteCourierInvitation"),
        "delivery",
        Message("Удаляет заявку на вызов курьера", "Deletes a courier invitation"),
        QUEUED,
        "DELETE",
        "/intakes/{uuid}",
        (TOKEN, _INTAKE_UUID, host_parameter()),
        _INTAKES,
        lambda intakes, values: intakes.delete(values["uuid"]),
        "irreversible",
    ),
    Method(
        Message("ЗафиксироватьДоговоренностьОДоставке", "RegisterDeliveryAppointment"),
        "delivery",
        Message("Фиксирует, когда и куда доставить заказ", "Registers when and where to deliver an order"),
        QUEUED,
        "POST",
        "/delivery",
        (
            TOKEN,
            body_parameter(
                Message("Договоренность", "Appointment"),
                "appt",
                "a",
                Message("Поля договорённости", "The appointment's fields"),
            ),
            host_parameter(),
        ),
        _DELIVERY,
        lambda delivery, values: delivery.create(values["appt"]),
        "write",
    ),
    Method(
        Message("ПолучитьДоговоренностьОДоставке", "GetDeliveryAppointment"),
        "delivery",
        Message("Получает договорённость о доставке", "Gets a delivery appointment"),
        Message(
            "JSON СДЭК: договорённость и запросы к ней", "CDEK's JSON: the appointment and the history of its requests"
        ),
        "GET",
        "/delivery/{uuid}",
        (TOKEN, uuid_parameter(Message("договорённости", "appointment")), host_parameter()),
        _DELIVERY,
        lambda delivery, values: delivery.get(values["uuid"]),
    ),
    Method(
        Message("ПолучитьОписаниеЗаявкиКурьера", "GetCourierInvitationsDescription"),
        "delivery",
        Message(
            "Даёт шаблон заявки на вызов курьера: каждое поле с описанием",
            "Gives a template of a courier invitation: every field described",
        ),
        Message("JSON: поля заявки", "JSON: the invitation's fields"),
        "",
        "",
        (_EMPTY, _REQUIRED),
        "oint.templates",
        lambda templates, values: templates.intake(empty=values["empty"], required=values["required"]),
    ),
    Method(
        Message("ПолучитьОписаниеДоговоренности", "GetAppointmentDescription"),
        "delivery",
        Message(
            "Даёт шаблон договорённости о доставке: каждое поле с описанием",
            "Gives a template of a delivery appointment: every field described",
        ),
        Message("JSON: поля договорённости", "JSON: the appointment's fields"),
        "",
        "",
        (_EMPTY, _REQUIRED),
        "oint.templates",
        lambda templates, values: templates.agreement(empty=values["empty"], required=values["required"]),
    ),
    Method(
        Message("ИзменитьЗаявкуНаВызовКурьера", "UpdateCourierInvitation"),
        "delivery",
        Message("Переводит заявку в другой статус", "Moves a courier invitation to another status"),
        QUEUED,
        "PATCH",
        "/intakes",
        (
            TOKEN,
            _INTAKE_UUID,
            Parameter(
                Message("Статус", "Status"),
                "status",
                "c",
                "string",
                Message("Код статуса: PROCESSING_REQUIRED", "Code of the status: PROCESSING_REQUIRED"),
                example="PROCESSING_REQUIRED",
            ),
            Parameter(
                Message("ДополнительныйСтатус", "AddStatus"),
                "addstatus",
                "a",
                "string",
                Message("Что нужно: CALL_REQUIRED или DOC_REQUIRED", "What is needed: CALL_REQUIRED or DOC_REQUIRED"),
                example="CALL_REQUIRED",
            ),
            host_parameter(),
        ),
        _INTAKES,
        lambda intakes, values: intakes.update(
            values["uuid"], {"code": values["status"], "add_status": values["addstatus"]}
        ),
        "write",
    ),
    Method(
        Message("ПолучитьДниВызоваКурьера", "GetCourierInvitationDays"),
        "delivery",
        Message("Получает дни, в которые курьер может приехать", "Gets the days when a courier can come"),
        Message("JSON СДЭК: date, доступные дни", "CDEK's JSON: date, the available days"),
        "POST",
        "/intakes/availableDays",
        (
            TOKEN,
            body_parameter(
                Message("Запрос", "Request"),
                "request",
                "r",
                Message(
                    "Адрес from_location и последний день date", "The address, from_location, and the last day, date"
                ),
            ),
            host_parameter(),
        ),
        _INTAKES,
        lambda intakes, values: intakes.available_days(values["request"]),
        list_field="date",
    ),
    Method(
        Message("ПолучитьОжидаемыеИнтервалыДоставки", "GetEstimatedDeliveryIntervals"),
        "delivery",
        Message(
            "Получает дни и часы доставки до создания заказа",
            "Gets the days and hours of delivery before an order is created",
        ),
        _INTERVALS,
        "POST",
        "/delivery/estimatedIntervals",
        (
            TOKEN,
            body_parameter(
                Message("Запрос", "Request"),
                "request",
                "r",
                Message("Дата, тариф, откуда и куда", "Date, tariff, origin and destination"),
            ),
            host_parameter(),
        ),
        _DELIVERY,
        lambda delivery, values: delivery.estimated_intervals(values["request"]),
        list_field="date_intervals",
    ),
)
