"""Every method of OInt, in both languages: names, parameters, options, the HTTP call behind. Data, no I/O.

The command line, its help, the functions under their 1C names and the documents are all made from here.
Importing it loads nothing of the client: an operation's module is loaded where a request is built.
"""

from __future__ import annotations

from oint.language import Text
from oint.method import Library, Method, Parameter

_UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"

_TOKEN = Parameter(
    Text("Токен", "Token"),
    "token",
    "t",
    "string",
    Text("Токен доступа; если не задан, берётся из учётных данных", "Access token; the credentials give it if absent"),
    role="token",
)
_ORDER_UUID = Parameter(
    Text("UUID", "UUID"),
    "uuid",
    "u",
    "string",
    Text("UUID заказа в системе СДЭК", "The order's UUID in CDEK's system"),
    example=_UUID,
)


def _test_host(short: str) -> Parameter:
    """Every method chooses its host by this; its letter differs."""
    return Parameter(
        Text("ТестовыйAPI", "TestAPI"),
        "testapi",
        short,
        "boolean",
        Text("Истина: тестовый контур СДЭК, Ложь: боевой", "True: CDEK's test host, False: the production one"),
        required=False,
        role="test",
        example="true",
    )


_QUEUED = Text(
    "JSON СДЭК: uuid заказа и запрос в состоянии ACCEPTED, то есть в очереди; исход виден в заказе",
    "CDEK's JSON: the order's uuid and a request ACCEPTED, that is queued; the order shows what came of it",
)
_ORDER_CARD = Text(
    "JSON СДЭК: карточка заказа, история запросов к нему и связанные сущности",
    "CDEK's JSON: the order card, the requests made on it, and what it is linked with",
)
_ORDERS = "oint.cdek.operations.orders"

_METHODS = (
    Method(
        Text("ПолучитьТокен", "GetToken"),
        "common",
        Text("Получает токен по идентификатору и паролю аккаунта", "Gets a token for an account and its password"),
        Text(
            "JSON СДЭК: access_token и срок его жизни в секундах", "CDEK's JSON: access_token and its life in seconds"
        ),
        "POST",
        "/oauth/token",
        (
            Parameter(
                Text("Аккаунт", "Account"),
                "account",
                "a",
                "string",
                Text("Идентификатор клиента (Account)", "The client's identifier (Account)"),
                role="account",
            ),
            Parameter(
                Text("Пароль", "Password"),
                "pass",
                "p",
                "string",
                Text("Пароль клиента (Secure password)", "The client's secret (Secure password)"),
                role="password",
            ),
            _test_host("t"),
        ),
        "oint.cdek.operations.oauth",
        lambda oauth, values: oauth.token(values["account"], values["pass"]),
    ),
    Method(
        Text("СоздатьЗаказ", "CreateOrder"),
        "orders",
        Text("Регистрирует заказ на доставку", "Registers an order for delivery"),
        _QUEUED,
        "POST",
        "/orders",
        (
            _TOKEN,
            Parameter(
                Text("ОписаниеЗаказа", "OrderDescription"),
                "order",
                "o",
                "object",
                Text(
                    "Поля заказа: JSON, путь к файлу JSON или его адрес http(s); вес в граммах, размеры в сантиметрах",
                    "The order's fields: JSON, a path to a JSON file or its http(s) address; grams and centimetres",
                ),
                example="order.json",
            ),
            Parameter(
                Text("ИнтернетМагазин", "OnlineStore"),
                "ostore",
                "s",
                "boolean",
                Text(
                    "Истина: заказ интернет-магазина (тип 1), Ложь: доставка (тип 2)",
                    "True: an online shop's order (type 1), False: a delivery (type 2)",
                ),
                required=False,
            ),
            _test_host("p"),
        ),
        _ORDERS,
        lambda orders, values: orders.create(
            values["order"], orders.ONLINE_SHOP if values["ostore"] else orders.DELIVERY
        ),
    ),
    Method(
        Text("УдалитьЗаказ", "DeleteOrder"),
        "orders",
        Text("Удаляет заказ, которого ещё не касался склад", "Deletes an order that no warehouse has touched yet"),
        _QUEUED,
        "DELETE",
        "/orders/{uuid}",
        (_TOKEN, _ORDER_UUID, _test_host("s")),
        _ORDERS,
        lambda orders, values: orders.delete(values["uuid"]),
    ),
    Method(
        Text("ПолучитьЗаказ", "GetOrder"),
        "orders",
        Text("Получает заказ по его UUID", "Gets an order by its UUID"),
        _ORDER_CARD,
        "GET",
        "/orders/{uuid}",
        (_TOKEN, _ORDER_UUID, _test_host("s")),
        _ORDERS,
        lambda orders, values: orders.get(values["uuid"]),
    ),
    Method(
        Text("ПолучитьЗаказПоНомеру", "GetOrderByNumber"),
        "orders",
        Text(
            "Получает заказ по номеру СДЭК или по номеру магазина", "Gets an order by CDEK's number or the shop's own"
        ),
        _ORDER_CARD,
        "GET",
        "/orders",
        (
            _TOKEN,
            Parameter(
                Text("НомерЗаказа", "OrderNumber"),
                "number",
                "n",
                "string",
                Text("Номер заказа", "The order's number"),
                example="1106094897",
            ),
            Parameter(
                Text("Внутренний", "Internal"),
                "internal",
                "i",
                "boolean",
                Text("Истина: это номер магазина, Ложь: номер СДЭК", "True: it is the shop's number, False: CDEK's"),
                required=False,
            ),
            _test_host("s"),
        ),
        _ORDERS,
        lambda orders, values: orders.find(
            **{
                "im_number" if values["internal"] else "cdek_number": values["number"],
            }
        ),
    ),
    Method(
        Text("ОформитьКлиентскийВозврат", "CreateCustomerRefund"),
        "orders",
        Text(
            "Оформляет клиентский возврат вручённого заказа интернет-магазина",
            "Orders the way back of an online shop's order that was delivered",
        ),
        _QUEUED,
        "POST",
        "/orders/{uuid}/clientReturn",
        (
            _TOKEN,
            _ORDER_UUID,
            Parameter(
                Text("Тариф", "Tariff"),
                "tariff",
                "r",
                "number",
                Text("Код тарифа обратной доставки по договору", "Tariff code of the way back, as in the contract"),
                example="139",
            ),
            _test_host("s"),
        ),
        _ORDERS,
        lambda orders, values: orders.client_return(values["uuid"], values["tariff"]),
    ),
    Method(
        Text("СоздатьОтказ", "CreateRefusal"),
        "orders",
        Text(
            "Регистрирует отказ от заказа: посылка едет обратно в магазин",
            "Registers a refusal of an order: the parcel goes back to the shop",
        ),
        _QUEUED,
        "POST",
        "/orders/{uuid}/refusal",
        (_TOKEN, _ORDER_UUID, _test_host("s")),
        _ORDERS,
        lambda orders, values: orders.refuse(values["uuid"]),
    ),
)

CDEK = Library(
    "cdek",
    "OPI_CDEK",
    Text("СДЭК: заказы, отказы, возвраты", "CDEK: orders, refusals, returns"),
    {
        "common": Text("Общие методы", "Common methods"),
        "orders": Text("Работа с заказами", "Order management"),
    },
    _METHODS,
)

LIBRARIES = {CDEK.name: CDEK}
