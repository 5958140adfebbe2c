"""The way of one control call: never faulted, never logged, JSON in and out."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from cdek_sandbox.answers import plain
from cdek_sandbox.call import read_call
from cdek_sandbox.errors import ControlError
from cdek_sandbox.faults.connection_faults import Wire
from cdek_sandbox.world.work import catch_up
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.call import Call
    from cdek_sandbox.runtime import Runtime


class Asked(NamedTuple):
    """A control call: the parameters of its path and its JSON body."""

    params: dict[str, str]
    body: Any


class Control(NamedTuple):
    """A route of the control plane; its handler may be a coroutine function."""

    method: str
    path: str
    handler: Callable[[Runtime, Asked], Any]
    about: str


class ControlEndpoint:
    """One control route as an ASGI application."""

    def __init__(self, runtime: Runtime, control: Control) -> None:
        self._runtime = runtime
        self._control = control

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI wants it."""
        call = await read_call(scope, receive)
        if call is None:
            return
        try:
            refuse_another_site(call)
            catch_up(self._runtime.world)
            result = self._control.handler(self._runtime, Asked(call.params, _json(call.body)))
            answer = plain(200, await result if isawaitable(result) else result)
        except ControlError as error:
            answer = plain(400, _said(error.message))
        except msgspec.ValidationError as error:
            answer = plain(400, _said(_BAD_BODY.format(error)))
        self._runtime.save()
        await Wire(scope, receive, send).answer(answer)


class UnknownControl:
    """A control route that is not there."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI wants it."""
        text = _NO_ROUTE.format(scope["method"], scope["path"])
        await Wire(scope, receive, send).answer(plain(404, _said(text)))


_BAD_BODY = Message(
    "Тело запроса не подходит: {0}. Поля и значения перечислены в docs/ru/sandbox.md.",
    "The body does not fit: {0}. Fields and values are listed in docs/en/sandbox.md.",
)
_NO_JSON = Message("Тело запроса - не JSON: исправьте его.", "The body is not JSON: correct it.")
_NO_ROUTE = Message(
    "{0} {1}: такого нет. Список маршрутов: GET /_sandbox/", "{0} {1}: no such route. List: GET /_sandbox/"
)


_ANOTHER_SITE = Message(
    "Это отправил другой сайт, открытый в браузере: обратитесь к песочнице сами.",
    "Another site, open in a browser, has sent this: call the sandbox yourself.",
)


def refuse_another_site(call: Call) -> None:
    """A page of another site must not press the buttons of a sandbox on the reader's machine.

    Raises:
        ControlError: a browser says that the call comes from there.
    """
    if call.header(b"sec-fetch-site") in {"cross-site", "same-site"}:
        raise ControlError(_ANOTHER_SITE)


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.DecodeError, RecursionError):  # the latter for nesting without end
        raise ControlError(_NO_JSON) from None


def _said(text: Message) -> dict[str, str]:
    return {"error": text.en, "error_ru": text.ru}
