"""The words of the page, and which language a reader gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.language import Text

if TYPE_CHECKING:
    from oint.language import Language

TITLE = Text("Песочница СДЭК", "CDEK sandbox")
ADDRESS = Text("Адрес для клиента: {0}. Аккаунт: {1}.", "Address for a client: {0}. Account: {1}.")
ORDERS = Text("Заказы ({0})", "Orders ({0})")
NO_ORDERS = Text("Заказов ещё нет.", "No orders yet.")
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
