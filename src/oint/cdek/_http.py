"""The types between the engine and a transport: requests, responses, failures, time-outs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


Reason = Literal[
    "dns",
    "refused",
    "tls",
    "connect_timeout",
    "timeout",
    "reset",
    "cut",
    "too_large",
    "no_memory",
    "no_descriptors",
    "status",
    "foreign",
    "token",
    "proxy",
]
"""Why there is no response."""


class HttpRequest(msgspec.Struct, frozen=True):
    """One HTTP request, ready to send. `url` is absolute and already encoded."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"HttpRequest({self.method!r}, {self.url!r})"


class HttpResponse(msgspec.Struct, frozen=True):
    """One complete HTTP response; the names of `headers` are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"HttpResponse({self.status}, {len(self.body)} bytes)"


class AnyResponseStream(Protocol):
    """An HTTP response whose head has arrived; its body is read chunk by chunk. Sync and asyncio transports have their own."""

    status: int
    headers: Mapping[str, str]

    def read(self, deadline: float) -> Any:
        """Return the next bytes, empty at the end, or a `Failure`; an asyncio transport returns an awaitable."""

    def close(self) -> None:
        """Close the connection without reading the rest."""


class Failure(msgspec.Struct, frozen=True):
    """There is no complete HTTP response.

    Args:
        reason: why
        sent: False only where no byte of the request can have reached the server
        detail: the cause in the words of TLS or the proxy, for the text of the error; it holds no secret
        will_recur: the same call would fail in the same way, so it is not repeated: a wrong password of a proxy is sent once
    """

    reason: Reason
    sent: bool
    detail: str = ""
    will_recur: bool = False


PROXY_ERROR = Failure("proxy", sent=False)
"""A proxy could not be reached, or refused to connect."""
NO_DESCRIPTORS = Failure("no_descriptors", sent=False)
"""The process had no file descriptor left for a connection."""


class Timeouts(msgspec.Struct, frozen=True):
    """Time limits of a call, in seconds.

    Args:
        connect: to reach the server (name, TCP, TLS)
        read: between two bytes of a response
        total: of the whole call with its retries and the body; for a stream until its first bytes,
            and once more for all waiting for the rest: the time of its reader does not count
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 30.0


TIMEOUTS = Timeouts()


def is_valid_header_value(text: str) -> bool:
    """Return whether a text can be a header value: not empty, printable ASCII without spaces."""
    return text.isascii() and text.isprintable() and " " not in text and bool(text)
