"""One connection of blocking code's, and the answers on it, read by http.client under the deadline of the call."""

from __future__ import annotations

import io
import select
import time
from http.client import HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any, Self, cast
from weakref import WeakSet

from oint.cdek import forks, wire
from oint.cdek.transports import limits
from oint.cdek.transports.limits import TooLarge
from oint.cdek.transports.message import FINAL, IDLE, Unpacking

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

CHUNK = 65_536
"""Bytes that are read of a body at once."""


class Incoming(io.RawIOBase):
    """What comes in at a socket, as a file: every wait for bytes is cut to the deadline of the call.

    `received` counts the bytes; beyond `allowed` none are taken.
    """

    def __init__(self, sock: socket.socket, deadline: float, patience: float) -> None:
        self._sock = sock
        self.deadline = deadline
        self._patience = patience
        self.is_over = False
        self.received = 0
        self.allowed = limits.MAX_HEAD_BYTES

    def readable(self) -> bool:
        """Tell io that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Take the next bytes that come; 0 at the end.

        Raises:
            TooLarge: no more are allowed
            TimeoutError: the deadline is over
        """
        if self.is_over:
            return 0
        room = self.allowed - self.received
        if room <= 0:
            raise TooLarge
        self._sock.settimeout(min(left(self.deadline), self._patience))
        size = self._sock.recv_into(buffer, room if room < len(buffer) else 0)
        self.received += size
        return size


class Reader(io.BufferedReader):
    """The same with a buffer, in the place where http.client expects a socket; it knows what is left in it at the end."""

    raw: Incoming
    has_more = False

    def makefile(self, _: str) -> Self:
        """All that http.client asks of a socket."""
        return self

    def close(self) -> None:
        """Read no further; what is left over is noted."""
        self.raw.is_over = True
        self.has_more = self.has_more or (not self.closed and bool(self.peek(1)))
        super().close()


class Connection:
    """A connection that carries one exchange after the other; whoever meets trouble on it closes it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.used = 0.0
        _standing.add(self)

    def exchange(self, method: str, message: bytes, deadline: float, patience: float) -> tuple[wire.HttpResponse, bool]:
        """Send a whole message and read the whole answer; and whether the connection may be used again."""
        reader, response = self.asked(method, message, deadline, patience)
        headers = cast("Mapping[str, str]", response.headers)
        body = _whole(reader, response, headers.get("content-encoding"))
        response.close()  # else its finalizer does, where a Ctrl-C would be lost without a trace
        reader.close()
        self.used = time.monotonic()
        keep = not (response.will_close or reader.has_more)
        return wire.HttpResponse(response.status, headers, body), keep

    def asked(self, method: str, message: bytes, deadline: float, patience: float) -> tuple[Reader, HTTPResponse]:
        """Send a whole message and read the head of the answer."""
        self.sock.settimeout(min(left(deadline), patience))
        self.sock.sendall(message)
        reader = Reader(Incoming(self.sock, deadline, patience))
        return reader, _answer(reader, method)

    def is_good(self) -> bool:
        """Whether it was used lately, and the other side has neither closed it nor sent what nobody asked for."""
        is_ours = self.sock.fileno() >= 0  # else it was the parent's, before a fork
        return is_ours and time.monotonic() - self.used < IDLE and not _readable(self.sock)

    def close(self) -> None:
        """Close it; nothing more is sent."""
        self.sock.close()

    __del__ = close  # Ctrl-C may strike between any two steps; what it leaves behind is closed all the same


_standing: WeakSet[Connection] = WeakSet()


def _leave_to_the_parent() -> None:
    """Give up the connections that a fork has copied, or answers would get crossed. Nothing is sent: they live on there."""
    for connection in list(_standing):
        connection.close()


forks.in_child(_leave_to_the_parent)


def _answer(reader: Reader, method: str) -> HTTPResponse:
    """The answer proper, its headers read; interim ones (103, say) are passed over.

    Raises:
        TooLarge: it announces a body over its limit
        ValueError: its length is not a length
    """
    while True:
        response = HTTPResponse(cast("socket.socket", reader), method=method)
        response.begin()
        if response.status >= FINAL:
            break
        response.fp = cast("io.BufferedReader", None)  # else it would close the reader when it goes
    if response.length is None:
        if not response.chunked and "content-length" in response.headers:
            raise ValueError
    elif response.length > limits.MAX_BODY_BYTES:
        raise TooLarge
    return response


def next_piece(reader: Reader, response: HTTPResponse) -> bytes:
    """Read the next bytes of a body, none at its end: `read` makes room for all that an answer says that it has.

    Raises:
        IncompleteRead: it ends too early
        TooLarge: it is over a limit
    """
    incoming = reader.raw
    if incoming.received > limits.MAX_HEAD_BYTES + limits.MAX_BODY_BYTES:
        raise TooLarge
    incoming.allowed = incoming.received + CHUNK + limits.MAX_HEAD_BYTES
    piece = response.read1(CHUNK)
    if not piece and response.length:
        raise IncompleteRead(b"")
    return piece


def _whole(reader: Reader, response: HTTPResponse, coding: str | None) -> bytes:
    """Read a whole body, unpacked.

    Raises:
        IncompleteRead: it ends too early
        TooLarge: it is over a limit
        zlib.error: it is not packed as it says
    """
    unpacking = None if coding is None else Unpacking(coding)
    body: bytes | bytearray = b""
    while response.length != 0 and (piece := next_piece(reader, response)):
        if unpacking is None and not body:
            body = piece
            continue
        if isinstance(body, bytes):
            body = bytearray(body)
        for part in (piece,) if unpacking is None else unpacking.feed_all(piece):
            body += part
        if len(body) > limits.MAX_BODY_BYTES:
            raise TooLarge
    if unpacking is not None and not unpacking.is_whole:
        raise IncompleteRead(b"")
    return bytes(body)


def left(deadline: float) -> float:
    """The seconds until a deadline of `time.monotonic`.

    Raises:
        TimeoutError: it is over
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _readable(sock: socket.socket) -> bool:
    """Whether there is something to read, its end included; select alone cannot watch many files on Unix."""
    if hasattr(select, "poll"):
        watch = select.poll()
        watch.register(sock, select.POLLIN)
        return bool(watch.poll(0))
    return bool(select.select([sock], [], [], 0)[0])
