"""The ledger's codes in words: errors by kind, the steps of a life, names of columns."""

from __future__ import annotations

from oint.i18n import Text
from oint.refusals.states import Transition

TROUBLES = {
    "bad_argument": Text("запрос не мог быть верным", "the request could not be right"),
    "authentication_failed": Text("СДЭК не принял учётные данные", "CDEK did not take the credentials"),
    "rejected": Text("СДЭК отклонил запрос", "CDEK said no"),
    "rate_limited": Text("СДЭК просил реже присылать запросы (429)", "CDEK asked for fewer requests (429)"),
    "unavailable": Text("СДЭК был недоступен", "CDEK was unavailable"),
    "outcome_unknown": Text("запрос отправлен, ответ потерян", "the request was sent, the answer was lost"),
    "unreadable_answer": Text("ответ СДЭК не разобрать", "CDEK's answer could not be read"),
}
"""Kinds of `CdekError`: what a ledger keeps of one; any other code is CDEK's own."""

GIVEN_UP = Text(
    "Отказ дважды потерян без следа и больше не отправляется",
    "The refusal was lost without a trace twice and is not sent any more",
)

TRANSITION_LABELS = {
    Transition.HOLD: Text(
        "заказ изменился после предпросмотра, отказ задержан", "the order has changed since the preview, held back"
    ),
    Transition.APPROVE: Text("подтверждён", "approved"),
    Transition.WITHDRAW: Text("пакет отменён, отказ не уйдёт", "the batch was cancelled, the refusal is never sent"),
    Transition.SEND: Text("отказ отправляется", "the refusal is being sent"),
    Transition.ACCEPT: Text("СДЭК принял запрос в работу", "CDEK has queued the request"),
    Transition.CONFIRM: Text("СДЭК подтвердил отказ", "CDEK has confirmed the refusal"),
    Transition.REJECT: Text("СДЭК отклонил запрос", "CDEK has rejected the request"),
    Transition.LOSE_RESPONSE: Text("отправлен, но годного ответа нет", "it was sent, and no usable answer came"),
    Transition.SETTLE: Text("исход найден в карточке заказа", "the outcome was found on the order card"),
    Transition.ADVISE: Text("по карточке отказ не нужен", "by its card, refusing is not the right call"),
    Transition.ADOPT_EXISTING: Text(
        "на карточке уже есть отказ, второй не нужен", "a refusal stands on the card already, no second is sent"
    ),
    Transition.RETURN_UNSENT: Text(
        "до СДЭК не дошёл, будет отправлен снова", "it did not reach CDEK and will be sent again"
    ),
    Transition.NOT_FOUND: Text("СДЭК не знает такого заказа", "CDEK shows no such order"),
    Transition.LINK_RETURN: Text("СДЭК связал возвратный заказ", "CDEK has linked the return order"),
}
"""The steps of `oint.refusals.states`."""

COLUMNS = {
    "row": Text("Строка", "Row"),
    "uuid": Text("UUID заказа", "Order UUID"),
    "cdek_number": Text("Номер СДЭК", "CDEK number"),
    "im_number": Text("Номер заказа в магазине", "Shop number"),
    "verdict": Text("Итог", "Verdict"),
    "code": Text("Код", "Code"),
    "message": Text("Сообщение", "Message"),
    "sentence": Text("Что произошло", "What happened"),
    "next_step": Text("Что делать", "Next step"),
    "request_uuid": Text("UUID запроса", "Request UUID"),
    "return_number": Text("Возвратный заказ", "Return order"),
    "return_uuid": Text("UUID возвратного заказа", "Return order UUID"),
    "status": Text("Статус заказа", "Order status"),
    "sent": Text("Отправок", "Sendings"),
    "planned_at": Text("Запланирован", "Planned"),
    "sent_at": Text("Отправлен", "Sent"),
    "decided_at": Text("Решён", "Decided"),
    "order": Text("Заказ, как в файле", "Order as in the file"),
    "reason": Text("Причина статуса", "Status reason"),
    "card_uuid": Text("UUID в карточке СДЭК", "UUID on CDEK's card"),
    "card_cdek_number": Text("Номер СДЭК в карточке", "CDEK number on the card"),
    "card_im_number": Text("Номер магазина в карточке", "Shop number on the card"),
}
"""The columns of a report by the names of `Line`'s fields."""

SHEETS = (Text("Все строки", "All rows"), Text("Требуют внимания", "Failures"), Text("Итоги", "Totals"))
COUNT = Text("Строк", "Rows")
