"""A tunnel through a proxy, for asyncio."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import Any

from oint.cdek.transports import limits
from oint.cdek.transports.descriptors import lacks_descriptors
from oint.cdek.transports.proxy import granted


async def opened(reach: tuple[str, int], tunnel: bytes) -> socket.socket:
    """A connection to a proxy that has opened a tunnel.

    Args:
        reach: the proxy's host and port
        tunnel: the request for it
    Raises:
        ConnectionRefusedError: the proxy cannot be reached, or opens none
        OSError: there is no file descriptor left
    """
    loop = asyncio.get_running_loop()
    try:
        addresses = await loop.getaddrinfo(*reach, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if lacks_descriptors(error, 1):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE)) from None
        raise ConnectionRefusedError from None
    for family, kind, protocol, _, address in addresses:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            await _through(sock, address, tunnel)
        except OSError:
            sock.close()
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise ConnectionRefusedError


async def _through(sock: socket.socket, address: Any, tunnel: bytes) -> None:
    """Have the proxy at an address open the tunnel.

    Raises:
        OSError: it does not
    """
    loop = asyncio.get_running_loop()
    await loop.sock_connect(sock, address)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    await loop.sock_sendall(sock, tunnel)
    head = b""
    while (open_now := granted(head)) is None:
        piece = await loop.sock_recv(sock, limits.MAX_HEAD_BYTES)
        if not piece:
            raise ConnectionRefusedError
        head += piece
    if not open_now:
        raise ConnectionRefusedError
