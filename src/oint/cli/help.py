"""The pages of help, each in the user's language. They load nothing but the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import oint
from oint.catalog import LIBRARIES
from oint.catalog.model import RISKS
from oint.cli import codes
from oint.cli.table import columns
from oint.i18n import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.catalog.model import Library, Method, Parameter

VERBS = {
    "refusals": Text(
        "зарегистрировать отказы и дождаться решения СДЭК", "register refusals and follow them to CDEK's verdict"
    ),
    "sandbox": Text("СДЭК на своём компьютере, без сети", "a CDEK on the laptop, offline"),
    "mcp": Text("методы oint как инструменты для агентов", "the methods of oint as tools for agents"),
    "completion": Text("автодополнение команд в bash, zsh, fish", "completion of commands in bash, zsh, fish"),
    "credentials": Text("сохранить, показать, забыть учётные данные", "save, show, forget credentials"),
    "help": Text("справка: exit-codes, environment, библиотека", "help: exit-codes, environment, a library"),
}

STANDARD = (
    (
        "--out FILE",
        Text(
            "записать результат в файл, показать его место и размер",
            "write the result to a file, show where and how big",
        ),
    ),
    ("--help", Text("эта справка", "this help")),
    (
        "--json FIELDS",
        Text(
            "только эти поля, через запятую: entity.uuid,requests.state",
            "these fields only, commas between: entity.uuid,requests.state",
        ),
    ),
    ("--table", Text("таблицей, где ответ - список", "as a table, where the answer is a list")),
    ("--csv", Text("в CSV, где ответ - список", "as CSV, where the answer is a list")),
    ("--debug", Text("показать обмен с сервером и подробности ошибки", "show the exchange and an error's details")),
    ("--test", Text("показать, что было бы вызвано, и ничего не послать", "show what would be called, send nothing")),
    (
        "--config JSON",
        Text("настройки вызова; без значения: их список", "settings of the call; alone: the list of them"),
    ),
)

ENVIRONMENT = {
    "OINT_CDEK_TOKEN": Text("токен доступа", "access token"),
    "OINT_CDEK_ACCOUNT": Text("идентификатор аккаунта", "the account's identifier"),
    "OINT_CDEK_PASSWORD": Text("пароль аккаунта", "the account's password"),
    "OINT_PROFILE": Text("имя профиля учётных данных", "name of the credentials' profile"),
    "OINT_CDEK_URL": Text(
        "адрес API вместо адресов СДЭК (песочница)", "address of the API instead of CDEK's (a sandbox)"
    ),
    "HTTPS_PROXY": Text(
        "прокси на пути к СДЭК: http://имя:порт; рядом NO_PROXY",
        "a proxy on the way to CDEK: http://host:port; also NO_PROXY",
    ),
    "OINT_LANG": Text("язык: ru или en", "language: ru or en"),
    "OINT_CONFIG_DIR": Text("папка профилей", "folder of the profiles"),
    "OINT_CACHE_DIR": Text("папка для токенов", "folder for tokens"),
    "OINT_LEDGER": Text("журнал отказов: файл или postgresql://…", "ledger of refusals: a file or postgresql://…"),
    "OINT_MAX_REFUSALS": Text(
        "сколько отказов --yes подтверждает за раз, не больше (5000)",
        "refusals that --yes approves at once at most (5000)",
    ),
    "OINT_DATA_DIR": Text("папка для журнала отказов", "folder for the ledger of refusals"),
}

TYPES = {
    "string": Text("строка", "string"),
    "number": Text("число", "number"),
    "boolean": Text("булево", "boolean"),
    "date": Text("дата", "date"),
    "object": Text("объект", "object"),
    "array of strings": Text("массив строк", "array of strings"),
    "string or array of strings": Text("строка или массив строк", "string or array of strings"),
}
GRAMMAR = Text(
    'oint <библиотека> <метод> --опция "значение" … [--out FILE] [--help] [--debug] [--test] [--config JSON]',
    'oint <library> <method> --option "value" … [--out FILE] [--help] [--debug] [--test] [--config JSON]',
)


def start_page() -> str:
    """What `oint` alone shows."""
    return "\n\n".join(
        (
            f"oint {oint.__version__}",
            str(GRAMMAR),
            _section(Text("Библиотеки", "Libraries"), [(name, str(lib.title)) for name, lib in LIBRARIES.items()]),
            _section(Text("Команды", "Commands"), [(name, str(text)) for name, text in VERBS.items()]),
            _section(Text("Стандартные опции", "Standard options"), [(name, str(text)) for name, text in STANDARD]),
            environment_page(),
            str(Text("Дальше: oint cdek · oint help exit-codes", "Next: oint cdek · oint help exit-codes")),
        )
    )


def environment_page() -> str:
    """The environment variables."""
    rows = [(name, str(text)) for name, text in ENVIRONMENT.items()]
    return _section(Text("Переменные окружения", "Environment variables"), rows)


def exit_codes_page() -> str:
    """The exit codes."""
    return _section(
        Text("Коды завершения", "Exit codes"), [(str(code), str(text)) for code, text in codes.MEANINGS.items()]
    )


def settings_page() -> str:
    """The settings of --config."""
    from oint.cli.settings import SETTINGS  # noqa: PLC0415 - one page needs it

    return _section(
        Text("Настройки --config", "Settings of --config"), [(name, str(text)) for name, text in SETTINGS.items()]
    )


def library_page(library: Library) -> str:
    """The methods of a library by region, each under both names: the user's language first."""
    parts = [f"oint {library.name} · {library.title}"]
    for region, title in library.regions.items():
        methods = [method for method in library.methods if method.region == region]
        parts.append(_section(title, [(str(m.name), _other(m.name), str(m.sentence)) for m in methods]))
    parts.append(str(Text("Опции метода: oint cdek МЕТОД --help", "A method's options: oint cdek METHOD --help")))
    return "\n\n".join(parts)


