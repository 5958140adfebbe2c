"""The routes of the page, and what its buttons do: the same controls that a test has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec
from starlette.routing import Route

from cdek_sandbox.answers import Answer
from cdek_sandbox.call import Call, read_call
from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
from cdek_sandbox.control_api.order_moves import find_order
from cdek_sandbox.errors import ControlError
from cdek_sandbox.faults.connection_faults import Wire
from cdek_sandbox.request_origin import check_origin
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.actions import ACTIONS
from cdek_sandbox.ui.home_page import INTAKES, WEBHOOKS, home
from cdek_sandbox.ui.intakes_page import intakes_page
from cdek_sandbox.ui.order_list import address
from cdek_sandbox.ui.order_page import order_page
from cdek_sandbox.ui.page import Page
from cdek_sandbox.ui.webhooks_page import webhooks_page
from cdek_sandbox.world.work import catch_up
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.actions import Action, Fields

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
_ASKED = r"(?:\?(?:page=[0-9]{1,8})?&?(?:q=[A-Za-z0-9%._~-]{1,2000})?)?"
_OWN_PAGE = re.compile(rf"/{_ASKED}|/_sandbox/ui/orders/[0-9a-f-]{{36}}|/_sandbox/ui/(?:intakes|webhooks){_ASKED}")
_LONGEST_SEARCH = 200


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
            answer = _failed(call, fields, error.message, error.status)
        except msgspec.ValidationError as error:
            answer = _failed(call, fields, Message(str(error), str(error)))
        self._runtime.save()
        await Wire(scope, receive, send).answer(answer)


def ui_routes(runtime: Runtime) -> Iterator[Route]:
    """The page and its forms."""
    yield Route("/", UiEndpoint(runtime, _home), methods=["GET"])
    yield Route("/_sandbox/ui/orders/{uuid}", UiEndpoint(runtime, _order), methods=["GET"])
    yield Route(INTAKES, UiEndpoint(runtime, _listed(INTAKES, intakes_page)), methods=["GET"])
    yield Route(WEBHOOKS, UiEndpoint(runtime, _listed(WEBHOOKS, webhooks_page)), methods=["GET"])
    for path, action in ACTIONS.items():
        yield Route(f"/_sandbox/ui/{path}", UiEndpoint(runtime, _serve_action(action)), methods=["POST"])


def _home(runtime: Runtime, call: Call, fields: Fields) -> Answer:
    place, words = _place(fields), fields.get("q", "")[:_LONGEST_SEARCH]
    page = Page(address(place, words), _language(call, fields))
    return Answer(200, home(runtime, page, place, words, call.header(b"host")), _HTML)


def _listed(path: str, drawn: Callable[[Runtime, Page, int], bytes]) -> Callable[[Runtime, Call, Fields], Answer]:
    """A page with a list of its own, page by page."""

    def answer(runtime: Runtime, call: Call, fields: Fields) -> Answer:
        place = _place(fields)
        page = Page(f"{path}?page={place}" if place else path, _language(call, fields))
        return Answer(200, drawn(runtime, page, place), _HTML)

    return answer


def _place(fields: Fields) -> int:
    """The number of the page asked for; the first where that is none."""
    number = fields.get("page", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 0  # noqa: PLR2004 - no island that far


def _order(runtime: Runtime, call: Call, fields: Fields) -> Answer:
    order = find_order(runtime.world, ControlRequest(call.params, NoFields()))
    page = Page(f"/_sandbox/ui/orders/{order.uuid}", _language(call, fields))
    return Answer(200, order_page(runtime, page, order), _HTML)


def _serve_action(action: Action) -> Callable[[Runtime, Call, Fields], Answer]:
    def serve(runtime: Runtime, call: Call, fields: Fields) -> Answer:
        check_origin(call)
        action(runtime, call.params, fields)
        return Answer(303, b"", [(b"location", _back(call, fields).encode()), (b"cache-control", b"no-store")])

    return serve


def _back(call: Call, fields: Fields) -> str:
    """Where the form stood, in its language; never another site."""
    page = fields.get("back", "")
    path = page if _OWN_PAGE.fullmatch(page) else "/"
    return f"{path}{'&' if '?' in path else '?'}lang={_language(call, fields)}"


def _fields(call: Call) -> Fields:
    """The query string and the form, the form first."""
    text = call.body.decode("utf-8", "replace") if call.method == "POST" else ""
    return call.parameters | {name: values[0] for name, values in parse_qs(text).items()}


def _language(call: Call, fields: Fields) -> Any:
    return messages.chosen(fields.get("lang"), call.header(b"accept-language"))


def _failed(call: Call, fields: Fields, why: Message, status: int = 400) -> Answer:
    page = Page("/", _language(call, fields))
    return Answer(status, page.failed(page.say(why)), _HTML)
