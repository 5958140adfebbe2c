"""Lists too long to hold, item by item: one long answer while it comes, or page after page. No I/O of its own.

As a flow does, a stream yields what is to be done and is sent what came of it; between it yields `Emit`: items for the
reader. One definition serves `Client.each` and `AsyncClient.each`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from oint.cdek import api
from oint.cdek._engine import Emit, Open, Read, call
from oint.cdek._http import Failure, HttpResponse
from oint.cdek._protocol import read
from oint.cdek.errors import InvalidResponse, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from oint.cdek._engine import Session, Source, Stream
    from oint.cdek.api._request import Request
    from oint.cdek.api._response import Rows
    from oint.cdek.api.deliverypoints import Office
    from oint.cdek.api.location import City, Region


R = TypeVar("R")

BLANK = b" \t\r\n"
_OPENING = re.compile(rb'\{[ \t\r\n]*"[^"\\]*"[ \t\r\n]*:')
TRIES = 16
"""Guesses before more bytes are awaited: so many objects within one item may begin as the items do."""


class JsonArraySplitter(Generic[R]):
    """Cuts one array.

    Args:
        read: reads a whole JSON array; None where the bytes are none
        least: bytes to gather before a piece is cut off
    """

    def __init__(self, read: Callable[[bytes], R | None], least: int = 32_768) -> None:
        self._read = read
        self._least = self._wanted = least
        self._opening = b""
        self._has_begun = False
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """What has come and was not given back yet, as an array of its own where it is of one."""
        return b"[" + self._rest if self._has_begun else bytes(self._rest)

    @property
    def size(self) -> int:
        """The bytes that have come and were not given back yet."""
        return len(self._rest)

    def feed(self, chunk: bytes) -> R | None:
        """Take the next bytes.

        Returns:
            the items that are whole by now, where enough have gathered; else None
        """
        self._rest += chunk
        if len(self._rest) < self._wanted:
            return None
        return self._piece() if self._begin() else None

    def end(self) -> R | None:
        """All bytes have come.

        Returns:
            the last items; None where what came is no JSON array: `rest` has what could not be read
        """
        self._begin()
        return self._read(self.rest)

    def _begin(self) -> bool:
        """Whether the array has begun; its bracket is taken off, for every piece gets one of its own."""
        if not self._has_begun:
            text = self._rest.lstrip(BLANK)
            self._has_begun = text.startswith(b"[")
            if self._has_begun:
                self._rest = text[1:].lstrip(BLANK)
        return self._has_begun

    def _piece(self) -> R | None:
        """The items up to the last comma between items, as far as it can be found."""
        if not self._opening and (found := _OPENING.match(self._rest)):
            self._opening = found.group()
        at = len(self._rest) if self._opening else 0
        for _ in range(TRIES):
            at = self._rest.rfind(self._opening, 0, at)
            if at <= 0:
                break
            before = self._rest[:at].rstrip(BLANK)
            items = self._read(b"[" + before[:-1] + b"]") if before.endswith(b",") else None
            if items is not None:
                del self._rest[:at]
                self._wanted = self._least
                return items
        self._wanted = 2 * len(self._rest)
        return None


T = TypeVar("T")


LARGEST = 67_108_864
"""Bytes that may come without one more office being whole: a choice, larger than the list of all of them should be."""
OFFICES = 1000
"""Offices a page: a choice, for CDEK names no default."""


def offices(filter: Mapping[str, Any] | None = None) -> Source[Office]:  # noqa: A002 - as of `deliverypoints.list`
    """Active offices and parcel lockers that pass every filter, one by one while they come (GET deliverypoints).

    One request, of any length, in little memory. What the reader does between two offices does not count for the
    time-outs, but CDEK may close a connection that nobody reads. Where it breaks off in the middle, that is an error after
    the offices that had come; only what fails before the first is repeated.

    Args:
        filter: see `list`
    Raises:
        CdekError: while it is read; see `oint.cdek.errors`
    """
    return partial(_whole_list, api.deliverypoints.list(filter))


def offices_by_page(filter: Mapping[str, Any] | None = None, size: int = OFFICES) -> Source[Office]:  # noqa: A002 - the same
    """The same offices, page by page: a request each, repeated by itself where it fails (GET deliverypoints).

    Args:
        filter: see `list`
        size: offices a page
    Raises:
        CdekError: while it is read; see `oint.cdek.errors`
    """
    return partial(_pages, lambda page: api.deliverypoints.list({**(filter or {}), "size": size, "page": page}))


def regions(
    country_codes: Sequence[str] | str | None = None, lang: str | None = None, size: int | None = None
) -> Source[Region]:
    """All regions, page after page (GET location/regions).

    Args:
        country_codes: of two letters each; None: all countries
        lang: rus, eng or zho
        size: regions a page, at most 10,000; None: 1000
    Raises:
        CdekError: while they are read; see `oint.cdek.errors`
    """
    return partial(_pages, lambda page: api.location.regions(country_codes, page, size, lang))


def cities(filter: Mapping[str, Any] | None = None, size: int | None = None) -> Source[City]:  # noqa: A002 - the same
    """All cities that pass every filter, page after page (GET location/cities).

    Args:
        filter: see `cities`; its `size` and `page` are not used
        size: cities a page, at most 10,000; None: 1000
    Raises:
        CdekError: while they are read; see `oint.cdek.errors`
    """
    return partial(_pages, lambda page: api.location.cities({**(filter or {}), "size": size, "page": page}))


def _whole_list(request: Request[Rows[T]], session: Session) -> Stream[T]:
    """One answer that is an array, item by item."""
    from oint.cdek._streaming import JsonArraySplitter  # noqa: PLC0415 - few clients read streams

    body = yield from call(session, request, Open)
    splitter: JsonArraySplitter[Rows[T]] = JsonArraySplitter(lambda piece: request.answer.decoded(piece)[0])
    left = session.timeouts.total
    try:
        while True:
            began = session.clock()
            got: bytes | Failure = yield Read(body, began + left)
            left -= session.clock() - began
            if isinstance(got, Failure):
                raise ServiceUnavailable(got.reason)
            if not got:
                break
            try:
                rows = splitter.feed(got)
            except MemoryError:
                raise ServiceUnavailable("no_memory") from None
            if rows is not None:
                yield Emit(rows.items)
            elif splitter.size > LARGEST:
                raise InvalidResponse(f"HTTP {body.status}, > {LARGEST} B")
    finally:
        body.close()
    last = splitter.end()
    if last is None:  # no array: read as a whole answer would be, for it may be CDEK's error
        last = read(request, HttpResponse(body.status, body.headers, splitter.rest), session.wall())
    yield Emit(last.items)


def _pages(request: Callable[[int], Request[Rows[T]]], session: Session) -> Stream[T]:
    """Page after page, until one is empty, or the same as the one before: then pages are not counted there."""
    page, before = 0, b""
    while True:
        answer = yield from call(session, request(page))
        if not answer.items or answer.http.body == before:
            return
        yield Emit(answer.items)
        page, before = page + 1, answer.http.body
