"""The routes of the page, and what its buttons do: the same controls that a test has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec
from starlette.routing import Route

from oint.language import Text
from oint.sandbox.answers import Answer
from oint.sandbox.call import Call, read_call
from oint.sandbox.control import orders, rest
from oint.sandbox.control.endpoint import Asked, refuse_another_site
from oint.sandbox.control.errors import ControlError
from oint.sandbox.faults.wire import Wire
from oint.sandbox.ui import texts
from oint.sandbox.ui.home import home
from oint.sandbox.ui.order import order_page
from oint.sandbox.ui.page import Page
from oint.sandbox.world.work import catch_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

    from starlette.types import Receive, Send

    from oint.sandbox.runtime import Runtime

Fields = dict[str, str]
_HTML = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
]
_OWN_PAGE = re.compile(r"/(?:\?page=[0-9]{1,8}|_sandbox/ui/orders/[0-9a-f-]{36})?")


class UiEndpoint:
    """One route of the page as an ASGI application."""

    def __init__(self, runtime: Runtime, answer: Callable[[Runtime, Call, Fields], Answer]) -> None:
        self._runtime = runtime
        self._answer = answer

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI wants it."""
        call = await read_call(scope, receive)
        if call is None:
            return
        fields = _fields(call)
        catch_up(self._runtime.world)
        try:
            answer = self._answer(self._runtime, call, fields)
        except ControlError as error:
            answer = _failed(call, fields, error.text)
        except msgspec.ValidationError as error:
            answer = _failed(call, fields, Text(str(error), str(error)))
        self._runtime.save()
        await Wire(scope, receive, send).answer(answer)


def ui_routes(runtime: Runtime) -> Iterator[Route]:
    """The page and its forms."""
    yield Route("/", UiEndpoint(runtime, _home), methods=["GET"])
    yield Route("/_sandbox/ui/orders/{uuid}", UiEndpoint(runtime, _order), methods=["GET"])
    for path, button in _BUTTONS.items():
        yield Route(f"/_sandbox/ui/{path}", UiEndpoint(runtime, _pressed(button)), methods=["POST"])


def _home(runtime: Runtime, call: Call, fields: Fields) -> Answer:
    number = fields.get("page", "")
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0  # noqa: PLR2004 - no island that far
    page = Page(f"/?page={place}" if place else "/", _language(call, fields))
    return Answer(200, home(runtime, page, place, call.header(b"host")), _HTML)


def _order(runtime: Runtime, call: Call, fields: Fields) -> Answer:
    order = orders.show_order(runtime, Asked(call.params, {}))
    page = Page(f"/_sandbox/ui/orders/{order['uuid']}", _language(call, fields))
    return Answer(200, order_page(runtime, page, runtime.world.orders[order["uuid"]]), _HTML)


def _pressed(button: Callable[[Runtime, Asked, Fields], Any]) -> Callable[[Runtime, Call, Fields], Answer]:
    def press(runtime: Runtime, call: Call, fields: Fields) -> Answer:
        refuse_another_site(call)
        button(runtime, Asked(call.params, {}), fields)
        return Answer(303, b"", [(b"location", _back(call, fields).encode()), (b"cache-control", b"no-store")])

    return press


def _back(call: Call, fields: Fields) -> str:
    """Where the form stood, in its language; never another site."""
    page = fields.get("back", "")
    path = page if _OWN_PAGE.fullmatch(page) else "/"
    return f"{path}{'&' if '?' in path else '?'}lang={_language(call, fields)}"


def _make(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    body = {name: fields[name] for name in ("destination", "status") if name in fields}
    return orders.make_order(runtime, asked._replace(body=body))


def _advance(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return orders.advance_order(runtime, asked)


def _finish(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return orders.finish_work(runtime, asked)


def _status(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    body = {"code": fields.get("status"), "reason_code": fields.get("reason_code") or None}
    return orders.move_order(runtime, asked._replace(body=body))


def _break(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    rule: dict[str, Any] = {name: fields[name] for name in ("operation", "uuid", "when") if fields.get(name)}
    if times := fields.get("times"):
        rule["times"] = int(times) if times.isascii() and times.isdecimal() else times
    return rest.add_fault(runtime, asked._replace(body=rule | {"action": {"type": fields.get("action")}}))


def _mend(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return rest.clear_faults(runtime, asked)


def _clock(runtime: Runtime, asked: Asked, fields: Fields) -> Any:
    seconds = fields.get("seconds", "")
    known = {"60", "3600", "86400"}
    return rest.move_clock(runtime, asked._replace(body={"advance": float(seconds) if seconds in known else seconds}))


def _reset(runtime: Runtime, asked: Asked, _fields: Fields) -> Any:
    return rest.reset(runtime, asked)


_BUTTONS: dict[str, Callable[[Runtime, Asked, Fields], Any]] = {
    "orders": _make,
    "orders/{uuid}/advance": _advance,
    "orders/{uuid}/finish": _finish,
    "orders/{uuid}/status": _status,
    "faults": _break,
    "faults/clear": _mend,
    "clock": _clock,
    "reset": _reset,
}


def _fields(call: Call) -> Fields:
    """The query string and the form, the form first."""
    text = call.body.decode("utf-8", "replace") if call.method == "POST" else ""
    return call.parameters | {name: values[0] for name, values in parse_qs(text).items()}


def _language(call: Call, fields: Fields) -> Any:
    return texts.chosen(fields.get("lang"), call.header(b"accept-language"))


def _failed(call: Call, fields: Fields, why: Text) -> Answer:
    page = Page("/", _language(call, fields))
    return Answer(400, page.failed(page.say(why)), _HTML)
