"""The pages of help, each in the user's language. They load nothing but the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import oint
from oint.catalog import LIBRARIES
from oint.catalog.model import RISKS
from oint.cli import codes
from oint.cli.table import columns
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.catalog.model import Library, Method, Parameter

VERBS = {
    "refusals": Message(
        "зарегистрировать отказы и дождаться решения СДЭК", "register refusals and follow them to CDEK's verdict"
    ),
    "sandbox": Message("СДЭК на своём компьютере, без сети", "an offline CDEK sandbox on this computer"),
    "mcp": Message("методы oint как инструменты для агентов", "the methods of oint as tools for agents"),
    "completion": Message("автодополнение команд в bash, zsh, fish", "completion of commands in bash, zsh, fish"),
    "credentials": Message("сохранить, показать, забыть учётные данные", "save, show, forget credentials"),
    "help": Message("справка: exit-codes, environment, библиотека", "help: exit-codes, environment, a library"),
}

STANDARD = (
    (
        "--out FILE",
        Message(
            "записать результат в файл, показать его место и размер",
            "write the result to a file, show where and how big",
        ),
    ),
    ("--help", Message("эта справка", "this help")),
    (
        "--json FIELDS",
        Message(
            "только эти поля, через запятую: entity.uuid,requests.state",
            "these fields only, commas between: entity.uuid,requests.state",
        ),
    ),
    ("--table", Message("таблицей, где ответ - список", "as a table, where the answer is a list")),
    ("--csv", Message("в CSV, где ответ - список", "as CSV, where the answer is a list")),
    ("--debug", Message("показать обмен с сервером и подробности ошибки", "show the exchange and an error's details")),
    (
        "--test",
        Message("показать, что было бы вызвано, и ничего не послать", "show what would be called, send nothing"),
    ),
    (
        "--config JSON",
        Message("настройки вызова; без значения: их список", "settings of the call; alone: the list of them"),
    ),
)

ENVIRONMENT = {
    "OINT_CDEK_TOKEN": Message("токен доступа", "access token"),
    "OINT_CDEK_ACCOUNT": Message("идентификатор аккаунта", "the account's identifier"),
    "OINT_CDEK_PASSWORD": Message("пароль аккаунта", "the account's password"),
    "OINT_PROFILE": Message("имя профиля учётных данных", "name of the credentials' profile"),
    "OINT_CDEK_URL": Message(
        "адрес API вместо адресов СДЭК (песочница)", "address of the API instead of CDEK's (a sandbox)"
    ),
    "HTTPS_PROXY": Message(
        "прокси на пути к СДЭК: http://имя:порт; рядом NO_PROXY",
        "a proxy on the way to CDEK: http://host:port; also NO_PROXY",
    ),
    "SSL_CERT_FILE": Message(
        "файл PEM с корневыми сертификатами вместо системных",
        "a PEM file of root certificates instead of the system's",
    ),
    "OINT_LANG": Message("язык: ru или en", "language: ru or en"),
    "OINT_CONFIG_DIR": Message("папка профилей", "folder of the profiles"),
    "OINT_CACHE_DIR": Message("папка для токенов", "folder for tokens"),
    "OINT_LEDGER": Message("реестр отказов: файл или postgresql://…", "ledger of refusals: a file or postgresql://…"),
    "OINT_MAX_REFUSALS": Message(
        "сколько отказов --yes подтверждает за раз, не больше (5000)",
        "most refusals that --yes approves at once (5000)",
    ),
    "OINT_DATA_DIR": Message("папка для реестра отказов", "folder for the ledger of refusals"),
}

TYPES = {
    "string": Message("строка", "string"),
    "number": Message("число", "number"),
    "boolean": Message("булево", "boolean"),
    "date": Message("дата", "date"),
    "object": Message("объект", "object"),
    "array of strings": Message("массив строк", "array of strings"),
    "string or array of strings": Message("строка или массив строк", "string or array of strings"),
}
GRAMMAR = Message(
    'oint <библиотека> <метод> --опция "значение" … [--out FILE] [--help] [--debug] [--test] [--config JSON]',
    'oint <library> <method> --option "value" … [--out FILE] [--help] [--debug] [--test] [--config JSON]',
)


def start_page() -> str:
    """Write the page that `oint` alone shows."""
    return "\n\n".join(
        (
            f"oint {oint.__version__}",
            str(GRAMMAR),
            _section(Message("Библиотеки", "Libraries"), [(name, str(lib.title)) for name, lib in LIBRARIES.items()]),
            _section(Message("Команды", "Commands"), [(name, str(text)) for name, text in VERBS.items()]),
            _section(Message("Стандартные опции", "Standard options"), [(name, str(text)) for name, text in STANDARD]),
            environment_page(),
            str(Message("Дальше: oint cdek · oint help exit-codes", "Next: oint cdek · oint help exit-codes")),
        )
    )


def environment_page() -> str:
    """Write the page of environment variables."""
    rows = [(name, str(text)) for name, text in ENVIRONMENT.items()]
    return _section(Message("Переменные окружения", "Environment variables"), rows)


def exit_codes_page() -> str:
    """Write the page of exit codes."""
    return _section(
        Message("Коды завершения", "Exit codes"), [(str(code), str(text)) for code, text in codes.MEANINGS.items()]
    )


def settings_page() -> str:
    """Write the page of the settings of --config."""
    from oint.cli.settings import SETTINGS  # noqa: PLC0415 - one page needs it

    return _section(
        Message("Настройки --config", "Settings of --config"), [(name, str(text)) for name, text in SETTINGS.items()]
    )


def library_page(library: Library) -> str:
    """List the methods of a library by group, each under both names: the user's language first."""
    parts = [f"oint {library.name} · {library.title}"]
    for region, title in library.groups.items():
        methods = [method for method in library.methods if method.group == region]
        parts.append(_section(title, [(str(m.name), _other(m.name), str(m.summary)) for m in methods]))
    parts.append(str(Message("Опции метода: oint cdek МЕТОД --help", "A method's options: oint cdek METHOD --help")))
    return "\n\n".join(parts)


