"""A method called with values of Python or JSON: what the functions under 1C names do, and the tools for agents.

Clients are kept open from call to call, one for all threads; the command line, which makes one call, opens its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from oint.auth import credentials
from oint.cdek import _forking
from oint.cdek._urls import resolve_base_url
from oint.cdek.auth import Account
from oint.cdek.client import Client
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message
from oint.parsing.values import ARRAY_TYPES, parse_option, parse_string_list, unescape, validate_string_list

if TYPE_CHECKING:
    from oint.auth.credentials import ResolvedCredentials
    from oint.catalog.model import Method, Parameter
    from oint.cdek.api._response import ApiResponse
    from oint.cdek.auth import StaticToken

MAX_CLIENTS = 16
"""Clients kept open; a token lives an hour, so a long process meets more of them than it needs."""

ACCEPTED_TYPES = {
    "string": (int, UUID),
    "number": (int, float),
    "boolean": (bool,),
    "date": (date,),
    "object": (Mapping,),
    "array of strings": (list, tuple),
    "string or array of strings": (list, tuple, int, UUID),
}
"""What a value may be besides a text."""

_clients: OrderedDict[tuple[str, ...], Client] = OrderedDict()
_clients_lock = threading.Lock()
_forking.hold_across_fork(_clients_lock)


def coerce_value(parameter: Parameter, value: Any) -> Any:
    """Return a parameter's value; texts are read as on the command line, as 1C and OInt do, but no string is looked for as a path.

    Raises:
        InvalidArgument: it is not of the parameter's type
    """
    if value is None and (parameter.from_credentials or not parameter.required):
        return "" if parameter.from_credentials else parameter.default
    if isinstance(value, str):
        if parameter.type in ARRAY_TYPES:
            return parse_string_list(f"--{parameter.option}", value, unescape)
        return value if parameter.type == "string" else parse_option(parameter, value)
    if isinstance(value, ACCEPTED_TYPES[parameter.type]) and (
        parameter.type == "boolean" or not isinstance(value, bool)
    ):
        if parameter.type in ARRAY_TYPES:
            return validate_string_list(str(parameter.name), value if isinstance(value, (list, tuple)) else [value])
        return str(value) if parameter.type == "string" else value
    raise InvalidArgument(
        str(parameter.name),
        Message(
            f"{parameter.name.ru}: значение не того типа ({type(value).__name__})",
            f"{parameter.name.en}: a value of another type ({type(value).__name__})",
        ),
        Message(f"Нужен тип {parameter.type}", f"The type {parameter.type} is needed"),
    )


def find_credentials(method: Method, values: Mapping[str, Any]) -> ResolvedCredentials | None:
    """Find the credentials of a call; None: the values have an account and its password, or nothing is sent.

    Args:
        method: what is called
        values: by option; `testapi` is None where nobody said which host
    Raises:
        AuthenticationError: there are none; nothing was sent
    """
    if method.offline:
        return None
    if method.needs_token:
        return credentials.resolve(values["token"], test=values["testapi"])
    if values["account"] and values["pass"]:
        return None
    return credentials.find_account(test=values["testapi"])


def execute(method: Method, values: Mapping[str, Any], resolved: ResolvedCredentials | None) -> ApiResponse:
    """Execute a call and return CDEK's response.

    Args:
        method: what is called
        values: by option, every one of them
        resolved: see `find_credentials`
    Raises:
        CdekError: see `oint.cdek.errors`
    """
    test = values["testapi"] is True if resolved is None else resolved.test
    if resolved is not None and not method.needs_token:
        account, password = credentials.account_and_password(resolved)
        values = {**values, "account": account, "pass": password}
    holder = resolved.credentials if resolved is not None and method.needs_token else None
    answered: ApiResponse = _client(resolve_base_url(test=test), holder).call(method.request(values))
    return answered


def execute_raw(method: Method, values: Mapping[str, Any], resolved: ResolvedCredentials | None) -> Any:
    """Execute a call and return its result: CDEK's JSON as plain values, the bytes of a file, or what is made without CDEK.

    Raises:
        CdekError: see `oint.cdek.errors`
    """
    return method.request(values) if method.offline else execute(method, values, resolved).raw


def _client(url: str, holder: StaticToken | Account | None) -> Client:
    """Return the client of an address and a token: one for all threads, with open connections."""
    key = (url, *([] if holder is None else _secrets(holder)))
    with _clients_lock:
        client = _clients.pop(key, None) or Client(holder, url=url)
        _clients[key] = client
        while len(_clients) > MAX_CLIENTS:
            _clients.popitem(last=False)[1].close()
        return client


def _secrets(holder: StaticToken | Account) -> tuple[str, ...]:
    """Return what distinguishes credentials; the store of an account's tokens is made anew each time."""
    return (holder.account, holder.password) if isinstance(holder, Account) else (holder.token,)
