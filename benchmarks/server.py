"""The other end of every row, in a process of its own: it answers at once, or after a delay, and checks nothing.

`python -m benchmarks.server SECONDS` prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
import threading

from benchmarks.wire import ACCEPTED, LEASE, answer, length

LAST = "/last"
"""Answers the latest request of all others, byte by byte: what the floors then send."""

_ACCEPTED = answer("202 Accepted", ACCEPTED)
_LEASE = answer("200 OK", LEASE)


class Connection(asyncio.Protocol):
    """One connection: requests in, answers out, in their order."""

    last = b""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what writes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        received = self._received + data
        while 0 < (size := length(received)) <= len(received):
            self._answer(received[:size])
            received = received[size:]
        self._received = received

    def _answer(self, request: bytes) -> None:
        if request.startswith(f"GET {LAST} ".encode()):
            self._transport.write(answer("200 OK", Connection.last))
            return
        Connection.last = request
        reply = _LEASE if b"/oauth/token " in request[:64] else _ACCEPTED
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, reply)
        else:
            self._transport.write(reply)


async def serve(delay: float) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def watch() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(over.set)

    server = await loop.create_server(lambda: Connection(delay), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=watch, daemon=True).start()
    await over.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
