"""The floors: the least that Python needs for the very bytes that the client sends, and for reading a whole answer."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks.wire import ACCEPTED, length

if TYPE_CHECKING:
    from benchmarks.worker import Run


def sync(url: str, request: bytes) -> Run:
    """A raw socket, kept alive."""
    sock = socket.create_connection(address_of(url))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(count: int) -> None:
        for _ in range(count):
            sock.sendall(request)
            received = sock.recv(65536)
            while not (size := length(received)) or len(received) < size:
                received += sock.recv(65536)
            assert received.endswith(ACCEPTED)

    return run


class Exchange(asyncio.Protocol):
    """One connection, kept alive: a request out, a whole answer in."""

    _received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what writes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand over the answer once it is whole."""
        received = self._received + data
        size = length(received)
        if size and len(received) >= size:
            self._answer.set_result(received)
        else:
            self._received = received

    async def post(self, request: bytes) -> bytes:
        """One request, and the whole answer to it."""
        self._received = b""
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    async def posts(self, request: bytes, count: int) -> None:
        """So many, one after the other."""
        for _ in range(count):
            received = await self.post(request)
            assert received.endswith(ACCEPTED)


def asynchronous(url: str, request: bytes, connections: int = 1) -> Run:
    """A raw asyncio protocol; each connection carries its share, one request at a time."""
    runner = asyncio.Runner()
    host, port = address_of(url)

    async def connect() -> list[Exchange]:
        loop = asyncio.get_running_loop()
        return [(await loop.create_connection(Exchange, host, port))[1] for _ in range(connections)]

    pool = runner.run(connect())

    async def share(count: int) -> None:
        await asyncio.gather(*(exchange.posts(request, count // connections) for exchange in pool))

    return lambda count: runner.run(share(count))


def many(url: str, request: bytes) -> Run:
    """A raw asyncio protocol on 256 connections."""
    return asynchronous(url, request, 256)


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a URL."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port
