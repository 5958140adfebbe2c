"""One attempt to deliver an event: a POST on a connection of its own."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
from string import punctuation
from typing import Final, NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

_PORTS = {"http": 80, "https": 443}
_FIRST_FINAL = 200  # a status below only announces the response
NOT_LOOPBACK: Final = "not_loopback"
TIMEOUT: Final = "timeout"
UNREACHABLE: Final = "unreachable"
NO_ANSWER: Final = "no_answer"


class Outcome(NamedTuple):
    """The status of the response, or the failure."""

    status: int | None
    failure: str | None = None


class _NotLoopbackError(Exception):
    """The receiver is not on this machine."""


def is_url(text: str) -> bool:
    """Return whether an event can be sent to this address."""
    try:
        parts = urlsplit(text)
        return parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0 and _is_plain(text)
    except ValueError:
        return False


def _is_plain(text: str) -> bool:
    return text.isprintable() and " " not in text


async def post_event(url: str, body: bytes, seconds: float, *, allow_any_host: bool) -> Outcome:
    """POST the body within `seconds` of real time, to this machine only unless `allow_any_host`."""
    try:
        async with asyncio.timeout(seconds):
            return Outcome(await _exchange(urlsplit(url), body, anywhere=allow_any_host))
    except TimeoutError:
        return Outcome(None, TIMEOUT)
    except _NotLoopbackError:
        return Outcome(None, NOT_LOOPBACK)
    except OSError:
        return Outcome(None, UNREACHABLE)
    except (ValueError, IndexError):
        return Outcome(None, NO_ANSWER)


async def _exchange(url: SplitResult, body: bytes, *, anywhere: bool) -> int:
    reader, writer = await _connect(url, anywhere=anywhere)
    try:
        writer.write(_format_request(url, body))
        await writer.drain()
        return await _read_final_status(reader)
    except ConnectionError:
        raise ValueError from None  # it was reached, and broke off
    finally:
        writer.close()


async def _connect(url: SplitResult, *, anywhere: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the first address of the host that accepts it: the address that was checked is the one connected to."""
    host, tls = url.hostname or "", url.scheme == "https"
    port = url.port or _PORTS[url.scheme]
    rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in rows]
    failure: OSError | _NotLoopbackError = _NotLoopbackError()
    for address in addresses:
        if not anywhere and not ip_address(address).is_loopback:
            continue
        try:
            return await asyncio.open_connection(address, port, ssl=tls or None, server_hostname=host if tls else None)
        except OSError as error:
            failure = error
    raise failure


def _format_request(url: SplitResult, body: bytes) -> bytes:
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    head = (
        f"POST {quote(target, safe=punctuation)} HTTP/1.1",
        f"Host: {url.netloc.rpartition('@')[2].encode('idna').decode()}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode("ascii") + body


async def _read_final_status(reader: asyncio.StreamReader) -> int:
    status = await _read_status(reader)
    while status < _FIRST_FINAL:
        while (await reader.readline()).strip():
            pass
        status = await _read_status(reader)
    return status


async def _read_status(reader: asyncio.StreamReader) -> int:
    line = await reader.readline()
    return int(line.split()[1])
