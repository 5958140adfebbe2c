"""Methods for webhook subscriptions; OInt has none for them."""

from __future__ import annotations

from oint.catalog.fields import TOKEN, host_parameter, uuid_parameter
from oint.catalog.model import Method, Parameter
from oint.i18n import Message

_WEBHOOKS = "oint.cdek.api.webhooks"
_UUID = uuid_parameter(Message("подписки", "subscription"))
_ONE = Message("JSON СДЭК: подписка", "CDEK's JSON: the subscription")

METHODS = (
    Method(
        Message("ПолучитьПодписки", "GetWebhooks"),
        "webhooks",
        Message("Получает действующие подписки", "Gets the active subscriptions"),
        Message("JSON СДЭК: массив подписок", "CDEK's JSON: an array of subscriptions"),
        "GET",
        "/webhooks",
        (TOKEN, host_parameter()),
        _WEBHOOKS,
        lambda webhooks, _values: webhooks.list(),
        list_field="",
    ),
    Method(
        Message("СоздатьПодписку", "CreateWebhook"),
        "webhooks",
        Message("Подписывает адрес на события", "Subscribes an address to events"),
        _ONE,
        "POST",
        "/webhooks",
        (
            TOKEN,
            Parameter(
                Message("Тип", "Type"),
                "type",
                "y",
                "string",
                Message(
                    "Вид событий: ORDER_STATUS, PRINT_FORM и другие", "Kind of events: ORDER_STATUS, PRINT_FORM, …"
                ),
                example="ORDER_STATUS",
            ),
            Parameter(
                Message("Адрес", "URL"),
                "url",
                "u",
                "string",
                Message("Куда СДЭК будет их отправлять", "Where CDEK sends them"),
                example="https://shop.example/cdek",
            ),
            host_parameter(),
        ),
        _WEBHOOKS,
        lambda webhooks, values: webhooks.create(values["type"], values["url"]),
        "write",
    ),
    Method(
        Message("ПолучитьПодписку", "GetWebhook"),
        "webhooks",
        Message("Получает подписку", "Gets a subscription"),
        _ONE,
        "GET",
        "/webhooks/{uuid}",
        (TOKEN, _UUID, host_parameter()),
        _WEBHOOKS,
        lambda webhooks, values: webhooks.get(values["uuid"]),
    ),
    Method(
        Message("УдалитьПодписку", "DeleteWebhook"),
        "webhooks",
        Message("Удаляет подписку", "Deletes a subscription"),
        _ONE,
        "DELETE",
        "/webhooks/{uuid}",
        (TOKEN, _UUID, host_parameter()),
        _WEBHOOKS,
        lambda webhooks, values: webhooks.delete(values["uuid"]),
        "write",
    ),
)
