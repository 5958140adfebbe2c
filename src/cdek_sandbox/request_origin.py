"""Refuse requests that another site brings to the sandbox on the reader's machine.

A page of another site can make a browser send requests here: under its own name, which it has pointed at this machine
(DNS rebinding: the `Host` is foreign), or to this address (the `Origin` is foreign).
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cdek_sandbox.errors import ForeignRequestError
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdek_sandbox.core.request import Request

WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
_FOREIGN_HOST = Message(
    "Песочница не отвечает под именем {0}: так к ней мог бы обратиться чужой сайт. Если это имя ваше, запустите её с "
    "--allowed-host {0}.",
    "The sandbox does not answer under the name {0}: a foreign site could reach it so. If the name is yours, start it "
    "with --allowed-host {0}.",
)
_FOREIGN_ORIGIN = Message(
    "Это отправил другой сайт, открытый в браузере: обратитесь к песочнице сами.",
    "Another site, open in a browser, has sent this: call the sandbox yourself.",
)


class AllowedHosts:
    """The names under which the sandbox answers: loopback, the bound host, and those of `--allowed-host`.

    A sandbox that listens on every address answers under any IP address: no site can point one at this machine.
    """

    def __init__(self, bound: str, names: Iterable[str] = ()) -> None:
        self._names = {_normalize(name) for name in (bound, *names)}
        self._is_open = bound in WILDCARDS
        self._cached = lru_cache(maxsize=256)(self._allows)

    def check(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Check the name under which a call came.

        Raises:
            ForeignRequestError: it is foreign. A call without a `Host`, which no browser sends, passes.
        """
        for name, value in headers:
            if name == b"host" and not self._cached(host := value.decode("latin-1")):
                raise ForeignRequestError(_FOREIGN_HOST.format(_read_name(host) or host))

    def _allows(self, host: str) -> bool:
        name = _read_name(host)
        if name is None:
            return False
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return self._is_open or address.is_loopback


def check_origin(call: Request) -> None:
    """Check that no other site sends this call of the control API or this action of a page.

    Raises:
        ForeignRequestError: the browser says that it comes from there.
    """
    origin = next((value.decode("latin-1") for name, value in call.headers if name == b"origin"), None)
    host = call.get_header(b"host").lower()
    is_foreign = origin is not None and origin.lower() not in {f"http://{host}", f"https://{host}"}  # https: a proxy
    if is_foreign or call.get_header(b"sec-fetch-site") in {"cross-site", "same-site"}:
        raise ForeignRequestError(_FOREIGN_ORIGIN)


def _read_name(host: str) -> str | None:
    """Return the name in a `Host` header without the port, None if the header is invalid."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises where it is not a number
    except ValueError:
        return None
    if (
        not parts.hostname
        or parts.username is not None
        or parts.netloc != host
        or not host.isprintable()
        or " " in host
    ):
        return None
    return _normalize(parts.hostname)


def _normalize(name: str) -> str:
    return name.strip("[]").lower().rstrip(".")
