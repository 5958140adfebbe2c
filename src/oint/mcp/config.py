"""The config file of `oint mcp`: variables whose values no agent sees, and the methods that an agent may call.

    {"vars": {"Token": "..."}, "allow": ["СоздатьОтказ"]}

`vars` is a field of OInt. `allow` is an addition of this package: OInt lets an agent call everything.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.auth.secure_files import config_folder, is_readable_by_others
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message
from oint.mcp.permissions import read_allowed
from oint.parsing.lenient_json import parse_json
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT = "default"
OPTION = "--config"
MAX_CONFIG_BYTES = 1024 * 1024
"""Limit of the size of a config file, far above any real one."""
VARIABLE_PREFIX = "@@"
"""Prefix by which a text names a variable."""

FIELDS = {
    "vars": Message(
        "строковые значения по именам: агент пишет @@имя и значения не видит",
        "texts by name: the agent writes @@name and does not see the value",
    ),
    "allow": Message(
        "методы, которые агент может вызывать, хотя они меняют данные, стоят денег или необратимы",
        "methods that the agent may call although they change data, cost money or cannot be undone",
    ),
}


class Config(NamedTuple):
    """The contents of the config file.

    Args:
        vars: values by name; never shown
        allow: English names of risky methods that may run, and risks
        warning: what the user should fix
    """

    vars: dict[str, str] = {}  # noqa: RUF012 - it is never changed
    allow: frozenset[str] = frozenset()
    warning: Message | None = None


def read_config(where: str) -> Config:
    """Read a config file; `default` is `mcp.json` in the user's config folder, and may be absent.

    Raises:
        InvalidArgument: the file cannot be read or is not a config; the error repeats no value
    """
    path = get_default_path() if where == DEFAULT else _parse_path(where)
    if where == DEFAULT and not path.exists():
        return Config()
    fields = _read_object(path)
    for name in fields:
        if name not in FIELDS:
            raise _make_error(
                Message(f"нет поля {name!r}", f"there is no field {name!r}"),
                _suggest(name, FIELDS, "Есть", "There are"),
            )
    return Config(
        _check_variables(fields.get("vars", {})), read_allowed(OPTION, fields.get("allow", [])), _warn_if_readable(path)
    )


def get_default_path() -> Path:
    """Return the path of the default config. The path is a choice: the default of OInt has no variables."""
    return config_folder() / "mcp.json"


def build_template(*, empty: bool) -> dict[str, Any]:
    """Build a template of a config: empty, or with an explanation in each field."""
    if empty:
        return {"vars": {}, "allow": []}
    return {
        "vars": {str(Message("Имя", "Name")): str(FIELDS["vars"])},
        "allow": [str(Message("СоздатьОтказ", "CreateRefusal"))],
    }


def list_variables(config: Config) -> list[str]:
    """List the variables as an agent writes them."""
    return [f"{VARIABLE_PREFIX}{name}" for name in config.vars]


def substitute_variables(config: Config, value: Any) -> Any:
    """Return a value with its variables replaced, at any depth.

    Raises:
        InvalidArgument: there is no such variable, or the value is nested too deep
    """
    try:
        return _substitute(config, value)
    except RecursionError:
        raise InvalidArgument(
            "parameters",
            Message("значение вложено слишком глубоко", "the value is nested too deep"),
            Message("Уберите лишние скобки", "Remove the needless brackets"),
        ) from None


def _substitute(config: Config, value: Any) -> Any:
    if isinstance(value, str):
        return (
            _get_variable(config, value.removeprefix(VARIABLE_PREFIX)) if value.startswith(VARIABLE_PREFIX) else value
        )
    if isinstance(value, list):
        return [_substitute(config, each) for each in value]
    if isinstance(value, dict):
        return {name: _substitute(config, each) for name, each in value.items()}
    return value


def _get_variable(config: Config, name: str) -> str:
    if name in config.vars:
        return config.vars[name]
    raise InvalidArgument(
        f"{VARIABLE_PREFIX}{name}",
        Message(f"нет переменной {VARIABLE_PREFIX}{name}", f"there is no variable {VARIABLE_PREFIX}{name}"),
        did_you_mean(
            f"{VARIABLE_PREFIX}{name}",
            list_variables(config),
            Message("Список: get_variables", "For a list: get_variables"),
        ),
    )


def _parse_path(where: str) -> Path:
    if where.lstrip().startswith("{"):
        raise _make_error(
            Message("нужен путь к файлу, а не сам JSON", "expected a path to a file, not the JSON itself"),
            Message(
                "Сохраните JSON в файл: командную строку видят другие",
                "Save it to a file: other users see command lines",
            ),
        )
    return Path(where)


def _read_object(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_CONFIG_BYTES).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "UTF-8"
        raise _make_error(
            Message(f"файл {path} не прочитать ({why})", f"the file {path} cannot be read ({why})"),
            Message("Проверьте путь; образец: oint mcp config", "Check the path; for a template: oint mcp config"),
        ) from None
    document = parse_json(OPTION, text)
    if isinstance(document, dict):
        return document
    raise _make_error(Message("в файле нет объекта JSON", "the file holds no JSON object"), _TEMPLATE)


def _check_variables(variables: Any) -> dict[str, str]:
    if isinstance(variables, dict) and all(isinstance(value, str) for value in variables.values()):
        return variables
    raise _make_error(Message("vars: значения должны быть строками", "vars: the values must be texts"), _TEMPLATE)


def _warn_if_readable(path: Path) -> Message | None:
    if not is_readable_by_others(path.stat()):
        return None
    return Message(f"{path} могут читать другие: chmod 600 {path}", f"other users can read {path}: chmod 600 {path}")


def _suggest(name: str, known: Iterable[str], ru: str, en: str) -> Message:
    listed = ", ".join(known)
    return did_you_mean(name, known, Message(f"{ru}: {listed}", f"{en}: {listed}"))


def _make_error(message: Message, hint: Message) -> InvalidArgument:
    return InvalidArgument(OPTION, Message(f"{OPTION}: {message.ru}", f"{OPTION}: {message.en}"), hint)


_TEMPLATE = Message("Образец: oint mcp config --empty false", "For a template: oint mcp config --empty false")
