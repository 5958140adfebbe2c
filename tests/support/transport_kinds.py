"""The transports that keep the same promises: the own ones, and the adapter for httpx2, blocking and asyncio."""

import inspect
from typing import Any, NamedTuple

import pytest

from oint.cdek import AsyncClient, Client
from oint.cdek._http import Failure
from oint.cdek.transports.asyncio import AsyncioTransport
from oint.cdek.transports.httpx2 import AsyncHttpx2Transport, Httpx2Transport
from oint.cdek.transports.sync import SocketTransport


def httpx2_blocking(_, proxy=None):
    return Httpx2Transport(proxy=proxy)


def httpx2_asyncio(_, proxy=None):
    return AsyncHttpx2Transport(proxy=proxy)


ADAPTERS = (httpx2_blocking, httpx2_asyncio)
_OWN = [pytest.param(SocketTransport, id="sockets"), pytest.param(AsyncioTransport, id="asyncio")]
_ADAPTERS = [pytest.param(httpx2_blocking, id="httpx2"), pytest.param(httpx2_asyncio, id="httpx2-asyncio")]

all_transports = pytest.mark.parametrize("kind", _OWN + _ADAPTERS)


def client_by_httpx2(*args, **settings):
    return Client(*args, transport=Httpx2Transport(), **settings)


def async_client_by_httpx2(*args, **settings):
    return AsyncClient(*args, transport=AsyncHttpx2Transport(), **settings)


blocking_clients = [pytest.param(Client, id="sockets"), pytest.param(client_by_httpx2, id="httpx2")]
async_clients = [pytest.param(AsyncClient, id="asyncio"), pytest.param(async_client_by_httpx2, id="httpx2-asyncio")]
all_clients = pytest.mark.parametrize("make_client", blocking_clients + async_clients)


async def came(value):
    """What a call of either kind returns."""
    return await value if inspect.isawaitable(value) else value


class Difference(NamedTuple):
    """A row of the fault matrix in which an adapter does something else than the own transports.

    `result` comes instead; NO_END: the call does not end by itself, so the row is skipped.
    """

    kinds: tuple[Any, ...]
    result: Any
    reason: str


NO_END = object()
BLOCKING = (httpx2_blocking,)
_TIMEOUT = Failure("timeout", sent=True)
_INTERIM = Difference(ADAPTERS, _TIMEOUT, "interim answers are passed over without a limit; asyncio has the deadline")
_DRIP = Difference(BLOCKING, NO_END, "the time is limited between reads alone, and here httpx2 reads on by itself")

DIFFERENCES = {
    "interim answers without end": _INTERIM,
    "go on without end": _INTERIM,
    "interim answers with headers without end": _INTERIM,
    "chunks with long extensions": Difference(ADAPTERS, _TIMEOUT, "h11 drops extensions without counting them"),
    "a head over the limit": Difference(ADAPTERS, 200, "h11 has a limit of its own, 100 KB"),
    "header lines that drip": _DRIP,
    "a header that drips": _DRIP,
    "interim answers that drip": _DRIP,
    "go on that drips": _DRIP,
    "an extension that drips": _DRIP,
    "a trailer that drips": _DRIP,
    "bytes behind an answer": Difference(
        ADAPTERS, Failure("cut", sent=True), "h11 reads them as the next answer's first bytes"
    ),
    "the head of CONNECT": Difference(ADAPTERS, "Accept: */*\r\n", "httpcore2 adds a header"),
    "a stream after a call": Difference(ADAPTERS, 200, "a stream uses a kept connection too"),
}
"""The one list of these rows; docs/*/python.md says the same in words."""


def expect(kind, row, result):
    """What this kind of transport brings in a row: `result`, unless DIFFERENCES says otherwise."""
    difference = DIFFERENCES.get(row)
    if difference is None or kind not in difference.kinds:
        return result
    if difference.result is NO_END:
        pytest.skip(difference.reason)
    return difference.result
