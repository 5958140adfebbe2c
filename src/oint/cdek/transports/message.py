"""What both transports know of HTTP messages: how a request is written, and how long a connection is good."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from oint.cdek.transports import limits
from oint.cdek.transports.descriptors import lacks_descriptors, require_descriptor
from oint.cdek.transports.limits import TooLarge
from oint.cdek.transports.proxy import NEEDS_CREDENTIALS, chosen
from oint.cdek.wire import NO_DESCRIPTORS, TURNED_AWAY, Failure

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

    from oint.cdek.wire import HttpRequest, Reason

IDLE = 10.0
"""Seconds after which an idle connection is not used again: CDEK closes them after 15, and a change sent into a
closing connection would end as unknown."""


FINAL = 200
"""The first status that is not of an interim answer."""

_HIDDEN: Mapping[Reason, int] = {"dns": 1, "tls": 2}
"""Descriptors without which such a step fails in words of its own: for the files of names; of certificates, and a socket."""


class Origin:
    """The host of a base URL, as sockets and messages name it, and the proxy on the way there.

    Args:
        base_url: of the API
        proxy: the address of a proxy; an empty text: none; None: as the machine is set up
    Raises:
        BadArgument: the setting is no address of an HTTP proxy
    """

    def __init__(self, base_url: str, proxy: str | None = None) -> None:
        parts = urlsplit(base_url)
        self.secure = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.secure else 80)
        self.proxy = chosen(parts.scheme, self.host, proxy)
        self.reach = (self.host, self.port) if self.proxy is None else (self.proxy.host, self.proxy.port)
        self.tunnel = self.proxy.connect(self.host, self.port) if self.proxy is not None and self.secure else b""
        self._context: ssl.SSLContext | None = None
        self._netloc = parts.netloc
        self._start = len(f"{parts.scheme}://{parts.netloc}")

    def tls(self) -> ssl.SSLContext | None:
        """For https the machine's own certificates, loaded once; plain HTTP to a sandbox loads nothing of TLS.

        Raises:
            ImportError: TLS cannot be loaded, or there is no file descriptor to load it by
            OSError: there is no file descriptor to read the certificates by
        """
        if self.secure and self._context is None:
            import ssl  # noqa: PLC0415 - slow to load

            context = ssl.create_default_context()
            require_descriptor()  # OpenSSL passes over certificates that it cannot open
            self._context = context
        return self._context

    def written(self, request: HttpRequest) -> bytes:
        """A request as it goes over the wire: one message, one write."""
        plain_proxy = None if self.secure else self.proxy
        target = request.url[self._start :] if plain_proxy is None else request.url
        lines = [f"{request.method} {target} HTTP/1.1", f"Host: {self._netloc}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if plain_proxy is not None:
            lines += plain_proxy.lines
        lines.append("Accept-Encoding: identity")
        body = request.body or b""
        if request.method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join((*lines, "", "")).encode("ascii") + body

    def unreached(self, reason: Reason, error: Exception | None = None) -> Failure:
        """Name why there is no connection: where there is a proxy, it is the proxy that was not reached."""
        hidden = 0 if isinstance(error, ConnectionError) else _HIDDEN.get(reason, 0)
        if error is not None and lacks_descriptors(error, hidden):
            return NO_DESCRIPTORS
        by_proxy = self.proxy is not None and reason in {"dns", "refused"}
        return TURNED_AWAY if by_proxy else Failure(reason, sent=False)

    def is_turned_away(self, status: int) -> bool:
        """Whether the proxy has passed nothing on: in the clear, an answer may be its own."""
        return self.proxy is not None and not self.secure and status == NEEDS_CREDENTIALS


class Unpacking:
    """A body without its packing, as it comes: none was asked for, but a proxy may pack all the same."""

    def __init__(self, coding: str) -> None:
        packed = coding.lower() in {"gzip", "deflate"}
        self._unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed else None
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """Unpack the next bytes, at most `MAX_PIECE_BYTES`; without `data` what was left of them.

        Returns:
            none where more must come first, or the packing has ended: what stands behind it is passed over
        Raises:
            TooLarge: all of them together are over `MAX_BODY_BYTES`
            zlib.error: they are not packed as they say
        """
        piece = data
        if self._unpack is not None:
            if self._unpack.eof:
                return b""
            piece = self._unpack.decompress(self._unpack.unconsumed_tail + data, limits.MAX_PIECE_BYTES)
        self._size += len(piece)
        if self._size > limits.MAX_BODY_BYTES:
            raise TooLarge
        return piece

    def feed_all(self, data: bytes) -> Iterator[bytes]:
        """Unpack the next bytes piece by piece; raises as `feed` does."""
        while piece := self.feed(data):
            yield piece
            if self._unpack is None:
                return
            data = b""

    @property
    def is_whole(self) -> bool:
        """Whether the packing has come to its end."""
        return self._unpack is None or self._unpack.eof
