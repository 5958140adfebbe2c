"""Order statuses of CDEK and their reasons in words. A code that is not here is shown as it is."""

from __future__ import annotations

from oint.i18n import Message

ORDER_STATUSES = {
    "ACCEPTED": Message("принят, ещё проверяется", "accepted, still being checked"),
    "CREATED": Message("создан, посылка не передана", "created, not handed over"),
    "REMOVED": Message("удалён", "deleted"),
    "RECEIVED_AT_SHIPMENT_WAREHOUSE": Message("на складе отправителя", "at the sending warehouse"),
    "DELIVERED": Message("вручён", "delivered"),
    "NOT_DELIVERED": Message("не вручён", "not delivered"),
    "READY_FOR_SHIPMENT_IN_SENDER_CITY": Message(
        "готов к отправке в городе отправителя", "ready to leave the sending city"
    ),
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY": Message(
        "у перевозчика в городе отправителя", "with the carrier in the sending city"
    ),
    "SENT_TO_RECIPIENT_CITY": Message("едет в город получателя", "on the way to the recipient's city"),
    "ACCEPTED_IN_RECIPIENT_CITY": Message("прибыл в город получателя", "in the recipient's city"),
    "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE": Message("на складе доставки", "at the delivery warehouse"),
    "TAKEN_BY_COURIER": Message("у курьера", "with the courier"),
    "ACCEPTED_AT_PICK_UP_POINT": Message("в пункте выдачи", "at the pick-up point"),
    "ACCEPTED_AT_TRANSIT_WAREHOUSE": Message("на складе транзита", "at a transit warehouse"),
    "RETURNED_TO_SENDER_CITY_WAREHOUSE": Message("снова на складе отправителя", "back at the sending warehouse"),
    "RETURNED_TO_TRANSIT_WAREHOUSE": Message("снова на складе транзита", "back at a transit warehouse"),
    "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE": Message("снова на складе доставки", "back at the delivery warehouse"),
    "READY_FOR_SHIPMENT_IN_TRANSIT_CITY": Message(
        "готов к отправке в городе транзита", "ready to leave a transit city"
    ),
    "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY": Message(
        "у перевозчика в городе транзита", "with the carrier in a transit city"
    ),
    "SENT_TO_TRANSIT_CITY": Message("едет в город транзита", "on the way to a transit city"),
    "ACCEPTED_IN_TRANSIT_CITY": Message("прибыл в город транзита", "in a transit city"),
    "SENT_TO_SENDER_CITY": Message("едет обратно в город отправителя", "on the way back to the sending city"),
    "ACCEPTED_IN_SENDER_CITY": Message("вернулся в город отправителя", "back in the sending city"),
    "ENTERED_TO_TRANSIT_WAREHOUSE": Message("поступил на склад транзита", "entered a transit warehouse"),
    "ENTERED_TO_RECIPIENT_CITY_WAREHOUSE": Message("поступил на склад доставки", "entered the delivery warehouse"),
    "ENTERED_TO_PICK_UP_POINT": Message("поступил в пункт выдачи", "entered the pick-up point"),
    "IN_CUSTOMS_INTERNATIONAL": Message("на таможне страны отправления", "at customs of the sending country"),
    "SHIPPED_TO_DESTINATION": Message("отправлен в страну назначения", "on the way to the destination country"),
    "PASSED_TO_TRANSIT_CARRIER": Message("передан транзитному перевозчику", "handed to a transit carrier"),
    "IN_CUSTOMS_LOCAL": Message("на таможне страны назначения", "at customs of the destination country"),
    "CUSTOMS_COMPLETE": Message("прошёл таможню", "cleared by customs"),
    "POSTOMAT_POSTED": Message("в постамате", "in a parcel locker"),
    "POSTOMAT_SEIZED": Message("курьер забрал из постамата", "taken out of the locker by the courier"),
    "POSTOMAT_RECEIVED": Message("получатель забрал из постамата", "taken out of the locker by the recipient"),
    "INVALID": Message("не создан: некорректный заказ", "never created: invalid order"),
}
"""Codes of the official list of 2026-02 -> names."""

