"""`Httpx2Transport` and `AsyncHttpx2Transport`: the clients send by the package httpx2 (extra `httpx2`).

    with Client(Account("...", "..."), transport=Httpx2Transport(proxy="socks5h://proxy.shop.example:1080")) as cdek:

Take them for what the own transports do not have: SOCKS and https:// proxies, HTTP/2, a client certificate. A call costs
three to four times as much CPU. What differs: the deadline of a blocking call is checked between reads alone, so it may
last longer by one `timeouts.read`, and a head that drips has no end but the server's. `timeouts.connect` limits each step
of connecting, and for blocking calls not the look-up of a name. A head may have 100 KB.
"""

from __future__ import annotations

import asyncio
import os
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

from oint.cdek._http import Failure, HttpResponse
from oint.cdek.errors import InvalidArgument
from oint.cdek.transports import _http1
from oint.cdek.transports.proxy import find_proxy_url
from oint.cdek.transports.tls import create_tls_context
from oint.i18n import Message

_INSTALL = Message("Установите: pip install 'oint[httpx2]'", "Install it: pip install 'oint[httpx2]'")
try:
    import httpx2
except ImportError:
    _text = Message("для этого транспорта нужен httpx2", "this transport needs httpx2")
    raise ImportError(f"{_text}. {_INSTALL}") from None
from oint.cdek.transports._httpx2_exchange import (  # noqa: E402 - it needs httpx2, whose absence is named first
    EXCHANGE_ERRORS,
    AsyncHttpx2ResponseStream,
    Exchange,
    Httpx2ResponseStream,
)

if TYPE_CHECKING:
    import ssl

    from oint.cdek._http import HttpRequest, Timeouts
P = TypeVar("P", httpx2.HTTPTransport, httpx2.AsyncHTTPTransport)


class _Pools(Generic[P]):
    """httpx2's pools of connections: one for each host, as each may have its own proxy.

    Args:
        kind: of httpx2's transport
        connections: how many idle connections are kept
        max_connections: how many there may be; None: any number
        proxy: the address of a proxy; an empty text: none; None: as the environment says
        verify: the TLS settings; None: those of `create_tls_context`
        http2: whether HTTP/2 is used where the server offers it
    """

    def __init__(
        self,
        kind: type[P],
        connections: int,
        max_connections: int | None,
        proxy: str | None,
        verify: ssl.SSLContext | None,
        *,
        http2: bool,
    ) -> None:
        self._kind: type[P] = kind
        self._limits = httpx2.Limits(
            max_connections=max_connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_http1.MAX_IDLE_SECONDS,
        )
        self._proxy = proxy
        self._context = verify
        self._http2 = http2
        self._pools: dict[tuple[object, str, str], tuple[P, bool]] = {}

    def get(self, owner: object, url: str) -> tuple[P, bool]:
        """Return the pool for an address, and whether there is a proxy on the way.

        Args:
            owner: the process or the event loop; another one gets pools of its own
            url: of a request
        Raises:
            InvalidArgument: the proxy is not an address, or needs a package that is not installed
        """
        parts = urlsplit(url)
        key = (owner, parts.scheme, parts.hostname or "")
        return self._pools.get(key) or self._pools.setdefault(key, self._make(parts.scheme, parts.hostname or ""))

    def take(self, owner: object) -> list[P]:
        """Return the pools of an owner, and forget them."""
        return [self._pools.pop(key)[0] for key in list(self._pools) if key[0] == owner]

    def _make(self, scheme: str, host: str) -> tuple[P, bool]:
        address = find_proxy_url(scheme, host, self._proxy)
        needs_tls = scheme == "https" or address.startswith("https:")
        if needs_tls and self._context is None:
            self._context = create_tls_context()
        try:
            proxy = _make_proxy(address, self._context) if address else None
            pool = self._kind(verify=self._context or False, http2=self._http2, limits=self._limits, proxy=proxy)
        except (ValueError, ImportError, httpx2.InvalidURL):
            raise InvalidArgument("proxy", _NOT_A_PROXY, _PROXY_FORMS) from None
        return pool, proxy is not None


_NOT_A_PROXY = Message(
    "это не адрес прокси, или для SOCKS не хватает пакета",
    "this is not the address of a proxy, or SOCKS lacks its package",
)
_PROXY_FORMS = Message(
    "Подойдут http://, https:// и socks5h://имя:порт. Для SOCKS: pip install 'httpx2[socks]'",
    "http://, https:// and socks5h://host:port will do. For SOCKS: pip install 'httpx2[socks]'",
)
_NO_HTTP2 = Message("для HTTP/2 нужен пакет h2", "HTTP/2 needs the package h2")
_INSTALL_HTTP2 = Message("Установите: pip install 'httpx2[http2]'", "Install it: pip install 'httpx2[http2]'")


class _Secret(bytes):
    """A part of a proxy's credentials: `httpcore2.socks` writes them into its log at DEBUG by their `repr`."""

    def __repr__(self) -> str:
        """Return a mask."""
        return "'***'"


