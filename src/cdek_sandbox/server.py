"""The server: uvicorn on our own listening socket; faults get the transport of each call."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import msgspec
import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.types import ASGIApp, Receive, Scope, Send

    from cdek_sandbox.connections import Connections

_KEEP_ALIVE = 15  # seconds, as CDEK's header says


def open_listener(host: str, port: int) -> socket.socket:
    """Open a listening socket on this address; port 0 takes a free one.

    Raises:
        OSError: the port is busy, or the host is not an address of this machine.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there this option would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def serve(
    app: ASGIApp,
    listener: socket.socket,
    ready: dict[str, str],
    background: Callable[[], Coroutine[Any, Any, None]],
    connections: Connections,
    *,
    until_stdin_ends: bool = False,
) -> None:
    """Serve until Ctrl-C or SIGTERM, and run `background` at the same time.

    `ready` is printed as one JSON line once the server answers. `connections` gets every opened and closed connection.
    """
    connections.listen(listener)
    config = uvicorn.Config(
        _count_calls(app),
        http=_choose_protocol(connections),
        loop="uvloop" if find_spec("uvloop") else "asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, ready, background)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.stop)  # uvicorn raises the signal again once it has stopped
    if until_stdin_ends:
        threading.Thread(target=server.stop_with_stdin, daemon=True).start()
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, ready: dict[str, str], background: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._background = background
        self._task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._task = asyncio.create_task(self._background())  # ends with the loop
        sys.stdout.write(msgspec.json.encode(self._ready).decode() + "\n")
        sys.stdout.flush()

    def stop(self, _number: int, _frame: object) -> None:
        """Stop at a signal, also before the start."""
        self.should_exit = True

    def stop_with_stdin(self) -> None:
        """Stop when the parent process closes the standard input, or dies."""
        while os.read(0, 1024):  # sys.stdin would be locked by this thread when the interpreter ends
            pass
        self.should_exit = True


def _count_calls(app: ASGIApp) -> ASGIApp:
    """Wrap the application so that each connection counts its calls in handlers."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        connection, call = scope["state"]["connection"], f"{scope['method']} {scope['path']}"
        connection.begin(call)
        try:
            await app(scope, receive, send)
        finally:
            connection.end(call)

    return counted


def _choose_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """Return the available HTTP protocol, extended to put its connection into the ASGI scope."""
    if find_spec("httptools"):
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as Base  # noqa: PLC0415 - only if there
    else:
        from uvicorn.protocols.http.h11_impl import H11Protocol as Base  # type: ignore[assignment] # noqa: PLC0415 - the other one

    class Protocol(Base):
        def connection_made(self, transport: Any) -> None:
            self.app_state = {**self.app_state, "connection": connections.open(transport)}
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            self.app_state["connection"].lose()

    return Protocol
