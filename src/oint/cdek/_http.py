"""What passes between the client core and a transport: bytes and facts, no library's types."""

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
"""How an answer failed to come."""


class HttpRequest(msgspec.Struct, frozen=True):
    """One HTTP request, ready to send. `url` is absolute and already encoded."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"HttpRequest({self.method!r}, {self.url!r})"


class HttpResponse(msgspec.Struct, frozen=True):
    """One whole HTTP answer; ask `headers` by lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"HttpResponse({self.status}, {len(self.body)} bytes)"


class AnyResponseStream(Protocol):
    """An HTTP answer whose head has come, and whose body is read chunk by chunk from a connection of its own."""

    status: int
    headers: Mapping[str, str]

    def read(self, deadline: float) -> Any:
        """Return the next bytes, empty at the end, or a `Failure`; an asyncio transport returns an awaitable."""

    def close(self) -> None:
        """Close the connection without reading the rest."""


class Failure(msgspec.Struct, frozen=True):
    """No whole HTTP answer came.

    Args:
        reason: how it failed
        sent: False only where not one byte of the request can have reached the server
        detail: the cause in the words of TLS or the proxy, for the text of the error; it holds no secret
        will_recur: the same call would fail in the same way, so it is not repeated: a wrong password of a proxy is sent once
    """

    reason: Reason
    sent: bool
    detail: str = ""
    will_recur: bool = False


PROXY_ERROR = Failure("proxy", sent=False)
"""A proxy on the way could not be reached, or let nothing through."""
NO_DESCRIPTORS = Failure("no_descriptors", sent=False)
"""This process had no file descriptor left to open a connection by."""


class Timeouts(msgspec.Struct, frozen=True):
    """How long a call may take, in seconds.

    Args:
        connect: to reach the server (name, TCP, TLS)
        read: between two bytes of an answer
        total: of the whole call, its retries and the reading of the body included; of a stream until its first bytes,
            and once more all waiting for further ones: what its reader does meanwhile does not count
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 30.0


TIMEOUTS = Timeouts()


def is_valid_header_value(text: str) -> bool:
    """Return whether a text can be a header value: not empty, printable ASCII without spaces."""
    return text.isascii() and text.isprintable() and " " not in text and bool(text)
