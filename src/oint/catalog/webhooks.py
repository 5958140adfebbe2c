"""Webhook subscriptions, which OInt has no methods for."""

from __future__ import annotations

from oint.catalog.fields import TOKEN, uuid, which_host
from oint.catalog.model import Method, Parameter
from oint.i18n import Text

_WEBHOOKS = "oint.cdek.operations.webhooks"
_UUID = uuid(Text("подписки", "subscription"))
_ONE = Text("JSON СДЭК: подписка", "CDEK's JSON: the subscription")

METHODS = (
    Method(
        Text("ПолучитьПодписки", "GetWebhooks"),
        "webhooks",
        Text("Получает действующие подписки", "Gets the active subscriptions"),
        Text("JSON СДЭК: массив подписок", "CDEK's JSON: an array of subscriptions"),
        "GET",
        "/webhooks",
        (TOKEN, which_host()),
        _WEBHOOKS,
        lambda webhooks, _values: webhooks.list(),
        listed="",
    ),
    Method(
        Text("СоздатьПодписку", "CreateWebhook"),
        "webhooks",
        Text("Подписывает адрес на события", "Has events sent to an address"),
        _ONE,
        "POST",
        "/webhooks",
        (
            TOKEN,
            Parameter(
                Text("Тип", "Type"),
                "type",
                "y",
                "string",
                Text("Вид событий: ORDER_STATUS, PRINT_FORM и другие", "Kind of events: ORDER_STATUS, PRINT_FORM, …"),
                example="ORDER_STATUS",
            ),
            Parameter(
                Text("Адрес", "URL"),
                "url",
                "u",
                "string",
                Text("Куда СДЭК будет их слать", "Where CDEK is to send them"),
                example="https://shop.example/cdek",
            ),
            which_host(),
        ),
        _WEBHOOKS,
        lambda webhooks, values: webhooks.create(values["type"], values["url"]),
        "changes",
    ),
    Method(
        Text("ПолучитьПодписку", "GetWebhook"),
        "webhooks",
        Text("Получает подписку", "Gets a subscription"),
        _ONE,
        "GET",
        "/webhooks/{uuid}",
        (TOKEN, _UUID, which_host()),
        _WEBHOOKS,
        lambda webhooks, values: webhooks.get(values["uuid"]),
    ),
    Method(
        Text("УдалитьПодписку", "DeleteWebhook"),
        "webhooks",
        Text("Удаляет подписку", "Ends a subscription"),
        _ONE,
        "DELETE",
        "/webhooks/{uuid}",
        (TOKEN, _UUID, which_host()),
        _WEBHOOKS,
        lambda webhooks, values: webhooks.delete(values["uuid"]),
        "changes",
    ),
)
