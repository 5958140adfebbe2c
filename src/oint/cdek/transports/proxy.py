"""The HTTP proxy on the way to CDEK: which one, and the bytes that it gets. No I/O but the environment's settings.

The policy is that of `urllib.request.getproxies`: HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either letter case, on
Windows and macOS the system's settings too; ALL_PROXY counts where there is none for the scheme. This machine itself
is never reached through a proxy: a choice, so that a sandbox answers wherever it runs.
"""

from __future__ import annotations

import os
import re
import sys
from base64 import b64encode
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes, urlsplit

from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

REFUSALS = {401, 403, 407}
"""The statuses by which a proxy refuses for good: they do not change with time."""
PROXY_AUTH_REQUIRED = 407
"""The status that only a proxy gives: it passed nothing on."""
STATUS_DIGITS = 3
MAX_CONNECT_BYTES = 65_536
"""Bytes of a proxy's answer to CONNECT."""


class ProxyRefusal(ConnectionRefusedError):
    """A proxy has answered CONNECT with another status than 200.

    Args:
        head: of its answer, or what there is of it
    """

    def __init__(self, head: bytes) -> None:
        super().__init__()
        status = head.partition(b"\r\n")[0].split()[1:2]
        self.status = int(status[0]) if status and status[0].isdigit() and len(status[0]) == STATUS_DIGITS else 0


class Proxy:
    """A proxy that speaks plain HTTP. It shows its credentials nowhere.

    Args:
        url: `http://host:port`, with `user:password@` where the proxy wants them
    Raises:
        InvalidArgument: it is not such an address
    """

    __slots__ = ("_authorization", "host", "port")

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            self.host, self.port = parts.hostname or "", parts.port or 80
        except ValueError:
            raise _invalid_proxy() from None
        if parts.scheme != "http" or not self.host:
            raise _invalid_proxy()
        pair = _decode_user_info(parts.username or "") + b":" + _decode_user_info(parts.password or "")
        self._authorization = "" if pair == b":" else f"Basic {b64encode(pair).decode()}"

    @property
    def lines(self) -> list[str]:
        """Return the headers that are meant for the proxy."""
        return [f"Proxy-Authorization: {self._authorization}"] if self._authorization else []

    def connect(self, host: str, port: int) -> bytes:
        """Return the request for a tunnel to a host."""
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return "\r\n".join((f"CONNECT {target} HTTP/1.1", f"Host: {target}", *self.lines, "", "")).encode("ascii")


def resolve_proxy(scheme: str, host: str, setting: str | None) -> Proxy | None:
    """Return the HTTP proxy on the way to a host; None where there is none.

    Args:
        scheme: http or https
        host: a name or an address
        setting: the address of a proxy; an empty text: none; None: as the environment says
    Raises:
        InvalidArgument: there is a setting, and it is not the address of an HTTP proxy
    """
    url = find_proxy_url(scheme, host, setting)
    return Proxy(url) if url else None


def find_proxy_url(scheme: str, host: str, setting: str | None) -> str:
    """Return the address of the proxy on the way to a host, of whatever kind it is; empty where there is none.

    Args:
        scheme: http or https
        host: a name or an address
        setting: the address of a proxy; an empty text: none; None: as the environment says
    """
    if setting is not None:
        return setting
    return "" if _is_this_machine(host) else _read_environment(scheme, host)


def parse_connect_response(head: bytes) -> bool | None:
    """Return whether a proxy's answer to CONNECT opens the tunnel; None while the answer is not whole."""
    if b"\r\n\r\n" not in head:
        return False if len(head) > MAX_CONNECT_BYTES else None
    status = head.partition(b"\r\n")[0].split()[1:2]
    return head.startswith(b"HTTP/1.") and status == [b"200"] and head.index(b"\r\n\r\n") == len(head) - 4


def _decode_user_info(text: str) -> bytes:
    """Return a user or a password in the bytes that the setting has: those of the environment need not be UTF-8.

    Raises:
        InvalidArgument: no bytes stand for this text
    """
    if re.search("[\\ud800-\\udc7f\\udd00-\\udfff]", text):
        raise _invalid_proxy()
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape"))


def _read_environment(scheme: str, host: str) -> str:
    """Return the machine's setting for a host, or an empty text."""
    if not (sys.platform in {"win32", "darwin"} or any(name.lower().endswith("_proxy") for name in os.environ)):
        return ""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - slow to load, and most machines have no proxy

    proxies = getproxies()
    return "" if proxy_bypass(host) else proxies.get(scheme) or proxies.get("all") or ""


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid_proxy() -> InvalidArgument:
    """Return the error of an address that is not of an HTTP proxy; it does not repeat the address, which may hold a password."""
    return InvalidArgument(
        "proxy",
        Message("это не адрес прокси HTTP", "this is not the address of an HTTP proxy"),
        Message(
            "Проверьте HTTP_PROXY, HTTPS_PROXY, ALL_PROXY или proxy: http://имя:порт. Для SOCKS и https:// возьмите Httpx2Transport",
            "Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or proxy: http://host:port. For SOCKS and https:// use Httpx2Transport",
        ),
    )
