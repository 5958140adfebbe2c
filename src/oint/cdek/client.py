"""`Client`: CDEK for blocking code, a thin driver over the definitions that it shares with `AsyncClient`."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self, TypeVar

from oint.cdek import forks
from oint.cdek.base_client import BaseClient
from oint.cdek.flow import Emit, Open, Read, Send, Sleep, Wait, call
from oint.cdek.sections import Blocking

if TYPE_CHECKING:
    from collections.abc import Generator

    from oint.cdek.flow import Flow, Source, Step
    from oint.cdek.models.base import Answer
    from oint.cdek.operations.base import Request
    from oint.cdek.transports import Transport

    A = TypeVar("A", bound=Answer)
T = TypeVar("T")


class Client(BaseClient[Blocking, "Transport"]):
    """CDEK for blocking code; settings: see `BaseClient`. Close it, or use it as a context manager.

    Safe for threads, and for a process that forks: a child opens connections of its own.
    """

    CONNECTIONS = 10
    _transport: Transport | None = None
    _opening = threading.Lock()
    forks.whole(_opening)

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

    def each(self, source: Source[T]) -> Generator[T, None, None]:
        """The items of a stream of `oint.cdek.streams`, one by one. Whoever stops earlier closes the iterator.

        Raises:
            CdekError: see `oint.cdek.errors`
        """
        stream = source(self.session)
        try:
            step = next(stream)
            while True:
                if isinstance(step, Emit):
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
                return self._wire().send(request, self.session.timeouts, deadline)
            case Open(request, deadline):
                return self._wire().open(request, self.session.timeouts, deadline)
            case Read(body, deadline):
                return body.read(deadline)
            case Sleep(seconds):
                time.sleep(seconds)
                return None
            case Wait(coming, seconds):
                from concurrent import futures  # noqa: PLC0415 - whoever waits has loaded it

                done, _ = futures.wait([coming], timeout=seconds)
                return coming if done else None

    def _wire(self) -> Transport:
        """The transport, loaded and opened on first use."""
        with self._opening:
            if self._transport is None:
                self._transport = self._external_transport
            if self._transport is None:
                from oint.cdek.transports.sync import SocketTransport  # noqa: PLC0415 - heavy, loaded where used

                self._transport = SocketTransport(self.session.base_url, self._connections, self._proxy)
            return self._transport

    def close(self) -> None:
        """Close the connections; the client opens new ones if it is used again."""
        with self._opening:
            transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
