"""The references: the minimum that Python needs to send the bytes of the client and to read a complete response."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from benchmarks.wire import ACCEPTED, parse_length

try:
    from uvloop import new_event_loop
except ImportError:  # Windows has none
    from asyncio import new_event_loop  # type: ignore[assignment] # the loops have no common type

if TYPE_CHECKING:
    from benchmarks.worker import Run


def run_sync(url: str, request: bytes) -> Run:
    """Return a function that sends requests through a keep-alive socket."""
    host, port = split_address(url)
    sock = socket.create_connection((host, port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if url.startswith("https:"):
        sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)

    def run(count: int) -> None:
        for _ in range(count):
            sock.sendall(request)
            received = sock.recv(65536)
            while not (size := parse_length(received)) or len(received) < size:
                received += sock.recv(65536)
            assert received.endswith(ACCEPTED)

    return run


class RawConnection(asyncio.Protocol):
    """A keep-alive connection with one request at a time."""

    _received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Complete the response when all its bytes have arrived."""
        received = self._received + data
        size = parse_length(received)
        if size and len(received) >= size:
            self._response.set_result(received)
        else:
            self._received = received

    async def post(self, request: bytes) -> bytes:
        """Send a request and return the response."""
        self._received = b""
        self._response: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._response

    async def post_many(self, request: bytes, count: int) -> None:
        """Send a request `count` times."""
        for _ in range(count):
            received = await self.post(request)
            assert received.endswith(ACCEPTED)


def run_async(url: str, request: bytes, connections: int = 1) -> Run:
    """Return a function that sends requests through raw protocols on uvloop, divided among connections."""
    runner = asyncio.Runner(loop_factory=new_event_loop)
    host, port = split_address(url)

    async def connect() -> list[RawConnection]:
        loop = asyncio.get_running_loop()
        return [(await loop.create_connection(RawConnection, host, port))[1] for _ in range(connections)]

    pool = runner.run(connect())

    async def divide(count: int) -> None:
        await asyncio.gather(*(connection.post_many(request, count // connections) for connection in pool))

    return lambda count: runner.run(divide(count))


def run_concurrent(url: str, request: bytes) -> Run:
    """Return a function that keeps 256 requests in flight."""
    return run_async(url, request, 256)


def split_address(url: str) -> tuple[str, int]:
    """Return the host and the port of a URL."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port
