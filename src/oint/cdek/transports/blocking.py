"""Blocking HTTP over the standard library: sockets, TLS, and http.client to read the answers.

No larger library stands between. urllib3 stands beside it in `make bench`; its import alone costs a single command
more than all of this, and it limits each wait for bytes instead of the whole: a body dripped byte by byte never ends.
"""

from __future__ import annotations

import io
import select
import socket
import time
import zlib
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any, Self, cast
from weakref import WeakSet

from oint.cdek import forks, wire
from oint.cdek.transports.message import FINAL, IDLE, Origin, Unpacking, unpacked
from oint.cdek.transports.proxy import LARGEST_HEAD, granted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oint.cdek.wire import Reason


CHUNK = 65_536
"""Bytes that are read of a body at once."""


class _Incoming(io.RawIOBase):
    """What comes in at a socket, as a file: every wait for bytes is cut to the deadline of the call."""

    def __init__(self, sock: socket.socket, deadline: float, patience: float) -> None:
        self._sock = sock
        self.deadline = deadline
        self._patience = patience
        self.is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.is_over:
            return 0
        self._sock.settimeout(min(_left(self.deadline), self._patience))
        return self._sock.recv_into(buffer)


class _Reader(io.BufferedReader):
    """The same with a buffer, in the place where http.client expects a socket; it knows what is left in it at the end."""

    raw: _Incoming
    has_more = False

    def makefile(self, _: str) -> Self:
        """All that http.client asks of a socket."""
        return self

    def close(self) -> None:
        self.raw.is_over = True
        self.has_more = self.has_more or (not self.closed and bool(self.peek(1)))
        super().close()


