"""`Client` and `AsyncClient`: thin drivers over one definition of each operation."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent import futures
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, overload

from oint.cdek.flow import Send, Session, Sleep, Wait, call
from oint.cdek.hosts import base_url
from oint.cdek.operations import oauth, orders
from oint.cdek.policy import Retry
from oint.cdek.tokens import Account, shared
from oint.cdek.wire import Timeouts

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from oint.cdek.flow import Flow, Step, Trace
    from oint.cdek.models.base import Answer
    from oint.cdek.operations.base import Request
    from oint.cdek.tokens import Credentials
    from oint.cdek.transports.aiohttp import AiohttpTransport
    from oint.cdek.transports.urllib3 import Urllib3Transport

    A = TypeVar("A", bound=Answer)
T = TypeVar("T")
P = ParamSpec("P")
A_co = TypeVar("A_co", bound="Answer", covariant=True)
C = TypeVar("C", bound="Client | AsyncClient")

TIMEOUTS = Timeouts()
RETRY = Retry()


class Section(Generic[C]):
    """A group of methods of a client, named as CDEK names its sections."""

    def __init__(self, client: C) -> None:
        self._client = client


class Method(Generic[P, A_co]):
    """An operation as a method: blocking in a section of `Client`, awaitable in one of `AsyncClient`."""

    def __init__(self, operation: Callable[P, Request[A_co]]) -> None:
        self._operation = operation
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, section: None, owner: type) -> Self: ...
    @overload
    def __get__(self, section: Section[Client], owner: type) -> Callable[P, A_co]: ...
    @overload
    def __get__(self, section: Section[AsyncClient], owner: type) -> Callable[P, Coroutine[None, None, A_co]]: ...
    def __get__(self, section: Section[Any] | None, owner: type) -> Any:
        if section is None:
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return section._client.call(self._operation(*args, **kwargs))  # noqa: SLF001 - of one house

        method.__doc__ = self.__doc__
        method.__name__ = self._operation.__name__
        return method


class Orders(Section[C]):
    """Orders (/v2/orders)."""

    create = Method(orders.create)
    get = Method(orders.get)
    find = Method(orders.find)
    refuse = Method(orders.refuse)
    delete = Method(orders.delete)
    client_return = Method(orders.client_return)


class OAuth(Section[C]):
    """Authorisation (/v2/oauth). Clients get their tokens by themselves; this is for those who want to see one."""

    token = Method(oauth.token)


class Client:
    """CDEK for blocking code. Safe for threads; close it, or use it as a context manager.

    Args:
        credentials: `Account` (its tokens are got, shared and renewed), `FixedToken`, or None for calls without a token
        test: CDEK's test host instead of the production one
        url: another base URL; without it `OINT_CDEK_URL` counts, where set
        timeouts: see `Timeouts`; seconds
        retry: see `Retry`; changes are never repeated blindly, whatever it says
        trace: told of every HTTP exchange, without secrets
        connections: kept open at the most
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        test: bool = False,
        url: str | None = None,
        timeouts: Timeouts = TIMEOUTS,
        retry: Retry = RETRY,
        trace: Callable[[Trace], None] | None = None,
        connections: int = 10,
    ) -> None:
        self.session = _session(credentials, base_url(url, test=test), timeouts, retry, trace)
        self._connections = connections
        self._transport: Urllib3Transport | None = None
        self._opening = threading.Lock()
        self.orders: Orders[Client] = Orders(self)
        self.oauth: OAuth[Client] = OAuth(self)

    def call(self, request: Request[A]) -> A:
        """Perform any operation of `oint.cdek.operations`.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        return self.run(call(self.session, request))

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end: the one place of this class that does anything."""
        try:
            step = next(flow)
            while True:
                step = flow.send(self._perform(step))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()

    def _perform(self, step: Step) -> object:
        match step:
            case Send(request, deadline):
                return self._wire().send(request, self.session.timeouts, deadline)
            case Sleep(seconds):
                time.sleep(seconds)
                return None
            case Wait(coming, seconds):
                done, _ = futures.wait([coming], timeout=seconds)
                return coming if done else None

    def _wire(self) -> Urllib3Transport:
        """The transport, loaded and opened on first use."""
        with self._opening:
            if self._transport is None:
                from oint.cdek.transports.urllib3 import Urllib3Transport  # noqa: PLC0415 - heavy, loaded where used

                self._transport = Urllib3Transport(self.session.base_url, self._connections)
            return self._transport

    def close(self) -> None:
        """Close the connections; the client opens new ones if it is used again."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient:
    """CDEK for asyncio: one event loop a client, any number of tasks. Close it, or use it as a context manager.

    Args:
        credentials: `Account` (its tokens are got, shared and renewed), `FixedToken`, or None for calls without a token
        test: CDEK's test host instead of the production one
        url: another base URL; without it `OINT_CDEK_URL` counts, where set
        timeouts: see `Timeouts`; seconds
        retry: see `Retry`; changes are never repeated blindly, whatever it says
        trace: told of every HTTP exchange, without secrets
        connections: open at the most; further calls wait for one
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        test: bool = False,
        url: str | None = None,
        timeouts: Timeouts = TIMEOUTS,
        retry: Retry = RETRY,
        trace: Callable[[Trace], None] | None = None,
        connections: int = 256,
    ) -> None:
        self.session = _session(credentials, base_url(url, test=test), timeouts, retry, trace)
        self._connections = connections
        self._transport: AiohttpTransport | None = None
        self.orders: Orders[AsyncClient] = Orders(self)
        self.oauth: OAuth[AsyncClient] = OAuth(self)

    async def call(self, request: Request[A]) -> A:
        """Perform any operation of `oint.cdek.operations`.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        return await self.run(call(self.session, request))

    async def run(self, flow: Flow[T]) -> T:
        """Drive a flow to its end: the one place of this class that does anything."""
        try:
            step = next(flow)
            while True:
                step = flow.send(await self._perform(step))
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            flow.close()

    async def _perform(self, step: Step) -> object:
        match step:
            case Send(request, deadline):
                return await self._wire().send(request, self.session.timeouts, deadline)
            case Sleep(seconds):
                await asyncio.sleep(seconds)
                return None
            case Wait(coming, seconds):
                done, _ = await asyncio.wait([asyncio.wrap_future(coming)], timeout=seconds)
                return coming if done else None

    def _wire(self) -> AiohttpTransport:
        """The transport, loaded on first use."""
        if self._transport is None:
            from oint.cdek.transports.aiohttp import AiohttpTransport  # noqa: PLC0415 - heavy, loaded where used

            self._transport = AiohttpTransport(self._connections)
        return self._transport

    async def close(self) -> None:
        """Close the connections; the client opens new ones if it is used again."""
        if self._transport is not None:
            await self._transport.close()
            self._transport = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _session(
    credentials: Credentials | None, base: str, timeouts: Timeouts, retry: Retry, trace: Callable[[Trace], None] | None
) -> Session:
    tokens = shared(base, credentials) if isinstance(credentials, Account) else credentials
    return Session(base, tokens, timeouts=timeouts, retry=retry, trace=trace)
