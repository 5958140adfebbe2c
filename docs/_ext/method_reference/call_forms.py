"""Write one call in the four forms of a page: Python, the function of 1C, bash, cmd."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docs._ext.environment import TOKEN
from docs._ext.method_reference.texts import localize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docs._ext.environment import Language
    from docs._ext.method_reference.examples import MethodExample
    from oint.catalog.model import Method

FORMS = ("python", "opi", "bash", "cmd")


class UnquotableValue(ValueError):
    """A value needs more quoting than an example should show."""


def name_file(option: str) -> str:
    """Return the name of the file with the object of an option."""
    return f"{option}.json"


def build_files(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the files that the examples of a call read, by name."""
    return {
        name_file(option): json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        for option, value in values.items()
        if isinstance(value, dict)
    }


def write_command(
    method: Method, values: Mapping[str, Any], language: Language, *, continuation: str, out: str = ""
) -> str:
    """Return the command with one option a line.

    Args:
        method: the method that is called
        values: the values by option
        language: the language of the method's name
        continuation: ends every line but the last
        out: the file for the result; empty: none
    """
    lines = [f"oint cdek {localize(method.name, language)}"]
    lines += [f"  --{option} {_write_argument(value, option)}" for option, value in values.items()]
    lines += [f"  --out {out}"] if out else []
    return f" {continuation}\n".join(lines)


def _write_argument(value: Any, option: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return name_file(option)
    text = str(value) if isinstance(value, str) else "[" + ",".join(f"'{each}'" for each in value) + "]"
    if set(text) & set('"\\$`!%'):
        raise UnquotableValue(text)
    return f'"{text}"'


def write_function(method: Method, values: Mapping[str, Any], language: Language) -> str:
    """Return the call of the function of 1C, below its arguments."""
    parameters = [
        (localize(parameter.name, language), parameter) for parameter in method.parameters if parameter.option in values
    ]
    plain = [(name, parameter.option) for name, parameter in parameters if parameter.option != "testapi"]
    lines = [f"{name} = {_write_variable(option, values[option])}" for name, option in plain]
    complete = [parameter.option for parameter in method.parameters][: len(parameters)] == list(values)
    shown = [
        (name, repr(values["testapi"]) if parameter.option == "testapi" else name) for name, parameter in parameters
    ]
    arguments = [value if complete else f"{name}={value}" for name, value in shown]
    answer = "Ответ" if language == "ru" else "Response"
    call = f"{answer} = OPI_CDEK.{localize(method.name, language)}({', '.join(arguments)})"
    return "\n".join(["from oint import OPI_CDEK", "", *lines, *([""] if lines else []), call])


def _write_literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _write_variable(option: str, value: Any) -> str:
    """Return a value as Python; an object is the name of a file, as in the command."""
    return _write_literal(name_file(option) if isinstance(value, dict) else value)


def write_python(example: MethodExample, values: Mapping[str, Any]) -> str:
    """Return the call of the typed client. The name `answer` holds its result."""
    objects = [option for option, value in values.items() if isinstance(value, dict)]
    shown = {option: option if isinstance(value, dict) else _write_literal(value) for option, value in values.items()}
    expression = f"answer = {example.python.format(**shown)}"
    read = [f'{option} = json.loads(Path("{name_file(option)}").read_text(encoding="utf-8"))' for option in objects]
    top = ["import json", "from pathlib import Path", ""] if objects else []
    if example.offline:
        return f"from oint import templates\n\n{expression}"
    opened = 'with Client(Account("account", "password"), test=True) as cdek:'
    return "\n".join(
        [*top, "from oint.cdek import Account, Client", "", *read, *([""] if read else []), opened, f"    {expression}"]
    )


def write_forms(
    example: MethodExample, method: Method, values: Mapping[str, Any], language: Language
) -> dict[str, str]:
    """Return the call in each of `FORMS`."""
    return {
        "python": write_python(example, values),
        "opi": write_function(method, values, language),
        "bash": write_command(method, values, language, continuation="\\", out=example.out),
        "cmd": write_command(method, values, language, continuation="^", out=example.out),
    }


def add_common_values(method: Method, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an example with the token and the test host, in the order of the signature."""
    complete = dict(values)
    for parameter in method.parameters:
        if parameter.role == "token":
            complete.setdefault(parameter.option, TOKEN)
        if parameter.role == "test":
            complete.setdefault(parameter.option, True)
    return {
        parameter.option: complete[parameter.option] for parameter in method.parameters if parameter.option in complete
    }