class _Proxy(httpx2.Proxy):
    """A proxy whose credentials are not shown in a log."""

    @property
    def raw_auth(self) -> tuple[bytes, bytes] | None:
        """Return user and password as httpcore2 sends them."""
        auth = super().raw_auth
        return auth and (_Secret(auth[0]), _Secret(auth[1]))


def _make_proxy(address: str, context: ssl.SSLContext | None) -> httpx2.Proxy:
    url = address if "://" in address else f"http://{address}"
    return _Proxy(url, ssl_context=context if url.startswith("https:") else None)


def _check_http2(*, is_wanted: bool) -> None:
    """Check that HTTP/2 can be used.

    Raises:
        InvalidArgument: its package is not installed
    """
    if is_wanted and find_spec("h2") is None:  # httpx2 itself would fail in the first call
        raise InvalidArgument("http2", _NO_HTTP2, _INSTALL_HTTP2)


class Httpx2Transport:
    """Sends the requests of `Client` by httpx2. Safe for threads, and for a process that forks.

    Args:
        proxy: `http://`, `https://`, `socks5://` or `socks5h://host:port`, with `user:password@` where the proxy wants
            them; "" none; None: as the environment says
        verify: the TLS settings, with a client certificate say; None: those of the own transports
        http2: use HTTP/2 where the server offers it
        connections: how many idle connections are kept
    Raises:
        InvalidArgument: the package for HTTP/2 is not installed
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify: ssl.SSLContext | None = None,
        http2: bool = False,
        connections: int = 10,
    ) -> None:
        _check_http2(is_wanted=http2)
        self._pools = _Pools(httpx2.HTTPTransport, connections, None, proxy, verify, http2=http2)

    def send(self, request: HttpRequest, timeouts: Timeouts, deadline: float) -> HttpResponse | Failure:
        """Send once and return the whole answer; `deadline` is of `time.monotonic`."""
        stream = self.open(request, timeouts, deadline)
        if isinstance(stream, Failure):
            return stream
        body = bytearray()
        try:
            while piece := stream.read(deadline):
                if isinstance(piece, Failure):
                    return piece
                body += piece
            return HttpResponse(stream.status, stream.headers, bytes(body))
        except MemoryError:
            return Failure("no_memory", sent=True)
        finally:
            stream.close()

    def open(self, request: HttpRequest, timeouts: Timeouts, deadline: float) -> Httpx2ResponseStream | Failure:
        """Send once and read the head of the answer; `deadline` is of `time.monotonic`."""
        exchange = Exchange(request)
        try:
            pool, exchange.has_proxy = self._pools.get(os.getpid(), request.url)
            response = pool.handle_request(exchange.prepare(timeouts, deadline, exchange.watch))
        except EXCHANGE_ERRORS as error:
            return exchange.classify(error)
        if (failure := exchange.check_head(response)) is not None:
            response.close()
            return failure
        return Httpx2ResponseStream(response, exchange)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.take(os.getpid()):
            pool.close()


class AsyncHttpx2Transport:
    """Sends the requests of `AsyncClient` by httpx2, on asyncio.

    Args:
        proxy: see `Httpx2Transport`
        verify: see `Httpx2Transport`
        http2: see `Httpx2Transport`
        connections: how many at most; further calls wait for one
    Raises:
        InvalidArgument: the package for HTTP/2 is not installed
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify: ssl.SSLContext | None = None,
        http2: bool = False,
        connections: int = 256,
    ) -> None:
        _check_http2(is_wanted=http2)
        self._pools = _Pools(httpx2.AsyncHTTPTransport, connections, connections, proxy, verify, http2=http2)
        self._closings: set[asyncio.Task[None]] = set()

    async def send(self, request: HttpRequest, timeouts: Timeouts, deadline: float) -> HttpResponse | Failure:
        """Send once and return the whole answer; `deadline` is of `time.monotonic`."""
        stream = await self.open(request, timeouts, deadline)
        if isinstance(stream, Failure):
            return stream
        body = bytearray()
        try:
            while piece := await stream.read(deadline):
                if isinstance(piece, Failure):
                    return piece
                body += piece
            return HttpResponse(stream.status, stream.headers, bytes(body))
        except MemoryError:
            return Failure("no_memory", sent=True)
        finally:
            await stream.aclose()

    async def open(
        self, request: HttpRequest, timeouts: Timeouts, deadline: float
    ) -> AsyncHttpx2ResponseStream | Failure:
        """Send once and read the head of the answer; `deadline` is of `time.monotonic`."""
        exchange = Exchange(request)
        try:
            pool, exchange.has_proxy = self._pools.get(asyncio.get_running_loop(), request.url)
            async with asyncio.timeout(deadline - time.monotonic()):
                response = await pool.handle_async_request(exchange.prepare(timeouts, deadline, exchange.watch_async))
        except EXCHANGE_ERRORS as error:
            return exchange.classify(error)
        if (failure := exchange.check_head(response)) is not None:
            await response.aclose()
            return failure
        return AsyncHttpx2ResponseStream(response, exchange, self._closings)

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*self._closings)
        for pool in self._pools.take(asyncio.get_running_loop()):
            await pool.aclose()
        await asyncio.sleep(0)  # lets connections see their end before a loop that is about to close does
