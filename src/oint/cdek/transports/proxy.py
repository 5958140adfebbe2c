"""The way to CDEK through a proxy: which one, and what is said to it. No I/O but the environment's settings.

The policy is that of `urllib.request.getproxies`: HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either letter case, on
Windows and macOS the system's settings too; ALL_PROXY counts where there is none for the scheme. This machine itself
is never asked for through a proxy: a choice, so that a sandbox answers wherever it runs.
"""

from __future__ import annotations

import os
import re
import sys
from base64 import b64encode
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes, urlsplit

from oint.cdek.errors import BadArgument
from oint.cdek.transports import limits
from oint.i18n import Message

NEEDS_CREDENTIALS = 407
"""The status that only a proxy gives: it passed nothing on."""


class Proxy:
    """A proxy that speaks plain HTTP. It shows its credentials nowhere.

    Args:
        url: `http://host:port`, with `user:password@` where it asks for them
    Raises:
        BadArgument: it is no such address
    """

    __slots__ = ("_authorization", "host", "port")

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            self.host, self.port = parts.hostname or "", parts.port or 80
        except ValueError:
            raise _unusable() from None
        if parts.scheme != "http" or not self.host:
            raise _unusable()
        pair = _bytes(parts.username or "") + b":" + _bytes(parts.password or "")
        self._authorization = "" if pair == b":" else f"Basic {b64encode(pair).decode()}"

    @property
    def lines(self) -> list[str]:
        """The headers that are meant for the proxy."""
        return [f"Proxy-Authorization: {self._authorization}"] if self._authorization else []

    def connect(self, host: str, port: int) -> bytes:
        """The request for a tunnel to a host."""
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return "\r\n".join((f"CONNECT {target} HTTP/1.1", f"Host: {target}", *self.lines, "", "")).encode("ascii")


def _bytes(text: str) -> bytes:
    """A user or a password in the bytes that were given: those of the environment need not be UTF-8.

    Raises:
        BadArgument: there are no such bytes
    """
    if re.search("[\\ud800-\\udc7f\\udd00-\\udfff]", text):
        raise _unusable()
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape"))


def chosen(scheme: str, host: str, given: str | None) -> Proxy | None:
    """The proxy on the way to a host; None where there is none.

    Args:
        scheme: http or https
        host: a name or an address
        given: the address of a proxy; an empty text: none; None: as the machine is set up
    Raises:
        BadArgument: there is a setting, and it is no address of an HTTP proxy
    """
    if given is None:
        given = "" if _is_this_machine(host) else _of_the_machine(scheme, host)
    return Proxy(given) if given else None


def granted(head: bytes) -> bool | None:
    """Whether a proxy's answer to CONNECT opens the tunnel; None while it is not whole."""
    if b"\r\n\r\n" not in head:
        return False if len(head) > limits.MAX_HEAD_BYTES else None
    status = head.partition(b"\r\n")[0].split()[1:2]
    return head.startswith(b"HTTP/1.") and status == [b"200"] and head.index(b"\r\n\r\n") == len(head) - 4


def _of_the_machine(scheme: str, host: str) -> str:
    """The setting for a host, or nothing."""
    if not (sys.platform in {"win32", "darwin"} or any(name.lower().endswith("_proxy") for name in os.environ)):
        return ""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - slow to load, and most machines have no proxy

    found = getproxies()
    return "" if proxy_bypass(host) else found.get(scheme) or found.get("all") or ""


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _unusable() -> BadArgument:
    return BadArgument(
        "proxy",
        Message("это не адрес прокси HTTP", "this is not the address of an HTTP proxy"),
        Message(
            "Проверьте HTTP_PROXY, HTTPS_PROXY, ALL_PROXY или proxy: http://имя:порт; SOCKS и https:// не подходят",
            "Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or proxy: http://host:port; SOCKS and https:// do not do",
        ),
    )