def method_page(library: Library, method: Method) -> str:
    """Write a method's page: what it does, its options, an example, and what it returns."""
    rows = [_header(), *(_option(parameter) for parameter in method.parameters)]
    return "\n\n".join(
        (
            f"oint {library.name} {method.name} ({_other(method.name)})",
            f"{method.summary}\n{method.call}{_risk(method)}",
            _section(Message("Опции", "Options"), rows),
            _add_title(Message("Пример", "Example"), _example(library, method)),
            _add_title(Message("Ответ", "Returns"), str(method.returns)),
            _section(Message("Стандартные опции", "Standard options"), [(name, str(text)) for name, text in STANDARD]),
        )
    )


def _risk(method: Method) -> str:
    return "" if method.risk == "read" else f"\n{Message('Внимание', 'Mind')}: {RISKS[method.risk]}"


def _header() -> tuple[str, ...]:
    titles = (
        Message("опция", "option"),
        Message("кратко", "short"),
        Message("тип", "type"),
        Message("обязательна", "required"),
        Message("по умолчанию", "default"),
        Message("параметр", "parameter"),
        Message("назначение", "purpose"),
    )
    return tuple(map(str, titles))


def _option(parameter: Parameter) -> tuple[str, ...]:
    required = Message("да", "yes") if parameter.required else Message("нет", "no")
    default = "" if parameter.default is None else str(parameter.default)
    if parameter.type == "boolean" and not parameter.required:
        default = "false"
    if parameter.from_credentials:
        default = str(Message("учётные данные", "credentials"))
    return (
        f"--{parameter.option}",
        f"-{parameter.short}",
        str(TYPES[parameter.type]),
        str(required),
        default,
        str(parameter.name),
        str(parameter.help),
    )


def _example(library: Library, method: Method) -> str:
    parts = [f"oint {library.name} {method.name}"]
    parts += [f"--{each.option} {_quote(each.example)}" for each in method.parameters if each.example]
    return " ".join(parts)


def _quote(value: str) -> str:
    """Quote a value so that bash and cmd both take it as one word."""
    return f'"{value}"' if set(value) & set(" '[]{}") else value


def _other(name: Message) -> str:
    """Return the name in the language that the user does not read."""
    return name.en if str(name) == name.ru else name.ru


def _section(title: Message, rows: Sequence[tuple[str, ...]]) -> str:
    return _add_title(title, columns(rows))


def _add_title(title: Message, text: str) -> str:
    return "\n".join((f"{title}:", *(f"  {line}" for line in text.split("\n"))))
