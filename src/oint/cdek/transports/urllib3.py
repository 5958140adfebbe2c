"""Blocking HTTP through urllib3.

urllib3 limits each wait for bytes, not the whole: a body dripped byte by byte would never end. So the answer is read
through a file of our own that asks the deadline before every wait; headers and body alike.
"""

from __future__ import annotations

import io
import threading
import time
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from oint.cdek import wire

if TYPE_CHECKING:
    import socket

    from oint.cdek.errors import Reason

IDLE = 10.0
"""Seconds after which an idle connection is not used again: CDEK closes them after 15, and a change sent into a
closing connection would end as unknown."""

_call = threading.local()


class _NotSent(Exception):
    """The connection was never made; no class that urllib3 catches, so it comes out as it is."""


class _DeadlineFile(io.RawIOBase):
    """A socket as a file: every wait for bytes is cut to the deadline of the call that runs in this thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)  # keeps the socket open for as long as the answer is read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = _call.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(min(left, _call.read))
        return self._sock.recv_into(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Answer(HTTPResponse):
    """http.client's answer, read through a `_DeadlineFile`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_DeadlineFile(sock))


class _Plain(HTTPConnection):
    """A connection that reads with a deadline, tells a failure to connect apart, and knows how long it was idle."""

    response_class = _Answer
    used = 0.0

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError) as error:
            raise _NotSent(_connect_reason(error)) from error

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        self.used = time.monotonic()

    @property
    def is_connected(self) -> bool:
        return time.monotonic() - self.used < IDLE and super().is_connected


class _Secure(_Plain, HTTPSConnection):
    """The same over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class Urllib3Transport:
    """A pool of kept-alive connections to one host. Safe for threads.

    Args:
        base_url: the host, with its scheme and port
        connections: how many are kept open; more threads at once open more, for the moment
    """

    def __init__(self, base_url: str, connections: int = 10) -> None:
        parts = urlsplit(base_url)
        kind = _SecurePool if parts.scheme == "https" else _PlainPool
        self._pool = kind(parts.hostname or "", parts.port, maxsize=connections, retries=False)
        self._start = len(f"{parts.scheme}://{parts.netloc}")

    def send(
        self, request: wire.HttpRequest, timeouts: wire.Timeouts, deadline: float
    ) -> wire.HttpResponse | wire.Failure:
        """Send once and read the whole answer; `deadline` is of `time.monotonic`."""
        left = deadline - time.monotonic()
        if left <= 0:
            return wire.Failure("connect_timeout", sent=False)
        _call.deadline, _call.read = deadline, timeouts.read
        try:
            response = self._pool.urlopen(
                request.method,
                request.url[self._start :],
                body=request.body,
                headers=request.headers,
                redirect=False,
                timeout=Timeout(connect=min(timeouts.connect, left), read=min(timeouts.read, left)),
            )
        except _NotSent as failure:
            return wire.Failure(failure.args[0], sent=False)
        except (HTTPError, HTTPException, OSError) as error:
            return wire.Failure(_reason(error), sent=True)
        return wire.HttpResponse(response.status, response.headers, response.data)

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()


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
        case ReadTimeoutError() | TimeoutError():
            return "timeout"
        case IncompleteRead():
            return "cut"
        case _:
            return "reset"
