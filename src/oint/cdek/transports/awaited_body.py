"""The body of an answer for asyncio, read chunk by chunk: a protocol of its own, on a connection of its own.

Bytes that nobody has read yet stop the reading of further ones, so a slow reader costs no memory.
"""

from __future__ import annotations

import asyncio
import time
import zlib

from oint.cdek import wire
from oint.cdek.transports.awaited_answer import AnswerProtocol
from oint.cdek.transports.limits import TooLarge
from oint.cdek.transports.message import Unpacking

HIGH = 262_144
"""Bytes that wait to be read before no more are taken from the socket."""


class AwaitedBody(AnswerProtocol):
    """One exchange on one connection: `ask`, then `read` to the end, then `close`."""

    def __init__(self) -> None:
        self._expect_answer()
        self._body = bytearray()
        self._over: wire.Failure | None = None
        self._is_whole = False
        self._news = asyncio.Event()

    async def ask(self, message: bytes, deadline: float, patience: float) -> wire.Failure | None:
        """Send a whole message and read the head of the answer; None when it has come."""
        self._patience = patience
        self._transport.write(message)
        while not self.status:
            if (failure := self._over or await self._hear(deadline)) is not None:
                self.close()
                return failure
        return None

    async def read(self, deadline: float) -> bytes | wire.Failure:
        """The next bytes, none at the end; `deadline` is of `time.monotonic`."""
        if (unpacking := self._unpacking) is None:
            unpacking = self._unpacking = Unpacking("")
        while True:
            try:
                unpacked = unpacking.feed(b"") or unpacking.feed(self._taken())
            except zlib.error:
                return wire.Failure("cut", sent=True)
            except TooLarge:
                return wire.Failure("too_large", sent=True)
            except MemoryError:
                return wire.Failure("no_memory", sent=True)
            if unpacked:
                return unpacked
            if self._is_whole:
                return b"" if unpacking.is_whole else wire.Failure("cut", sent=True)
            if (failure := self._over or await self._hear(deadline)) is not None:
                return failure

    def _taken(self) -> bytes:
        """What waits to be read."""
        data, self._body = bytes(self._body), bytearray()
        return data

    def close(self) -> None:
        """Close the connection; what is still on its way is lost."""
        self._transport.abort()

    async def _hear(self, deadline: float) -> wire.Failure | None:
        """Wait until something has come."""
        self._news.clear()
        self._transport.resume_reading()
        try:
            async with asyncio.timeout(min(self._patience, deadline - time.monotonic())):
                await self._news.wait()
        except TimeoutError:
            return wire.Failure("timeout", sent=True)
        return None

    # what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream is what was asked for
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes have come; where they spoil the answer, no more are taken."""
        if not self._is_whole and (reason := self._parse(data)) is not None and not self._is_whole:
            self._over = wire.Failure(reason, sent=True)
            self.close()
        if len(self._body) > HIGH:
            self._transport.pause_reading()
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is over; for an answer without a length that is its end."""
        if exc is None and self._over is None and self._ends_with_the_connection():
            self._is_whole = True
        self._over = self._over or wire.Failure("cut" if exc is None and self.status else "reset", sent=True)
        self._news.set()

    # what httptools tells

    def on_body(self, body: bytes) -> None:
        """httptools: a piece of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """httptools: the answer is whole, or was an interim one."""
        self._is_whole = bool(self.status)
