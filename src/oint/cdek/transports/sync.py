"""`SocketTransport`: blocking HTTP on sockets, TLS, and http.client to read the answers.

No larger library stands between. urllib3 stands beside it in the benchmarks: its import alone costs a single command
more than all of this, and it limits each wait for bytes and not the whole call: a body that drips byte by byte never ends.
"""

from __future__ import annotations

import socket
import threading
import time
import zlib
from http.client import HTTPException, IncompleteRead, LineTooLong
from typing import TYPE_CHECKING, Any, cast

from oint.cdek import _http
from oint.cdek.transports._http1 import PROXY_REFUSED, BodyDecoder, Origin, TooLarge
from oint.cdek.transports._sync_connection import CHUNK_BYTES, BufferedSocketReader, Connection, read_piece, remaining
from oint.cdek.transports.proxy import ProxyRefusal, parse_connect_response

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from http.client import HTTPResponse

    from oint.cdek._http import Reason

_READ_ERRORS = (OSError, HTTPException, ValueError, zlib.error, MemoryError, TooLarge)
"""How the reading of an answer fails."""


class SocketResponseStream:
    """The body of an answer, read chunk by chunk; its connection is used for nothing else."""

    def __init__(self, connection: Connection, reader: BufferedSocketReader, response: HTTPResponse) -> None:
        self._connection = connection
        self._reader = reader
        self._response = response
        self.status = response.status
        self.headers = cast("Mapping[str, str]", response.headers)
        self._decoder = BodyDecoder(self.headers.get("content-encoding", ""))

    def read(self, deadline: float) -> bytes | _http.Failure:
        """Return the next bytes, none at the end; `deadline` is of `time.monotonic`."""
        self._reader.raw.deadline = deadline
        try:
            if piece := self._decoder.decode(b""):
                return piece
            while data := read_piece(self._reader, self._response):
                if piece := self._decoder.decode(data):
                    return piece
        except _READ_ERRORS as error:
            return _classify_read_error(error)
        return b"" if self._decoder.is_complete else _http.Failure("cut", sent=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class SocketTransport:
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
        self, request: _http.HttpRequest, timeouts: _http.Timeouts, deadline: float
    ) -> _http.HttpResponse | _http.Failure:
        """Send once and return the whole answer; `deadline` is of `time.monotonic`."""
        message = self._origin.serialize(request)
        if deadline <= time.monotonic():
            return _http.Failure("connect_timeout", sent=False)
        connection = self._pop_idle() or self._connect(min(deadline, time.monotonic() + timeouts.connect))
        if isinstance(connection, _http.Failure):
            return connection
        is_reusable = False
        try:
            response, is_reusable = connection.exchange(request.method, message, deadline, timeouts.read)
        except _READ_ERRORS as error:
            return _classify_read_error(error)
        finally:
            self._release(connection, is_reusable=is_reusable)
        return PROXY_REFUSED if self._origin.is_proxy_auth_failure(response.status) else response

    def open(
        self, request: _http.HttpRequest, timeouts: _http.Timeouts, deadline: float
    ) -> SocketResponseStream | _http.Failure:
        """Send once on a new connection and read the head of the answer; `deadline` is of `time.monotonic`."""
        message = self._origin.serialize(request)
        if deadline <= time.monotonic():
            return _http.Failure("connect_timeout", sent=False)
        connection = self._connect(min(deadline, time.monotonic() + timeouts.connect))
        if isinstance(connection, _http.Failure):
            return connection
        try:
            reader, response = connection.send_request(request.method, message, deadline, timeouts.read)
        except _READ_ERRORS as error:
            connection.close()
            return _classify_read_error(error)
        if self._origin.is_proxy_auth_failure(response.status):
            connection.close()
            return PROXY_REFUSED
        return SocketResponseStream(connection, reader, response)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _pop_idle(self) -> Connection | None:
        """Return the connection used last, if it is still good; close those that are not."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if connection.is_reusable():
                return connection
            connection.close()
        return None

    def _release(self, connection: Connection, *, is_reusable: bool) -> None:
        if is_reusable and len(self._idle) < self._connections:
            self._idle.append(connection)
        else:
            connection.close()

    def _connect(self, deadline: float) -> Connection | _http.Failure:
        """Return a new connection, or why there is none: then not one byte of the request has left."""
        try:
            tls = self._origin.load_tls_context()
        except (OSError, ImportError) as error:
            failure = self._origin.classify_connect_error("tls", error)
            if failure is _http.NO_DESCRIPTORS:
                return failure
            raise
        try:
            addresses = _look_up(*self._origin.peer, deadline)
        except TimeoutError:
            return _http.Failure("connect_timeout", sent=False)
        except (OSError, UnicodeError) as error:
            return self._origin.classify_connect_error("dns", error)
        failure = self._origin.classify_connect_error("refused")
        for number, (family, kind, protocol, _, address) in enumerate(addresses):
            now = time.monotonic()
            share = now + (deadline - now) / (len(addresses) - number)
            try:
                sock = socket.socket(family, kind, protocol)
            except OSError as error:
                failure = self._origin.classify_connect_error("refused", error)
            else:
                result = self._connect_to(sock, tls, address, share, deadline)
                if isinstance(result, Connection):
                    return result
                failure = result
            if failure is _http.NO_DESCRIPTORS:
                break
        return failure

    def _connect_to(
        self, sock: socket.socket, tls: ssl.SSLContext | None, address: Any, share: float, deadline: float
    ) -> Connection | _http.Failure:
        """Connect to one of the host's addresses. A silent one has its share of the time and leaves that of the others."""
        reason: Reason = "refused"
        try:
            sock.settimeout(remaining(share))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._origin.tunnel:
                _open_tunnel(sock, self._origin.tunnel, deadline)
            if tls is None:
                return Connection(sock)
            reason = "tls"
            sock.settimeout(remaining(deadline))
            return Connection(tls.wrap_socket(sock, server_hostname=self._origin.host))
        except TimeoutError:
            failure = self._origin.classify_connect_error("connect_timeout")
        except OSError as error:
            failure = self._origin.classify_connect_error(reason, error)
        except BaseException:
            sock.close()
            raise
        sock.close()
        return failure


