"""Arguments of an agent: validated against a tool, and turned into values of a method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from oint import dispatch
from oint.catalog import LIBRARIES
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message
from oint.mcp.config import VARIABLE_PREFIX, Config, substitute_variables
from oint.parsing.lenient_json import parse_json
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oint.catalog.model import Library, Method, Parameter

T = TypeVar("T")
Arguments = dict[str, Any]

OBJECT_ARGUMENT = "parameters"
"""The one argument that is an object; the others are texts."""
MAX_SHOWN_NAME_LENGTH = 40
"""Limit of what an error repeats of an unknown name."""


def check_arguments(descriptions: Mapping[str, Message], arguments: Arguments) -> Arguments:
    """Return the arguments of a tool, each of its type. Some agents send an object as a text of JSON.

    Args:
        descriptions: every argument of the tool, all of them required
        arguments: what the agent has sent
    Raises:
        InvalidArgument: an argument is unknown, missing or of another type
    """
    for name in arguments:
        look_up(descriptions, name, Message("у инструмента нет аргумента", "the tool has no argument"))
    checked: Arguments = {}
    for name in descriptions:
        value = arguments.get(name, {} if name == OBJECT_ARGUMENT else "")
        if name == OBJECT_ARGUMENT and isinstance(value, str):
            value = parse_json(name, value)
        if not isinstance(value, dict if name == OBJECT_ARGUMENT else str) or value == "":
            raise InvalidArgument(
                name,
                Message(
                    f"{name}: аргумента нет, или он не того типа",
                    f"{name}: the argument is missing or has another type",
                ),
                Message(f"Нужно: {descriptions[name].ru}", f"Expected: {descriptions[name].en}"),
            )
        checked[name] = value
    return checked


def find_library(arguments: Arguments) -> Library:
    """Return the library that the arguments name.

    Raises:
        InvalidArgument: there is no such library
    """
    return look_up(LIBRARIES, arguments["service"], Message("нет сервиса", "there is no service"))


def find_method(arguments: Arguments) -> Method:
    """Return the method that the arguments name.

    Raises:
        InvalidArgument: there is no such library or method
    """
    library = find_library(arguments)
    method = library.find(arguments["method"])
    if method is not None:
        return method
    raise _unknown_name_error(list(library.names()), arguments["method"], Message("нет метода", "there is no method"))


def read_values(config: Config, method: Method, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every parameter: that of the agent with variables replaced, or the default.

    Raises:
        InvalidArgument: a parameter is unknown, missing or has an invalid value
    """
    named = {name.lstrip("-"): value for name, value in arguments.items()}
    options = {parameter.option: parameter for parameter in method.parameters}
    for name in named:
        look_up(options, name, Message("у метода нет параметра", "the method has no parameter"))
    absent = [name for name, parameter in options.items() if _is_needed(parameter) and named.get(name) in (None, "")]
    if absent:
        missing = ", ".join(absent)
        raise InvalidArgument(
            absent[0],
            Message(f"не хватает обязательных параметров: {missing}", f"required parameters are missing: {missing}"),
            Message("Параметры метода: get_method_parameters", "The method's parameters: get_method_parameters"),
        )
    return {name: _read_value(config, parameter, named.get(name)) for name, parameter in options.items()}


def _is_needed(parameter: Parameter) -> bool:
    return parameter.required and not parameter.from_credentials


def _read_value(config: Config, parameter: Parameter, value: Any) -> Any:
    if value is None and not parameter.required:
        return None if parameter.role == "test" else parameter.default
    if isinstance(value, str) and value.startswith(VARIABLE_PREFIX):
        return dispatch.coerce_value(parameter, _forbid_paths(parameter, substitute_variables(config, value)))
    return substitute_variables(config, dispatch.coerce_value(parameter, _forbid_paths(parameter, value)))


def _forbid_paths(parameter: Parameter, value: Any) -> Any:
    """Return the value, unless it is a path or a URL of an object: an agent must not read files or pages this way."""
    if parameter.type != "object" or not isinstance(value, str) or value.lstrip().startswith("{"):
        return value
    raise InvalidArgument(
        parameter.option,
        Message(f"{parameter.option}: нужен объект JSON", f"{parameter.option}: expected a JSON object"),
        Message(
            "Дайте сам объект: файлы и адреса для агентов не читаются",
            "Give the object itself: no file or address is read for agents",
        ),
    )


def look_up(options: Mapping[str, T], name: str, message: Message) -> T:
    """Return an option by its name.

    Raises:
        InvalidArgument: there is no such option; `message` says so
    """
    if name in options:
        return options[name]
    raise _unknown_name_error(list(options), name, message)


def _unknown_name_error(options: Sequence[str], name: str, message: Message) -> InvalidArgument:
    short_name = repr(name[:MAX_SHOWN_NAME_LENGTH])
    listed = ", ".join(options)
    return InvalidArgument(
        "name",
        Message(f"{message.ru} {short_name}", f"{message.en} {short_name}"),
        did_you_mean(name, options, Message(f"Есть: {listed}", f"There are: {listed}")),
    )
