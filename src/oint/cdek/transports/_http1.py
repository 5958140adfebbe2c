"""The parts of HTTP/1.1 that both transports share: requests as bytes, unpacked bodies, limits, missing descriptors."""

from __future__ import annotations

import errno
import os
import zlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from oint.cdek._http import NO_DESCRIPTORS, PROXY_ERROR, Failure
from oint.cdek.transports.proxy import PROXY_AUTH_REQUIRED, REFUSALS, ProxyRefusal, resolve_proxy

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

    from oint.cdek._http import HttpRequest, Reason

MAX_HEAD_BYTES = 65_536
"""Bytes of the status line and all headers of an answer, with the interim answers before it. As many bytes may come
without one byte of the body: sizes of chunks with their extensions, or a trailer."""
MAX_HEADERS = 99
"""Headers of an answer: as many as http.client reads."""
MAX_BODY_BYTES = 268_435_456
"""Bytes of a body, packed and unpacked, in one piece or as a stream: more than twice the list of all offices."""
MAX_PIECE_BYTES = 1_048_576
"""Bytes that are unpacked at once: a few packed bytes may hold a thousand times as many."""
MAX_IDLE_SECONDS = 10.0
"""Idle seconds after which a connection is not used again. CDEK closes it after 15, and a change that is sent into a closing
connection ends as unknown."""
MIN_FINAL_STATUS = 200
"""The first status that is not of an interim answer."""

_HIDDEN_DESCRIPTORS: Mapping[Reason, int] = {"dns": 1, "refused": 1, "tls": 2}
"""Descriptors that a step needs without naming their absence: one for the files of names, two for certificates and a socket.
Without one glibc's look-up fails with whatever number stands in errno, EBUSY say."""
_NO_DESCRIPTOR_ERRNOS = {errno.EMFILE, errno.ENFILE, getattr(errno, "WSAEMFILE", errno.EMFILE)}
_NO_DESCRIPTOR_TEXTS = tuple(f"[Errno {number}]" for number in _NO_DESCRIPTOR_ERRNOS)


class TooLarge(Exception):
    """An answer is larger than its limits. It is not a ValueError, which http.client takes for a bad size of a chunk."""


