"""Examples of order management."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docs._ext.environment import NOW
from docs._ext.method_reference.examples import MethodExample
from oint.cdek import Account, Client
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

AT_PICKUP_POINT = "ACCEPTED_AT_PICK_UP_POINT"
NUMBER = "SHOP-1042"
FROM_OFFICE, TO_OFFICE = "MSK65", "NSK27"
WAREHOUSE = {"code": 44, "address": "ул. Складочная, 1"}
_FROM_DOOR: dict[str, Any] = {"tariff_code": 138, "from_location": WAREHOUSE, "shipment_point": None}
RECIPIENT = {"name": "Иванов Иван", "phones": [{"number": "+79001234567"}]}
SNEAKERS = {
    "name": "Кроссовки",
    "ware_key": "SNK-42",
    "payment": {"value": 5990},
    "cost": 5990,
    "weight": 1100,
    "amount": 1,
}
ORDER = {
    "number": NUMBER,
    "tariff_code": 136,
    "shipment_point": FROM_OFFICE,
    "delivery_point": TO_OFFICE,
    "recipient": RECIPIENT,
    "packages": [{"number": "1", "weight": 1200, "length": 34, "width": 22, "height": 13, "items": [SNEAKERS]}],
}
NO_RECEIPT = Message("Пока чека нет, СДЭК отвечает `{}`.", "Until there is a receipt, CDEK returns `{}`.")
_CHANGES = {
    "type": 1,
    "recipient": {"name": "Иванова Мария", "phones": [{"number": "+79007654321"}]},
    "comment": "Получит жена",
}
_PASSPORT = {
    "passport_series": "0000",
    "passport_number": "000000",
    "passport_date_of_issue": "2015-06-01",
    "passport_organization": "ОВД",
}
_FROM_DOOR_TO_DOOR = {
    "tariff_code": 139,
    "from_location": WAREHOUSE,
    "to_location": {"code": 270, "address": "ул. Ленина, 1"},
    "sender": {"phones": [{"number": "+79001112233"}]},
    "recipient": {"phones": RECIPIENT["phones"]},
}
_CREATED_AT, _HOURS_PER_STEP = "2026-02-24T11:00:00+03:00", 13
_ARRIVED_AT = "2026-02-23T10:00:00+03:00"


def open_client(box: Sandbox) -> Client:
    """Return a client of the shop, for the preparation of an example."""
    return Client(Account(box.account, box.password), url=box.url)


def create_order(box: Sandbox, status: str = "CREATED", **changes: Any) -> str:
    """Create the order of the examples in a status and return its uuid."""
    return box.order(status=status, body=ORDER | {"from_location": None} | changes)


def _move_to_pickup_point(box: Sandbox) -> dict[str, Any]:
    """Create an order and move it to its office, with some hours between two statuses."""
    box.stop_clock(_CREATED_AT)
    uuid = create_order(box)
    while box.truth(uuid)["status"] != AT_PICKUP_POINT:
        box.pass_time(_HOURS_PER_STEP * 3600)
        box.advance(uuid)
    return {"uuid": uuid}


def _refuse_order(box: Sandbox) -> dict[str, Any]:
    """Create an order that the recipient did not collect, with a confirmed refusal of the shop."""
    box.stop_clock(_ARRIVED_AT)
    uuid = create_order(box, AT_PICKUP_POINT)
    box.stop_clock(NOW)
    with open_client(box) as cdek:
        cdek.orders.refuse(uuid)
    box.finish(uuid)
    return {"number": NUMBER, "internal": True}


def _call_courier(box: Sandbox) -> dict[str, Any]:
    uuid = create_order(box, **_FROM_DOOR)
    visit = {"order_uuid": uuid, "intake_date": "2026-03-03", "intake_time_from": "10:00", "intake_time_to": "17:00"}
    with open_client(box) as cdek:
        cdek.intakes.create(visit)
    box.pass_time(2)
    return {"uuid": uuid}


EXAMPLES = (
    MethodExample(
        "CreateOrder",
        lambda _: {"order": ORDER, "ostore": True},
        "cdek.orders.create({order}, type=1)",
        note=Message(
            "ACCEPTED значит «в очереди»: через 2–3 секунды прочтите заказ и дождитесь CREATED или INVALID. Повторный вызов "
            "создаёт второй заказ: если ответ потерялся, сначала поищите заказ по его номеру в магазине.",
            "ACCEPTED means queued: read the order 2 or 3 seconds later, until it is CREATED or INVALID. A second call creates "
            "a second order: if a response was lost, first look for the order by the shop's number.",
        ),
    ),
    MethodExample(
        "UpdateOrder",
        lambda box: {"uuid": create_order(box), "order": _CHANGES},
        'cdek.orders.update({{"uuid": {uuid}, **{order}}})',
        note=Message(
            "Заказ меняется только в статусах ACCEPTED и CREATED, дальше СДЭК отвечает `v2_update_forbidden`. Меняя места, "
            "называйте уже созданные по их `package_id`.",
            "An order can be changed in ACCEPTED and CREATED only. Later CDEK returns `v2_update_forbidden`. To change packages, "
            "identify the existing ones by their `package_id`.",
        ),
    ),
    MethodExample(
        "DeleteOrder",
        lambda box: {"uuid": create_order(box)},
        "cdek.orders.delete({uuid})",
        note=Message(
            "Пока посылку не приняли на склад, заказ удаляют: плата за удаление не названа, а отказ от такого заказа тарифицируется. "
            "После приёмки удалить заказ нельзя: нужен отказ. Удалён ли заказ, видно при чтении: статус REMOVED.",
            "Delete an order until a warehouse has received the parcel: no charge for that is documented, while a refusal of "
            "such an order is billed. Afterwards an order cannot be deleted: refuse it. Reading the order shows whether it is "
            "deleted: its status is REMOVED.",
        ),
    ),
    MethodExample(
        "GetOrder",
        _move_to_pickup_point,
        "cdek.orders.get({uuid})",
        note=Message(
            "Сразу после создания заказ может не найтись или прийти без номера СДЭК: повторите чтение через 2–3 секунды.",
            "Immediately after its creation an order may not be found, or may have no CDEK number yet: read it again 2 or 3 seconds later.",
        ),
        lines=240,
    ),
    MethodExample(
        "GetOrderByNumber",
        _refuse_order,
        "cdek.orders.find(im_number={number})",
        note=Message(
            "Если под одним номером в магазине есть несколько заказов, СДЭК отдаёт последний. Порядок записей в `requests` "
            "со временем менялся: ищите свою по `request_uuid` или `type`. В примере заказ, отказ от которого подтверждён: `CREATE_REFUSAL` "
            "в состоянии SUCCESSFUL, статус NOT_DELIVERED с причиной 11 и возвратный заказ `return_order`.",
            "If several orders have the same shop number, CDEK returns the latest. The order of the entries in `requests` "
            "has changed before: find yours by `request_uuid` or `type`. The example is an order whose refusal is confirmed: "
            "`CREATE_REFUSAL` is SUCCESSFUL, the status is NOT_DELIVERED with reason 11, and there is a `return_order`.",
        ),
        lines=240,
    ),
    MethodExample(
        "CreateCustomerRefund",
        lambda box: {"uuid": create_order(box, "DELIVERED"), "tariff": 139},
        "cdek.orders.client_return({uuid}, {tariff})",
        note=Message(
            "Только для заказа в статусе DELIVERED: получатель возвращает то, что уже забрал. Невручённый заказ "
            "возвращают отказом.",
            "Only for an order in DELIVERED: the recipient returns what was received. An order that was not handed over "
            "is returned by a refusal.",
        ),
    ),
    MethodExample(
        "CreateRefusal",
        lambda box: {"uuid": box.order(status=AT_PICKUP_POINT)},
        "cdek.orders.refuse({uuid})",
        note=Message(
            "Он может и стоить денег: отказ по заказу в CREATED начисляется и попадает в акт оказанных услуг, такой заказ удаляют "
            "([УдалитьЗаказ](DeleteOrder.md)). Статус заказа метод не проверяет. ACCEPTED значит только «в очереди»: СДЭК ещё "
            "может ответить INVALID. До решения доводит `oint refusals register` или `oint.refusals.register_refusal`; они "
            "сначала читают статус.",
            "It may cost money: a refusal of an order in CREATED is charged and appears in the act of services rendered. Delete "
            "such an order instead ([DeleteOrder](DeleteOrder.md)). The method does not check the status. ACCEPTED means queued and "
            "nothing more: CDEK may still turn it INVALID. `oint refusals register` and `oint.refusals.register_refusal` follow a "
            "refusal to CDEK's verdict; they read the status first.",
        ),
    ),
    MethodExample(
        "GetPassportDataStatus",
        lambda box: {"uuid": create_order(box, recipient=RECIPIENT | _PASSPORT)},
        "cdek.passport.get({uuid})",
    ),
    MethodExample(
        "GetCashboxCheck",
        lambda box: {"uuid": create_order(box, "DELIVERED")},
        "cdek.check.get({uuid})",
        note=NO_RECEIPT,
    ),
    MethodExample(
        "GetOrderDescription",
        lambda _: {"empty": False, "required": True, "ostore": True},
        "templates.order(empty={empty}, required={required}, ostore={ostore})",
        offline=True,
    ),
    MethodExample("GetOrderCourierInvitations", _call_courier, "cdek.orders.intakes({uuid})", lines=80),
    MethodExample(
        "CheckReverseAvailability",
        lambda _: {"order": _FROM_DOOR_TO_DOOR},
        "cdek.reverse.availability({order})",
        note=Message(
            "`null` в результате значит, что ответ пуст и реверс доступен; если СДЭК отклонил запрос, приходит ошибка.",
            "`null` in the result means that the response is empty and a reverse can be ordered. A rejection is an error.",
        ),
    ),
)
