"""The part that carries HTTP: what `Client(transport=…)` and `AsyncClient(transport=…)` take.

`Client` uses `oint.cdek.transports.sync`, `AsyncClient` uses `oint.cdek.transports.asyncio`, and
`oint.cdek.transports.httpx2` is an adapter for the package httpx2. Any object that keeps the promises below will do:
it sends one HTTP request and reports what came of it. Tokens, retries and the meaning of an answer are not its concern.

The promises of a transport:

- One call sends the request at most once. It follows no redirect and repeats nothing, also where a kept connection breaks.
- A failure is returned as a `Failure`, not raised. `sent` is False only where not one byte of the request can have reached the
  server: the client repeats a change after that, and only after that.
- `deadline` is a moment of `time.monotonic()`. A call returns by then, whatever the server does. `timeouts.connect` and
  `timeouts.read` limit its parts; `timeouts.total` is in the deadline already.
- Header names are lower-case, or `headers` finds them in any case. A body is unpacked where `content-encoding` says gzip.
- Limits of size are its own; a body that is over one is the failure `too_large`.
- The client closes the transport that it was given, as it closes its own. It may call it again after that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oint.cdek._http import Failure, HttpRequest, HttpResponse, Timeouts


class ResponseStream(Protocol):
    """An HTTP answer whose head has come; its body is read chunk by chunk from a connection of its own."""

    @property
    def status(self) -> int:
        """Return the HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers, by lower-case names."""

    def read(self, deadline: float) -> bytes | Failure:
        """Return the next bytes of the body, none at its end."""

    def close(self) -> None:
        """Give up what has not come yet; closing twice does no harm."""


class AsyncResponseStream(Protocol):
    """The same for asyncio."""

    @property
    def status(self) -> int:
        """Return the HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers, by lower-case names."""

    async def read(self, deadline: float) -> bytes | Failure:
        """Return the next bytes of the body, none at its end."""

    def close(self) -> None:
        """Give up what has not come yet, without waiting; closing twice does no harm."""


class Transport(Protocol):
    """What `Client` sends by. It is called by many threads at once."""

    def send(self, request: HttpRequest, timeouts: Timeouts, deadline: float) -> HttpResponse | Failure:
        """Send a request once and return the whole answer."""

    def open(self, request: HttpRequest, timeouts: Timeouts, deadline: float) -> ResponseStream | Failure:
        """Send a request once and return as soon as the head of the answer has come."""

    def close(self) -> None:
        """Close all connections."""


class AsyncTransport(Protocol):
    """What `AsyncClient` sends by. It is called by many tasks of one event loop at once; a cancelled call leaves nothing open."""

    async def send(self, request: HttpRequest, timeouts: Timeouts, deadline: float) -> HttpResponse | Failure:
        """Send a request once and return the whole answer."""

    async def open(self, request: HttpRequest, timeouts: Timeouts, deadline: float) -> AsyncResponseStream | Failure:
        """Send a request once and return as soon as the head of the answer has come."""

    async def close(self) -> None:
        """Close all connections."""
