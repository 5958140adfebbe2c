"""The ledger's codes in words: errors by kind, the steps of a life, names of columns."""

from __future__ import annotations

from oint.i18n import Message
from oint.refusals.states import Transition

ERROR_MESSAGES = {
    "bad_argument": Message("запрос не мог быть верным", "the request could not be right"),
    "authentication_failed": Message("СДЭК не принял учётные данные", "CDEK did not take the credentials"),
    "rejected": Message("СДЭК отклонил запрос", "CDEK said no"),
    "rate_limited": Message("СДЭК просил реже присылать запросы (429)", "CDEK asked for fewer requests (429)"),
    "unavailable": Message("СДЭК был недоступен", "CDEK was unavailable"),
    "outcome_unknown": Message("запрос отправлен, ответ потерян", "the request was sent, the answer was lost"),
    "unreadable_answer": Message("ответ СДЭК не разобрать", "CDEK's answer could not be read"),
}
"""Kinds of `CdekError`: what a ledger keeps of one; any other code is CDEK's own."""

EXHAUSTED = Message(
    "Отказ дважды потерян без следа и больше не отправляется",
    "The refusal was lost without a trace twice and is not sent any more",
)

TRANSITION_LABELS = {
    Transition.HOLD: Message(
        "заказ изменился после предпросмотра, отказ задержан", "the order has changed since the preview, held back"
    ),
    Transition.APPROVE: Message("подтверждён", "approved"),
    Transition.WITHDRAW: Message("пакет отменён, отказ не уйдёт", "the batch was cancelled, the refusal is never sent"),
    Transition.SEND: Message("отказ отправляется", "the refusal is being sent"),
    Transition.ACCEPT: Message("СДЭК принял запрос в работу", "CDEK has queued the request"),
    Transition.CONFIRM: Message("СДЭК подтвердил отказ", "CDEK has confirmed the refusal"),
    Transition.REJECT: Message("СДЭК отклонил запрос", "CDEK has rejected the request"),
    Transition.LOSE_RESPONSE: Message("отправлен, но годного ответа нет", "it was sent, and no usable answer came"),
    Transition.SETTLE: Message("исход найден в карточке заказа", "the outcome was found on the order card"),
    Transition.ADVISE: Message("по карточке отказ не нужен", "by its card, refusing is not the right call"),
    Transition.ADOPT_EXISTING: Message(
        "на карточке уже есть отказ, второй не нужен", "a refusal stands on the card already, no second is sent"
    ),
    Transition.RETURN_UNSENT: Message(
        "до СДЭК не дошёл, будет отправлен снова", "it did not reach CDEK and will be sent again"
    ),
    Transition.NOT_FOUND: Message("СДЭК не знает такого заказа", "CDEK shows no such order"),
    Transition.LINK_RETURN: Message("СДЭК связал возвратный заказ", "CDEK has linked the return order"),
}
"""The steps of `oint.refusals.states`."""

COLUMNS = {
    "row": Message("Строка", "Row"),
    "uuid": Message("UUID заказа", "Order UUID"),
    "cdek_number": Message("Номер СДЭК", "CDEK number"),
    "im_number": Message("Номер заказа в магазине", "Shop number"),
    "verdict": Message("Итог", "Verdict"),
    "code": Message("Код", "Code"),
    "message": Message("Сообщение", "Message"),
    "text": Message("Что произошло", "What happened"),
    "next_step": Message("Что делать", "Next step"),
    "request_uuid": Message("UUID запроса", "Request UUID"),
    "return_number": Message("Возвратный заказ", "Return order"),
    "return_uuid": Message("UUID возвратного заказа", "Return order UUID"),
    "status": Message("Статус заказа", "Order status"),
    "sent": Message("Отправок", "Sendings"),
    "planned_at": Message("Запланирован", "Planned"),
    "sent_at": Message("Отправлен", "Sent"),
    "decided_at": Message("Решён", "Decided"),
    "order": Message("Заказ, как в файле", "Order as in the file"),
    "reason": Message("Причина статуса", "Status reason"),
    "card_uuid": Message("UUID в карточке СДЭК", "UUID on CDEK's card"),
    "card_cdek_number": Message("Номер СДЭК в карточке", "CDEK number on the card"),
    "card_im_number": Message("Номер магазина в карточке", "Shop number on the card"),
}
"""The columns of a report by the names of `Line`'s fields."""

SHEETS = (Message("Все строки", "All rows"), Message("Требуют внимания", "Failures"), Message("Итоги", "Totals"))
COUNT = Message("Строк", "Rows")
