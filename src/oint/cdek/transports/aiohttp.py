"""asyncio HTTP through aiohttp."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from oint.cdek import wire

if TYPE_CHECKING:
    from oint.cdek.errors import Reason

IDLE = 10.0
"""Seconds after which an idle connection is not used again: CDEK closes them after 15, and a change sent into a
closing connection would end as unknown."""


class _Lost(aiohttp.ClientError):
    """The connection broke off, maybe after the server had the request."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send once: aiohttp itself sends all but POST again where a kept connection breaks off, a DELETE too."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Lost from error


class AiohttpTransport:
    """A pool of kept-alive connections, made on first use, inside the running event loop.

    Args:
        connections: how many at the most; further calls wait for one
    """

    def __init__(self, connections: int = 256) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, request: wire.HttpRequest, timeouts: wire.Timeouts, deadline: float
    ) -> wire.HttpResponse | wire.Failure:
        """Send once and read the whole answer; `deadline` is of `time.monotonic`."""
        left = deadline - time.monotonic()
        if left <= 0:
            return wire.Failure("connect_timeout", sent=False)
        session = self._session or self._open()
        limits = aiohttp.ClientTimeout(total=left, sock_connect=timeouts.connect, sock_read=timeouts.read)
        try:
            async with session.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body,
                headers=request.headers,
                allow_redirects=False,
                timeout=limits,
                middlewares=() if request.method == "POST" else (_once,),
            ) as response:
                body = await response.read()
                return wire.HttpResponse(response.status, response.headers, body)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return _failure(error)

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=IDLE)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # lets the transports see their end before a loop that is about to close does
            self._session = None


def _failure(error: Exception) -> wire.Failure:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return wire.Failure("dns", sent=False)
        case aiohttp.ClientConnectorSSLError() | aiohttp.ClientConnectorCertificateError():
            return wire.Failure("tls", sent=False)
        case aiohttp.ClientConnectorError():
            return wire.Failure("refused", sent=False)
        case aiohttp.ConnectionTimeoutError():
            return wire.Failure("connect_timeout", sent=False)
        case TimeoutError():
            return wire.Failure("timeout", sent=True)
        case aiohttp.ClientPayloadError():
            return wire.Failure("cut", sent=True)
        case _:
            return wire.Failure(_lost(error), sent=True)


def _lost(error: Exception) -> Reason:
    return "reset" if isinstance(error, (_Lost, aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)) else "cut"
