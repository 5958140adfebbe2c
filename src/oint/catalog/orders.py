"""Methods for orders: from creation to refusal."""

from __future__ import annotations

from oint.catalog.fields import ORDER_UUID, QUEUED, TOKEN, body_parameter, flag_parameter, host_parameter
from oint.catalog.model import Method, Parameter
from oint.i18n import Message

_ORDERS = "oint.cdek.api.orders"
_CARD = Message(
    "JSON СДЭК: карточка заказа, история запросов к нему и связанные сущности",
    "CDEK's JSON: the order card, the history of its requests, and related entities",
)
_UNITS = Message("Поля заказа (вес в граммах, размеры в сантиметрах)", "The order's fields (grams and centimetres)")
_ORDER = body_parameter(Message("ОписаниеЗаказа", "OrderDescription"), "order", "o", _UNITS)

METHODS = (
    Method(
        Message("СоздатьЗаказ", "CreateOrder"),
        "orders",
        Message("Регистрирует заказ на доставку", "Registers an order for delivery"),
        QUEUED,
        "POST",
        "/orders",
        (
            TOKEN,
            _ORDER,
            flag_parameter(
                Message("ИнтернетМагазин", "OnlineStore"),
                "ostore",
                "s",
                Message(
                    "Истина: заказ интернет-магазина (тип 1), Ложь: доставка (тип 2)",
                    "True: an online shop's order (type 1), False: a delivery (type 2)",
                ),
            ),
            host_parameter("p"),
        ),
        _ORDERS,
        lambda orders, values: orders.create(
            values["order"], orders.ONLINE_SHOP if values["ostore"] else orders.DELIVERY
        ),
        "billable",
    ),
    Method(
        Message("ИзменитьЗаказ", "UpdateOrder"),
        "orders",
        Message("Меняет заказ, который ещё не отправлен", "Changes an order that has not been shipped yet"),
        QUEUED,
        "PATCH",
        "/orders",
        (TOKEN, ORDER_UUID, _ORDER, host_parameter()),
        _ORDERS,
        lambda orders, values: orders.update({**values["order"], "uuid": values["uuid"]}),
        "write",
    ),
    Method(
        Message("УдалитьЗаказ", "DeleteOrder"),
        "orders",
        Message("Удаляет заказ, который ещё не принят на склад", "Deletes an order that no warehouse has received yet"),
        QUEUED,
        "DELETE",
        "/orders/{uuid}",
        (TOKEN, ORDER_UUID, host_parameter()),
        _ORDERS,
        lambda orders, values: orders.delete(values["uuid"]),
        "irreversible",
    ),
    Method(
        Message("ПолучитьЗаказ", "GetOrder"),
        "orders",
        Message("Получает заказ по его UUID", "Gets an order by its UUID"),
        _CARD,
        "GET",
        "/orders/{uuid}",
        (TOKEN, ORDER_UUID, host_parameter()),
        _ORDERS,
        lambda orders, values: orders.get(values["uuid"]),
    ),
    Method(
        Message("ПолучитьЗаказПоНомеру", "GetOrderByNumber"),
        "orders",
        Message(
            "Получает заказ по номеру СДЭК или по номеру в магазине", "Gets an order by its CDEK number or shop number"
        ),
        _CARD,
        "GET",
        "/orders",
        (
            TOKEN,
            Parameter(
                Message("НомерЗаказа", "OrderNumber"),
                "number",
                "n",
                "string",
                Message("Номер заказа", "The order's number"),
                example="1106094897",
            ),
            flag_parameter(
                Message("Внутренний", "Internal"),
                "internal",
                "i",
                Message(
                    "Истина: это номер в магазине, Ложь: номер СДЭК", "True: it is the shop's number, False: CDEK's"
                ),
            ),
            host_parameter(),
        ),
        _ORDERS,
        lambda orders, values: orders.find(
            **{"im_number" if values["internal"] else "cdek_number": values["number"]},
        ),
    ),
    Method(
        Message("ОформитьКлиентскийВозврат", "CreateCustomerRefund"),
        "orders",
        Message(
            "Оформляет клиентский возврат вручённого заказа интернет-магазина",
            "Registers a client return of a delivered online shop order",
        ),
        QUEUED,
        "POST",
        "/orders/{uuid}/clientReturn",
        (
            TOKEN,
            ORDER_UUID,
            Parameter(
                Message("Тариф", "Tariff"),
                "tariff",
                "r",
                "number",
                Message("Код тарифа обратной доставки по договору", "Tariff code of the return, as in the contract"),
                example="139",
            ),
            host_parameter(),
        ),
        _ORDERS,
        lambda orders, values: orders.client_return(values["uuid"], values["tariff"]),
        "billable",
    ),
    Method(
        Message("СоздатьОтказ", "CreateRefusal"),
        "orders",
        Message(
            "Регистрирует отказ от заказа: посылка едет обратно в магазин",
            "Registers a refusal of an order: the parcel goes back to the shop",
        ),
        QUEUED,
        "POST",
        "/orders/{uuid}/refusal",
        (TOKEN, ORDER_UUID, host_parameter()),
        _ORDERS,
        lambda orders, values: orders.refuse(values["uuid"]),
        "irreversible",
    ),
    Method(
        Message("ПолучитьСтатусПаспортныхДанных", "GetPassportDataStatus"),
        "orders",
        Message(
            "Проверяет, достаточно ли по заказу паспортных данных", "Checks whether an order has enough passport data"
        ),
        Message("JSON СДЭК: orders, отправитель и получатель", "CDEK's JSON: orders, sender and recipient"),
        "GET",
        "/passport",
        (TOKEN, ORDER_UUID, host_parameter()),
        "oint.cdek.api.passport",
        lambda passport, values: passport.get(order_uuid=values["uuid"]),
        list_field="orders",
    ),
    Method(
        Message("ПолучитьЧекЗаказа", "GetCashboxCheck"),
        "orders",
        Message("Получает чеки заказа", "Gets the receipts of an order"),
        Message("JSON СДЭК: check_info, чеки заказа", "CDEK's JSON: check_info, the order's receipts"),
        "GET",
        "/check",
        (TOKEN, ORDER_UUID, host_parameter()),
        "oint.cdek.api.receipts",
        lambda checks, values: checks.get(order_uuid=values["uuid"]),
        list_field="check_info",
    ),
    Method(
        Message("ПолучитьОписаниеЗаказа", "GetOrderDescription"),
        "orders",
        Message("Даёт шаблон заказа: каждое поле с описанием", "Gives a template of an order: every field described"),
        Message("JSON: поля заказа", "JSON: the order's fields"),
        "",
        "",
        (
            flag_parameter(
                Message("Пустая", "Clear"),
                "empty",
                "e",
                Message(
                    "Истина: поля с пустыми значениями, Ложь: с описаниями", "True: empty values, False: descriptions"
                ),
            ),
            flag_parameter(
                Message("ТолькоОбязательные", "RequiredOnly"),
                "required",
                "r",
                Message("Истина: только обязательные поля", "True: the required fields only"),
            ),
            flag_parameter(
                Message("ИнтернетМагазин", "OnlineStore"),
                "ostore",
                "o",
                Message("Истина: также поля интернет-магазина", "True: also the fields of online shops"),
            ),
        ),
        "oint.templates",
        lambda templates, values: templates.order(
            empty=values["empty"], required=values["required"], ostore=values["ostore"]
        ),
    ),
    Method(
        Message("ПолучитьЗаявкиКурьераПоЗаказу", "GetOrderCourierInvitations"),
        "orders",
        Message("Получает все заявки на вызов курьера по заказу", "Gets all courier invitations of an order"),
        Message("JSON СДЭК: массив заявок", "CDEK's JSON: an array of invitations"),
        "GET",
        "/orders/{uuid}/intakes",
        (TOKEN, ORDER_UUID, host_parameter()),
        _ORDERS,
        lambda orders, values: orders.intakes(values["uuid"]),
        list_field="",
    ),
    Method(
        Message("ПроверитьДоступностьРеверса", "CheckReverseAvailability"),
        "orders",
        Message(
            "Проверяет, можно ли заказать реверс вместе с заказом: пустой ответ значит «да»",
            "Checks whether a reverse can be ordered with an order: an empty response means yes",
        ),
        Message(
            "ничего, если реверс доступен; иначе причина, по которой СДЭК отклонил запрос",
            "nothing if it can; otherwise the reason why CDEK rejected the request",
        ),
        "POST",
        "/reverse/availability",
        (
            TOKEN,
            body_parameter(Message("ОписаниеЗаказа", "OrderDescription"), "order", "o", _UNITS),
            host_parameter(),
        ),
        "oint.cdek.api.reverse",
        lambda reverse, values: reverse.availability(values["order"]),
    ),
)
