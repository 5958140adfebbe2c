"""The clients: `Client` for blocking code, `AsyncClient` for asyncio, thin drivers of the same definitions.

A client performs the steps that `oint.cdek._engine` asks for. The methods are in `oint.cdek.resources`.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from oint.cdek import _forking
from oint.cdek._engine import AwaitToken, CallContext, Items, ReadChunk, Send, SendStreaming, Sleep, call
from oint.cdek._http import TIMEOUTS
from oint.cdek._retry import RETRY
from oint.cdek._urls import resolve_base_url
from oint.cdek.errors import InvalidArgument
from oint.cdek.resources import Async, Resources, Sync, W
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from oint.cdek._engine import Flow, HttpExchange, Step
    from oint.cdek._http import Timeouts
    from oint.cdek._retry import Retry
    from oint.cdek.api._request import ItemSource, Request
    from oint.cdek.api._response import ApiResponse
    from oint.cdek.auth import Credentials
    from oint.cdek.transports import AsyncTransport, Transport

    A = TypeVar("A", bound=ApiResponse)
T = TypeVar("T")
TransportT = TypeVar("TransportT")
"""The kind of transport: `Transport` or `AsyncTransport`."""

_TWO_SETTINGS = Message(
    "proxy и connections вместе с transport не действуют", "proxy and connections have no effect beside transport"
)
_SET_IN_TRANSPORT = Message(
    "Задайте их самому транспорту: Httpx2Transport(proxy=…)",
    "Set them in the transport itself: Httpx2Transport(proxy=…)",
)
_WRONG_TRANSPORT = Message("этот транспорт не для {client}", "this transport is not for {client}")
_TWO_KINDS = Message(
    "Для Client подойдёт Httpx2Transport или объект с методом send, для AsyncClient - AsyncHttpx2Transport или объект с async def send",
    "Client takes Httpx2Transport or an object with a method send, AsyncClient takes AsyncHttpx2Transport or one with async def send",
)
_HTTPTOOLS_MISSING = Message("для asyncio нужен httptools", "asyncio needs httptools")
_INSTALL_ASYNC = Message("Установите: pip install 'oint[async]'", "Install it: pip install 'oint[async]'")


class BaseClient(Resources[W], Generic[W, TransportT]):
    """Settings of both clients.

    Args:
        credentials: `Account` (tokens are fetched, shared and renewed), `StaticToken`, or None for calls without a token
        test: CDEK's test host instead of the production one
        url: another base URL; without it `OINT_CDEK_URL` counts, where set
        timeouts: see `Timeouts`; seconds
        retry: see `Retry`; it never repeats a change with an unknown outcome
        trace: called after every HTTP exchange, without secrets
        connections: maximum number of open connections
        proxy: the address of an HTTP proxy, `http://user:password@host:port`; "": no proxy; None: as the
            environment says (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY). Loopback addresses never use a proxy
        transport: sends the requests in place of the client's own; see `oint.cdek.transports`. The client closes it
    Raises:
        InvalidArgument: `url` or `OINT_CDEK_URL` is not an address, or `transport` was passed with `proxy` or `connections`,
            or is for the other client
    """

    CONNECTIONS: ClassVar[int]
    AWAITS: ClassVar[bool]
    """Whether the methods of the transport are coroutine functions."""

    def __init__(  # noqa: PLR0913 - the settings of a client; all but the first by name
        self,
        credentials: Credentials | None = None,
        *,
        test: bool = False,
        url: str | None = None,
        timeouts: Timeouts = TIMEOUTS,
        retry: Retry = RETRY,
        trace: Callable[[HttpExchange], None] | None = None,
        connections: int | None = None,
        proxy: str | None = None,
        transport: TransportT | None = None,
    ) -> None:
        super().__init__()
        if transport is not None and (proxy is not None or connections is not None):
            raise InvalidArgument("transport", _TWO_SETTINGS, _SET_IN_TRANSPORT)
        if transport is not None and not self._can_use(transport):  # it would send a change and lose the answer
            raise InvalidArgument("transport", _WRONG_TRANSPORT.format(client=type(self).__name__), _TWO_KINDS)
        self.context = CallContext.create(credentials, resolve_base_url(url, test=test), timeouts, retry, trace)
        self._external_transport = transport
        self._proxy = proxy
        self._connections = self.CONNECTIONS if connections is None else connections

    def _can_use(self, transport: TransportT) -> bool:
        """Return whether a transport is for this kind of client."""
        import inspect  # noqa: PLC0415 - heavy, and few clients have a transport of the caller

        send = getattr(transport, "send", None)
        return callable(send) and inspect.iscoroutinefunction(send) is self.AWAITS


class Client(BaseClient[Sync, "Transport"]):
    """CDEK for blocking code; settings: see `BaseClient`. Close it, or use it as a context manager.

    Safe for threads, and for a process that forks: a child opens its own connections.
    """

    CONNECTIONS = 10
    AWAITS = False
    _transport: Transport | None = None
    _transport_lock = threading.Lock()
    _forking.hold_across_fork(_transport_lock)

    def call(self, request: Request[A]) -> A:
        """Send a request of any operation of `oint.cdek.api`, and return its response.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        return self.run(call(self.context, request))

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        try:
            step = next(flow)
            while True:
                step = flow.send(self._perform(step))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()

    def stream(self, source: ItemSource[T]) -> Generator[T, None, None]:
        """Read the items of a list one by one; a reader that stops early closes the iterator.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        from oint.cdek._streaming import read_items  # noqa: PLC0415 - few clients read streams

        stream = read_items(source, self.context)
        try:
            step = next(stream)
            while True:
                if isinstance(step, Items):
                    yield from step.items
                    step = next(stream)
                else:
                    step = stream.send(self._perform(step))
        except StopIteration:
            return
        finally:
            stream.close()

    def _perform(self, step: Step) -> object:
        match step:
            case Send(request, deadline):
                return self._get_transport().send(request, self.context.timeouts, deadline)
            case SendStreaming(request, deadline):
                return self._get_transport().open(request, self.context.timeouts, deadline)
            case ReadChunk(body, deadline):
                return body.read(deadline)
            case Sleep(seconds):
                time.sleep(seconds)
                return None
            case AwaitToken(pending, seconds):
                from concurrent import futures  # noqa: PLC0415 - a call that waits has loaded it

                done, _ = futures.wait([pending], timeout=seconds)
                return pending if done else None

    def _get_transport(self) -> Transport:
        """Return the transport, loaded and opened on first use."""
        with self._transport_lock:
            if self._transport is None:
                self._transport = self._external_transport
            if self._transport is None:
                from oint.cdek.transports.sync import SocketTransport  # noqa: PLC0415 - heavy, loaded where used

                self._transport = SocketTransport(self.context.base_url, self._connections, self._proxy)
            return self._transport

    def close(self) -> None:
        """Close the connections; the client opens new ones if it is used again."""
        with self._transport_lock:
            transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(BaseClient[Async, "AsyncTransport"]):
    """CDEK for asyncio; settings: see `BaseClient`.

    One event loop for each client, any number of tasks. Close it, or use it as a context manager. A child forked while the
    loop runs must create its own client: asyncio itself does not survive a fork.
    """

    CONNECTIONS = 256
    AWAITS = True
    _transport: AsyncTransport | None = None

    async def call(self, request: Request[A]) -> A:
        """Send a request of any operation of `oint.cdek.api`, and return its response.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        return await self.run(call(self.context, request))

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end."""
        try:
            step = next(flow)
            while True:
                step = flow.send(await self._perform(step))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()

    async def stream(self, source: ItemSource[T]) -> AsyncGenerator[T, None]:
        """Read the items of a list one by one; a reader that stops early closes the iterator.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        from oint.cdek._streaming import read_items  # noqa: PLC0415 - few clients read streams

        stream = read_items(source, self.context)
        try:
            step = next(stream)
            while True:
                if isinstance(step, Items):
                    for item in step.items:
                        yield item
                    step = next(stream)
                else:
                    step = stream.send(await self._perform(step))
        except StopIteration:
            return
        finally:
            stream.close()

    async def _perform(self, step: Step) -> object:
        match step:
            case Send(request, deadline):
                return await self._get_transport().send(request, self.context.timeouts, deadline)
            case SendStreaming(request, deadline):
                return await self._get_transport().open(request, self.context.timeouts, deadline)
            case ReadChunk(body, deadline):
                return await body.read(deadline)
            case Sleep(seconds):
                import asyncio  # noqa: PLC0415 - a blocking client needs none

                await asyncio.sleep(seconds)
                return None
            case AwaitToken(pending, seconds):
                import asyncio  # noqa: PLC0415 - the same

                done, _ = await asyncio.wait([asyncio.wrap_future(pending)], timeout=seconds)
                return pending if done else None

    def _get_transport(self) -> AsyncTransport:
        """Return the transport, loaded on first use.

        Raises:
            InvalidArgument: a package is missing
        """
        if self._transport is None:
            self._transport = self._external_transport
        if self._transport is None:
            try:
                from oint.cdek.transports.asyncio import AsyncioTransport  # noqa: PLC0415 - heavy, loaded where used
            except ImportError:
                raise InvalidArgument("asyncio", _HTTPTOOLS_MISSING, _INSTALL_ASYNC) from None

            self._transport = AsyncioTransport(self.context.base_url, self._connections, self._proxy)
        return self._transport

    async def close(self) -> None:
        """Close the connections; the client opens new ones if it is used again."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()

    async def __aenter__(self) -> Self:
        self._get_transport()  # a missing package is reported before anything is sent
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