def method_page(library: Library, method: Method) -> str:
    """What a method does, its options, an example, and what it returns."""
    rows = [_header(), *(_option(parameter) for parameter in method.parameters)]
    return "\n\n".join(
        (
            f"oint {library.name} {method.name} ({_other(method.name)})",
            f"{method.sentence}\n{method.call}{_risk(method)}",
            _section(Text("Опции", "Options"), rows),
            _titled(Text("Пример", "Example"), _example(library, method)),
            _titled(Text("Ответ", "Returns"), str(method.returns)),
            _section(Text("Стандартные опции", "Standard options"), [(name, str(text)) for name, text in STANDARD]),
        )
    )


def _risk(method: Method) -> str:
    return "" if method.risk == "none" else f"\n{Text('Внимание', 'Mind')}: {RISKS[method.risk]}"


def _header() -> tuple[str, ...]:
    titles = (
        Text("опция", "option"),
        Text("кратко", "short"),
        Text("тип", "type"),
        Text("обязательна", "required"),
        Text("по умолчанию", "default"),
        Text("параметр", "parameter"),
        Text("назначение", "purpose"),
    )
    return tuple(map(str, titles))


def _option(parameter: Parameter) -> tuple[str, ...]:
    required = Text("да", "yes") if parameter.required else Text("нет", "no")
    default = "" if parameter.default is None else str(parameter.default)
    if parameter.type == "boolean" and not parameter.required:
        default = "false"
    if parameter.from_credentials:
        default = str(Text("учётные данные", "credentials"))
    return (
        f"--{parameter.option}",
        f"-{parameter.short}",
        str(TYPES[parameter.type]),
        str(required),
        default,
        str(parameter.name),
        str(parameter.purpose),
    )


def _example(library: Library, method: Method) -> str:
    words = [f"oint {library.name} {method.name}"]
    words += [f"--{each.option} {_quoted(each.example)}" for each in method.parameters if each.example]
    return " ".join(words)


def _quoted(value: str) -> str:
    """A value as bash and cmd alike take it whole."""
    return f'"{value}"' if set(value) & set(" '[]{}") else value


def _other(name: Text) -> str:
    """The name in the language that the user does not read."""
    return name.en if str(name) == name.ru else name.ru


def _section(title: Text, rows: Sequence[tuple[str, ...]]) -> str:
    return _titled(title, columns(rows))


def _titled(title: Text, text: str) -> str:
    return "\n".join((f"{title}:", *(f"  {line}" for line in text.split("\n"))))
