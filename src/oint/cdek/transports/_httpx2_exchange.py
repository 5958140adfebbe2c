"""One exchange by httpx2: what has left, how it failed, and the body of its answer."""

from __future__ import annotations

import asyncio
import socket
import time
import zlib
from typing import TYPE_CHECKING, Any

import httpx2

from oint.cdek._http import NO_DESCRIPTORS, PROXY_ERROR, Failure
from oint.cdek.transports import _http1
from oint.cdek.transports._http1 import (
    PROXY_REFUSED,
    BodyDecoder,
    TooLarge,
    classify_connect_error,
    describe_proxy_refusal,
)
from oint.cdek.transports.proxy import PROXY_AUTH_REQUIRED, STATUS_DIGITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from oint.cdek._http import HttpRequest, Timeouts

EXCHANGE_ERRORS = (httpx2.TransportError, OSError, UnicodeError, zlib.error, MemoryError, TooLarge)
"""How an exchange fails."""


_HEADERS_TOO_LARGE = 431
"""The status by which h11 names a head, or a line between chunks, that is over its limit."""


class Exchange:
    """One request on its way. httpx2's trace events say whether a byte of it has left."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.has_proxy = False
        self._is_sent = self._is_in_tls = self._has_head = False

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of an event. The CONNECT for a proxy's tunnel has the same events as the request itself.

        Raises:
            RemoteProtocolError: httpx2 is about to send again; over HTTP/2 it does where the server ends the connection
        """
        if event.endswith("start_tls.started"):
            self._is_in_tls = True
        elif event.endswith("start_tls.complete"):
            self._is_in_tls = False
        elif event.endswith("send_request_headers.started") and info["request"].method != b"CONNECT":
            if self._is_sent:
                raise httpx2.RemoteProtocolError("A request is sent once")
            self._is_sent = True

    async def watch_async(self, event: str, info: Mapping[str, Any]) -> None:
        """Do the same for asyncio."""
        self.watch(event, info)

    def prepare(self, timeouts: Timeouts, deadline: float, watch: Callable[..., Any]) -> httpx2.Request:
        """Return the request as httpx2 takes it.

        Raises:
            TimeoutError: the deadline is over
        """
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        read = min(timeouts.read, left)
        limits = {"connect": min(timeouts.connect, left), "read": read, "write": read, "pool": left}
        return httpx2.Request(
            self._request.method,
            self._request.url,
            headers={**self._request.headers, "Accept-Encoding": "identity"},
            content=self._request.body or b"",
            extensions={"timeout": limits, "trace": watch},
        )

    def check_head(self, response: httpx2.Response) -> Failure | None:
        """Return why a head is not one of an answer of CDEK's, or None."""
        self._has_head = True
        length = response.headers.get("content-length", "")
        is_long = length.isdigit() and int(length[:19]) > _http1.MAX_BODY_BYTES
        if is_long or len(response.headers.raw) > _http1.MAX_HEADERS:
            return Failure("too_large", sent=True)
        if response.status_code < _http1.MIN_FINAL_STATUS:
            return Failure("cut", sent=True)
        is_plain = self._request.url.startswith("http:")
        return PROXY_REFUSED if self.has_proxy and is_plain and response.status_code == PROXY_AUTH_REQUIRED else None

    def classify(self, error: Exception) -> Failure:
        """Return how the exchange failed."""
        causes = list(_walk_causes(error))
        if self._is_sent:
            return self._classify_sent(error, causes)
        if isinstance(error, (httpx2.TimeoutException, TimeoutError)):
            return Failure("connect_timeout", sent=False)
        if isinstance(error, httpx2.ProxyError):
            status = str(error)[:STATUS_DIGITS]  # of an HTTP proxy; SOCKS has none
            return describe_proxy_refusal(int(status)) if status.isdigit() else PROXY_ERROR
        is_dns = any(isinstance(cause, (socket.gaierror, UnicodeError)) for cause in causes)
        reason: Any = "tls" if self._is_in_tls else "dns" if is_dns else "refused"
        failures = [classify_connect_error(reason, cause, has_proxy=self.has_proxy) for cause in causes]
        if NO_DESCRIPTORS in failures:
            return NO_DESCRIPTORS
        return max(failures, key=lambda failure: len(failure.detail))

    def _classify_sent(self, error: Exception, causes: list[Exception]) -> Failure:
        match error:
            case httpx2.TimeoutException() | TimeoutError():
                return Failure("timeout", sent=True)
            case MemoryError():
                return Failure("no_memory", sent=True)
            case TooLarge():
                return Failure("too_large", sent=True)
        hints = [
            cause.error_status_hint for cause in causes if hasattr(cause, "error_status_hint")
        ]  # of the parser h11
        if _HEADERS_TOO_LARGE in hints:
            return Failure("too_large", sent=True)
        is_cut = bool(hints) or isinstance(error, zlib.error)
        is_cut = is_cut or (self._has_head and isinstance(error, httpx2.RemoteProtocolError))
        return Failure("cut" if is_cut else "reset", sent=True)


