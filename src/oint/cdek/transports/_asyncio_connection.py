"""asyncio connections: protocols whose answers are read by httptools (the parser of llhttp) within their limits."""

from __future__ import annotations

import asyncio
import time
import zlib
from typing import TYPE_CHECKING

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from oint.cdek import _http
from oint.cdek.transports import _http1
from oint.cdek.transports._http1 import BodyDecoder, TooLarge

if TYPE_CHECKING:
    from oint.cdek._http import Reason

MAX_UNREAD_BYTES = 262_144
"""Bytes of a stream that wait to be read before no more are taken from the socket."""
_SAFE_LENGTH_DIGITS = 6
"""Digits of a length that is within the limit of a body."""


class ResponseProtocol(asyncio.Protocol):
    """Reads one answer after the other. A subclass gathers the body in `_body`."""

    _body: bytes | bytearray
    _decoder: BodyDecoder | None

    def _expect_response(self) -> None:
        """Begin with an answer of which nothing has come."""
        self._parser = HttpResponseParser(self)
        self.headers: dict[str, str] = {}
        self.status = self._received = self._bytes_without_body = 0
        self._body = b""
        self._decoder = None

    def _parse(self, data: bytes) -> Reason | None:
        """Read the next bytes of an answer.

        Returns:
            why the answer is lost; None: it is not
        """
        self._received += len(data)
        try:
            if self._received > _http1.MAX_HEAD_BYTES:
                self._parse_bounded(data)
            else:
                self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade, TooLarge, MemoryError) as error:
            return _classify_parse_error(error)
        return None

    def _parse_bounded(self, data: bytes) -> None:
        """Read the next bytes of an answer that has grown beyond the limit of a head.

        Raises:
            HttpParserError: they are not HTTP, or a callback raised an error, which is this one's context
            TooLarge: the answer is over a limit
        """
        if not self._has_head():
            excess = self._received - _http1.MAX_HEAD_BYTES
            self._parser.feed_data(data[:-excess])
            if not self._has_head():
                raise TooLarge
            data = data[-excess:]
        size = len(self._body)
        self._parser.feed_data(data)
        self._bytes_without_body = 0 if len(self._body) > size else self._bytes_without_body + len(data)
        if self._bytes_without_body > _http1.MAX_HEAD_BYTES:
            raise TooLarge
        if self._received > _http1.MAX_HEAD_BYTES + _http1.MAX_BODY_BYTES:
            raise TooLarge

    def _has_head(self) -> bool:
        """Return whether the status and all headers have come."""
        return self.status != 0

    def _ends_with_connection(self) -> bool:
        """Return whether only the end of the connection ends the body."""
        return self._has_head() and not {"content-length", "transfer-encoding"} & self.headers.keys()

    # callbacks of httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, or a line of a trailer."""
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Take the headers; those of an interim answer (103, say) do not count.

        Raises:
            TooLarge: there are too many, or they announce a body over its limit
        """
        status = self._parser.get_status_code()
        if status < _http1.MIN_FINAL_STATUS:
            self.headers = {}
            return
        headers = self.headers
        length = headers.get("content-length", "")
        is_long = len(length) > _SAFE_LENGTH_DIGITS and int(length) > _http1.MAX_BODY_BYTES
        if is_long or len(headers) > _http1.MAX_HEADERS:
            raise TooLarge
        if "content-encoding" in headers:
            self._decoder = BodyDecoder(headers["content-encoding"])
        self.status = status


def _classify_parse_error(error: Exception) -> Reason:
    """Return why an answer could not be read any further."""
    match error.__context__ if isinstance(error, HttpParserError) else error:
        case TooLarge():
            return "too_large"
        case MemoryError():
            return "no_memory"
    return "cut"


class Connection(ResponseProtocol):
    """A connection that carries one exchange after the other, and closes itself after any error."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._response: asyncio.Future[_http.HttpResponse | _http.Failure] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last_received = self._check_due = 0.0
        self.is_open = False

    async def exchange(
        self, message: bytes, deadline: float, read_timeout: float
    ) -> _http.HttpResponse | _http.Failure:
        """Send a whole message and return the whole answer, waiting for bytes no longer than `read_timeout` seconds."""
        response: asyncio.Future[_http.HttpResponse | _http.Failure] = self.loop.create_future()
        self._response = response
        self._expect_response()
        self._deadline, self._read_timeout, self._last_received = deadline, read_timeout, time.monotonic()
        self._transport.write(message)
        self._check_time_later()
        try:
            return await response
        finally:
            self._response = None
            if response.cancelled():
                self.close()

    @property
    def is_reusable(self) -> bool:
        """Return whether it is open, on the other side too as far as is known, and was used lately."""
        idle = time.monotonic() - self._last_received
        return self.is_open and not self._transport.is_closing() and idle < _http1.MAX_IDLE_SECONDS

    def close(self) -> None:
        """Close it at once; what is still on its way is lost."""
        if self.is_open:
            self._end()
            self._transport.abort()

    def _check_time_later(self) -> None:
        """See to it that the clock is looked at when the time may be over; a timer of an exchange before will do."""
        due = min(self._deadline, self._last_received + self._read_timeout)
        if self._timer is not None:
            if self._check_due <= due:
                return
            self._timer.cancel()
        self._check_due = due
        self._timer = self.loop.call_later(due - time.monotonic(), self._check_time)

    def _check_time(self) -> None:
        """Look at the clock when the time may be over, and again when bytes have come since."""
        self._timer = None
        if self._response is None or self._response.done():
            return
        if min(self._deadline, self._last_received + self._read_timeout) <= time.monotonic():
            self._fail("timeout")
        else:
            self._check_time_later()

    def _end(self) -> None:
        """Note that the connection is over; its timer would keep it in memory."""
        self.is_open = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _finish(self) -> None:
        """Hand over the whole answer."""
        if self._response is None or self._response.done():
            return self.close()
        if not self._parser.should_keep_alive():
            self.close()
        if self._decoder is not None and not self._decoder.is_complete:
            return self._fail("cut")
        body = self._body
        if not isinstance(body, bytes):
            try:
                body = bytes(body)
            except MemoryError:
                return self._fail("no_memory")
            self._body = b""  # the connection may be kept for long
        self._response.set_result(_http.HttpResponse(self.status, self.headers, body))
        return None

    def _fail(self, reason: Reason) -> None:
        """Close the connection and hand over the failure."""
        self.close()
        if self._response is not None and not self._response.done():
            self._body = b""
            self._response.set_result(_http.Failure(reason, sent=True))

    # callbacks of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep asyncio's transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream was opened
        self._transport = transport
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Read the next bytes; bytes without a request spoil the connection."""
        self._last_received = time.monotonic()
        if self._response is None or self._response.done():
            return self.close()
        if (reason := self._parse(data)) is not None:
            self._fail(reason)
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is over; for an answer without a length that is its end."""
        self._end()
        has_begun = self._response is not None and self.status > 0
        if exc is None and has_begun and self._ends_with_connection():
            self._finish()
        self._fail("cut" if exc is None and has_begun else "reset")

    # callbacks of httptools

    def on_message_begin(self) -> None:
        """Close a connection on which an answer begins without a request."""
        if self._response is None or self._response.done():
            self.close()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body.

        Raises:
            TooLarge: all pieces together are over the limit
            zlib.error: they are not packed as the header says
        """
        if self._decoder is None and not self._body:
            self._body = body
            return
        if isinstance(self._body, bytes):
            self._body = bytearray(self._body)
        for piece in (body,) if self._decoder is None else self._decoder.decode_all(body):
            self._body += piece
        if len(self._body) > _http1.MAX_BODY_BYTES:
            raise TooLarge

    def on_message_complete(self) -> None:
        """Finish, unless the answer was an interim one (103, say) before the final one."""
        if self.status:
            self._finish()


class AsyncioResponseStream(ResponseProtocol):
    """One exchange on one connection: `send_request`, then `read` to the end, then `close`.

    Bytes that wait to be read stop the reading of further ones, so a slow reader costs no memory.
    """

    def __init__(self) -> None:
        self._expect_response()
        self._body = bytearray()
        self._failure: _http.Failure | None = None
        self._is_complete = False
        self._has_news = asyncio.Event()

    async def send_request(self, message: bytes, deadline: float, read_timeout: float) -> _http.Failure | None:
        """Send a whole message and read the head of the answer; None when it has come."""
        self._read_timeout = read_timeout
        self._transport.write(message)
        while not self.status:
            if (failure := self._failure or await self._wait_for_data(deadline)) is not None:
                self.close()
                return failure
        return None

    async def read(self, deadline: float) -> bytes | _http.Failure:
        """Return the next bytes, none at the end; `deadline` is of `time.monotonic`."""
        if (decoder := self._decoder) is None:
            decoder = self._decoder = BodyDecoder("")
        while True:
            try:
                piece = decoder.decode(b"") or decoder.decode(self._take_data())
            except zlib.error:
                return _http.Failure("cut", sent=True)
            except TooLarge:
                return _http.Failure("too_large", sent=True)
            except MemoryError:
                return _http.Failure("no_memory", sent=True)
            if piece:
                return piece
            if self._is_complete:
                return b"" if decoder.is_complete else _http.Failure("cut", sent=True)
            if (failure := self._failure or await self._wait_for_data(deadline)) is not None:
                return failure

    def _take_data(self) -> bytes:
        """Return the bytes that wait to be read."""
        data, self._body = bytes(self._body), bytearray()
        return data

    def close(self) -> None:
        """Close the connection; what is still on its way is lost."""
        self._transport.abort()

    async def _wait_for_data(self, deadline: float) -> _http.Failure | None:
        """Wait until bytes have come."""
        self._has_news.clear()
        self._transport.resume_reading()
        try:
            async with asyncio.timeout(min(self._read_timeout, deadline - time.monotonic())):
                await self._has_news.wait()
        except TimeoutError:
            return _http.Failure("timeout", sent=True)
        return None

    # callbacks of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep asyncio's transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream was opened
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Read the next bytes; where they spoil the answer, no more are taken."""
        if not self._is_complete and (reason := self._parse(data)) is not None and not self._is_complete:
            self._failure = _http.Failure(reason, sent=True)
            self.close()
        if len(self._body) > MAX_UNREAD_BYTES:
            self._transport.pause_reading()
        self._has_news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is over; for an answer without a length that is its end."""
        if exc is None and self._failure is None and self._ends_with_connection():
            self._is_complete = True
        reason: Reason = "cut" if exc is None and self.status else "reset"
        self._failure = self._failure or _http.Failure(reason, sent=True)
        self._has_news.set()

    # callbacks of httptools

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """Note that the answer is whole, unless it was an interim one."""
        self._is_complete = bool(self.status)
