"""The texts of the pages in two languages, and the choice between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Message

if TYPE_CHECKING:
    from oint.i18n import Language

TITLE = Message("Песочница СДЭК", "CDEK sandbox")
CLIENT_URL = Message("Адрес для клиента: {0}. Аккаунт: {1}.", "Address for a client: {0}. Account: {1}.")
HOME = Message("К списку заказов", "Back to the orders")
FAILED = Message("Не удалось: {0}", "Failed: {0}")
NEWER = Message("Новее", "Newer")
OLDER = Message("Старее", "Older")

NUMBER = Message("Номер СДЭК", "CDEK number")
SHOP_NUMBER = Message("Номер магазина", "Shop's number")
STATUS = Message("Статус", "Status")
REASON = Message("Причина", "Reason")
OWNER = Message("Клиент", "Client")
TIME = Message("Время", "Time")
CITY = Message("Место", "Place")
TYPE = Message("Тип", "Type")
STATE = Message("Состояние", "State")
ERRORS = Message("Ошибки", "Errors")
RESPONSE = Message("Ответ", "Response")
ORDER_COLUMN = Message("Заказ", "Order")
URL_COLUMN = Message("Адрес", "Address")
DAY_COLUMN = Message("День", "Day")

CLOCK = Message("Время в песочнице: {0}", "Sandbox time: {0}")
MINUTE = Message("+ минута", "+ a minute")
HOUR = Message("+ час", "+ an hour")
DAY = Message("+ сутки", "+ a day")
RESET = Message("Сбросить песочницу", "Reset the sandbox")

ORDERS = Message("Заказы ({0})", "Orders ({0})")
NO_ORDERS = Message("Заказов ещё нет.", "No orders yet.")
SEARCH = Message("Найти", "Search")
SEARCHED_FIELDS = Message("номер, UUID или статус", "number, UUID or status")
FOUND = Message("Найдено: {0}.", "Found: {0}.")
NEW_ORDER = Message("Новый заказ", "New order")
CREATE = Message("Создать", "Create")
OFFICE = Message("до пункта выдачи", "to an office")
DOOR = Message("до двери", "to the door")
LOCKER = Message("до постамата", "to a locker")
ORDER_BY_SCENARIO = Message("Заказ по сценарию", "Order by a scenario")
RUN_SCENARIO = Message("Запустить сценарий", "Run the scenario")
SCENARIOS = {
    "happy": Message("вручён, прошёл весь маршрут", "delivered, with every status of its route"),
    "refused_at_the_door": Message("отказ у двери и возврат", "refused at the door, then a return"),
    "locker_expired": Message("не забран из постамата, возврат", "not picked up from the locker, then a return"),
    "partial_delivery": Message("частичная доставка, возврат остального", "partial delivery, a return of the rest"),
    "stuck_in_accepted": Message("создание не завершается", "its creation does not end"),
    "withdrawn_status": Message("вручён, затем статус отозван", "delivered, then the status is withdrawn"),
    "lost": Message("утерян в пути", "lost in transit"),
}

ORDER = Message("Заказ {0}", "Order {0}")
ADVANCE = Message("Следующий статус", "Next status")
FINISH = Message("Завершить фоновую обработку", "End the background work")
SET_STATUS = Message("Установить статус", "Set the status")
STATUS_HISTORY = Message("История статусов", "Status history")
WITHDRAWN = Message("отозван", "withdrawn")
REQUESTS = Message("Запросы", "Requests")
REFUSALS = Message("Полученные запросы на отказ", "Received refusals")
RESPONSE_LOST = Message("ответ потерян", "the response was lost")
ADD_FAULT_TO_ORDER = Message("Сбой при следующем обращении к этому заказу", "A fault in the next call about this order")

FAULTS = Message("Сбои ({0})", "Faults ({0})")
FAULT = Message("Сбой", "Fault")
NO_FAULTS = Message("Сбоев нет.", "No faults.")
ADD_FAULT = Message("Добавить сбой", "Add a fault")
REMOVE_FAULT = Message("Убрать", "Remove")
CLEAR_FAULTS = Message("Сбросить сбои", "Clear all faults")
FAULT_GONE = Message("Этого сбоя уже нет: обновите страницу.", "That fault is no longer in force: reload the page.")
TIMES = Message("сколько раз (пусто: всегда)", "how many times (empty: always)")
BEFORE = Message("запрос потерян (не выполнен)", "the request is lost (not processed)")
AFTER = Message("ответ потерян (запрос выполнен)", "the response is lost (the request is processed)")

CALLS = Message("Последние обращения", "Latest calls")
METHOD = Message("Метод", "Method")
PATH = Message("Путь", "Path")

INTAKES = Message("Заявки на курьера", "Intakes")
NO_INTAKES = Message("Заявок ещё нет.", "No intakes yet.")

WEBHOOKS = Message("Вебхуки", "Webhooks")
SUBSCRIPTIONS = Message("Подписки ({0})", "Subscriptions ({0})")
NO_SUBSCRIPTIONS = Message("Подписок нет: их создаёт клиент.", "No subscriptions: a client creates them.")
DELIVERIES = Message("Отправки ({0})", "Deliveries ({0})")
ENDED = Message("завершена", "ended")
ACTIVE = Message("действует", "active")
ATTEMPTS = Message("Попытки", "Attempts")
EVENT = Message("Событие", "Event")
SEND_EVENT = Message("Отправить событие", "Send an event")
SEND_OFFICE_EVENT = Message("Сообщить о пункте выдачи", "Send an office event")
OPENED = Message("открылся", "has opened")
CLOSED = Message("закрылся", "has closed")
BOTH_CLIENTS = Message("обоим клиентам", "both clients")
ATTRIBUTES = Message("attributes (JSON)", "attributes (JSON)")
NOT_AN_OBJECT = Message("Поле attributes: нужен объект JSON.", "The field attributes must be a JSON object.")


def choose_language(requested: str | None, accepted: str) -> Language:
    """Return the language of `?lang=`, otherwise the first of the two that the browser accepts."""
    if requested in {"ru", "en"}:
        return "ru" if requested == "ru" else "en"
    for part in accepted.lower().split(","):
        if part.strip().startswith(("ru", "en")):
            return "ru" if part.strip().startswith("ru") else "en"
    return "en"
