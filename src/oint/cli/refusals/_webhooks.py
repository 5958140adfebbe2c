"""Run half of `oint refusals listen` and `ingest`: record CDEK's webhooks, so that a run reads those orders at once."""

from __future__ import annotations

import errno
import os
import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.refusals._batches import translate_errors
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.input.files import open_bytes
from oint.refusals.ledger import LedgerError, open_ledger
from oint.refusals.ledger.notifications import record_notifications as write_down
from oint.refusals.webhooks import extract_order_uuid

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_LARGEST = 1024 * 1024
_WAITING = 2048
"""Connections that wait to be taken."""
_LISTENING = Message("Слушаем {}", "Listening at {}")
_LINE = Message("oint принимает вебхуки СДЭК (POST)", "oint receives CDEK webhooks here (POST)")
_HEARD = Message(
    "Событий о заказах: {heard}, прочих строк: {other}", "Events about orders: {heard}, other lines: {other}"
)


def receive_webhooks(*, host: str, port: int, path_secret: str | None, ledger: str | None) -> int:
    """Receive webhooks until the process is ended."""
    try:
        import uvicorn  # noqa: PLC0415 - an extra
    except ImportError:
        raise UsageError(
            Message("для приёма вебхуков нужны starlette и uvicorn", "webhooks need starlette and uvicorn"),
            Message("Установите: pip install 'oint[webhooks]'", "Install them: pip install 'oint[webhooks]'"),
            codes.INTERNAL_ERROR,
        ) from None
    with translate_errors():
        open_ledger(ledger).close()
    server = uvicorn.Server(uvicorn.Config(create_app(ledger, path_secret), log_level="error", access_log=False))

    def end(_number: int, _frame: object) -> None:
        server.should_exit = True

    with _listener(host, port) as listener:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end)  # uvicorn raises the signal again once it has stopped: it is no trouble
        url_host = f"[{host}]" if ":" in host else host
        output.print_status(_LISTENING.format(f"http://{url_host}:{listener.getsockname()[1]}/"))
        server.run(sockets=[listener])
    return codes.OK


def _listener(host: str, port: int) -> socket.socket:
    """Bind a socket to the address, before the address is reported.

    Raises:
        UsageError: it cannot be listened on
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_WAITING)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            Message(
                f"адрес {host}:{port} занять не удалось: {_why(error)}", f"{host}:{port} cannot be used: {_why(error)}"
            ),
            Message(
                "Укажите другой --port (0: любой свободный) или --host этой машины",
                "Give another --port (0: any free one), or a --host of this machine",
            ),
        ) from None


def _why(error: Exception) -> str:
    code = getattr(error, "errno", None)
    if isinstance(code, int) and code in errno.errorcode:
        return os.strerror(code)  # what Python says beside it is the address once more
    return getattr(error, "strerror", None) or type(error).__name__


def create_app(ledger: str | None, path_secret: str | None) -> Starlette:
    """Create the web application: 200 only for what is in the ledger, or is of no use; 503 makes CDEK try again."""
    from starlette.applications import Starlette  # noqa: PLC0415 - an extra
    from starlette.concurrency import run_in_threadpool  # noqa: PLC0415 - an extra
    from starlette.responses import PlainTextResponse  # noqa: PLC0415 - an extra
    from starlette.routing import Route  # noqa: PLC0415 - an extra

    def keep(uuid: str) -> None:
        with closing(open_ledger(ledger)) as opened:
            write_down(opened, [uuid])

    async def take(request: Request) -> Response:
        if request.method == "GET":
            return PlainTextResponse(str(_LINE))
        if path_secret is not None and request.url.path.strip("/") != path_secret:
            return PlainTextResponse("", status_code=404)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST:
                return PlainTextResponse("", status_code=413)
        uuid = extract_order_uuid(body)
        if uuid is not None:
            try:
                await run_in_threadpool(keep, uuid)
            except LedgerError:
                return PlainTextResponse("", status_code=503)
        return PlainTextResponse("")

    return Starlette(routes=[Route("/{path:path}", take, methods=["GET", "POST"])])


def ingest_file(file: str, *, ledger: str | None) -> int:
    """Take in events from a file."""
    uuids, other = [], 0
    with translate_errors():
        _, events = open_bytes(file, None)
        with events:
            events.seek(0)  # standard input was kept to its end
            for line in events:
                uuid = extract_order_uuid(line)
                if uuid is not None:
                    uuids.append(uuid)
                elif line.strip():
                    other += 1
        with closing(open_ledger(ledger)) as opened:
            write_down(opened, uuids)
    output.print_result(_HEARD.format(heard=len(uuids), other=other))
    return codes.NOT_APPLICABLE if other and not uuids else codes.OK
