"""A method called with values of Python or JSON: what the functions under 1C names do, and the tools for agents.

Clients are kept open from call to call, one for all threads; the command line, which makes one call, opens its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from oint import credentials
from oint.cdek.client import Client
from oint.cdek.errors import BadArgument
from oint.cdek.hosts import base_url
from oint.cdek.tokens import Account
from oint.language import Text
from oint.values import convert

if TYPE_CHECKING:
    from oint.cdek.models.base import Answer
    from oint.cdek.tokens import FixedToken
    from oint.credentials import Found
    from oint.method import Method, Parameter

KEPT = 16
"""Clients kept open; a token lives an hour, so a long process meets more of them than it needs."""

TAKES = {"string": (int, UUID), "number": (int, float), "boolean": (bool,), "object": (Mapping,)}
"""What a value may be besides a text."""

_clients: OrderedDict[tuple[str, ...], Client] = OrderedDict()
_clients_lock = threading.Lock()


def value(parameter: Parameter, given: Any) -> Any:
    """A parameter's value; texts are read as on the command line, as 1C and OInt do.

    Raises:
        BadArgument: it is not of the parameter's type
    """
    if given is None and parameter.from_credentials:
        return ""
    if isinstance(given, str):
        return given if parameter.type == "string" else convert(parameter, given)
    if isinstance(given, TAKES[parameter.type]) and (parameter.type == "boolean" or not isinstance(given, bool)):
        return str(given) if parameter.type == "string" else given
    raise BadArgument(
        str(parameter.name),
        Text(
            f"{parameter.name.ru}: значение не того типа ({type(given).__name__})",
            f"{parameter.name.en}: a value of another type ({type(given).__name__})",
        ),
        Text(f"Нужен тип {parameter.type}", f"The type {parameter.type} is needed"),
    )


def find_credentials(method: Method, values: Mapping[str, Any]) -> Found | None:
    """Whose credentials a call is made with; None where the values have an account and its password.

    Args:
        method: what is called
        values: by option; `testapi` is None where nobody said which host
    Raises:
        AuthenticationFailed: there are none; nothing was sent
    """
    if method.authorized:
        return credentials.find(values["token"], test=values["testapi"])
    if values["account"] and values["pass"]:
        return None
    return credentials.find_account(test=values["testapi"])


def answer(method: Method, values: Mapping[str, Any], found: Found | None) -> Answer:
    """What CDEK answers to a call.

    Args:
        method: what is called
        values: by option, every one of them
        found: what `find_credentials` found for it
    Raises:
        CdekError: see `oint.cdek.errors`
    """
    test = values["testapi"] is True if found is None else found.test
    if found is not None and not method.authorized:
        account, password = credentials.pair(found)
        values = {**values, "account": account, "pass": password}
    holder = found.credentials if found is not None and method.authorized else None
    answered: Answer = _client(base_url(test=test), holder).call(method.request(values))
    return answered


def _client(url: str, holder: FixedToken | Account | None) -> Client:
    """The client of an address and a token: one for all threads, its connections kept open."""
    key = (url, *([] if holder is None else _secrets(holder)))
    with _clients_lock:
        client = _clients.pop(key, None) or Client(holder, url=url)
        _clients[key] = client
        while len(_clients) > KEPT:
            _clients.popitem(last=False)[1].close()
        return client


def _secrets(holder: FixedToken | Account) -> tuple[str, ...]:
    """What tells credentials apart; the store of an account's tokens is made anew each time."""
    return (holder.account, holder.password) if isinstance(holder, Account) else (holder.token,)
