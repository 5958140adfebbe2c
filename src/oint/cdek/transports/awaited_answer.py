"""Answers for asyncio, read by httptools (the parser of llhttp) within their limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from oint.cdek.transports import limits
from oint.cdek.transports.limits import TooLarge
from oint.cdek.transports.message import FINAL, Unpacking

if TYPE_CHECKING:
    from oint.cdek.wire import Reason

_FEW = 6
"""Digits of a length that is within the limit of a body."""


class AnswerProtocol(asyncio.Protocol):
    """Reads one answer after the other; its body is the affair of a subclass, which gathers it in `_body`."""

    _body: bytes | bytearray
    _unpacking: Unpacking | None

    def _expect_answer(self) -> None:
        """Begin with an answer of which nothing has come."""
        self._parser = HttpResponseParser(self)
        self.headers: dict[str, str] = {}
        self.status = self._received = self._idle = 0
        self._body = b""
        self._unpacking = None

    def _parse(self, data: bytes) -> Reason | None:
        """Read the next bytes of an answer.

        Returns:
            why the answer is lost; None: it is not
        """
        self._received += len(data)
        try:
            if self._received > limits.MAX_HEAD_BYTES:
                self._parse_bounded(data)
            else:
                self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade, TooLarge, MemoryError) as error:
            return _lost(error)
        return None

    def _parse_bounded(self, data: bytes) -> None:
        """Read the next bytes of an answer that has grown beyond the limit of a head.

        Raises:
            HttpParserError: they are not HTTP, or a callback raised something, which is the error's context
            TooLarge: the answer is over a limit
        """
        if not self._has_head():
            excess = self._received - limits.MAX_HEAD_BYTES
            self._parser.feed_data(data[:-excess])
            if not self._has_head():
                raise TooLarge
            data = data[-excess:]
        size = len(self._body)
        self._parser.feed_data(data)
        self._idle = 0 if len(self._body) > size else self._idle + len(data)
        if self._idle > limits.MAX_HEAD_BYTES:
            raise TooLarge
        if self._received > limits.MAX_HEAD_BYTES + limits.MAX_BODY_BYTES:
            raise TooLarge

    def _has_head(self) -> bool:
        """Tell whether the status and all headers have come."""
        return self.status != 0

    def _ends_with_the_connection(self) -> bool:
        """Tell whether only the end of the connection ends the body."""
        return self._has_head() and not {"content-length", "transfer-encoding"} & self.headers.keys()

    # what httptools reports

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools: a header, or a line of a trailer."""
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """httptools: all headers are there; those of an interim answer (103, say) do not count.

        Raises:
            TooLarge: there are too many, or they announce a body over its limit
        """
        status = self._parser.get_status_code()
        if status < FINAL:
            self.headers = {}
            return
        headers = self.headers
        length = headers.get("content-length", "")
        if len(headers) > limits.MAX_HEADERS or (len(length) > _FEW and int(length) > limits.MAX_BODY_BYTES):
            raise TooLarge
        if "content-encoding" in headers:
            self._unpacking = Unpacking(headers["content-encoding"])
        self.status = status


def _lost(error: Exception) -> Reason:
    """Name why an answer could not be read any further."""
    match error.__context__ if isinstance(error, HttpParserError) else error:
        case TooLarge():
            return "too_large"
        case MemoryError():
            return "no_memory"
    return "cut"
