"""Delivery management: couriers that fetch, intervals, agreements."""

from __future__ import annotations

from oint.catalog.fields import ORDER_UUID, QUEUED, TOKEN, body, flag, uuid, which_host
from oint.catalog.model import Method, Parameter
from oint.i18n import Text

_INTAKES = "oint.cdek.operations.intakes"
_DELIVERY = "oint.cdek.operations.delivery"
_INTAKE_UUID = uuid(Text("заявки", "invitation"))
_EMPTY = flag(
    Text("Пустая", "Clear"),
    "empty",
    "e",
    Text("Истина: поля с пустыми значениями, Ложь: с описаниями", "True: empty values, False: descriptions"),
)
_REQUIRED = flag(
    Text("ТолькоОбязательные", "RequiredOnly"),
    "required",
    "r",
    Text("Истина: только обязательные поля", "True: the required fields only"),
)
_INTERVALS = Text("JSON СДЭК: date_intervals, дни и часы", "CDEK's JSON: date_intervals, days and hours")

METHODS = (
    Method(
        Text("ПолучитьДоступныеИнтервалыДоставки", "GetAvailableDeliveryIntervals"),
        "delivery",
        Text("Получает дни и часы, в которые заказ могут доставить", "Gets the days and hours for an order's delivery"),
        _INTERVALS,
        "GET",
        "/delivery/intervals",
        (TOKEN, ORDER_UUID, which_host()),
        _DELIVERY,
        lambda delivery, values: delivery.intervals(order_uuid=values["uuid"]),
        listed="date_intervals",
    ),
    Method(
        Text("СоздатьЗаявкуНаВызовКурьера", "CreateCourierInvitation"),
        "delivery",
        Text("Вызывает курьера за отправлениями", "Calls a courier to fetch parcels"),
        QUEUED,
        "POST",
        "/intakes",
        (
            TOKEN,
            body(
                Text("ОписаниеЗаявки", "IntakeDescription"),
                "intake",
                "i",
                Text(
                    "Поля заявки (вес в граммах, размеры в сантиметрах)",
                    "The invitation's fields (grams and centimetres)",
                ),
            ),
            which_host(),
        ),
        _INTAKES,
        lambda intakes, values: intakes.create(values["intake"]),
        "costs",
    ),
    Method(
        Text("ПолучитьЗаявкуНаВызовКурьера", "GetCourierInvitation"),
        "delivery",
        Text("Получает заявку на вызов курьера", "Gets a courier invitation"),
        Text("JSON СДЭК: заявка и запросы к ней", "CDEK's JSON: the invitation and the requests made on it"),
        "GET",
        "/intakes/{uuid}",
        (TOKEN, _INTAKE_UUID, which_host()),
        _INTAKES,
        lambda intakes, values: intakes.get(values["uuid"]),
    ),
    Method(
        Text("УдалитьЗаявкуНаВызовКурьера", "DeleteCourierInvitation"),
        "delivery",
        Text("Удаляет заявку на вызов курьера", "Deletes a courier invitation"),
        QUEUED,
        "DELETE",
        "/intakes/{uuid}",
        (TOKEN, _INTAKE_UUID, which_host()),
        _INTAKES,
        lambda intakes, values: intakes.delete(values["uuid"]),
        "final",
    ),
    Method(
        Text("ЗафиксироватьДоговоренностьОДоставке", "RegisterDeliveryAppointment"),
        "delivery",
        Text("Фиксирует, когда и куда доставить заказ", "Registers when and where an order is to be delivered"),
        QUEUED,
        "POST",
        "/delivery",
        (
            TOKEN,
            body(
                Text("Договоренность", "Appointment"),
                "appt",
                "a",
                Text("Поля договорённости", "The appointment's fields"),
            ),
            which_host(),
        ),
        _DELIVERY,
        lambda delivery, values: delivery.create(values["appt"]),
        "changes",
    ),
    Method(
        Text("ПолучитьДоговоренностьОДоставке", "GetDeliveryAppointment"),
        "delivery",
        Text("Получает договорённость о доставке", "Gets a delivery appointment"),
        Text("JSON СДЭК: договорённость и запросы к ней", "CDEK's JSON: the appointment and the requests made on it"),
        "GET",
        "/delivery/{uuid}",
        (TOKEN, uuid(Text("договорённости", "appointment")), which_host()),
        _DELIVERY,
        lambda delivery, values: delivery.get(values["uuid"]),
    ),
    Method(
        Text("ПолучитьОписаниеЗаявкиКурьера", "GetCourierInvitationsDescription"),
        "delivery",
        Text(
            "Даёт шаблон заявки на вызов курьера: каждое поле с описанием",
            "Gives a template of a courier invitation: every field described",
        ),
        Text("JSON: поля заявки", "JSON: the invitation's fields"),
        "",
        "",
        (_EMPTY, _REQUIRED),
        "oint.templates",
        lambda templates, values: templates.intake(empty=values["empty"], required=values["required"]),
    ),
    Method(
        Text("ПолучитьОписаниеДоговоренности", "GetAppointmentDescription"),
        "delivery",
        Text(
            "Даёт шаблон договорённости о доставке: каждое поле с описанием",
            "Gives a template of a delivery appointment: every field described",
        ),
        Text("JSON: поля договорённости", "JSON: the appointment's fields"),
        "",
        "",
        (_EMPTY, _REQUIRED),
        "oint.templates",
        lambda templates, values: templates.agreement(empty=values["empty"], required=values["required"]),
    ),
    Method(
        Text("ИзменитьЗаявкуНаВызовКурьера", "UpdateCourierInvitation"),
        "delivery",
        Text("Переводит заявку в другой статус", "Moves a courier invitation to another status"),
        QUEUED,
        "PATCH",
        "/intakes",
        (
            TOKEN,
            _INTAKE_UUID,
            Parameter(
                Text("Статус", "Status"),
                "status",
                "c",
                "string",
                Text("Код статуса: PROCESSING_REQUIRED", "The status's code: PROCESSING_REQUIRED"),
                example="PROCESSING_REQUIRED",
            ),
            Parameter(
                Text("ДополнительныйСтатус", "AddStatus"),
                "addstatus",
                "a",
                "string",
                Text("Что нужно: CALL_REQUIRED или DOC_REQUIRED", "What is needed: CALL_REQUIRED or DOC_REQUIRED"),
                example="CALL_REQUIRED",
            ),
            which_host(),
        ),
        _INTAKES,
        lambda intakes, values: intakes.update(
            values["uuid"], {"code": values["status"], "add_status": values["addstatus"]}
        ),
        "changes",
    ),
    Method(
        Text("ПолучитьДниВызоваКурьера", "GetCourierInvitationDays"),
        "delivery",
        Text("Получает дни, в которые курьер может приехать", "Gets the days on which a courier can come"),
        Text("JSON СДЭК: date, доступные дни", "CDEK's JSON: date, the days to choose from"),
        "POST",
        "/intakes/availableDays",
        (
            TOKEN,
            body(
                Text("Запрос", "Request"),
                "request",
                "r",
                Text("Место from_location и последний день date", "The place from_location, and the last day, date"),
            ),
            which_host(),
        ),
        _INTAKES,
        lambda intakes, values: intakes.available_days(values["request"]),
        listed="date",
    ),
    Method(
        Text("ПолучитьОжидаемыеИнтервалыДоставки", "GetEstimatedDeliveryIntervals"),
        "delivery",
        Text(
            "Получает дни и часы доставки до создания заказа",
            "Gets the days and hours of delivery before an order is made",
        ),
        _INTERVALS,
        "POST",
        "/delivery/estimatedIntervals",
        (
            TOKEN,
            body(
                Text("Запрос", "Request"),
                "request",
                "r",
                Text("Дата, тариф, откуда и куда", "The date, the tariff, and the two ends"),
            ),
            which_host(),
        ),
        _DELIVERY,
        lambda delivery, values: delivery.estimated_intervals(values["request"]),
        listed="date_intervals",
    ),
)