def _walk_causes(error: BaseException) -> Iterator[Exception]:
    """Yield an error and those under it: httpcore2 has the system's in its arguments, anyio in a group."""
    if isinstance(error, Exception):
        yield error
    under = [error.__cause__, *error.args, *getattr(error, "exceptions", ())]
    for cause in under:
        if isinstance(cause, BaseException):
            yield from _walk_causes(cause)


class _Stream:
    """What the bodies of both kinds have in common."""

    def __init__(self, response: httpx2.Response, exchange: Exchange) -> None:
        self._response = response
        self._exchange = exchange
        self.status = response.status_code
        self.headers: Mapping[str, str] = dict(response.headers)
        self._decoder = BodyDecoder(self.headers.get("content-encoding", ""))
        self._received = 0

    def _decode(self, data: bytes) -> bytes:
        """Unpack the next bytes.

        Raises:
            TooLarge: the body is over a limit
            zlib.error: it is not packed as the header says
        """
        self._received += len(data)
        if self._received > _http1.MAX_HEAD_BYTES + _http1.MAX_BODY_BYTES:
            raise TooLarge
        return self._decoder.decode(data)

    def _end(self) -> bytes | Failure:
        """Return what stands behind the last byte."""
        return b"" if self._decoder.is_complete else Failure("cut", sent=True)


class Httpx2ResponseStream(_Stream):
    """The body of an answer, read piece by piece."""

    def __init__(self, response: httpx2.Response, exchange: Exchange) -> None:
        super().__init__(response, exchange)
        self._pieces = response.iter_raw()

    def read(self, deadline: float) -> bytes | Failure:
        """Return the next bytes, none at the end; `deadline` is of `time.monotonic`."""
        try:
            if piece := self._decoder.decode(b""):
                return piece
            while time.monotonic() < deadline:
                if (data := next(self._pieces, None)) is None:
                    return self._end()
                if piece := self._decode(data):
                    return piece
        except EXCHANGE_ERRORS as error:
            self.close()
            return self._exchange.classify(error)
        self.close()
        return Failure("timeout", sent=True)

    def close(self) -> None:
        """Give the connection back, or close it where bytes are left."""
        self._response.close()


class AsyncHttpx2ResponseStream(_Stream):
    """The same for asyncio."""

    def __init__(self, response: httpx2.Response, exchange: Exchange, closings: set[asyncio.Task[None]]) -> None:
        super().__init__(response, exchange)
        self._pieces = response.aiter_raw()
        self._closings = closings

    async def read(self, deadline: float) -> bytes | Failure:
        """Return the next bytes, none at the end; `deadline` is of `time.monotonic`."""
        try:
            if piece := self._decoder.decode(b""):
                return piece
            async with asyncio.timeout(deadline - time.monotonic()):
                async for data in self._pieces:
                    if piece := self._decode(data):
                        return piece
        except EXCHANGE_ERRORS as error:
            await self.aclose()
            return self._exchange.classify(error)
        return self._end()

    def close(self) -> None:
        """Have a task give the connection back, or close it where bytes are left."""
        task = asyncio.ensure_future(self.aclose())
        self._closings.add(task)
        task.add_done_callback(self._closings.discard)

    async def aclose(self) -> None:
        """Do the same and wait for it."""
        await self._pieces.aclose()
        await self._response.aclose()
