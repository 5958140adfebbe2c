"""The words of the page, and which language a reader gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Text

if TYPE_CHECKING:
    from oint.i18n import Language

TITLE = Text("Песочница СДЭК", "CDEK sandbox")
ADDRESS = Text("Адрес для клиента: {0}. Аккаунт: {1}.", "Address for a client: {0}. Account: {1}.")
ORDERS = Text("Заказы ({0})", "Orders ({0})")
NO_ORDERS = Text("Заказов ещё нет.", "No orders yet.")
ORDER_OF = Text("Заказ", "Order")
ADDRESS_OF = Text("Адрес", "Address")
ORDER = Text("Заказ {0}", "Order {0}")
NUMBER = Text("Номер СДЭК", "CDEK number")
SHOP_NUMBER = Text("Номер магазина", "Shop's number")
STATUS = Text("Статус", "Status")
REASON = Text("Причина", "Reason")
OWNER = Text("Клиент", "Client")
NEW_ORDER = Text("Новый заказ", "New order")
MAKE = Text("Создать", "Make")
DOOR = Text("до двери", "to the door")
OFFICE = Text("до пункта выдачи", "to an office")
LOCKER = Text("до постамата", "to a locker")
ADVANCE = Text("Следующий статус", "Next status")
FINISH = Text("Закончить фоновую работу", "End the background work")
SET_STATUS = Text("Поставить статус", "Set the status")
WAY = Text("Путь заказа", "The order's way")
REQUESTS = Text("Запросы", "Requests")
REFUSALS = Text("Отказы, которые пришли", "Refusals that came in")
WHEN = Text("Когда", "When")
CITY = Text("Где", "Where")
TYPE = Text("Тип", "Type")
STATE = Text("Состояние", "State")
ERRORS = Text("Ошибки", "Errors")
ANSWERED = Text("Ответ", "Answer")
LOST = Text("ответ потерян", "the answer was lost")
WITHDRAWN = Text("отозван", "withdrawn")
BREAK = Text("Сломать", "Break")
BREAK_ORDER = Text("Сломать следующее обращение к этому заказу", "Break the next call about this order")
FAULTS = Text("Сбои ({0})", "Faults ({0})")
NO_FAULTS = Text("Ничего не сломано.", "Nothing is broken.")
MEND = Text("Починить всё", "Mend everything")
TIMES = Text("сколько раз (пусто: всегда)", "how often (empty: always)")
BEFORE = Text("запрос потерян (работа не сделана)", "the request is lost (no work is done)")
AFTER = Text("ответ потерян (работа сделана)", "the answer is lost (the work is done)")
MEND_ONE = Text("Починить", "Mend")
GONE = Text("Этого сбоя уже нет: обновите страницу.", "That fault is no longer in force: open the page again.")
PLAY = Text("Прожить", "Play")
SCENARIOS = Text("Заказ с готовой жизнью", "An order with a whole life")
LIVES = {
    "happy": Text("вручён по всему маршруту", "delivered along its whole route"),
    "refused_at_the_door": Text("отказ у двери и возврат", "refused at the door, a return"),
    "locker_expired": Text("не забран из постамата, возврат", "nobody comes to the locker, a return"),
    "partial_delivery": Text("частичная доставка, возврат остального", "a part is kept, a return of the rest"),
    "stuck_in_accepted": Text("так и не создан", "never made"),
    "withdrawn_status": Text("вручён, и статус отозван", "delivered, and the status withdrawn"),
    "lost": Text("утерян в пути", "lost on the way"),
}
SEARCH = Text("Найти", "Find")
SEARCHED = Text("номер, uuid или статус", "a number, a uuid or a status")
FOUND = Text("Найдено: {0}.", "Found: {0}.")
INTAKES = Text("Заявки на курьера", "Intakes")
NO_INTAKES = Text("Заявок ещё нет.", "No intakes yet.")
DAY_OF = Text("День", "Day")
WEBHOOKS = Text("Вебхуки", "Webhooks")
SUBSCRIPTIONS = Text("Подписки ({0})", "Subscriptions ({0})")
NO_SUBSCRIPTIONS = Text("Подписок нет: клиент делает их сам.", "No subscriptions: the client makes them.")
DELIVERIES = Text("Отправки ({0})", "Deliveries ({0})")
ENDED = Text("Окончена", "Ended")
ACTIVE = Text("действует", "active")
ATTEMPTS = Text("Попытки", "Attempts")
EVENT = Text("Событие", "Event")
SEND = Text("Отправить событие", "Send an event")
TELL_OFFICE = Text("Сообщить о пункте", "Tell of an office")
OPENED = Text("открылся", "has opened")
CLOSED = Text("закрылся", "has closed")
EVERYBODY = Text("всем клиентам", "to every client")
ATTRIBUTES = Text("attributes (JSON)", "attributes (JSON)")
NO_JSON = Text("Поле attributes - не объект JSON.", "The field attributes is no JSON object.")
CLOCK = Text("Часы песочницы: {0}", "The sandbox's clock: {0}")
HOUR = Text("+ час", "+ an hour")
DAY = Text("+ сутки", "+ a day")
MINUTE = Text("+ минута", "+ a minute")
CALLS = Text("Последние обращения", "Latest calls")
METHOD = Text("Метод", "Method")
PATH = Text("Путь", "Path")
FAULT = Text("Сбой", "Fault")
RESET = Text("Начать всё сначала", "Start all over")
HOME = Text("К списку заказов", "To the list of orders")
OLDER = Text("Раньше", "Older")
NEWER = Text("Позже", "Newer")
FAILED = Text("Не получилось: {0}", "That did not work: {0}")


def chosen(asked: str | None, accepted: str) -> Language:
    """The language asked for by `?lang=`, else the first of the two that the browser accepts."""
    if asked in {"ru", "en"}:
        return "ru" if asked == "ru" else "en"
    for part in accepted.lower().split(","):
        if part.strip().startswith(("ru", "en")):
            return "ru" if part.strip().startswith("ru") else "en"
    return "en"
