"""The five tools of OInt's MCP server, as functions: arguments -> result. The protocol is in `server`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from oint import dispatch, redaction
from oint.catalog import LIBRARIES
from oint.catalog.model import RISKS
from oint.cdek.api._response import FileResponse
from oint.cdek.errors import AuthenticationError, CdekError, InvalidArgument, RequestRejected
from oint.i18n import Message
from oint.mcp.config import VARIABLE_PREFIX, Config, list_variables, substitute_variables
from oint.mcp.permissions import UNRESTRICTED_RISK, check_allowed, may_run
from oint.mcp.redaction import mask_message, mask_secrets
from oint.parsing.lenient_json import parse_json
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from oint.catalog.model import Library, Method, Parameter

T = TypeVar("T")
Arguments = dict[str, Any]

EXECUTE = "execute_method"
RESULT = "execution_result"
FILE = "file"
"""Key of a result: a `File` of CDEK, which is sent beside the text."""
OBJECT_ARGUMENT = "parameters"
"""The one argument that is an object; the others are texts."""
MAX_RESULT_BYTES = 200_000
"""Limit of a response for an agent: a choice, about ten times a full order card. The response to a change is never cut."""
MAX_SHOWN_NAME_LENGTH = 40
"""Limit of what an error repeats of an unknown name."""


class Tool(NamedTuple):
    """A tool.

    Args:
        summary: what it does
        arguments: a description of each argument; all are required
        run: config, arguments -> result
    """

    summary: Message
    arguments: dict[str, Message]
    run: Callable[[Config, Arguments], dict[str, Any]]


class ToolError(Exception):
    """A failed call; `error` is the result for the agent."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.error = error


def run_tool(config: Config, name: str, arguments: Arguments) -> dict[str, Any]:
    """Run a tool.

    Raises:
        ToolError: the call failed; the error holds no secret
    """
    try:
        tool = _look_up(TOOLS, name, Message("нет инструмента", "there is no tool"))
        return tool.run(config, _check_arguments(tool, arguments))
    except CdekError as error:
        raise ToolError(_build_error(config, error)) from None


def _list_services(_config: Config, _arguments: Arguments) -> dict[str, Any]:
    return {
        "services": [
            {"name": library.name, "title": library.module, "description": str(library.title)}
            for library in LIBRARIES.values()
        ]
    }


def _list_methods(config: Config, arguments: Arguments) -> dict[str, Any]:
    return {"methods": [_describe_method(config, method) for method in _find_library(arguments).methods]}


def _describe_parameters(config: Config, arguments: Arguments) -> dict[str, Any]:
    method = _find_method(arguments)
    return _describe_method(config, method) | {
        "returns": str(method.returns),
        "parameters": [_describe_parameter(parameter) for parameter in method.parameters],
    }


def _list_variables(config: Config, _arguments: Arguments) -> dict[str, Any]:
    return {"vars": list_variables(config)}


def _execute_method(config: Config, arguments: Arguments) -> dict[str, Any]:
    method = _find_method(arguments)
    check_allowed(method, config.allow)
    values = _read_values(config, method, arguments["parameters"])
    if method.offline:
        return {RESULT: method.request(values)}
    credentials = dispatch.find_credentials(method, values)
    if credentials is not None:
        redaction.add_secret(credentials.secret)
    response = dispatch.execute(method, values, credentials)
    if isinstance(response, FileResponse):
        return {RESULT: {"media_type": response.MEDIA_TYPE, "size": len(response.content)}, FILE: response}
    content = msgspec.json.encode(mask_secrets(response.raw))
    if len(content) > MAX_RESULT_BYTES and method.risk == UNRESTRICTED_RISK:
        raise _too_long_error(len(content))
    return {RESULT: msgspec.Raw(content)}


def _too_long_error(size: int) -> CdekError:
    return CdekError(
        Message(
            f"в ответе {size} байт, агенту отдаётся до {MAX_RESULT_BYTES}",
            f"the response has {size} bytes, an agent gets at most {MAX_RESULT_BYTES}",
        ),
        Message(
            "Сузьте запрос фильтром или размером страницы; целиком его запишет командная строка с --out",
            "Narrow the request with a filter or a page size; the command line saves all of it with --out",
        ),
        code="answer_too_long",
        safe_to_repeat=True,
    )


