"""The sandbox as one ASGI application: CDEK's routes, the control API, the page, and Spring's errors for all others."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from starlette.routing import Route, Router

from cdek_sandbox.control_api.endpoint import ControlEndpoint, UnknownControl, refuse
from cdek_sandbox.control_api.routes import CONTROLS
from cdek_sandbox.endpoint import Endpoint, SpringError, WrongMethod
from cdek_sandbox.errors import BodyTooLargeError, ForeignRequestError
from cdek_sandbox.faults.connection_faults import CallConnection
from cdek_sandbox.resources.registry import OPERATIONS
from cdek_sandbox.ui.routes import list_ui_routes
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.replay import Replay
    from cdek_sandbox.request_origin import AllowedHosts
    from cdek_sandbox.runtime import Runtime


_DEFECT = Message(
    "Песочница ответила 500 на {0} {1}: {2}. Это её ошибка или отказ диска: проверьте место и сообщите авторам.",
    "The sandbox answered 500 to {0} {1}: {2}. A defect of its own, or a failing disk: check the space, and report it.",
)


class App:
    """The application. A trailing slash makes no difference, as at CDEK."""

    def __init__(self, runtime: Runtime, hosts: AllowedHosts, replay: Replay | None = None) -> None:
        self._hosts = hosts
        routes = [
            *([] if replay else _list_api_routes(runtime)),  # first: the router tries the routes one by one
            *list_ui_routes(runtime),
            *_list_control_routes(runtime),
        ]
        self._crash = SpringError(runtime, 500)
        self._router = Router(routes=routes, redirect_slashes=False, default=replay or SpringError(runtime, 404))

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call over ASGI."""
        scope["path"] = scope["path"].rstrip("/") or "/"
        try:
            self._hosts.check(scope["headers"])
            await self._router(scope, receive, send)
        except (ForeignRequestError, BodyTooLargeError) as error:
            await CallConnection(scope, receive, send).send(refuse(error.status, error.message))
        except Exception as error:  # noqa: BLE001 - any defect looks to the client like an error of CDEK
            sys.stderr.write(f"{_DEFECT.format(scope['method'], scope['path'], error)}\n")
            await self._crash(scope, receive, send)


def _list_api_routes(runtime: Runtime) -> Iterator[Route]:
    for operation in OPERATIONS:
        yield Route(operation.path, Endpoint(runtime, operation), methods=list(operation.methods))
    for path, operation in {operation.path: operation for operation in OPERATIONS}.items():
        yield Route(path, WrongMethod(runtime, operation))


def _list_control_routes(runtime: Runtime) -> Iterator[Route]:
    for control in CONTROLS:
        yield Route(control.path, ControlEndpoint(runtime, control), methods=[control.method])
    yield Route("/_sandbox/{rest:path}", UnknownControl())
