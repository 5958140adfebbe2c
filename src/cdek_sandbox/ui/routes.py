"""The routes of the pages and of their actions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec
from starlette.routing import Route

from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
from cdek_sandbox.control_api.order_moves import find_order
from cdek_sandbox.core.background_jobs import run_due_jobs
from cdek_sandbox.core.request import Request, read_request
from cdek_sandbox.core.responses import Response
from cdek_sandbox.errors import ControlError
from cdek_sandbox.faults.connection_faults import CallConnection
from cdek_sandbox.request_origin import check_origin
from cdek_sandbox.ui import intakes_page, messages, webhooks_page
from cdek_sandbox.ui.actions import ACTIONS
from cdek_sandbox.ui.home_page import render_home
from cdek_sandbox.ui.order_list import build_address
from cdek_sandbox.ui.order_page import render_order
from cdek_sandbox.ui.page import Page
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.actions import Action, Fields
    from oint.i18n import Language

    Serve = Callable[[Runtime, Request, Fields], Response]

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
_QUERY = r"(?:\?(?:page=[0-9]{1,8})?&?(?:q=[A-Za-z0-9%._~-]{1,2000})?)?"
_OWN_PAGE = re.compile(rf"/{_QUERY}|/_sandbox/ui/orders/[0-9a-f-]{{36}}|/_sandbox/ui/(?:intakes|webhooks){_QUERY}")
MAX_QUERY_LENGTH = 200
MAX_PAGE_DIGITS = 8


class UiEndpoint:
    """One route of the pages as an ASGI application."""

    def __init__(self, runtime: Runtime, serve: Serve) -> None:
        self._runtime = runtime
        self._serve = serve

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call over ASGI."""
        call = await read_request(scope, receive)
        if call is None:
            return
        fields = _read_fields(call)
        run_due_jobs(self._runtime.state)
        try:
            answer = self._serve(self._runtime, call, fields)
        except ControlError as error:
            answer = _refuse(call, fields, error.message, error.status)
        except msgspec.ValidationError as error:
            answer = _refuse(call, fields, Message(str(error), str(error)), 400)
        self._runtime.save()
        await CallConnection(scope, receive, send).send(answer)


def list_ui_routes(runtime: Runtime) -> Iterator[Route]:
    """Return the routes of the pages and of their actions."""
    pages = {
        "/": _serve_home,
        "/_sandbox/ui/orders/{uuid}": _serve_order,
        intakes_page.PATH: _serve_list(intakes_page.PATH, intakes_page.render_intakes),
        webhooks_page.PATH: _serve_list(webhooks_page.PATH, webhooks_page.render_webhooks),
    }
    for path, serve in pages.items():
        yield Route(path, UiEndpoint(runtime, serve), methods=["GET"])
    for path, action in ACTIONS.items():
        yield Route(f"/_sandbox/ui/{path}", UiEndpoint(runtime, _serve_action(action)), methods=["POST"])


def _serve_home(runtime: Runtime, call: Request, fields: Fields) -> Response:
    number, query = _read_page_number(fields), fields.get("q", "")[:MAX_QUERY_LENGTH]
    page = Page(build_address(number, query), _choose_language(call, fields))
    return Response(200, render_home(runtime, page, number, query, call.get_header(b"host")), _HTML)


def _serve_list(path: str, render: Callable[[Runtime, Page, int], bytes]) -> Serve:
    """Return the route of a list that has pages."""

    def serve(runtime: Runtime, call: Request, fields: Fields) -> Response:
        number = _read_page_number(fields)
        page = Page(f"{path}?page={number}" if number else path, _choose_language(call, fields))
        return Response(200, render(runtime, page, number), _HTML)

    return serve


def _serve_order(runtime: Runtime, call: Request, fields: Fields) -> Response:
    order = find_order(runtime.state, ControlRequest(call.path_parameters, NoFields()))
    page = Page(f"/_sandbox/ui/orders/{order.uuid}", _choose_language(call, fields))
    return Response(200, render_order(runtime, page, order), _HTML)


def _serve_action(action: Action) -> Serve:
    def serve(runtime: Runtime, call: Request, fields: Fields) -> Response:
        check_origin(call)
        action(runtime, call.path_parameters, fields)
        return Response(303, b"", [(b"location", _build_location(call, fields)), (b"cache-control", b"no-store")])

    return serve


def _build_location(call: Request, fields: Fields) -> bytes:
    """Return the address of the page that has the form, in its language; never another site."""
    page = fields.get("back", "")
    path = page if _OWN_PAGE.fullmatch(page) else "/"
    return Page(path, _choose_language(call, fields)).url(path).encode()


def _read_page_number(fields: Fields) -> int:
    """Return the number of a page; 0, the first one, for anything else."""
    number = fields.get("page", "")
    is_number = number.isascii() and number.isdecimal() and len(number) <= MAX_PAGE_DIGITS
    return int(number) if is_number else 0


def _read_fields(call: Request) -> Fields:
    """Return the fields of the form and of the query string; the form comes first."""
    text = call.body.decode("utf-8", "replace") if call.method == "POST" else ""
    return call.query_parameters | {name: values[0] for name, values in parse_qs(text).items()}


def _choose_language(call: Request, fields: Fields) -> Language:
    return messages.choose_language(fields.get("lang"), call.get_header(b"accept-language"))


def _refuse(call: Request, fields: Fields, error: Message, status: int) -> Response:
    return Response(status, Page("/", _choose_language(call, fields)).render_error(error), _HTML)
