"""Texts of a report: kinds of errors, transitions, next steps, titles of columns and sheets."""

from __future__ import annotations

from oint.i18n import Message
from oint.refusals.input.errors import ErrorMessage
from oint.refusals.states import State, Transition

ERROR_MESSAGES = {
    "bad_argument": Message("запрос составлен неверно", "the request was invalid"),
    "authentication_failed": Message("СДЭК не принял учётные данные", "CDEK did not accept the credentials"),
    "rejected": Message("СДЭК отклонил запрос", "CDEK rejected the request"),
    "rate_limited": Message("СДЭК ограничил частоту запросов (429)", "CDEK limited the rate of requests (429)"),
    "unavailable": Message("СДЭК был недоступен", "CDEK was unavailable"),
    "outcome_unknown": Message("запрос отправлен, ответ потерян", "the request was sent, the response was lost"),
    "unreadable_answer": Message("ответ СДЭК не удалось разобрать", "CDEK's response could not be read"),
}
"""Kinds of `CdekError`, as a ledger keeps them; any other code is CDEK's own."""

EXHAUSTED = Message(
    "Отказ дважды потерян без следа и больше не отправляется",
    "The refusal was lost twice without a trace and is not sent again",
)

TRANSITION_LABELS = {
    Transition.HOLD: Message(
        "заказ изменился после предпросмотра, отказ задержан",
        "the order has changed since the preview, so the refusal is held",
    ),
    Transition.APPROVE: Message("подтверждён", "approved"),
    Transition.WITHDRAW: Message(
        "пакет отменён, отказ не отправляется", "the batch was cancelled, the refusal is not sent"
    ),
    Transition.SEND: Message("отказ отправляется", "the refusal is being sent"),
    Transition.ACCEPT: Message("СДЭК принял запрос в работу", "CDEK has queued the request"),
    Transition.CONFIRM: Message("СДЭК подтвердил отказ", "CDEK has confirmed the refusal"),
    Transition.REJECT: Message("СДЭК отклонил запрос", "CDEK has rejected the request"),
    Transition.LOSE_RESPONSE: Message("отказ отправлен, ответ потерян", "the refusal was sent, the response was lost"),
    Transition.SETTLE: Message("результат найден в карточке заказа", "the result was found on the order card"),
    Transition.ADVISE: Message("по карточке отказ не нужен", "according to its card, the order should not be refused"),
    Transition.ADOPT_EXISTING: Message(
        "в карточке уже есть отказ, второй не нужен", "the card already has a refusal, so none is sent"
    ),
    Transition.RETURN_UNSENT: Message(
        "отказ не дошёл до СДЭК и будет отправлен снова", "the refusal did not reach CDEK and will be sent again"
    ),
    Transition.NOT_FOUND: Message("СДЭК не находит такого заказа", "CDEK does not find the order"),
    Transition.LINK_RETURN: Message("СДЭК связал возвратный заказ", "CDEK has linked the return order"),
}
"""What each transition means, for a history."""

UNKNOWN_ROW_ERROR = ErrorMessage(
    Message("Строка не читается", "The row cannot be read"),
    Message("Исправьте строку и повторите", "Correct the row and run again"),
)
"""Of a row that another version of oint has planned."""
CHECK_CREDENTIALS = Message(
    "Проверьте учётные данные и продолжите: {0}",
    "Check the credentials and continue: {0}",
)
LOOK_AT_ORDER = Message("Посмотрите заказ (ПолучитьЗаказ)", "Look at the order (GetOrder)")
APPROVE_OR_CANCEL = Message(
    "Проверьте и подтвердите: {0}; отменить: {1}",
    "Review and approve: {0}; to cancel: {1}",
)
REFRESH_LATER = Message(
    "СДЭК ещё не связал возвратный заказ; узнать его номер позже: {0}",
    "CDEK has not linked the return order yet; to get its number later: {0}",
)
_CONTINUE = Message("Продолжите: {0}", "Continue: {0}")
STATE_HINTS = {
    State.PLANNED: _CONTINUE,
    State.SENDING: _CONTINUE,
    State.ACCEPTED: _CONTINUE,
    State.UNKNOWN: Message(
        "Продолжите: {0}; сначала читается заказ, дважды отказ не уйдёт",
        "Continue: {0}; the order is read first, so no refusal is sent twice",
    ),
}
"""Next steps of rows that are still open; {0}: the command."""

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
    "sent": Message("Отправок", "Times sent"),
    "planned_at": Message("Запланирован", "Planned"),
    "sent_at": Message("Отправлен", "Sent"),
    "decided_at": Message("Завершён", "Decided"),
    "order": Message("Заказ, как в файле", "Order as in the file"),
    "reason": Message("Причина статуса", "Status reason"),
    "card_uuid": Message("UUID в карточке СДЭК", "UUID on the card"),
    "card_cdek_number": Message("Номер СДЭК в карточке", "CDEK number on the card"),
    "card_im_number": Message("Номер в магазине в карточке", "Shop number on the card"),
}
"""Titles of a table's columns, by the fields of `ReportRow` and of the preview's rows."""

ALL_ROWS_SHEET = Message("Все строки", "All rows")
FAILURES_SHEET = Message("Требуют внимания", "Failures")
TOTALS_SHEET = Message("Итоги", "Totals")
ROW_COUNT = Message("Строк", "Rows")