def _describe_method(config: Config, method: Method) -> dict[str, Any]:
    """Describe a method for an agent, with its risk and whether it is allowed."""
    return {
        "name": str(method.name),
        "other_name": method.name.en if str(method.name) == method.name.ru else method.name.ru,
        "description": str(method.summary),
        "calls": method.call,
        "risk": method.risk,
        "means": str(RISKS.get(method.risk, "")),
        "allowed": may_run(method, config.allow),
    }


def _describe_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.option,
        "types": parameter.type,
        "description": str(parameter.help),
        "required": parameter.required and not parameter.from_credentials,
        "default_value": parameter.default,
        "example": parameter.example,
    }


def _read_values(config: Config, method: Method, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every parameter: that of the agent with variables replaced, or the default."""
    named = {name.lstrip("-"): value for name, value in arguments.items()}
    options = {parameter.option: parameter for parameter in method.parameters}
    for name in named:
        _look_up(options, name, Message("у метода нет параметра", "the method has no parameter"))
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


def _find_library(arguments: Arguments) -> Library:
    return _look_up(LIBRARIES, arguments["service"], Message("нет сервиса", "there is no service"))


def _find_method(arguments: Arguments) -> Method:
    library = _find_library(arguments)
    method = library.find(arguments["method"])
    if method is not None:
        return method
    raise _unknown_name_error(list(library.names()), arguments["method"], Message("нет метода", "there is no method"))


def _check_arguments(tool: Tool, arguments: Arguments) -> Arguments:
    """Return the arguments of a tool, each of its type. Some agents send an object as a text of JSON."""
    for name in arguments:
        _look_up(tool.arguments, name, Message("у инструмента нет аргумента", "the tool has no argument"))
    checked: Arguments = {}
    for name in tool.arguments:
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
                Message(f"Нужно: {tool.arguments[name].ru}", f"Expected: {tool.arguments[name].en}"),
            )
        checked[name] = value
    return checked


def _look_up(options: Mapping[str, T], name: str, message: Message) -> T:
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


def _build_error(config: Config, error: CdekError) -> dict[str, Any]:
    """Build the result of a failed call, with the response of CDEK if it rejected the request."""
    result: dict[str, Any] = {
        "error": {
            "kind": error.kind,
            "code": mask_message(error.code, config.vars.values()),
            "message": mask_message(error.text, config.vars.values()),
            "next_step": mask_message(error.hint, config.vars.values()),
            "safe_to_repeat": error.safe_to_repeat,
        }
    }
    if isinstance(error, RequestRejected | AuthenticationError):
        with suppress(msgspec.DecodeError):
            result[RESULT] = mask_secrets(msgspec.json.decode(error.body))
    return result


_SERVICE = Message("имя сервиса из get_services, например cdek", "a service's name from get_services, such as cdek")
_NAME = Message("имя метода из get_service_methods, на любом языке", "a method's name from get_service_methods")
_VALUES = Message(
    "объект: значения параметров по именам из get_method_parameters; @@имя вместо значения - переменная",
    "an object: values by the parameters' names from get_method_parameters; @@name instead of a value is a variable",
)

TOOLS = {
    "get_services": Tool(Message("Список сервисов (библиотек)", "The services (libraries)"), {}, _list_services),
    "get_service_methods": Tool(
        Message(
            "Список методов сервиса: что делают, меняют ли данные, стоят ли денег, необратимы ли, разрешены ли",
            "The methods of a service: what they do, whether they change something, cost money or cannot be undone, and are allowed",
        ),
        {"service": _SERVICE},
        _list_methods,
    ),
    "get_method_parameters": Tool(
        Message(
            "Параметры метода: типы, назначение, значения по умолчанию",
            "A method's parameters: types, purpose, defaults",
        ),
        {"service": _SERVICE, "method": _NAME},
        _describe_parameters,
    ),
    EXECUTE: Tool(
        Message(
            "Выполняет метод. Токен не нужен: учётные данные найдутся сами. Ответ ACCEPTED значит «в очереди»: прочитайте заказ. "
            "При исходе outcome_unknown не повторяйте: сначала прочитайте заказ",
            "Runs a method. No token is needed: credentials are found. An answer ACCEPTED means queued: read the order. "
            "After outcome_unknown do not repeat: read the order first",
        ),
        {"service": _SERVICE, "method": _NAME, OBJECT_ARGUMENT: _VALUES},
        _execute_method,
    ),
    "get_variables": Tool(
        Message(
            "Имена переменных: пишите их вместо значений; самих значений никто не показывает",
            "The names of the variables: write them instead of values, which are not shown",
        ),
        {},
        _list_variables,
    ),
}
