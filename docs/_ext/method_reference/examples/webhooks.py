"""Examples of webhooks for statuses and for print forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs._ext.method_reference.examples import MethodExample
from docs._ext.method_reference.examples.orders import open_client
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

_URL = "https://shop.example/cdek"


def _subscribe(box: Sandbox, *types: str) -> str:
    """Create subscriptions to these types and return the uuid of the first."""
    with open_client(box) as cdek:
        uuids = [str(cdek.webhooks.create(type_, _URL).uuid) for type_ in types]
    return uuids[0]


def _subscribe_to_both(box: Sandbox) -> dict[str, str]:
    _subscribe(box, "ORDER_STATUS", "PRINT_FORM")
    return {}


EXAMPLES = (
    MethodExample(
        "GetWebhooks",
        _subscribe_to_both,
        "cdek.webhooks.list()",
        note=Message(
            "После плохих ответов вашего адреса СДЭК снимает подписку молча: проверяйте список раз в день.",
            "After error responses of your address CDEK removes a subscription without notice: check the list once a day.",
        ),
    ),
    MethodExample(
        "CreateWebhook",
        lambda _: {"type": "ORDER_STATUS", "url": _URL},
        "cdek.webhooks.create({type}, {url})",
        note=Message(
            "Отвечайте на событие кодом 200 за 15 секунд. Не успели: СДЭК пришлёт его снова, до 12 раз за 75 минут, а потом "
            "отключит все подписки этого адреса. После любого другого ответа подписка удаляется через 24 часа. Событие может "
            "прийти дважды, и порядок событий не обещан. Подписи у них нет: возьмите адрес, который нельзя угадать, и по "
            "событию перечитайте заказ. Подписок у клиента не больше двух.",
            "Answer an event with 200 within 15 seconds. Otherwise CDEK sends it again, up to 12 times in 75 minutes, "
            "and then disables all subscriptions of this address. After any other response the subscription is removed "
            "after 24 hours. An event may arrive twice, and the sequence of events is not guaranteed. Events have no signature: "
            "use an address that cannot be guessed, and read the order again after an event. A client has at most two "
            "subscriptions.",
        ),
    ),
    MethodExample("GetWebhook", lambda box: {"uuid": _subscribe(box, "ORDER_STATUS")}, "cdek.webhooks.get({uuid})"),
    MethodExample(
        "DeleteWebhook", lambda box: {"uuid": _subscribe(box, "ORDER_STATUS")}, "cdek.webhooks.delete({uuid})"
    ),
)
