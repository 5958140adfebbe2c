"""What the made pages say in each language, beside what the catalog says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.language import Text

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
    "call": Text("Вызов", "A call"),
    "examples": Text("Примеры", "Examples"),
    "file": Text("Файл", "File"),
    "result": Text("Результат", "Result"),
    "more": Text("… ещё строк: {}", "… {} more lines"),
}

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