def _open_tunnel(sock: socket.socket, request: bytes, deadline: float) -> None:
    """Have a proxy open a tunnel.

    Raises:
        OSError: it does not
    """
    sock.settimeout(remaining(deadline))
    sock.sendall(request)
    head = b""
    while (is_open := parse_connect_response(head)) is None:
        sock.settimeout(remaining(deadline))
        piece = sock.recv(CHUNK_BYTES)
        if not piece:
            raise ConnectionRefusedError
        head += piece
    if not is_open:
        raise ProxyRefusal(head)


def _classify_read_error(error: Exception) -> _http.Failure:
    """Return how an exchange failed after its message was on the way."""
    match error:
        case TimeoutError():
            return _http.Failure("timeout", sent=True)
        case MemoryError():
            return _http.Failure("no_memory", sent=True)
        case TooLarge() | LineTooLong():
            return _http.Failure("too_large", sent=True)
        case IncompleteRead() | ValueError() | zlib.error():
            return _http.Failure("cut", sent=True)
    return _http.Failure("reset", sent=True)


def _look_up(host: str, port: int, deadline: float) -> list[tuple[Any, ...]]:
    """Return the addresses of a host, as `socket.getaddrinfo` does, by a deadline.

    The system's look-up knows no time limit, so a thread of its own waits for it; what takes too long is left to it.

    Raises:
        OSError: there are none
        TimeoutError: they did not come in time
        UnicodeError: it is not a name
    """
    results: list[list[tuple[Any, ...]] | Exception] = []

    def look_up() -> None:
        try:
            results.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            results.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # there are too many, or the interpreter is about to end
        look_up()
    else:
        thread.join(remaining(deadline))
    if not results:
        raise TimeoutError
    [result] = results
    if isinstance(result, Exception):
        raise result
    return result
