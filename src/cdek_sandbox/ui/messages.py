"""The words of the page, and which language a reader gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Message

if TYPE_CHECKING:
    from oint.i18n import Language

TITLE = Message("Песочница СДЭК", "CDEK sandbox")
ADDRESS = Message("Адрес для клиента: {0}. Аккаунт: {1}.", "Address for a client: {0}. Account: {1}.")
ORDERS = Message("Заказы ({0})", "Orders ({0})")
NO_ORDERS = Message("Заказов ещё нет.", "No orders yet.")
ORDER_OF = Message("Заказ", "Order")
ADDRESS_OF = Message("Адрес", "Address")
ORDER = Message("Заказ {0}", "Order {0}")
NUMBER = Message("Номер СДЭК", "CDEK number")
SHOP_NUMBER = Message("Номер магазина", "Shop's number")
STATUS = Message("Статус", "Status")
REASON = Message("Причина", "Reason")
OWNER = Message("Клиент", "Client")
NEW_ORDER = Message("Новый заказ", "New order")
MAKE = Message("Создать", "Make")
DOOR = Message("до двери", "to the door")
OFFICE = Message("до пункта выдачи", "to an office")
LOCKER = Message("до постамата", "to a locker")
ADVANCE = Message("Следующий статус", "Next status")
FINISH = Message("Закончить фоновую работу", "End the background work")
SET_STATUS = Message("Поставить статус", "Set the status")
WAY = Message("Путь заказа", "The order's way")
REQUESTS = Message("Запросы", "Requests")
REFUSALS = Message("Отказы, которые пришли", "Refusals that came in")
WHEN = Message("Когда", "When")
CITY = Message("Где", "Where")
TYPE = Message("Тип", "Type")
STATE = Message("Состояние", "State")
ERRORS = Message("Ошибки", "Errors")
ANSWERED = Message("Ответ", "Answer")
LOST = Message("ответ потерян", "the answer was lost")
WITHDRAWN = Message("отозван", "withdrawn")
BREAK = Message("Сломать", "Break")
BREAK_ORDER = Message("Сломать следующее обращение к этому заказу", "Break the next call about this order")
FAULTS = Message("Сбои ({0})", "Faults ({0})")
NO_FAULTS = Message("Ничего не сломано.", "Nothing is broken.")
MEND = Message("Починить всё", "Mend everything")
TIMES = Message("сколько раз (пусто: всегда)", "how often (empty: always)")
BEFORE = Message("запрос потерян (работа не сделана)", "the request is lost (no work is done)")
AFTER = Message("ответ потерян (работа сделана)", "the answer is lost (the work is done)")
MEND_ONE = Message("Починить", "Mend")
FAULT_GONE = Message("Этого сбоя уже нет: обновите страницу.", "That fault is no longer in force: open the page again.")
PLAY = Message("Прожить", "Play")
SCENARIOS = Message("Заказ с готовой жизнью", "An order with a whole life")
LIVES = {
    "happy": Message("вручён по всему маршруту", "delivered along its whole route"),
    "refused_at_the_door": Message("отказ у двери и возврат", "refused at the door, a return"),
    "locker_expired": Message("не забран из постамата, возврат", "nobody comes to the locker, a return"),
    "partial_delivery": Message("частичная доставка, возврат остального", "a part is kept, a return of the rest"),
    "stuck_in_accepted": Message("так и не создан", "never made"),
    "withdrawn_status": Message("вручён, и статус отозван", "delivered, and the status withdrawn"),
    "lost": Message("утерян в пути", "lost on the way"),
}
SEARCH = Message("Найти", "Find")
SEARCHED = Message("номер, uuid или статус", "a number, a uuid or a status")
FOUND = Message("Найдено: {0}.", "Found: {0}.")
INTAKES = Message("Заявки на курьера", "Intakes")
NO_INTAKES = Message("Заявок ещё нет.", "No intakes yet.")
DAY_OF = Message("День", "Day")
WEBHOOKS = Message("Вебхуки", "Webhooks")
SUBSCRIPTIONS = Message("Подписки ({0})", "Subscriptions ({0})")
NO_SUBSCRIPTIONS = Message("Подписок нет: клиент делает их сам.", "No subscriptions: the client makes them.")
DELIVERIES = Message("Отправки ({0})", "Deliveries ({0})")
ENDED = Message("Окончена", "Ended")
ACTIVE = Message("действует", "active")
ATTEMPTS = Message("Попытки", "Attempts")
EVENT = Message("Событие", "Event")
SEND = Message("Отправить событие", "Send an event")
TELL_OFFICE = Message("Сообщить о пункте", "Tell of an office")
OPENED = Message("открылся", "has opened")
CLOSED = Message("закрылся", "has closed")
EVERYBODY = Message("всем клиентам", "to every client")
ATTRIBUTES = Message("attributes (JSON)", "attributes (JSON)")
NOT_AN_OBJECT = Message("Поле attributes - не объект JSON.", "The field attributes is no JSON object.")
CLOCK = Message("Часы песочницы: {0}", "The sandbox's clock: {0}")
HOUR = Message("+ час", "+ an hour")
DAY = Message("+ сутки", "+ a day")
MINUTE = Message("+ минута", "+ a minute")
CALLS = Message("Последние обращения", "Latest calls")
METHOD = Message("Метод", "Method")
PATH = Message("Путь", "Path")
FAULT = Message("Сбой", "Fault")
RESET = Message("Начать всё сначала", "Start all over")
HOME = Message("К списку заказов", "To the list of orders")
OLDER = Message("Раньше", "Older")
NEWER = Message("Позже", "Newer")
FAILED = Message("Не получилось: {0}", "That did not work: {0}")


def chosen(asked: str | None, accepted: str) -> Language:
    """The language asked for by `?lang=`, else the first of the two that the browser accepts."""
    if asked in {"ru", "en"}:
        return "ru" if asked == "ru" else "en"
    for part in accepted.lower().split(","):
        if part.strip().startswith(("ru", "en")):
            return "ru" if part.strip().startswith("ru") else "en"
    return "en"