class Origin:
    """The host of a base URL, as sockets and messages name it, and the proxy on the way there.

    Args:
        base_url: of the API
        proxy: the address of a proxy; an empty text: none; None: as the environment says
    Raises:
        InvalidArgument: the setting is not the address of an HTTP proxy
    """

    def __init__(self, base_url: str, proxy: str | None = None) -> None:
        parts = urlsplit(base_url)
        self.secure = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.secure else 80)
        self.proxy = resolve_proxy(parts.scheme, self.host, proxy)
        self.peer = (self.host, self.port) if self.proxy is None else (self.proxy.host, self.proxy.port)
        self.tunnel = self.proxy.connect(self.host, self.port) if self.proxy is not None and self.secure else b""
        self._context: ssl.SSLContext | None = None
        self._netloc = parts.netloc
        self._prefix_length = len(f"{parts.scheme}://{parts.netloc}")

    def load_tls_context(self) -> ssl.SSLContext | None:
        """Return the TLS settings for https, loaded once. Plain HTTP to a sandbox loads nothing of TLS.

        Raises:
            InvalidArgument: `SSL_CERT_FILE` or `SSL_CERT_DIR` names a path that does not exist
            ImportError: TLS cannot be loaded, or there is no file descriptor to load it by
            OSError: there is no file descriptor to read the certificates by
        """
        if self.secure and self._context is None:
            from oint.cdek.transports.tls import create_tls_context  # noqa: PLC0415 - ssl is slow to load

            self._context = create_tls_context()
        return self._context

    def serialize(self, request: HttpRequest) -> bytes:
        """Return a request as it goes over the wire: one message, one write."""
        plain_proxy = None if self.secure else self.proxy
        target = request.url[self._prefix_length :] if plain_proxy is None else request.url
        lines = [f"{request.method} {target} HTTP/1.1", f"Host: {self._netloc}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if plain_proxy is not None:
            lines += plain_proxy.lines
        lines.append("Accept-Encoding: identity")
        body = request.body or b""
        if request.method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join((*lines, "", "")).encode("ascii") + body

    def classify_connect_error(self, reason: Reason, error: Exception | None = None) -> Failure:
        """Return why there is no connection. Where there is a proxy, it is the proxy that was not reached."""
        return classify_connect_error(reason, error, has_proxy=self.proxy is not None)

    def is_proxy_auth_failure(self, status: int) -> bool:
        """Return whether the proxy has passed nothing on. Without TLS an answer may be the proxy's own."""
        return self.proxy is not None and not self.secure and status == PROXY_AUTH_REQUIRED


class BodyDecoder:
    """Unpacks a body while it comes. Packing is not asked for, but a proxy may pack all the same.

    Args:
        coding: the header `content-encoding`
    """

    def __init__(self, coding: str) -> None:
        is_packed = coding.lower() in {"gzip", "deflate"}
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if is_packed else None
        self._size = 0

    def decode(self, data: bytes) -> bytes:
        """Unpack the next bytes, at most `MAX_PIECE_BYTES`; without `data` what was left of them.

        Returns:
            nothing where more bytes must come first, or the packing has ended: bytes behind it are passed over
        Raises:
            TooLarge: all of them together are over `MAX_BODY_BYTES`
            zlib.error: they are not packed as the header says
        """
        piece = data
        if self._unpacker is not None:
            if self._unpacker.eof:
                return b""
            piece = self._unpacker.decompress(self._unpacker.unconsumed_tail + data, MAX_PIECE_BYTES)
        self._size += len(piece)
        if self._size > MAX_BODY_BYTES:
            raise TooLarge
        return piece

    def decode_all(self, data: bytes) -> Iterator[bytes]:
        """Unpack the next bytes piece by piece; errors are those of `decode`."""
        while piece := self.decode(data):
            yield piece
            if self._unpacker is None:
                return
            data = b""

    @property
    def is_complete(self) -> bool:
        """Return whether the packing has come to its end."""
        return self._unpacker is None or self._unpacker.eof


def classify_connect_error(reason: Reason, error: Exception | None = None, *, has_proxy: bool) -> Failure:
    """Return why there is no connection. Where there is a proxy, it is the proxy that was not reached.

    Args:
        reason: the step that failed
        error: how it failed
        has_proxy: whether the connection is to a proxy
    """
    hidden = 0 if isinstance(error, ConnectionError) else _HIDDEN_DESCRIPTORS.get(reason, 0)
    if error is not None and lacks_descriptors(error, hidden):
        return NO_DESCRIPTORS
    if isinstance(error, ProxyRefusal) and error.status:
        return describe_proxy_refusal(error.status)
    if has_proxy and reason in {"dns", "refused"}:
        return PROXY_ERROR
    rejection = getattr(error, "verify_message", "") or ""  # of a certificate that ssl has not accepted
    alert = getattr(error, "reason", "") if reason == "tls" else ""
    detail = rejection or (alert or "").replace("_", " ").lower()
    return Failure(reason, sent=False, detail=detail, will_recur=bool(rejection))


def describe_proxy_refusal(status: int) -> Failure:
    """Return the failure of a proxy that has passed nothing on."""
    return Failure("proxy", sent=False, detail=f"HTTP {status}", will_recur=status in REFUSALS)


def lacks_descriptors(error: Exception, hidden: int = 0) -> bool:
    """Return whether something failed because no file descriptor was left.

    Args:
        error: how it failed; asyncio joins the errors of several addresses into one that has no number of its own
        hidden: descriptors that it needed at once, where its error does not name their absence; 0: its error names it
    """
    if isinstance(error, OSError) and (
        error.errno in _NO_DESCRIPTOR_ERRNOS or any(text in str(error) for text in _NO_DESCRIPTOR_TEXTS)
    ):
        return True
    return hidden > 0 and not _can_open(hidden)


def _can_open(count: int) -> bool:
    """Return whether this process can open `count` more files."""
    numbers: list[int] = []
    try:
        numbers.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(count))
    except OSError as error:
        return error.errno not in _NO_DESCRIPTOR_ERRNOS
    finally:
        for number in numbers:
            os.close(number)
    return True


PROXY_REFUSED = describe_proxy_refusal(PROXY_AUTH_REQUIRED)
"""A proxy wants other credentials; it has passed nothing on."""
