"""Serve one route of the control API: JSON in and out, never faulted, never logged."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from cdek_sandbox.core.background_jobs import run_due_jobs
from cdek_sandbox.core.request import read_request
from cdek_sandbox.core.responses import build_json
from cdek_sandbox.errors import ControlError
from cdek_sandbox.faults.connection_faults import CallConnection
from cdek_sandbox.request_origin import check_origin
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.runtime import Runtime

Body = TypeVar("Body")
_INVALID_BODY = Message(
    "Тело запроса не подходит: {0}. Поля и значения перечислены в docs/ru/sandbox.md.",
    "The body is invalid: {0}. Fields and values are listed in docs/en/sandbox.md.",
)
_NOT_JSON = Message("Тело запроса - не JSON: исправьте его.", "The body is not JSON: correct it.")
_NO_ROUTE = Message(
    "{0} {1}: такого нет. Список маршрутов: GET /_sandbox/", "{0} {1}: no such route. List: GET /_sandbox/"
)


class NoFields(Struct, forbid_unknown_fields=True):
    """The body of a control call that has no fields: absent or `{}`."""


class ControlRequest(NamedTuple, Generic[Body]):
    """A control call: the parameters of its path and its decoded body."""

    params: dict[str, str]
    body: Body


class Control(NamedTuple):
    """A route of the control API. The handler may be a coroutine function; `body` is the type of its request's body."""

    method: str
    path: str
    handler: Callable[[Runtime, ControlRequest[Any]], Any]
    about: str
    body: Any = NoFields


class ControlEndpoint:
    """One control route as an ASGI application."""

    def __init__(self, runtime: Runtime, control: Control) -> None:
        self._runtime = runtime
        self._control = control
        self._decoder = msgspec.json.Decoder(control.body)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call over ASGI."""
        call = await read_request(scope, receive)
        if call is None:
            return
        answer = await self._answer(call)
        self._runtime.save()
        await CallConnection(scope, receive, send).send(answer)

    async def _answer(self, call: Request) -> Response:
        try:
            check_origin(call)
            run_due_jobs(self._runtime.state)
            request = ControlRequest(call.path_parameters, self._decode(call.body))
            result = self._control.handler(self._runtime, request)
            return build_json(200, await result if isawaitable(result) else result)
        except ControlError as error:
            return refuse(error.status, error.message)
        except msgspec.ValidationError as error:
            return refuse(400, _INVALID_BODY.format(error))

    def _decode(self, body: bytes) -> Any:
        if self._control.method in {"GET", "DELETE"}:
            return NoFields()  # a body has no meaning here
        try:
            return self._decoder.decode(body if body.strip() else b"{}")
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeError, RecursionError):  # the last for endless nesting
            raise ControlError(_NOT_JSON) from None


class UnknownControl:
    """Answer for a control route that does not exist."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call over ASGI."""
        message = _NO_ROUTE.format(scope["method"], scope["path"])
        await CallConnection(scope, receive, send).send(refuse(404, message))


def refuse(status: int, message: Message) -> Response:
    """Return the answer that carries an error in both languages."""
    return build_json(status, {"error": message.en, "error_ru": message.ru})
