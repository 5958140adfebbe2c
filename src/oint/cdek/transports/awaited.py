"""asyncio HTTP: a protocol on asyncio's own connections, its answers read by httptools (the parser of llhttp).

aiohttp stands beside it in `make bench`: bare, with 256 in flight, it uses up nearly all that the budget leaves between
a client and the raw floor; and it sends all but POST again by itself where a kept connection breaks off, a DELETE too.
"""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, TypeVar

from oint.cdek import wire
from oint.cdek.transports import limits
from oint.cdek.transports.awaited_answer import AnswerProtocol
from oint.cdek.transports.awaited_body import AwaitedBody
from oint.cdek.transports.limits import TooLarge
from oint.cdek.transports.message import IDLE, Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.wire import Reason
P = TypeVar("P", bound=asyncio.Protocol)


class _Connection(AnswerProtocol):
    """A connection that carries one exchange after the other, and is closed by any that does not end well."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[wire.HttpResponse | wire.Failure] | None = None
        self._heard = 0.0
        self.is_open = False

    async def exchange(self, message: bytes, deadline: float, patience: float) -> wire.HttpResponse | wire.Failure:
        """Send a whole message and read the whole answer, waiting for bytes no longer than `patience` seconds."""
        answer: asyncio.Future[wire.HttpResponse | wire.Failure] = self.loop.create_future()
        self._answer = answer
        self._expect_answer()
        self._deadline, self._patience, self._heard = deadline, patience, time.monotonic()
        self._transport.write(message)
        self._watch()
        try:
            return await answer
        finally:
            self._watching.cancel()
            self._answer = None
            if answer.cancelled():
                self.close()

    @property
    def is_good(self) -> bool:
        """Whether it is open, on the other side too as far as is known, and was used lately."""
        return self.is_open and not self._transport.is_closing() and time.monotonic() - self._heard < IDLE

    def close(self) -> None:
        """Close it at once; what is still on its way is lost."""
        if self.is_open:
            self.is_open = False
            self._transport.abort()

    def _watch(self) -> None:
        """Look at the clock when the time may be over, and again when bytes have come since."""
        left = min(self._deadline, self._heard + self._patience) - time.monotonic()
        if left <= 0:
            self._fail("timeout")
        else:
            self._watching = self.loop.call_later(left, self._watch)

    def _end(self) -> None:
        """The answer is whole."""
        if self._answer is None or self._answer.done():
            return self.close()
        if not self._parser.should_keep_alive():
            self.close()
        if self._unpacking is not None and not self._unpacking.is_whole:
            return self._fail("cut")
        body = self._body
        if not isinstance(body, bytes):
            try:
                body = bytes(body)
            except MemoryError:
                return self._fail("no_memory")
            self._body = b""  # the connection may be kept for long
        self._answer.set_result(wire.HttpResponse(self.status, self.headers, body))
        return None

    def _fail(self, reason: Reason) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._body = b""
            self._answer.set_result(wire.Failure(reason, sent=True))

    # what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream is what was asked for
        self._transport = transport
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes have come; those that nobody asked for spoil the connection."""
        self._heard = time.monotonic()
        if self._answer is None or self._answer.done():
            return self.close()
        if (reason := self._parse(data)) is not None:
            self._fail(reason)
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is over; for an answer without a length that is its end."""
        self.is_open = False
        has_begun = self._answer is not None and self.status > 0
        if exc is None and has_begun and self._ends_with_the_connection():
            self._end()
        self._fail("cut" if exc is None and has_begun else "reset")

    # what httptools tells

    def on_message_begin(self) -> None:
        """httptools: an answer begins; one more than was asked for spoils the connection."""
        if self._answer is None or self._answer.done():
            self.close()

    def on_body(self, body: bytes) -> None:
        """httptools: a piece of the body.

        Raises:
            TooLarge: all pieces together are over the limit
            zlib.error: they are not packed as they say
        """
        if self._unpacking is None and not self._body:
            self._body = body
            return
        if isinstance(self._body, bytes):
            self._body = bytearray(self._body)
        for piece in (body,) if self._unpacking is None else self._unpacking.feed_all(body):
            self._body += piece
        if len(self._body) > limits.MAX_BODY_BYTES:
            raise TooLarge

    def on_message_complete(self) -> None:
        """httptools: the answer is whole, or was an interim one (103, say) before the answer proper."""
        if self.status:
            self._end()


class AwaitedTransport:
    """Kept-alive connections to one host, of one event loop; another loop gets others, and those before are given up.

    Args:
        base_url: the host, with its scheme and port
        connections: how many at the most; further calls wait for one
        proxy: see `Origin`
    """

    def __init__(self, base_url: str, connections: int = 256, proxy: str | None = None) -> None:
        self._origin = Origin(base_url, proxy)
        self._connections = connections
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False

    async def send(
        self, request: wire.HttpRequest, timeouts: wire.Timeouts, deadline: float
    ) -> wire.HttpResponse | wire.Failure:
        """Send once and read the whole answer; `deadline` is of `time.monotonic`."""
        message = self._origin.written(request)
        if deadline <= time.monotonic():
            return wire.Failure("connect_timeout", sent=False)
        self._enter_loop()
        places = self._places
        try:
            await _place(places, deadline)
        except TimeoutError:
            return wire.Failure("connect_timeout", sent=False)
        try:
            connection = self._kept() or await self._reached(
                _Connection, min(timeouts.connect, deadline - time.monotonic())
            )
            if isinstance(connection, wire.Failure):
                return connection
            got = await connection.exchange(message, deadline, timeouts.read)
            self._keep(connection)
            return self._judged(got)
        finally:
            places.release()

    async def open(
        self, request: wire.HttpRequest, timeouts: wire.Timeouts, deadline: float
    ) -> AwaitedBody | wire.Failure:
        """Send once on a new connection and read the head of the answer; `deadline` is of `time.monotonic`."""
        message = self._origin.written(request)
        if deadline <= time.monotonic():
            return wire.Failure("connect_timeout", sent=False)
        body = await self._reached(AwaitedBody, min(timeouts.connect, deadline - time.monotonic()))
        if isinstance(body, wire.Failure):
            return body
        try:
            failure = await body.ask(message, deadline, timeouts.read)
        except asyncio.CancelledError:
            body.close()
            raise
        if failure is None and self._origin.is_turned_away(body.status):
            body.close()
            return wire.TURNED_AWAY
        return failure or body

    async def close(self) -> None:
        """Close the idle connections, and those in use as soon as their call is over."""
        self._enter_loop()
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()
        await asyncio.sleep(0)  # lets them see their end before a loop that is about to close does

    def _enter_loop(self) -> None:
        """A loop that is new here begins with nothing: what another one has opened, only that one can use and close."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._places = asyncio.Semaphore(self._connections)
            self._idle: list[_Connection] = []

    def _judged(self, got: wire.HttpResponse | wire.Failure) -> wire.HttpResponse | wire.Failure:
        """What came of an exchange, unless it is a proxy's word that it passed nothing on."""
        turned_away = isinstance(got, wire.HttpResponse) and self._origin.is_turned_away(got.status)
        return wire.TURNED_AWAY if turned_away else got

    def _kept(self) -> _Connection | None:
        """The connection used last, if it is still good; those that are not are closed."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_good:
                return connection
            connection.close()
        return None

    def _keep(self, connection: _Connection) -> None:
        if not connection.is_open:
            return
        if self._is_closed or connection.loop is not self._loop:
            connection.close()
        else:
            self._idle.append(connection)

    async def _reached(self, protocol: Callable[[], P], seconds: float) -> P | wire.Failure:
        """A new connection, or why there is none: then not one byte of the request has left."""
        try:
            async with asyncio.timeout(seconds):
                return await self._connected(protocol)
        except TimeoutError:
            return wire.Failure("connect_timeout", sent=False)
        except (socket.gaierror, UnicodeError) as error:
            return self._origin.unreached("dns", error)
        except ConnectionRefusedError:
            return self._origin.unreached("refused")
        except OSError as error:
            import ssl  # noqa: PLC0415 - whoever meets this had asyncio load it

            in_tls = self._origin.secure and isinstance(error, (ssl.SSLError, ConnectionError))
            return self._origin.unreached("tls" if in_tls else "refused", error)

    async def _connected(self, protocol: Callable[[], P]) -> P:
        loop = asyncio.get_running_loop()
        tls = self._origin.tls()
        if self._origin.tunnel:
            from oint.cdek.transports.awaited_tunnel import opened  # noqa: PLC0415 - few machines have a proxy

            sock = await opened(self._origin.reach, self._origin.tunnel)
            _, connection = await loop.create_connection(
                protocol, sock=sock, ssl=tls, server_hostname=self._origin.host
            )
            return connection
        _, connection = await loop.create_connection(protocol, *self._origin.reach, ssl=tls, happy_eyeballs_delay=0.25)
        return connection


async def _place(places: asyncio.Semaphore, deadline: float) -> None:
    """A place among the connections; a timer is made only where it has to be waited for.

    Raises:
        TimeoutError: there is none in time
    """
    if not places.locked():
        await places.acquire()
        return
    async with asyncio.timeout(deadline - time.monotonic()):
        await places.acquire()
