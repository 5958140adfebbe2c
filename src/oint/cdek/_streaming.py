"""Lists that are too long for memory, read item by item: one long response while it arrives, or page after page. No I/O.

As a flow does, a stream yields steps and receives their results; between them it yields `Items` for the reader. One
definition serves `Client.stream` and `AsyncClient.stream`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

from oint.cdek._engine import Items, ReadChunk, SendStreaming, call
from oint.cdek._http import Failure, HttpResponse
from oint.cdek._protocol import parse_response
from oint.cdek.api._request import StreamedList
from oint.cdek.errors import InvalidResponse, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek._engine import CallContext, Stream
    from oint.cdek.api._request import ItemSource, Request
    from oint.cdek.api._response import ListResponse

R = TypeVar("R")
T = TypeVar("T")

BLANK = b" \t\r\n"
_OPENING = re.compile(rb'\{[ \t\r\n]*"[^"\\]*"[ \t\r\n]*:')
MAX_SPLIT_ATTEMPTS = 16
"""Commas to try before more bytes are awaited: so many objects within one item may begin as the items do."""
MAX_ITEM_BYTES = 67_108_864
"""Bytes that may arrive without one more complete office: our choice, more than the list of all offices should have."""


def read_items(source: ItemSource[T], context: CallContext) -> Stream[T]:
    """Read the items of a source one by one.

    Raises:
        CdekError: see `oint.cdek.errors`
    """
    if isinstance(source, StreamedList):
        return _read_array(source.request, context)
    return _read_pages(source.request_page, context)


class JsonArraySplitter(Generic[R]):
    """Splits one JSON array that arrives in chunks into arrays of its next items. Memory stays bounded.

    Where an item ends is guessed, and parsing proves the guess: if everything before a comma parses as an array once it
    is closed there, then the comma is at the top level, because a JSON parser depends on the preceding bytes alone. A
    wrong guess costs time, never an item, and only the fast parser looks at the bytes.

    Args:
        read: parses a complete JSON array; returns None where the bytes are not an array
        min_bytes: bytes to collect before a piece is cut off
    """

    def __init__(self, read: Callable[[bytes], R | None], min_bytes: int = 32_768) -> None:
        self._read = read
        self._min_bytes = self._wanted_bytes = min_bytes
        self._opening = b""
        self._has_begun = False
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """Return the bytes that are left; as an array of their own where they are part of an array."""
        return b"[" + self._rest if self._has_begun else bytes(self._rest)

    @property
    def size(self) -> int:
        """Return the number of bytes that are left."""
        return len(self._rest)

    def feed(self, chunk: bytes) -> R | None:
        """Add the next bytes.

        Returns:
            the items that are complete, if enough bytes were collected; otherwise None
        """
        self._rest += chunk
        if len(self._rest) < self._wanted_bytes:
            return None
        return self._cut_piece() if self._find_beginning() else None

    def finish(self) -> R | None:
        """Parse what is left after the last chunk.

        Returns:
            the last items; None where the bytes were not a JSON array: `rest` has what could not be parsed
        """
        self._find_beginning()
        return self._read(self.rest)

    def _find_beginning(self) -> bool:
        """Report whether the array has begun; its bracket is removed, because every piece gets its own."""
        if not self._has_begun:
            text = self._rest.lstrip(BLANK)
            self._has_begun = text.startswith(b"[")
            if self._has_begun:
                self._rest = text[1:].lstrip(BLANK)
        return self._has_begun

    def _cut_piece(self) -> R | None:
        """Cut off the items up to the last comma between items, as far as it can be found."""
        if not self._opening and (match := _OPENING.match(self._rest)):
            self._opening = match.group()
        at = len(self._rest) if self._opening else 0
        for _ in range(MAX_SPLIT_ATTEMPTS):
            at = self._rest.rfind(self._opening, 0, at)
            if at <= 0:
                break
            before = self._rest[:at].rstrip(BLANK)
            items = self._read(b"[" + before[:-1] + b"]") if before.endswith(b",") else None
            if items is not None:
                del self._rest[:at]
                self._wanted_bytes = self._min_bytes
                return items
        self._wanted_bytes = 2 * len(self._rest)
        return None


def _read_array(request: Request[ListResponse[T]], context: CallContext) -> Stream[T]:
    """Read one response that is an array, item by item."""
    body = yield from call(context, request, SendStreaming)
    splitter: JsonArraySplitter[ListResponse[T]] = JsonArraySplitter(
        lambda piece: request.response_type.decode(piece)[0]
    )
    remaining = context.timeouts.total
    try:
        while True:
            started = context.clock()
            chunk: bytes | Failure = yield ReadChunk(body, started + remaining)
            remaining -= context.clock() - started
            if isinstance(chunk, Failure):
                raise ServiceUnavailable(chunk.reason)
            if not chunk:
                break
            rows = _feed(splitter, chunk)
            if rows is not None:
                yield Items(rows.items)
            elif splitter.size > MAX_ITEM_BYTES:
                raise InvalidResponse(f"HTTP {body.status}, > {MAX_ITEM_BYTES} B")
    finally:
        body.close()
    last = splitter.finish()
    if last is None:  # not an array: parsed as a whole response, because it may be CDEK's error
        last = parse_response(request, HttpResponse(body.status, body.headers, splitter.rest), context.wall_clock())
    yield Items(last.items)


def _feed(splitter: JsonArraySplitter[R], chunk: bytes) -> R | None:
    try:
        return splitter.feed(chunk)
    except MemoryError:
        raise ServiceUnavailable("no_memory") from None


def _read_pages(request_page: Callable[[int], Request[ListResponse[T]]], context: CallContext) -> Stream[T]:
    """Read page after page, until one is empty or equals the one before: then CDEK ignores page numbers there."""
    page, previous = 0, b""
    while True:
        response = yield from call(context, request_page(page))
        if not response.items or response.http.body == previous:
            return
        yield Items(response.items)
        page, previous = page + 1, response.http.body
