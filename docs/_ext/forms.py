"""One call in the four forms of a page: Python, the function of 1C, bash, cmd."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docs._ext.stage import TOKEN
from docs._ext.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docs._ext.scenes import Scene
    from docs._ext.stage import Language
    from oint.catalog.model import Method

FORMS = ("python", "opi", "bash", "cmd")


class CannotBeWritten(ValueError):
    """A value needs more quoting than an example should show."""


def file_of(option: str) -> str:
    """The file that an object is given as."""
    return f"{option}.json"


def files(values: Mapping[str, Any]) -> dict[str, str]:
    """The files that the examples of a call read."""
    return {
        file_of(option): json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        for option, value in values.items()
        if isinstance(value, dict)
    }


def command(method: Method, values: Mapping[str, Any], language: Language, *, goes_on: str, out: str = "") -> str:
    """The command, an option a line; `goes_on` ends the lines that are not the last, `out` is a file for the result."""
    lines = [f"oint cdek {say(method.name, language)}"]
    lines += [f"  --{option} {_word(value, option)}" for option, value in values.items()]
    lines += [f"  --out {out}"] if out else []
    return f" {goes_on}\n".join(lines)


def _word(value: Any, option: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return file_of(option)
    text = str(value) if isinstance(value, str) else "[" + ",".join(f"'{each}'" for each in value) + "]"
    if set(text) & set('"\\$`!%'):
        raise CannotBeWritten(text)
    return f'"{text}"'


def function(method: Method, values: Mapping[str, Any], language: Language) -> str:
    """The function of 1C: its arguments by name above, the call below."""
    given = [
        (say(parameter.name, language), parameter) for parameter in method.parameters if parameter.option in values
    ]
    plain = [(name, parameter.option) for name, parameter in given if parameter.option != "testapi"]
    lines = [f"{name} = {_variable(option, values[option])}" for name, option in plain]
    complete = [parameter.option for parameter in method.parameters][: len(given)] == list(values)
    shown = [(name, repr(values["testapi"]) if parameter.option == "testapi" else name) for name, parameter in given]
    arguments = [value if complete else f"{name}={value}" for name, value in shown]
    answer = "Ответ" if language == "ru" else "Response"
    call = f"{answer} = OPI_CDEK.{say(method.name, language)}({', '.join(arguments)})"
    return "\n".join(["from oint import OPI_CDEK", "", *lines, *([""] if lines else []), call])


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _variable(option: str, value: Any) -> str:
    """A value above a call of the function, which takes a file for an object as the command does."""
    return _literal(file_of(option) if isinstance(value, dict) else value)


def python(scene: Scene, values: Mapping[str, Any]) -> str:
    """The typed client: one expression of the scene within a client, its answer in `answer`."""
    objects = [option for option, value in values.items() if isinstance(value, dict)]
    shown = {option: option if isinstance(value, dict) else _literal(value) for option, value in values.items()}
    expression = f"answer = {scene.python.format(**shown)}"
    read = [f'{option} = json.loads(Path("{file_of(option)}").read_text(encoding="utf-8"))' for option in objects]
    top = ["import json", "from pathlib import Path", ""] if objects else []
    if scene.offline:
        return f"from oint import templates\n\n{expression}"
    opened = 'with Client(Account("account", "password"), test=True) as cdek:'
    return "\n".join(
        [*top, "from oint.cdek import Account, Client", "", *read, *([""] if read else []), opened, f"    {expression}"]
    )


def written(scene: Scene, method: Method, values: Mapping[str, Any], language: Language) -> dict[str, str]:
    """The call in all forms, by their names."""
    return {
        "python": python(scene, values),
        "opi": function(method, values, language),
        "bash": command(method, values, language, goes_on="\\", out=scene.out),
        "cmd": command(method, values, language, goes_on="^", out=scene.out),
    }


def complete(method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """A scene's values with the token and the test host, in the order of the signature."""
    known = dict(given)
    for parameter in method.parameters:
        if parameter.role == "token":
            known.setdefault(parameter.option, TOKEN)
        if parameter.role == "test":
            known.setdefault(parameter.option, True)
    return {parameter.option: known[parameter.option] for parameter in method.parameters if parameter.option in known}
