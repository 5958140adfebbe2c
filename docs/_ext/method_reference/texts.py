"""The texts of generated pages in both languages, beside those of the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Message

if TYPE_CHECKING:
    from docs._ext.environment import Language

CATALOG = {
    "title": Message("Методы", "Methods"),
    "about": Message(
        "Методы библиотеки `cdek`: под русскими и английскими именами, в любом регистре, из командной строки, из Python и "
        "под именами из 1С. Примеры выполнены в песочнице, когда собирались эти страницы; `eyJ…` стоит вместо токена.",
        "The methods of the library `cdek`: under Russian and English names, in any letter case, from the command line, "
        "from Python and under the names of 1C. The examples were executed against the sandbox when these pages were "
        "built; `eyJ…` stands for a token.",
    ),
    "method": Message("Метод", "Method"),
    "does": Message("Что делает", "What it does"),
    "offline": Message("без обращения к СДЭК", "nothing is sent"),
}

TABLE = {
    "parameter": Message("Параметр", "Parameter"),
    "option": Message("CLI опция", "CLI option"),
    "type": Message("Тип", "Type"),
    "required": Message("Обяз.", "Required"),
    "purpose": Message("Назначение", "Purpose"),
    "returns": Message("Возвращает", "Returns"),
    "http": Message("Метод СДЭК", "CDEK's method"),
    "call": Message("Этот вызов", "This call"),
    "examples": Message("Примеры", "Examples"),
    "file": Message("Файл", "File"),
    "result": Message("Результат", "Result"),
    "more": Message("… ещё строк: {}", "… {} more lines"),
}

CLIENT = {
    "title": Message("Методы клиента", "The client's methods"),
    "about": Message(
        "Все методы `Client` и `AsyncClient` по разделам; методы `AsyncClient` вызываются через `await`. Параметры описывает "
        "`help(cdek.orders.refuse)`. Как пользоваться клиентом, рассказано на странице [Python](python.md).",
        "All methods of `Client` and `AsyncClient` by section; those of `AsyncClient` are awaited. "
        "`help(cdek.orders.refuse)` describes the parameters. [Python](python.md) explains how to use the client.",
    ),
    "call": Message("Вызов", "Call"),
    "does": Message("Что делает", "What it does"),
    "http": Message("Метод СДЭК", "CDEK's method"),
}

MORE_OF_CLIENT = {
    "calculator.offers": Message(
        "Цены доставки одной посылки, дешёвые впереди", "Prices of the delivery of one package, the cheapest first"
    ),
    "deliverypoints.all": Message("Все офисы, страница за страницей", "All offices, page after page"),
    "deliverypoints.stream": Message(
        "Все офисы по одному, по мере получения ответа, с малым расходом памяти",
        "All offices one by one as the response arrives, with little memory",
    ),
    "location.all_cities": Message("Все города, страница за страницей", "All cities, page after page"),
    "location.all_regions": Message("Все регионы, страница за страницей", "All regions, page after page"),
    "print.barcode_pdf": Message("Файл готовых этикеток", "The file of finished labels"),
    "print.waybill_pdf": Message("Файл готовой квитанции", "The file of a finished waybill"),
}
"""Methods of the client without a method of their own in the catalog."""

TYPES = {
    "string": Message("Строка", "String"),
    "number": Message("Число", "Number"),
    "boolean": Message("Булево", "Boolean"),
    "date": Message("Дата", "Date"),
    "object": Message("Структура", "Structure"),
    "array of strings": Message("Массив строк", "Array of strings"),
    "string or array of strings": Message("Строка, Массив строк", "String, Array of strings"),
}


def localize(text: Message, language: Language) -> str:
    """Return a text in a language."""
    return text.ru if language == "ru" else text.en
