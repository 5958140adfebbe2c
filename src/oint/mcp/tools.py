"""The five tools of OInt's MCP server: arguments of an agent's -> an answer. Nothing of the protocol is in here."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from oint import dispatch, redaction
from oint.catalog import LIBRARIES
from oint.catalog.model import RISKS
from oint.cdek.errors import AuthenticationFailed, BadArgument, CdekError, Rejected
from oint.cdek.models.base import File
from oint.i18n import Message
from oint.mcp.config import MARK, Config, filled, names
from oint.mcp.hiding import hidden, told
from oint.mcp.permissions import UNRESTRICTED, check_allowed, may_run
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
"""What the answer of a tool has besides its text: a `File` of CDEK's."""
OBJECT = "parameters"
"""The one argument that is an object; the others are texts."""
LONGEST = 200_000
"""Bytes of an answer that an agent gets: a choice, some ten times a full order card. What changes something is always
answered whole."""
SHOWN = 40
"""Characters of an unknown name that an error repeats."""


class Tool(NamedTuple):
    """One tool. `takes`: what each of its arguments is, all of them required; `run`: arguments -> answer."""

    purpose: Message
    takes: dict[str, Message]
    run: Callable[[Config, Arguments], dict[str, Any]]


class Failed(Exception):
    """A call that came to nothing, and what the agent is told of it."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.error = error


def call(config: Config, name: str, arguments: Arguments) -> dict[str, Any]:
    """Run a tool.

    Raises:
        Failed: it came to nothing; what it holds may be shown
    """
    try:
        tool = _known(TOOLS, name, Message("нет инструмента", "there is no tool"))
        return tool.run(config, _fitting(tool, arguments))
    except CdekError as error:
        raise Failed(_trouble(config, error)) from None


def _services(_config: Config, _arguments: Arguments) -> dict[str, Any]:
    return {
        "services": [
            {"name": library.name, "title": library.module, "description": str(library.title)}
            for library in LIBRARIES.values()
        ]
    }


def _methods(config: Config, arguments: Arguments) -> dict[str, Any]:
    return {"methods": [_described(config, method) for method in _library(arguments).methods]}


def _parameters(config: Config, arguments: Arguments) -> dict[str, Any]:
    method = _method(arguments)
    return _described(config, method) | {
        "returns": str(method.returns),
        "parameters": [_parameter(parameter) for parameter in method.parameters],
    }


def _variables(config: Config, _arguments: Arguments) -> dict[str, Any]:
    return {"vars": names(config)}


def _execute(config: Config, arguments: Arguments) -> dict[str, Any]:
    method = _method(arguments)
    check_allowed(method, config.allow)
    values = _values(config, method, arguments["parameters"])
    if method.offline:
        return {RESULT: method.request(values)}
    found = dispatch.find_credentials(method, values)
    if found is not None:
        redaction.add_secret(found.secret)
    answer = dispatch.execute(method, values, found)
    if isinstance(answer, File):
        return {RESULT: {"media_type": answer.MEDIA_TYPE, "size": len(answer.content)}, FILE: answer}
    shown = msgspec.json.encode(hidden(answer.raw))
    if len(shown) > LONGEST and method.risk == UNRESTRICTED:
        raise _too_long(len(shown))
    return {RESULT: msgspec.Raw(shown)}


def _too_long(size: int) -> CdekError:
    return CdekError(
        Message(
            f"в ответе {size} байт, агенту отдаётся до {LONGEST}",
            f"the answer has {size} bytes, an agent gets {LONGEST}",
        ),
        Message(
            "Сузьте запрос фильтром или размером страницы; целиком его запишет командная строка с --out",
            "Narrow it by a filter or the size of a page; the command line writes all of it with --out",
        ),
        code="answer_too_long",
        safe_to_repeat=True,
    )


def _described(config: Config, method: Method) -> dict[str, Any]:
    """A method as agents are told of it: with its risk, and whether they may run it."""
    return {
        "name": str(method.name),
        "other_name": method.name.en if str(method.name) == method.name.ru else method.name.ru,
        "description": str(method.summary),
        "calls": method.call,
        "risk": method.risk,
        "means": str(RISKS.get(method.risk, "")),
        "allowed": may_run(method, config.allow),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.option,
        "types": parameter.type,
        "description": str(parameter.help),
        "required": parameter.required and not parameter.from_credentials,
        "default_value": parameter.default,
        "example": parameter.example,
    }


def _values(config: Config, method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every parameter: as given, with its variables replaced, else its default."""
    named = {name.lstrip("-"): value for name, value in given.items()}
    options = {parameter.option: parameter for parameter in method.parameters}
    for name in named:
        _known(options, name, Message("у метода нет параметра", "the method has no parameter"))
    absent = [name for name, parameter in options.items() if _needed(parameter) and named.get(name) in (None, "")]
    if absent:
        missing = ", ".join(absent)
        raise BadArgument(
            absent[0],
            Message(f"не хватает обязательных параметров: {missing}", f"required parameters are missing: {missing}"),
            Message("Параметры метода: get_method_parameters", "The method's parameters: get_method_parameters"),
        )
    return {name: _value(config, parameter, named.get(name)) for name, parameter in options.items()}


def _needed(parameter: Parameter) -> bool:
    return parameter.required and not parameter.from_credentials


