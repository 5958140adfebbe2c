"""The server of the rows. It responds at once or after a delay, and checks nothing.

`python -m benchmarks.server SECONDS [CERTIFICATE]` prints its port, and ends when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import threading

from benchmarks.wire import ACCEPTED, LEASE, build_response, parse_length

LAST_REQUEST_PATH = "/last"
"""Returns the bytes of the last other request, which the references send."""

_ACCEPTED = build_response("202 Accepted", ACCEPTED)
_LEASE = build_response("200 OK", LEASE)


class Connection(asyncio.Protocol):
    """A connection that answers requests in their order."""

    last = b""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every complete request."""
        received = self._received + data
        while 0 < (size := parse_length(received)) <= len(received):
            self._answer(received[:size])
            received = received[size:]
        self._received = received

    def _answer(self, request: bytes) -> None:
        if request.startswith(f"GET {LAST_REQUEST_PATH} ".encode()):
            self._transport.write(build_response("200 OK", Connection.last))
            return
        Connection.last = request
        reply = _LEASE if b"/oauth/token " in request[:64] else _ACCEPTED
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, reply)
        else:
            self._transport.write(reply)


async def serve(delay: float, certificate: str | None = None) -> None:
    """Serve until the standard input is closed: over TLS with a certificate and its key in a PEM file."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(stopped.set)

    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = await loop.create_server(lambda: Connection(delay), "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=wait_for_end, daemon=True).start()
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), *sys.argv[2:]))
