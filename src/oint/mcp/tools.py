"""The five tools of OInt's MCP server, as functions: arguments -> result. The protocol is in `server`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from oint import dispatch, redaction
from oint.catalog import LIBRARIES
from oint.catalog.model import RISKS
from oint.cdek.api._response import FileResponse
from oint.cdek.errors import AuthenticationError, CdekError, RequestRejected
from oint.i18n import Message
from oint.mcp.arguments import (
    OBJECT_ARGUMENT,
    Arguments,
    check_arguments,
    find_library,
    find_method,
    look_up,
    read_values,
)
from oint.mcp.config import Config, list_variables
from oint.mcp.permissions import UNRESTRICTED_RISK, check_allowed, may_run
from oint.mcp.redaction import mask_message, mask_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.catalog.model import Method, Parameter

EXECUTE = "execute_method"
RESULT = "execution_result"
FILE = "file"
"""Key of a result: a `File` of CDEK, which is sent beside the text."""
MAX_RESULT_BYTES = 200_000
"""Limit of a response for an agent: a choice, about ten times a full order card. The response to a change is never cut."""


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
        tool = look_up(TOOLS, name, Message("нет инструмента", "there is no tool"))
        return tool.run(config, check_arguments(tool.arguments, arguments))
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
    return {"methods": [_describe_method(config, method) for method in find_library(arguments).methods]}


def _describe_parameters(config: Config, arguments: Arguments) -> dict[str, Any]:
    method = find_method(arguments)
    return _describe_method(config, method) | {
        "returns": str(method.returns),
        "parameters": [_describe_parameter(parameter) for parameter in method.parameters],
    }


def _list_variables(config: Config, _arguments: Arguments) -> dict[str, Any]:
    return {"vars": list_variables(config)}


def _execute_method(config: Config, arguments: Arguments) -> dict[str, Any]:
    method = find_method(arguments)
    check_allowed(method, config.allow)
    values = read_values(config, method, arguments["parameters"])
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
