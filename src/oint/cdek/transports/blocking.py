"""Blocking HTTP over the standard library: sockets, TLS, and http.client to read the answers.

No larger library stands between. urllib3 stands beside it in `make bench`; its import alone costs a single command
more than all of this, and it limits each wait for bytes instead of the whole: a body dripped byte by byte never ends.
"""

from __future__ import annotations

import socket
import time
import zlib
from http.client import HTTPException, IncompleteRead, LineTooLong
from typing import TYPE_CHECKING, Any, cast

from oint.cdek import wire
from oint.cdek.transports import limits
from oint.cdek.transports.connection import CHUNK, Connection, left, next_piece
from oint.cdek.transports.limits import TooLarge
from oint.cdek.transports.message import Origin, Unpacking
from oint.cdek.transports.proxy import granted

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from http.client import HTTPResponse

    from oint.cdek.transports.connection import Reader
    from oint.cdek.wire import Reason

_LOST = (OSError, HTTPException, ValueError, zlib.error, MemoryError, TooLarge)
"""How the reading of an answer fails."""

__all__ = ["CHUNK", "BlockingBody", "BlockingTransport"]


class BlockingBody:
    """The body of an answer, read chunk by chunk; its connection is used for nothing else."""

    def __init__(self, connection: Connection, reader: Reader, response: HTTPResponse) -> None:
        self._connection = connection
        self._reader = reader
        self._response = response
        self.status = response.status
        self.headers = cast("Mapping[str, str]", response.headers)
        self._unpacking = Unpacking(self.headers.get("content-encoding", ""))

    def read(self, deadline: float) -> bytes | wire.Failure:
        """The next bytes, none at the end; `deadline` is of `time.monotonic`."""
        self._reader.raw.deadline = deadline
        try:
            if unpacked := self._unpacking.feed(b""):
                return unpacked
            while data := next_piece(self._reader, self._response):
                if unpacked := self._unpacking.feed(data):
                    return unpacked
        except _LOST as error:
            return _failure(error)
        return b"" if self._unpacking.is_whole else wire.Failure("cut", sent=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _failure(error: Exception) -> wire.Failure:
    """How an exchange failed, once its message was on the way."""
    match error:
        case TimeoutError():
            return wire.Failure("timeout", sent=True)
        case MemoryError():
            return wire.Failure("no_memory", sent=True)
        case TooLarge() | LineTooLong():
            return wire.Failure("too_large", sent=True)
        case IncompleteRead() | ValueError() | zlib.error():
            return wire.Failure("cut", sent=True)
    too_many_headers = type(error) is HTTPException  # http.client has no class of its own for them
    return wire.Failure("too_large" if too_many_headers else "reset", sent=True)


class BlockingTransport:
    """Kept-alive connections to one host. Safe for threads.

    Args:
        base_url: the host, with its scheme and port
        connections: how many are kept open; more threads at once open more, for the moment
        proxy: see `Origin`
    """

    def __init__(self, base_url: str, connections: int = 10, proxy: str | None = None) -> None:
        self._origin = Origin(base_url, proxy)
        self._connections = connections
        self._idle: list[Connection] = []

    def send(
        self, request: wire.HttpRequest, timeouts: wire.Timeouts, deadline: float
    ) -> wire.HttpResponse | wire.Failure:
        """Send once and read the whole answer; `deadline` is of `time.monotonic`."""
        message = self._origin.written(request)
        if deadline <= time.monotonic():
            return wire.Failure("connect_timeout", sent=False)
        connection = self._kept() or self._reached(min(deadline, time.monotonic() + timeouts.connect))
        if isinstance(connection, wire.Failure):
            return connection
        keep = False
        try:
            response, keep = connection.exchange(request.method, message, deadline, timeouts.read)
        except _LOST as error:
            return _failure(error)
        finally:
            self._keep(connection, good=keep)
        return wire.TURNED_AWAY if self._origin.is_turned_away(response.status) else response

    def open(self, request: wire.HttpRequest, timeouts: wire.Timeouts, deadline: float) -> BlockingBody | wire.Failure:
        """Send once on a new connection and read the head of the answer; `deadline` is of `time.monotonic`."""
        message = self._origin.written(request)
        if deadline <= time.monotonic():
            return wire.Failure("connect_timeout", sent=False)
        connection = self._reached(min(deadline, time.monotonic() + timeouts.connect))
        if isinstance(connection, wire.Failure):
            return connection
        try:
            reader, response = connection.asked(request.method, message, deadline, timeouts.read)
        except _LOST as error:
            connection.close()
            return _failure(error)
        if self._origin.is_turned_away(response.status):
            connection.close()
            return wire.TURNED_AWAY
        return BlockingBody(connection, reader, response)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> Connection | None:
        """The connection used last, if it is still good; those that are not are closed."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if connection.is_good():
                return connection
            connection.close()
        return None

    def _keep(self, connection: Connection, *, good: bool) -> None:
        if good and len(self._idle) < self._connections:
            self._idle.append(connection)
        else:
            connection.close()

    def _reached(self, deadline: float) -> Connection | wire.Failure:
        """A new connection, or why there is none: then not one byte of the request has left."""
        try:
            tls = self._origin.tls()
        except (OSError, ImportError) as error:
            failure = self._origin.unreached("tls", error)
            if failure is wire.NO_DESCRIPTORS:
                return failure
            raise
        try:
            addresses = socket.getaddrinfo(*self._origin.reach, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            return self._origin.unreached("dns", error)
        failure = self._origin.unreached("refused")
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            now = time.monotonic()
            share = now + (deadline - now) / (len(addresses) - tried)
            try:
                sock = socket.socket(family, kind, protocol)
            except OSError as error:
                failure = self._origin.unreached("refused", error)
            else:
                reached = self._reached_at(sock, tls, address, share, deadline)
                if isinstance(reached, Connection):
                    return reached
                failure = reached
            if failure is wire.NO_DESCRIPTORS:
                break
        return failure

    def _reached_at(
        self, sock: socket.socket, tls: ssl.SSLContext | None, address: Any, share: float, deadline: float
    ) -> Connection | wire.Failure:
        """One of the host's addresses; what says nothing at all has its share of the time and leaves that of the others."""
        reason: Reason = "refused"
        try:
            sock.settimeout(left(share))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._origin.tunnel:
                _through(sock, self._origin.tunnel, deadline)
            if tls is None:
                return Connection(sock)
            reason = "tls"
            sock.settimeout(left(deadline))
            return Connection(tls.wrap_socket(sock, server_hostname=self._origin.host))
        except TimeoutError:
            failure = self._origin.unreached("connect_timeout")
        except OSError as error:
            failure = self._origin.unreached(reason, error)
        except BaseException:
            sock.close()
            raise
        sock.close()
        return failure


def _through(sock: socket.socket, tunnel: bytes, deadline: float) -> None:
    """Have a proxy open a tunnel.

    Raises:
        OSError: it does not
    """
    sock.settimeout(left(deadline))
    sock.sendall(tunnel)
    head = b""
    while (opened := granted(head)) is None:
        sock.settimeout(left(deadline))
        piece = sock.recv(limits.MAX_HEAD_BYTES)
        if not piece:
            raise ConnectionRefusedError
        head += piece
    if not opened:
        raise ConnectionRefusedError
