"""Catalog of all methods, in both languages: names, parameters, options, HTTP calls. Data, no I/O.

The command line, its help, the functions under 1C names, the MCP tools and the documentation are made from it.
Importing it loads no method. Loading a method imports nothing of the client: the module of an operation is imported
when a request is built.
"""

from __future__ import annotations

from oint.catalog.model import Library
from oint.i18n import Message

CDEK = Library(
    "cdek",
    "OPI_CDEK",
    Message(
        "СДЭК: заказы, отказы, возвраты, печать, курьеры, тарифы",
        "CDEK: orders, refusals, returns, print forms, couriers, tariffs",
    ),
    {
        "common": Message("Общие методы", "Common methods"),
        "orders": Message("Работа с заказами", "Order management"),
        "delivery": Message("Управление доставкой", "Delivery management"),
        "calculator": Message("Расчёт стоимости", "Prices"),
        "locations": Message("Населённые пункты", "Places"),
        "webhooks": Message("Подписки на события", "Webhook subscriptions"),
    },
    (
        "oint.catalog.common",
        "oint.catalog.orders",
        "oint.catalog.print_forms",
        "oint.catalog.delivery",
        "oint.catalog.calculator",
        "oint.catalog.locations",
        "oint.catalog.webhooks",
    ),
)

LIBRARIES = {CDEK.name: CDEK}