def _value(config: Config, parameter: Parameter, given: Any) -> Any:
    if given is None and not parameter.required:
        return None if parameter.role == "test" else parameter.default
    if isinstance(given, str) and given.startswith(MARK):
        return dispatch.coerce_value(parameter, _no_place(parameter, filled(config, given)))
    return filled(config, dispatch.coerce_value(parameter, _no_place(parameter, given)))


def _no_place(parameter: Parameter, given: Any) -> Any:
    """The value, unless it is a path or an address: an agent reads no file and no page through us."""
    if parameter.type != "object" or not isinstance(given, str) or given.lstrip().startswith("{"):
        return given
    raise BadArgument(
        parameter.option,
        Message(f"{parameter.option}: нужен объект JSON", f"{parameter.option}: a JSON object is needed"),
        Message(
            "Дайте сам объект: файлы и адреса для агентов не читаются",
            "Give the object itself: no file or address is read for agents",
        ),
    )


def _library(arguments: Arguments) -> Library:
    return _known(LIBRARIES, arguments["service"], Message("нет сервиса", "there is no service"))


def _method(arguments: Arguments) -> Method:
    library = _library(arguments)
    method = library.find(arguments["method"])
    if method is not None:
        return method
    raise _unknown(list(library.names()), arguments["method"], Message("нет метода", "there is no method"))


def _fitting(tool: Tool, arguments: Arguments) -> Arguments:
    """The arguments of a tool, each of its type; some agents write an object as the JSON of it."""
    for name in arguments:
        _known(tool.takes, name, Message("у инструмента нет аргумента", "the tool has no argument"))
    fitting: Arguments = {}
    for name in tool.takes:
        given = arguments.get(name, {} if name == OBJECT else "")
        if name == OBJECT and isinstance(given, str):
            given = parse_json(name, given)
        if not isinstance(given, dict if name == OBJECT else str) or given == "":
            raise BadArgument(
                name,
                Message(f"{name}: аргумента нет, или он не того типа", f"{name}: it is missing, or of another type"),
                Message(f"Это {tool.takes[name].ru}", f"It is {tool.takes[name].en}"),
            )
        fitting[name] = given
    return fitting


def _known(known: Mapping[str, T], name: str, sentence: Message) -> T:
    if name in known:
        return known[name]
    raise _unknown(list(known), name, sentence)


def _unknown(known: Sequence[str], name: str, sentence: Message) -> BadArgument:
    shown = repr(name[:SHOWN])
    listed = ", ".join(known)
    return BadArgument(
        "name",
        Message(f"{sentence.ru} {shown}", f"{sentence.en} {shown}"),
        did_you_mean(name, known, Message(f"Есть: {listed}", f"There are: {listed}")),
    )


def _trouble(config: Config, error: CdekError) -> dict[str, Any]:
    """What the agent is told of an error, with CDEK's own words where CDEK said no."""
    trouble: dict[str, Any] = {
        "error": {
            "kind": error.kind,
            "code": told(error.code, config.vars.values()),
            "message": told(error.text, config.vars.values()),
            "next_step": told(error.hint, config.vars.values()),
            "safe_to_repeat": error.safe_to_repeat,
        }
    }
    if isinstance(error, Rejected | AuthenticationFailed):
        with suppress(msgspec.DecodeError):
            trouble[RESULT] = hidden(msgspec.json.decode(error.body))
    return trouble


_SERVICE = Message("имя сервиса из get_services, например cdek", "a service's name from get_services, such as cdek")
_NAME = Message("имя метода из get_service_methods, на любом языке", "a method's name from get_service_methods")
_VALUES = Message(
    "объект: значения параметров по именам из get_method_parameters; @@имя вместо значения - переменная",
    "an object: values by the parameters' names from get_method_parameters; @@name instead of a value is a variable",
)

TOOLS = {
    "get_services": Tool(Message("Список сервисов (библиотек)", "The services (libraries)"), {}, _services),
    "get_service_methods": Tool(
        Message(
            "Список методов сервиса: что делают, меняют ли данные, стоят ли денег, необратимы ли, разрешены ли",
            "The methods of a service: what they do, whether they change something, cost money or cannot be undone, and are allowed",
        ),
        {"service": _SERVICE},
        _methods,
    ),
    "get_method_parameters": Tool(
        Message(
            "Параметры метода: типы, назначение, значения по умолчанию",
            "A method's parameters: types, purpose, defaults",
        ),
        {"service": _SERVICE, "method": _NAME},
        _parameters,
    ),
    EXECUTE: Tool(
        Message(
            "Выполняет метод. Токен не нужен: учётные данные найдутся сами. Ответ ACCEPTED значит «в очереди»: прочитайте заказ. "
            "При исходе outcome_unknown не повторяйте: сначала прочитайте заказ",
            "Runs a method. No token is needed: credentials are found. An answer ACCEPTED means queued: read the order. "
            "After outcome_unknown do not repeat: read the order first",
        ),
        {"service": _SERVICE, "method": _NAME, OBJECT: _VALUES},
        _execute,
    ),
    "get_variables": Tool(
        Message(
            "Имена переменных: пишите их вместо значений; самих значений никто не показывает",
            "The names of the variables: write them instead of values, which are not shown",
        ),
        {},
        _variables,
    ),
}
