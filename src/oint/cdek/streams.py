"""Lists too long to hold, item by item: one long answer while it comes, or page after page. No I/O of its own.

As a flow does, a stream yields what is to be done and is sent what came of it; between it yields `Emit`: items for the
reader. One definition serves `Client.each` and `AsyncClient.each`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from oint.cdek import operations
from oint.cdek.errors import Unavailable, UnreadableAnswer
from oint.cdek.flow import Emit, Open, Read, call
from oint.cdek.protocol import read
from oint.cdek.wire import Failure, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from oint.cdek.flow import Session, Source, Stream
    from oint.cdek.models.base import Rows
    from oint.cdek.models.deliverypoints import Office
    from oint.cdek.models.location import City, Region
    from oint.cdek.operations.base import Request
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
    return partial(_whole_list, operations.deliverypoints.list(filter))


def offices_by_page(filter: Mapping[str, Any] | None = None, size: int = OFFICES) -> Source[Office]:  # noqa: A002 - the same
    """The same offices, page by page: a request each, repeated by itself where it fails (GET deliverypoints).

    Args:
        filter: see `list`
        size: offices a page
    Raises:
        CdekError: while it is read; see `oint.cdek.errors`
    """
    return partial(_pages, lambda page: operations.deliverypoints.list({**(filter or {}), "size": size, "page": page}))


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
    return partial(_pages, lambda page: operations.location.regions(country_codes, page, size, lang))


def cities(filter: Mapping[str, Any] | None = None, size: int | None = None) -> Source[City]:  # noqa: A002 - the same
    """All cities that pass every filter, page after page (GET location/cities).

    Args:
        filter: see `cities`; its `size` and `page` are not used
        size: cities a page, at most 10,000; None: 1000
    Raises:
        CdekError: while they are read; see `oint.cdek.errors`
    """
    return partial(_pages, lambda page: operations.location.cities({**(filter or {}), "size": size, "page": page}))


def _whole_list(request: Request[Rows[T]], session: Session) -> Stream[T]:
    """One answer that is an array, item by item."""
    from oint.cdek.splitter import Splitter  # noqa: PLC0415 - few clients read streams

    body = yield from call(session, request, Open)
    splitter: Splitter[Rows[T]] = Splitter(lambda piece: request.answer.decoded(piece)[0])
    left = session.timeouts.total
    try:
        while True:
            began = session.clock()
            got: bytes | Failure = yield Read(body, began + left)
            left -= session.clock() - began
            if isinstance(got, Failure):
                raise Unavailable(got.reason)
            if not got:
                break
            try:
                rows = splitter.feed(got)
            except MemoryError:
                raise Unavailable("no_memory") from None
            if rows is not None:
                yield Emit(rows.items)
            elif splitter.size > LARGEST:
                raise UnreadableAnswer(f"HTTP {body.status}, > {LARGEST} B")
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
