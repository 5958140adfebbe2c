"""The config file of `oint mcp`: variables, which no agent sees the values of, and what an agent may do.

    {"vars": {"Token": "..."}, "allow": ["СоздатьОтказ"]}

`vars` is OInt's. `allow` is ours: OInt lets an agent do anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.auth.secure_files import config_folder, is_readable_by_others
from oint.cdek.errors import BadArgument
from oint.i18n import Message
from oint.mcp.permissions import read_allowed
from oint.parsing.lenient_json import parse_json
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT = "default"
OPTION = "--config"
LARGEST = 1024 * 1024
"""Bytes; many times a file of variables."""
MARK = "@@"
"""What a variable's name begins with where it stands for its value."""

FIELDS = {
    "vars": Message(
        "строковые значения по именам: агент пишет @@имя и значения не видит",
        "texts by name: the agent writes @@name and does not see the value",
    ),
    "allow": Message(
        "методы, которые агент может вызывать, хотя они меняют данные, стоят денег или необратимы",
        "methods that the agent may call though they change something, cost money or cannot be undone",
    ),
}


class Config(NamedTuple):
    """What the config file says.

    Args:
        vars: values by name; never shown
        allow: English names of the methods that may run though they carry a risk
        warning: what the user should mend
    """

    vars: dict[str, str] = {}  # noqa: RUF012 - nobody writes into it
    allow: frozenset[str] = frozenset()
    warning: Message | None = None


def read_config(where: str) -> Config:
    """The config of a file; `default` is `mcp.json` in the user's config folder, where there is one.

    Raises:
        BadArgument: the file cannot be read, or holds what is no config; the error repeats no value
    """
    path = default_path() if where == DEFAULT else _path(where)
    if where == DEFAULT and not path.exists():
        return Config()
    found = _parsed(path)
    for name in found:
        if name not in FIELDS:
            raise _wrong(
                Message(f"нет поля {name!r}", f"there is no field {name!r}"),
                _nearest(name, FIELDS, "Есть", "There are"),
            )
    return Config(_vars(found.get("vars", {})), read_allowed(OPTION, found.get("allow", [])), _too_open(path))


def default_path() -> Path:
    """Where the default config is looked for: a choice, OInt's own default has no variables."""
    return config_folder() / "mcp.json"


def template(*, empty: bool) -> dict[str, Any]:
    """A config to begin with: with nothing in it, or with what its fields are for."""
    if empty:
        return {"vars": {}, "allow": []}
    return {
        "vars": {str(Message("Имя", "Name")): str(FIELDS["vars"])},
        "allow": [str(Message("СоздатьОтказ", "CreateRefusal"))],
    }


def names(config: Config) -> list[str]:
    """The variables as an agent writes them."""
    return [f"{MARK}{name}" for name in config.vars]


def filled(config: Config, value: Any) -> Any:
    """A value of an agent's with its variables replaced, as deep as anybody needs them.

    Raises:
        BadArgument: there is no such variable, or the value is nested beyond all need
    """
    try:
        return _filled(config, value)
    except RecursionError:
        raise BadArgument(
            "parameters",
            Message("значение вложено слишком глубоко", "the value is nested too deep"),
            Message("Уберите лишние скобки", "Take away the needless brackets"),
        ) from None


def _filled(config: Config, value: Any) -> Any:
    if isinstance(value, str):
        return _variable(config, value.removeprefix(MARK)) if value.startswith(MARK) else value
    if isinstance(value, list):
        return [_filled(config, each) for each in value]
    if isinstance(value, dict):
        return {name: _filled(config, each) for name, each in value.items()}
    return value


def _variable(config: Config, name: str) -> str:
    if name in config.vars:
        return config.vars[name]
    raise BadArgument(
        f"{MARK}{name}",
        Message(f"нет переменной {MARK}{name}", f"there is no variable {MARK}{name}"),
        did_you_mean(f"{MARK}{name}", names(config), Message("Список: get_variables", "For a list: get_variables")),
    )


def _path(where: str) -> Path:
    if where.lstrip().startswith("{"):
        raise _wrong(
            Message("нужен путь к файлу, а не сам JSON", "a path to a file is needed, not the JSON itself"),
            Message(
                "Сохраните JSON в файл: командную строку видят другие", "Save it to a file: others see command lines"
            ),
        )
    return Path(where)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "UTF-8"
        raise _wrong(
            Message(f"файл {path} не прочитать ({why})", f"the file {path} cannot be read ({why})"),
            Message("Проверьте путь; образец: oint mcp config", "Check the path; for a template: oint mcp config"),
        ) from None
    found = parse_json(OPTION, text)
    if isinstance(found, dict):
        return found
    raise _wrong(Message("в файле нет объекта JSON", "the file holds no JSON object"), _TEMPLATE)


def _vars(found: Any) -> dict[str, str]:
    if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()):
        return found
    raise _wrong(Message("vars: значения должны быть строками", "vars: the values must be texts"), _TEMPLATE)


def _too_open(path: Path) -> Message | None:
    if not is_readable_by_others(path.stat()):
        return None
    return Message(f"{path} могут читать другие: chmod 600 {path}", f"others can read {path}: chmod 600 {path}")


def _nearest(name: str, known: Iterable[str], ru: str, en: str) -> Message:
    listed = ", ".join(known)
    return did_you_mean(name, known, Message(f"{ru}: {listed}", f"{en}: {listed}"))


def _wrong(sentence: Message, next_step: Message) -> BadArgument:
    return BadArgument(OPTION, Message(f"{OPTION}: {sentence.ru}", f"{OPTION}: {sentence.en}"), next_step)


_TEMPLATE = Message("Образец: oint mcp config --empty false", "For a template: oint mcp config --empty false")
