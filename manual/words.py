"""What the made pages say in each language, beside what the catalog says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Text

if TYPE_CHECKING:
    from manual.stage import Language

CATALOG = {
    "title": Text("Методы", "Methods"),
    "about": Text(
        "Методы библиотеки `cdek`: под русскими и английскими именами, в любом регистре, из командной строки, из Python и "
        "под именами из 1С. Примеры выполнены в песочнице, когда собирались эти страницы; `eyJ…` стоит вместо токена.",
        "The methods of the library `cdek`: under Russian and English names, in any letter case, from the command line, "
        "from Python and under the names of 1C. The examples were executed against the sandbox when these pages were "
        "built; `eyJ…` stands for a token.",
    ),
    "method": Text("Метод", "Method"),
    "does": Text("Что делает", "What it does"),
    "offline": Text("без обращения к СДЭК", "nothing is sent"),
}

TABLE = {
    "parameter": Text("Параметр", "Parameter"),
    "option": Text("CLI опция", "CLI option"),
    "type": Text("Тип", "Type"),
    "required": Text("Обяз.", "Required"),
    "purpose": Text("Назначение", "Purpose"),
    "returns": Text("Возвращает", "Returns"),
    "http": Text("Метод СДЭК", "CDEK's method"),
    "call": Text("Этот вызов", "This call"),
    "examples": Text("Примеры", "Examples"),
    "file": Text("Файл", "File"),
    "result": Text("Результат", "Result"),
    "more": Text("… ещё строк: {}", "… {} more lines"),
}

CLIENT = {
    "title": Text("Методы клиента", "The client's methods"),
    "about": Text(
        "Все методы `Client` и `AsyncClient` по разделам; у `AsyncClient` их ждут через `await`. Что значит каждый параметр, "
        "говорит `help(cdek.orders.refuse)`. Как пользоваться клиентом, рассказано на странице [Python](python.md).",
        "All methods of `Client` and `AsyncClient` by section; those of `AsyncClient` are awaited. What each parameter means, "
        "`help(cdek.orders.refuse)` tells. How to use the client: see [Python](python.md).",
    ),
    "call": Text("Вызов", "Call"),
    "does": Text("Что делает", "What it does"),
    "http": Text("Метод СДЭК", "CDEK's method"),
}

MORE_OF_CLIENT = {
    "calculator.offers": Text(
        "Цены доставки одной посылки, дешёвые впереди", "What the delivery of one package costs, the cheapest first"
    ),
    "deliverypoints.all": Text("Все офисы, страница за страницей", "All offices, page after page"),
    "deliverypoints.stream": Text(
        "Все офисы по одному, пока идёт ответ, в малой памяти",
        "All offices one by one while the answer comes, in little memory",
    ),
    "location.all_cities": Text("Все города, страница за страницей", "All cities, page after page"),
    "location.all_regions": Text("Все регионы, страница за страницей", "All regions, page after page"),
    "print.barcode_pdf": Text("Файл готовых этикеток", "The file of labels that are ready"),
    "print.waybill_pdf": Text("Файл готовой квитанции", "The file of a waybill that is ready"),
}
"""Methods that no method of the catalog stands for alone."""

TYPES = {
    "string": Text("Строка", "String"),
    "number": Text("Число", "Number"),
    "boolean": Text("Булево", "Boolean"),
    "date": Text("Дата", "Date"),
    "object": Text("Структура", "Structure"),
    "array of strings": Text("Массив строк", "Array of strings"),
    "string or array of strings": Text("Строка, Массив строк", "String, Array of strings"),
}


def say(text: Text, language: Language) -> str:
    """A text in a language."""
    return text.ru if language == "ru" else text.en