class _Connection:
    """A connection that carries one exchange after the other; whoever meets trouble on it closes it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.used = 0.0
        _standing.add(self)

    def exchange(self, method: str, message: bytes, deadline: float, patience: float) -> tuple[wire.HttpResponse, bool]:
        """Send a whole message and read the whole answer; and whether the connection may be used again."""
        reader, response = self.asked(method, message, deadline, patience)
        body = _whole(response)
        response.close()  # else its finalizer does, where a Ctrl-C would be lost without a trace
        reader.close()
        self.used = time.monotonic()
        headers = cast("Mapping[str, str]", response.headers)
        body = unpacked(body, headers.get("content-encoding", ""))
        keep = not (response.will_close or reader.has_more)
        return wire.HttpResponse(response.status, headers, body), keep

    def asked(self, method: str, message: bytes, deadline: float, patience: float) -> tuple[_Reader, HTTPResponse]:
        """Send a whole message and read the head of the answer."""
        self.sock.settimeout(min(_left(deadline), patience))
        self.sock.sendall(message)
        reader = _Reader(_Incoming(self.sock, deadline, patience))
        return reader, _answer(reader, method)

    def is_good(self) -> bool:
        """Whether it was used lately, and the other side has neither closed it nor sent what nobody asked for."""
        is_ours = self.sock.fileno() >= 0  # else it was the parent's, before a fork
        return is_ours and time.monotonic() - self.used < IDLE and not _readable(self.sock)

    def close(self) -> None:
        self.sock.close()

    __del__ = close  # Ctrl-C may strike between any two steps; what it leaves behind is closed all the same


_standing: WeakSet[_Connection] = WeakSet()


def _leave_to_the_parent() -> None:
    """Give up the connections that a fork has copied, or answers would get crossed. Nothing is sent: they live on there."""
    for connection in list(_standing):
        connection.close()


forks.in_child(_leave_to_the_parent)


def _answer(reader: _Reader, method: str) -> HTTPResponse:
    """The answer proper, its headers read; interim ones (103, say) are passed over."""
    while True:
        response = HTTPResponse(cast("socket.socket", reader), method=method)
        response.begin()
        if response.status >= FINAL:
            return response
        response.fp = cast("io.BufferedReader", None)  # else it would close the reader when it goes


def _whole(response: HTTPResponse) -> bytes:
    """The body, piece by piece: `read` makes room for as much as an answer says that it has, before any of it has come.

    Raises:
        IncompleteRead: it ends too early
    """
    pieces = []
    while piece := response.read1(CHUNK):
        pieces.append(piece)
    if response.length:
        raise IncompleteRead(b"")
    return b"".join(pieces)


class BlockingBody:
    """The body of an answer, read chunk by chunk; its connection is used for nothing else."""

    def __init__(self, connection: _Connection, reader: _Reader, response: HTTPResponse) -> None:
        self._connection = connection
        self._incoming = reader.raw
        self._response = response
        self.status = response.status
        self.headers = cast("Mapping[str, str]", response.headers)
        self._unpacking = Unpacking(self.headers.get("content-encoding", ""))

    def read(self, deadline: float) -> bytes | wire.Failure:
        """The next bytes, none at the end; `deadline` is of `time.monotonic`."""
        self._incoming.deadline = deadline
        try:
            if left := self._unpacking.feed(b""):
                return left
            while data := self._response.read1(CHUNK):
                if unpacked := self._unpacking.feed(data):
                    return unpacked
        except (OSError, HTTPException, ValueError, zlib.error) as error:
            return _failure(error)
        return b"" if not self._response.length and self._unpacking.is_whole else wire.Failure("cut", sent=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _failure(error: Exception) -> wire.Failure:
    """How an exchange failed, once its message was on the way."""
    match error:
        case TimeoutError():
            return wire.Failure("timeout", sent=True)
        case IncompleteRead() | ValueError() | zlib.error():
            return wire.Failure("cut", sent=True)
    return wire.Failure("reset", sent=True)


class BlockingTransport:
    """Kept-alive connections to one host. Safe for threads.

    Args:
        base_url: the host, with its scheme and port
        connections: how many are kept open; more threads at once open more, for the moment
        proxy: see `Origin`
    """

    def __init__(self, base_url: str, connections: int = 10, proxy: str | None = None) -> None:
        self._origin = Origin(base_url, proxy)
        self._tls = self._origin.tls()
        self._connections = connections
        self._idle: list[_Connection] = []

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
        except (OSError, HTTPException, ValueError, zlib.error) as error:
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
        except (OSError, HTTPException, ValueError) as error:
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

    def _kept(self) -> _Connection | None:
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

    def _keep(self, connection: _Connection, *, good: bool) -> None:
        if good and len(self._idle) < self._connections:
            self._idle.append(connection)
        else:
            connection.close()

    def _reached(self, deadline: float) -> _Connection | wire.Failure:
        """A new connection, or why there is none: then not one byte of the request has left."""
        try:
            addresses = socket.getaddrinfo(*self._origin.reach, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return self._origin.unreached("dns")
        failure = self._origin.unreached("refused")
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            now = time.monotonic()
            share = now + (deadline - now) / (len(addresses) - tried)
            reached = self._reached_at(socket.socket(family, kind, protocol), address, share, deadline)
            if isinstance(reached, _Connection):
                return reached
            failure = reached
        return failure

    def _reached_at(
        self, sock: socket.socket, address: Any, share: float, deadline: float
    ) -> _Connection | wire.Failure:
        """One of the host's addresses; what says nothing at all has its share of the time and leaves that of the others."""
        reason: Reason = "refused"
        try:
            sock.settimeout(_left(share))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._origin.tunnel:
                _through(sock, self._origin.tunnel, deadline)
            if self._tls is None:
                return _Connection(sock)
            reason = "tls"
            sock.settimeout(_left(deadline))
            return _Connection(self._tls.wrap_socket(sock, server_hostname=self._origin.host))
        except TimeoutError:
            reason = "connect_timeout"
        except OSError:
            pass
        except BaseException:
            sock.close()
            raise
        sock.close()
        return self._origin.unreached(reason)


def _through(sock: socket.socket, tunnel: bytes, deadline: float) -> None:
    """Have a proxy open a tunnel.

    Raises:
        OSError: it does not
    """
    sock.settimeout(_left(deadline))
    sock.sendall(tunnel)
    head = b""
    while (opened := granted(head)) is None:
        sock.settimeout(_left(deadline))
        piece = sock.recv(LARGEST_HEAD)
        if not piece:
            raise ConnectionRefusedError
        head += piece
    if not opened:
        raise ConnectionRefusedError


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _readable(sock: socket.socket) -> bool:
    """Whether there is something to read, its end included; select alone cannot watch many files on Unix."""
    if hasattr(select, "poll"):
        watch = select.poll()
        watch.register(sock, select.POLLIN)
        return bool(watch.poll(0))
    return bool(select.select([sock], [], [], 0)[0])
