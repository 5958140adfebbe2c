"""One blocking connection, and the answers on it: our own head, and the body by http.client, within the deadline."""

from __future__ import annotations

import io
import re
import select
import time
from email.parser import Parser
from http.client import HTTPMessage, HTTPResponse, IncompleteRead, LineTooLong, UnknownProtocol
from typing import TYPE_CHECKING, Any, Self, cast
from weakref import WeakSet

from oint.cdek import _forking, _http
from oint.cdek.transports import _http1
from oint.cdek.transports._http1 import BodyDecoder, TooLarge

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

CHUNK_BYTES = 65_536
"""Bytes of a body that are read at once."""
_MAX_LINE_BYTES = 65_536
"""Bytes of one line of a head."""
_HEAD_ENDS = {b"\r\n", b"\n", b""}
_BODILESS = {204, 304}
"""Final statuses of answers without a body."""
_PLAIN_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*([^\r\n]*)\r?\n")
"""A header on one line of its own."""


class SocketInput(io.RawIOBase):
    """The bytes that come in at a socket, as a file. Every wait for them is cut to the deadline of the call.

    `received` counts the bytes; beyond `allowed` none are taken.
    """

    def __init__(self, sock: socket.socket, deadline: float, read_timeout: float) -> None:
        self._sock = sock
        self.deadline = deadline
        self._read_timeout = read_timeout
        self.is_over = False
        self.received = 0
        self.allowed = _http1.MAX_HEAD_BYTES

    def readable(self) -> bool:
        """Return that it can be read: io asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Take the next bytes that come; 0 at the end.

        Raises:
            TooLarge: no more bytes are allowed
            TimeoutError: the deadline is over
        """
        if self.is_over:
            return 0
        room = self.allowed - self.received
        if room <= 0:
            raise TooLarge
        self._sock.settimeout(min(remaining(self.deadline), self._read_timeout))
        size = self._sock.recv_into(buffer, room if room < len(buffer) else 0)
        self.received += size
        return size


class BufferedSocketReader(io.BufferedReader):
    """The same with a buffer, in the place where http.client expects a socket. It notes what is left in it at the end."""

    raw: SocketInput
    has_more = False

    def makefile(self, _: str) -> Self:
        """Return the file that http.client asks a socket for."""
        return self

    def close(self) -> None:
        """Read no further, and note whether bytes are left."""
        self.raw.is_over = True
        self.has_more = self.has_more or (not self.closed and bool(self.peek(1)))
        super().close()


class SocketResponse(HTTPResponse):
    """An answer whose head is read without the parser of e-mails, which takes longer than the rest of the exchange.

    Its headers are a dictionary by lower-case names, unless one of them is not on a line of its own.
    """

    def begin(self) -> None:
        """Read the head of one answer, which may be an interim one, and find out where its body ends.

        Raises:
            HTTPException: the head is not one of HTTP/1
            TooLarge: there are too many headers
            ValueError: the length is not a length
        """
        version, self.status, self.reason = self._read_status()  # type: ignore[attr-defined] # not in typeshed
        if not version.startswith("HTTP/1."):
            raise UnknownProtocol(version)
        self.version = 10 if version == "HTTP/1.0" else 11
        headers = _read_headers(self.fp)
        self.headers = cast("HTTPMessage", headers)
        self.chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        has_body = self.status >= _http1.MIN_FINAL_STATUS and self.status not in _BODILESS
        self.length = _parse_length(headers) if has_body and not self.chunked else None if has_body else 0
        self.will_close = self._check_close() or (self.length is None and not self.chunked)  # type: ignore[attr-defined]


class Connection:
    """A connection that carries one exchange after the other; the caller closes it after any error."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.last_used = 0.0
        _open_connections.add(self)

    def exchange(
        self, method: str, message: bytes, deadline: float, read_timeout: float
    ) -> tuple[_http.HttpResponse, bool]:
        """Send a whole message and return the whole answer, and whether the connection may be used again."""
        reader, response = self.send_request(method, message, deadline, read_timeout)
        headers = cast("Mapping[str, str]", response.headers)
        body = _read_body(reader, response, headers.get("content-encoding"))
        response.close()  # else its finalizer does, where a Ctrl-C would be lost without a trace
        reader.close()
        self.last_used = time.monotonic()
        is_reusable = not (response.will_close or reader.has_more)
        return _http.HttpResponse(response.status, headers, body), is_reusable

    def send_request(
        self, method: str, message: bytes, deadline: float, read_timeout: float
    ) -> tuple[BufferedSocketReader, HTTPResponse]:
        """Send a whole message and read the head of the answer."""
        self.sock.settimeout(min(remaining(deadline), read_timeout))
        self.sock.sendall(message)
        reader = BufferedSocketReader(SocketInput(self.sock, deadline, read_timeout))
        return reader, _read_head(reader, method)

    def is_reusable(self) -> bool:
        """Return whether it was used lately, and the server has neither closed it nor sent bytes without a request."""
        is_ours = self.sock.fileno() >= 0  # else it was the parent's, before a fork
        idle = time.monotonic() - self.last_used
        return is_ours and idle < _http1.MAX_IDLE_SECONDS and not _is_readable(self.sock)

    def close(self) -> None:
        """Close it; nothing more is sent."""
        self.sock.close()

    __del__ = close  # Ctrl-C may strike between any two steps; what it leaves behind is closed all the same


_open_connections: WeakSet[Connection] = WeakSet()


def _close_inherited_connections() -> None:
    """Close a forked child's copies of connections, or answers would get crossed. Nothing is sent: they live on in the parent."""
    for connection in list(_open_connections):
        connection.close()


