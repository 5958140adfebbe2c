"""`AsyncioTransport`: HTTP on asyncio's own connections.

aiohttp stands beside it in the benchmarks: bare, with 256 in flight, it uses up nearly all that the budget leaves between
a client and the raw floor. It also sends all but POST again by itself where a kept connection breaks, a DELETE too.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import time
from typing import TYPE_CHECKING, Any, TypeVar

from oint.cdek import _http
from oint.cdek.transports._asyncio_connection import AsyncioResponseStream, Connection
from oint.cdek.transports._http1 import PROXY_REFUSED, Origin, lacks_descriptors
from oint.cdek.transports.proxy import MAX_CONNECT_BYTES, ProxyRefusal, parse_connect_response

if TYPE_CHECKING:
    from collections.abc import Callable
P = TypeVar("P", bound=asyncio.Protocol)


class AsyncioTransport:
    """Kept-alive connections to one host, of one event loop; another loop gets others, and those before are given up.

    Args:
        base_url: the host, with its scheme and port
        connections: how many at most; further calls wait for one
        proxy: see `Origin`
    """

    def __init__(self, base_url: str, connections: int = 256, proxy: str | None = None) -> None:
        self._origin = Origin(base_url, proxy)
        self._connections = connections
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False

    async def send(
        self, request: _http.HttpRequest, timeouts: _http.Timeouts, deadline: float
    ) -> _http.HttpResponse | _http.Failure:
        """Send once and return the whole answer; `deadline` is of `time.monotonic`."""
        message = self._origin.serialize(request)
        if deadline <= time.monotonic():
            return _http.Failure("connect_timeout", sent=False)
        self._enter_loop()
        slots = self._slots
        try:
            await _acquire_slot(slots, deadline)
        except TimeoutError:
            return _http.Failure("connect_timeout", sent=False)
        try:
            connection = self._pop_idle() or await self._connect(
                Connection, min(timeouts.connect, deadline - time.monotonic())
            )
            if isinstance(connection, _http.Failure):
                return connection
            result = await connection.exchange(message, deadline, timeouts.read)
            self._release(connection)
            return self._map_proxy_response(result)
        finally:
            slots.release()

    async def open(
        self, request: _http.HttpRequest, timeouts: _http.Timeouts, deadline: float
    ) -> AsyncioResponseStream | _http.Failure:
        """Send once on a new connection and read the head of the answer; `deadline` is of `time.monotonic`."""
        message = self._origin.serialize(request)
        if deadline <= time.monotonic():
            return _http.Failure("connect_timeout", sent=False)
        stream = await self._connect(AsyncioResponseStream, min(timeouts.connect, deadline - time.monotonic()))
        if isinstance(stream, _http.Failure):
            return stream
        try:
            failure = await stream.send_request(message, deadline, timeouts.read)
        except asyncio.CancelledError:
            stream.close()
            raise
        if failure is None and self._origin.is_proxy_auth_failure(stream.status):
            stream.close()
            return PROXY_REFUSED
        return failure or stream

    async def close(self) -> None:
        """Close the idle connections, and those in use as soon as their call is over."""
        self._enter_loop()
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()
        await asyncio.sleep(0)  # lets them see their end before a loop that is about to close does

    def _enter_loop(self) -> None:
        """Begin with nothing in a loop that is new here: only the loop that opened a connection can use and close it."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._slots = asyncio.Semaphore(self._connections)
            self._idle: list[Connection] = []

    def _map_proxy_response(self, result: _http.HttpResponse | _http.Failure) -> _http.HttpResponse | _http.Failure:
        """Return what came of an exchange, or the failure where a proxy has passed nothing on."""
        is_refusal = isinstance(result, _http.HttpResponse) and self._origin.is_proxy_auth_failure(result.status)
        return PROXY_REFUSED if is_refusal else result

    def _pop_idle(self) -> Connection | None:
        """Return the connection used last, if it is still good; close those that are not."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_reusable:
                return connection
            connection.close()
        return None

    def _release(self, connection: Connection) -> None:
        if not connection.is_open:
            return
        if self._is_closed or connection.loop is not self._loop:
            connection.close()
        else:
            self._idle.append(connection)

    async def _connect(self, protocol: Callable[[], P], seconds: float) -> P | _http.Failure:
        """Return a new connection, or why there is none: then not one byte of the request has left."""
        try:
            async with asyncio.timeout(seconds):
                return await self._open_connection(protocol)
        except TimeoutError:
            return _http.Failure("connect_timeout", sent=False)
        except (socket.gaierror, UnicodeError) as error:
            return self._origin.classify_connect_error("dns", error)
        except ConnectionRefusedError as error:
            return self._origin.classify_connect_error("refused", error)
        except OSError as error:
            import ssl  # noqa: PLC0415 - asyncio has loaded it by now

            in_tls = self._origin.secure and isinstance(error, (ssl.SSLError, ConnectionError))
            return self._origin.classify_connect_error("tls" if in_tls else "refused", error)

    async def _open_connection(self, protocol: Callable[[], P]) -> P:
        loop = asyncio.get_running_loop()
        tls = self._origin.load_tls_context()
        if self._origin.tunnel:
            sock = await _open_tunnel(self._origin.peer, self._origin.tunnel)
            _, connection = await loop.create_connection(
                protocol, sock=sock, ssl=tls, server_hostname=self._origin.host
            )
            return connection
        _, connection = await loop.create_connection(protocol, *self._origin.peer, ssl=tls, happy_eyeballs_delay=0.25)
        return connection


async def _acquire_slot(slots: asyncio.Semaphore, deadline: float) -> None:
    """Take a slot among the connections; a timer is made only where it has to be waited for.

    Raises:
        TimeoutError: there is none in time
    """
    if not slots.locked():
        await slots.acquire()
        return
    async with asyncio.timeout(deadline - time.monotonic()):
        await slots.acquire()


async def _open_tunnel(peer: tuple[str, int], request: bytes) -> socket.socket:
    """Return a connection to a proxy that has opened a tunnel.

    Args:
        peer: the proxy's host and port
        request: the request for the tunnel
    Raises:
        ConnectionRefusedError: the proxy cannot be reached, or opens none
        OSError: there is no file descriptor left
    """
    loop = asyncio.get_running_loop()
    try:
        addresses = await loop.getaddrinfo(*peer, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if lacks_descriptors(error, 1):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE)) from None
        raise ConnectionRefusedError from None
    for family, kind, protocol, _, address in addresses:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            await _request_tunnel(sock, address, request)
        except OSError as error:
            sock.close()
            if isinstance(error, ProxyRefusal):
                raise
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise ConnectionRefusedError


async def _request_tunnel(sock: socket.socket, address: Any, request: bytes) -> None:
    """Have the proxy at an address open the tunnel.

    Raises:
        OSError: it does not
    """
    loop = asyncio.get_running_loop()
    await loop.sock_connect(sock, address)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    await loop.sock_sendall(sock, request)
    head = b""
    while (is_open := parse_connect_response(head)) is None:
        piece = await loop.sock_recv(sock, MAX_CONNECT_BYTES)
        if not piece:
            raise ConnectionRefusedError
        head += piece
    if not is_open:
        raise ProxyRefusal(head)
