"""`AsyncClient`: CDEK for asyncio, a thin driver over the definitions that it shares with `Client`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, TypeVar

from oint.cdek.base_client import BaseClient
from oint.cdek.errors import BadArgument
from oint.cdek.flow import Emit, Open, Read, Send, Sleep, Wait, call
from oint.cdek.sections import Awaited
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from oint.cdek.flow import Flow, Source, Step
    from oint.cdek.models.base import Answer
    from oint.cdek.operations.base import Request
    from oint.cdek.transports import AsyncTransport

    A = TypeVar("A", bound=Answer)
T = TypeVar("T")

_NO_PARTS = Message("для asyncio нужен httptools", "asyncio needs httptools")
_INSTALL = Message("Установите: pip install 'oint[async]'", "Install it: pip install 'oint[async]'")


class AsyncClient(BaseClient[Awaited, "AsyncTransport"]):
    """CDEK for asyncio; settings: see `BaseClient`.

    One event loop a client, any number of tasks. Close it, or use it as a context manager. A child that is forked while the
    loop runs makes a client of its own: asyncio itself does not survive that.
    """

    CONNECTIONS = 256
    _transport: AsyncTransport | None = None

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

    async def each(self, source: Source[T]) -> AsyncGenerator[T, None]:
        """The items of a stream of `oint.cdek.streams`, one by one. Whoever stops earlier closes the iterator.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        stream = source(self.session)
        try:
            step = next(stream)
            while True:
                if isinstance(step, Emit):
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
                return await self._wire().send(request, self.session.timeouts, deadline)
            case Open(request, deadline):
                return await self._wire().open(request, self.session.timeouts, deadline)
            case Read(body, deadline):
                return await body.read(deadline)
            case Sleep(seconds):
                await asyncio.sleep(seconds)
                return None
            case Wait(coming, seconds):
                done, _ = await asyncio.wait([asyncio.wrap_future(coming)], timeout=seconds)
                return coming if done else None

    def _wire(self) -> AsyncTransport:
        """The transport, loaded on first use.

        Raises:
            BadArgument: a package is missing
        """
        if self._transport is None:
            self._transport = self._external_transport
        if self._transport is None:
            try:
                from oint.cdek.transports.asyncio import AsyncioTransport  # noqa: PLC0415 - heavy, loaded where used
            except ImportError:
                raise BadArgument("asyncio", _NO_PARTS, _INSTALL) from None

            self._transport = AsyncioTransport(self.session.base_url, self._connections, self._proxy)
        return self._transport

    async def close(self) -> None:
        """Close the connections; the client opens new ones if it is used again."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()

    async def __aenter__(self) -> Self:
        self._wire()  # what is not installed is told before anything is begun
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
