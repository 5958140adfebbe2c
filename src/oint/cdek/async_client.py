"""`AsyncClient`: CDEK for asyncio, a thin driver over the definitions that it shares with `Client`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeVar

from oint.cdek.flow import Send, Session, Sleep, Wait, call
from oint.cdek.hosts import base_url
from oint.cdek.policy import RETRY
from oint.cdek.sections import OAuth, Orders
from oint.cdek.wire import TIMEOUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.flow import Flow, Step, Trace
    from oint.cdek.models.base import Answer
    from oint.cdek.operations.base import Request
    from oint.cdek.policy import Retry
    from oint.cdek.sections import Awaited
    from oint.cdek.tokens import Credentials
    from oint.cdek.transports.awaited import AwaitedTransport
    from oint.cdek.wire import Timeouts

    A = TypeVar("A", bound=Answer)
T = TypeVar("T")


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
        self.session = Session.open(credentials, base_url(url, test=test), timeouts, retry, trace)
        self._connections = connections
        self._transport: AwaitedTransport | None = None
        self.orders: Orders[Awaited] = Orders(self.call)
        self.oauth: OAuth[Awaited] = OAuth(self.call)

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

    def _wire(self) -> AwaitedTransport:
        """The transport, loaded on first use."""
        if self._transport is None:
            from oint.cdek.transports.awaited import AwaitedTransport  # noqa: PLC0415 - heavy, loaded where used

            self._transport = AwaitedTransport(self.session.base_url, self._connections)
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