_EARLIER_NAMES = {
    "RECEIVED_AT_SENDER_WAREHOUSE": "RECEIVED_AT_SHIPMENT_WAREHOUSE",
    "READY_TO_SHIP_AT_SENDING_OFFICE": "READY_FOR_SHIPMENT_IN_SENDER_CITY",
    "PASSED_TO_CARRIER_AT_SENDING_OFFICE": "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY",
    "MET_AT_RECIPIENT_OFFICE": "ACCEPTED_IN_RECIPIENT_CITY",
    "ARRIVED_AT_RECIPIENT_CITY": "ACCEPTED_IN_RECIPIENT_CITY",
    "READY_TO_SHIP_IN_TRANSIT_OFFICE": "READY_FOR_SHIPMENT_IN_TRANSIT_CITY",
    "PASSED_TO_CARRIER_AT_TRANSIT_OFFICE": "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY",
    "SEND_TO_TRANSIT_OFFICE": "SENT_TO_TRANSIT_CITY",
    "MET_AT_TRANSIT_OFFICE": "ACCEPTED_IN_TRANSIT_CITY",
    "MET_AT_SENDING_OFFICE": "ACCEPTED_IN_SENDER_CITY",
    "ENTERED_TO_OFFICE_TRANSIT_WAREHOUSE": "ENTERED_TO_TRANSIT_WAREHOUSE",
    "ENTERED_TO_DELIVERY_WAREHOUSE": "ENTERED_TO_RECIPIENT_CITY_WAREHOUSE",
    "ENTERED_TO_WAREHOUSE_ON_DEMAND": "ENTERED_TO_PICK_UP_POINT",
}
"""Codes of 2020 and of January 2026 -> today's."""

_DAMAGED = Message("повреждена упаковка", "damaged packaging")

REASONS = {
    "1": Message("неверный адрес", "wrong address"),
    "2": Message("не дозвонились", "no answer to calls"),
    "3": Message("получатель там не живёт", "the recipient does not live there"),
    "4": Message("вес не тот, что заявлен", "the weight differs from the declared one"),
    "5": Message("посылки нет, есть только документы", "papers without a parcel"),
    "6": Message("дубль номера в акте приёма-передачи", "the number is twice in the acceptance act"),
    "7": Message("туда не доставляем", "CDEK does not deliver there"),
    "8": _DAMAGED,
    "9": _DAMAGED,
    "10": _DAMAGED,
    "11": Message("отказ получателя", "refused by the recipient"),
    "12": Message("отказ: качество товара", "refused: quality of the goods"),
    "13": Message("отказ: недовложение", "refused: goods are missing"),
    "14": Message("отказ: пересорт", "refused: wrong goods"),
    "15": Message("отказ: не устроили сроки", "refused: delivered too late"),
    "16": Message("отказ: уже купил", "refused: bought elsewhere"),
    "17": Message("отказ: передумал", "refused: changed their mind"),
    "18": Message("отказ: ошибка оформления", "refused: mistake in the order"),
    "19": Message("отказ: повреждена упаковка", "refused: damaged packaging"),
    "20": Message("частично", "in part"),
    "21": Message("отказ: нет денег", "refused: no money"),
    "22": Message("отказ: не подошёл или не понравился", "refused: does not fit or please"),
    "23": Message("истёк срок хранения", "storage time is over"),
    "24": Message("не прошёл таможню", "stopped by customs"),
    "25": Message("коммерческий груз", "commercial cargo"),
    "26": Message("утерян", "lost"),
    "27": Message("не востребован, утилизирован", "not claimed, disposed of"),
    "31": Message("возврат по запросу отправителя", "returned at the sender's request"),
    "32": Message("возврат по запросу плательщика", "returned at the payer's request"),
    "33": Message("нет СНТ, возврат отправителю", "no accompanying invoice (SNT), returned to the sender"),
    "34": Message("CDEK Shopping: истёк срок хранения", "CDEK Shopping: storage time is over"),
}
"""Codes of additional statuses -> names; 20 goes with DELIVERED, the others with NOT_DELIVERED."""


def describe_status(status: str | None, reason: str | None = None) -> Message:
    """Name an order's status, with its reason where the card has one.

    Args:
        status: CDEK's code; None: the card was not read, or shows no status
        reason: code of the additional status
    """
    if status is None:
        return _NO_STATUS
    name = ORDER_STATUSES.get(_EARLIER_NAMES.get(status, status)) or Message(status, status)
    if not reason:
        return name
    cause = REASONS.get(reason) or _OTHER_REASON.format(reason)
    return Message(f"{name.ru}: {cause.ru}", f"{name.en}: {cause.en}")


_NO_STATUS = Message("статус неизвестен", "status unknown")
_OTHER_REASON = Message("причина {}", "reason {}")