_forking.run_in_child(_close_inherited_connections)


def _read_headers(source: Any) -> Mapping[str, str]:
    """Read the headers of an answer; of several by one name the first counts.

    Raises:
        LineTooLong: a line is over the limit of http.client
        TooLarge: there are too many headers
    """
    lines: list[bytes] = []
    while (line := source.readline(_MAX_LINE_BYTES + 1)) not in _HEAD_ENDS:
        if len(line) > _MAX_LINE_BYTES:
            raise LineTooLong("header line")
        lines.append(line)
        if len(lines) > _http1.MAX_HEADERS:
            raise TooLarge
    headers: dict[str, str] = {}
    for line in lines:
        if (match := _PLAIN_HEADER.fullmatch(line)) is None:
            text = b"".join(lines).decode("latin-1")
            return cast("Mapping[str, str]", Parser(_class=HTTPMessage).parsestr(text))
        headers.setdefault(match[1].decode("latin-1").lower(), match[2].decode("latin-1"))
    return headers


def _parse_length(headers: Mapping[str, str]) -> int | None:
    """Return the length that an answer announces; None: it announces none.

    Raises:
        ValueError: it is not a length
    """
    text = headers.get("content-length")
    if text is None:
        return None
    length = int(text)
    if length < 0:
        raise ValueError
    return length


def _read_head(reader: BufferedSocketReader, method: str) -> SocketResponse:
    """Return the final answer, its headers read; interim ones (103, say) are passed over.

    Raises:
        TooLarge: it announces a body over its limit
        ValueError: its length is not a length
    """
    while True:
        response = SocketResponse(cast("socket.socket", reader), method=method)
        response.begin()
        if response.status >= _http1.MIN_FINAL_STATUS:
            break
        response.fp = cast("io.BufferedReader", None)  # else it would close the reader when it goes
    if response.length is not None and response.length > _http1.MAX_BODY_BYTES:
        raise TooLarge
    return response


def read_piece(reader: BufferedSocketReader, response: HTTPResponse) -> bytes:
    """Return the next bytes of a body, none at its end. `response.read` makes room for all bytes that an answer announces.

    Raises:
        IncompleteRead: it ends too early
        TooLarge: it is over a limit
    """
    source = reader.raw
    if source.received > _http1.MAX_HEAD_BYTES + _http1.MAX_BODY_BYTES:
        raise TooLarge
    source.allowed = source.received + CHUNK_BYTES + _http1.MAX_HEAD_BYTES
    piece = response.read1(CHUNK_BYTES)
    if not piece and response.length:
        raise IncompleteRead(b"")
    return piece


def _read_body(reader: BufferedSocketReader, response: HTTPResponse, coding: str | None) -> bytes:
    """Return a whole body, unpacked.

    Raises:
        IncompleteRead: it ends too early
        TooLarge: it is over a limit
        zlib.error: it is not packed as the header says
    """
    decoder = None if coding is None else BodyDecoder(coding)
    body: bytes | bytearray = b""
    while response.length != 0 and (data := read_piece(reader, response)):
        if decoder is None and not body:
            body = data
            continue
        if isinstance(body, bytes):
            body = bytearray(body)
        for piece in (data,) if decoder is None else decoder.decode_all(data):
            body += piece
        if len(body) > _http1.MAX_BODY_BYTES:
            raise TooLarge
    if decoder is not None and not decoder.is_complete:
        raise IncompleteRead(b"")
    return bytes(body)


def remaining(deadline: float) -> float:
    """Return the seconds until a deadline of `time.monotonic`.

    Raises:
        TimeoutError: it is over
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _is_readable(sock: socket.socket) -> bool:
    """Return whether there is something to read, its end included; select alone cannot watch many files on Unix."""
    if hasattr(select, "poll"):
        watch = select.poll()
        watch.register(sock, select.POLLIN)
        return bool(watch.poll(0))
    return bool(select.select([sock], [], [], 0)[0])
