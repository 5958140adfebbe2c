"""The server's connections, and the drain: wait until the requests of disconnected clients are processed.

A client that dies leaves requests behind: in the backlog of the listening socket, in the buffer of a connection, in a
handler. They are processed later, and look like requests of the next client.
"""

from __future__ import annotations

import asyncio
import select
import socket
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound: not every system can connect to these


class Connection:
    """One connection: its transport, and its calls in handlers. `is_lost`: nothing more is read from it."""

    def __init__(self, transport: asyncio.Transport, end: Callable[[Connection], None]) -> None:
        self.transport = transport
        self.peer: tuple[str, int] = tuple((transport.get_extra_info("peername") or ("", 0))[:2])
        self.calls: list[str] = []
        self.is_lost = False
        self._end = end

    @property
    def descriptor(self) -> int:
        """The file descriptor of its socket; valid until the connection is lost."""
        return int(self.transport.get_extra_info("socket").fileno())

    def begin(self, call: str) -> None:
        """Count a call whose handler begins."""
        self.calls.append(call)

    def end(self, call: str) -> None:
        """Stop counting a call whose handler has ended."""
        self.calls.remove(call)
        self._check()

    def lose(self) -> None:
        """Mark that nothing more is read from it."""
        self.is_lost = True
        self._check()

    def _check(self) -> None:
        # a handler starts before its connection is lost: both are steps of the event loop, in the order of the bytes
        if self.is_lost and not self.calls:
            self._end(self)


class Drained(NamedTuple):
    """The result of a drain. `is_complete`: nothing is left; `left`: connections that are still read or answered."""

    is_complete: bool
    left: list[Connection]


class Connections:
    """All connections that are open, or whose calls are still in handlers."""

    def __init__(self) -> None:
        self._all: set[Connection] = set()
        self._changed = asyncio.Event()
        self._listener: socket.socket | None = None

    def listen(self, listener: socket.socket) -> None:
        """Set the socket on which the server listens."""
        self._listener = listener

    def open(self, transport: asyncio.Transport) -> Connection:
        """Add a connection that was accepted."""
        connection = Connection(transport, self._remove)
        self._all.add(connection)
        self._change()
        return connection

    async def drain(self, seconds: float) -> Drained:
        """Wait until the requests of clients that have disconnected by now are processed; connected ones do not matter.

        A client has disconnected once the system of the sandbox has received its FIN or RST.

        Args:
            seconds: the longest time to wait
        """
        disconnected: set[Connection] = set()
        try:
            async with asyncio.timeout(seconds):
                await self._accept_backlog()
                disconnected = self._list_disconnected()
                await self._wait_until(lambda: not disconnected & self._all)
        except TimeoutError:
            return Drained(
                is_complete=False,
                left=sorted((disconnected or self._list_disconnected()) & self._all, key=lambda one: one.peer),
            )
        return Drained(is_complete=True, left=[])

    async def _accept_backlog(self) -> None:
        """Wait until the connections in the backlog are accepted: it is a queue, and a probe of our own is last."""
        if self._listener is None:
            return
        host, port, *rest = self._listener.getsockname()
        with socket.socket(self._listener.family, socket.SOCK_STREAM) as probe:
            probe.settimeout(0)
            await asyncio.get_running_loop().sock_connect(probe, (_ANY_HOST.get(host, host), port, *rest))
            own = tuple(probe.getsockname()[:2])
            await self._wait_until(lambda: any(connection.peer == own for connection in self._all))

    def _list_disconnected(self) -> set[Connection]:
        lost = {connection for connection in self._all if connection.is_lost}
        return lost | set(_list_closed_by_client(self._all - lost))

    async def _wait_until(self, is_met: Callable[[], bool]) -> None:
        while not is_met():
            await self._changed.wait()

    def _remove(self, connection: Connection) -> None:
        self._all.discard(connection)
        self._change()

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _list_closed_by_client(connections: Iterable[Connection]) -> Iterator[Connection]:
    """Return the connections that have received a FIN or an RST, also behind unread bytes."""
    if sys.platform == "win32":  # it does not show a FIN behind bytes: only what the event loop has read counts
        yield from (connection for connection in connections if connection.transport.is_closing())
        return
    by_descriptor = {connection.descriptor: connection for connection in connections}
    poll = select.poll()
    for descriptor in by_descriptor:
        poll.register(descriptor, getattr(select, "POLLRDHUP", select.POLLHUP))  # the former is of Linux
    yield from (by_descriptor[descriptor] for descriptor, _ in poll.poll(0))
