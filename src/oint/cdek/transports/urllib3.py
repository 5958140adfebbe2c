"""Blocking HTTP over urllib3's connections.

urllib3 names the server, reaches it and speaks TLS; http.client reads the answers. Between them nothing is left to the
libraries: urllib3's pools cost three times as much CPU a call, limit each wait for bytes instead of the whole (a body
dripped byte by byte would never end), and have ideas of their own about repeating.
"""

from __future__ import annotations

import io
import re
import time
import zlib
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from urllib3 import HTTPHeaderDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, SSLError

from oint.cdek import wire

if TYPE_CHECKING:
    import socket

    from oint.cdek.errors import Reason

IDLE = 10.0
"""Seconds after which an idle connection is not used again: CDEK closes them after 15, and a change sent into a
closing connection would end as unknown."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _NotSent(Exception):
    """Not one byte of the request has left."""


class _Incoming(io.RawIOBase):
    """What comes in at a socket, as a file: every wait for bytes is cut to the deadline of the call."""

    def __init__(self, sock: socket.socket, deadline: float, patience: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._patience = patience

    def makefile(self, _: str) -> io.BufferedReader:
        """All that http.client asks of a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(min(_left(self._deadline), self._patience))
        return self._sock.recv_into(buffer)


class _Plain(HTTPConnection):
    """A connection that carries one exchange after the other, and is closed by any that does not end well."""

    used = 0.0

    def reach(self, seconds: float) -> None:
        """Connect."""
        self.timeout = seconds
        try:
            self.connect()
        except (HTTPError, HTTPException, OSError) as error:
            raise _NotSent(_connect_reason(error)) from error

    def exchange(self, method: str, message: bytes, deadline: float, patience: float) -> wire.HttpResponse:
        """Send a whole message and read the whole answer."""
        kept = False
        try:
            self.sock.settimeout(min(_left(deadline), patience))
            self.sock.sendall(message)
            incoming = cast("socket.socket", _Incoming(self.sock, deadline, patience))
            response = HTTPResponse(incoming, method=method)
            response.begin()
            body = response.read()
            kept = not response.will_close
        finally:
            if kept:
                self.used = time.monotonic()
            else:
                self.close()
        headers = HTTPHeaderDict(response.getheaders())
        return wire.HttpResponse(response.status, headers, _unpacked(body, headers.get("content-encoding", "")))

    @property
    def usable(self) -> bool:
        return time.monotonic() - self.used < IDLE and self.is_connected


class _Secure(_Plain, HTTPSConnection):
    """The same over TLS."""


class Urllib3Transport:
    """Kept-alive connections to one host. Safe for threads.

    Args:
        base_url: the host, with its scheme and port
        connections: how many are kept open; more threads at once open more, for the moment
    """

    def __init__(self, base_url: str, connections: int = 10) -> None:
        parts = urlsplit(base_url)
        self._kind = _Secure if parts.scheme == "https" else _Plain
        self._host, self._port, self._netloc = parts.hostname or "", parts.port, parts.netloc
        self._start = len(f"{parts.scheme}://{parts.netloc}")
        self._connections = connections
        self._idle: list[_Plain] = []

    def send(
        self, request: wire.HttpRequest, timeouts: wire.Timeouts, deadline: float
    ) -> wire.HttpResponse | wire.Failure:
        """Send once and read the whole answer; `deadline` is of `time.monotonic`.

        Raises:
            ValueError: a header cannot be written; nothing was sent
        """
        message = self._written(request)
        left = deadline - time.monotonic()
        if left <= 0:
            return wire.Failure("connect_timeout", sent=False)
        connection = self._kept() or self._kind(self._host, self._port)
        try:
            if connection.is_closed:
                connection.reach(min(timeouts.connect, left))
            return connection.exchange(request.method, message, deadline, timeouts.read)
        except _NotSent as failure:
            return wire.Failure(failure.args[0], sent=False)
        except (HTTPException, OSError, ValueError, zlib.error) as error:
            return wire.Failure(_reason(error), sent=True)
        finally:
            self._keep(connection)

    def _written(self, request: wire.HttpRequest) -> bytes:
        lines = [f"{request.method} {request.url[self._start :]} HTTP/1.1", f"Host: {self._netloc}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        lines.append("Accept-Encoding: identity")
        body = request.body or b""
        if request.method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        if any(map(_CONTROL.search, lines)):
            raise ValueError("a control character in a header")
        return "\r\n".join((*lines, "", "")).encode("latin-1") + body

    def _kept(self) -> _Plain | None:
        """The connection used last, if it is still good; those that are not are closed."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if connection.usable:
                return connection
            connection.close()
        return None

    def _keep(self, connection: _Plain) -> None:
        if not connection.is_closed and len(self._idle) < self._connections:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _unpacked(body: bytes, coding: str) -> bytes:
    """None was asked for, but a proxy may pack all the same."""
    return zlib.decompress(body, zlib.MAX_WBITS | 32) if coding.lower() in {"gzip", "deflate"} else body


def _connect_reason(error: Exception) -> Reason:
    match error:
        case NameResolutionError():
            return "dns"
        case NewConnectionError():  # a kind of ConnectTimeoutError in urllib3's tree, though no time-out
            return "refused"
        case ConnectTimeoutError() | TimeoutError():
            return "connect_timeout"
        case _:
            return "tls" if _is_tls(error) else "refused"


def _is_tls(error: BaseException | None) -> bool:
    """Whether TLS is what failed; urllib3 and Python each wrap it in their own way."""
    import ssl  # noqa: PLC0415 - long to load, and only a failure needs it here

    while error is not None:
        if isinstance(error, (ssl.SSLError, ssl.CertificateError, SSLError)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reason(error: Exception) -> Reason:
    match error:
        case TimeoutError():
            return "timeout"
        case IncompleteRead() | ValueError() | zlib.error():
            return "cut"
        case _:
            return "reset"
