"""The CDEK client: typed calls of API v2, blocking and asyncio, from one definition of each operation.

    from oint.cdek import Account, Client

    with Client(Account("...", "..."), test=True) as cdek:
        card = cdek.orders.get("72753033-a2e0-43e3-95e5-57c4c2e9bf4a").order

The names below are loaded where they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.cdek._engine import HttpExchange as HttpExchange
    from oint.cdek._http import Timeouts as Timeouts
    from oint.cdek._retry import Retry as Retry
    from oint.cdek.auth import Account as Account
    from oint.cdek.auth import StaticToken as StaticToken
    from oint.cdek.client import AsyncClient as AsyncClient
    from oint.cdek.client import Client as Client
    from oint.cdek.errors import ApiError as ApiError
    from oint.cdek.errors import AuthenticationError as AuthenticationError
    from oint.cdek.errors import CdekError as CdekError
    from oint.cdek.errors import InvalidArgument as InvalidArgument
    from oint.cdek.errors import InvalidResponse as InvalidResponse
    from oint.cdek.errors import OutcomeUnknown as OutcomeUnknown
    from oint.cdek.errors import RateLimited as RateLimited
    from oint.cdek.errors import RequestRejected as RequestRejected
    from oint.cdek.errors import ServiceUnavailable as ServiceUnavailable
    from oint.cdek.errors import StillPending as StillPending

_HOMES = {
    "client": ("AsyncClient", "Client"),
    "errors": (
        "AuthenticationError",
        "InvalidArgument",
        "CdekError",
        "OutcomeUnknown",
        "ApiError",
        "RateLimited",
        "RequestRejected",
        "StillPending",
        "ServiceUnavailable",
        "InvalidResponse",
    ),
    "_engine": ("HttpExchange",),
    "_retry": ("Retry",),
    "auth": ("Account", "StaticToken"),
    "_http": ("Timeouts",),
}
__all__ = [  # noqa: PLE0604 - names of _HOMES; a test freezes the list
    *(name for names in _HOMES.values() for name in names),
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"oint.cdek.{home}"), name)
    raise AttributeError(f"module 'oint.cdek' has no attribute {name!r}")
