"""The functions of OInt's CDEK module under their 1C names, in Russian and in English.

    from oint import OPI_CDEK

    OPI_CDEK.СоздатьОтказ(Токен, UUID, True)
    OPI_CDEK.CreateRefusal(Token, UUID, TestAPI=True)

Made from `oint.catalog`, as the command line is. Each answers CDEK's JSON as a plain dict; where CDEK says no, that is
the dict of its refusal, as in OInt. What CDEK did not answer is raised as a `CdekError`.
"""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from oint import credentials
from oint.catalog import CDEK
from oint.cdek.client import Client
from oint.cdek.errors import AuthenticationFailed, BadArgument, CdekError, Rejected
from oint.cdek.hosts import base_url
from oint.cdek.tokens import Account
from oint.language import Text
from oint.values import convert

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.tokens import FixedToken
    from oint.method import Library, Method, Parameter

    Function = Callable[..., dict[str, Any]]

KEPT = 16
"""Clients kept open; a token lives an hour, so a long process meets more of them than it needs."""

UNITS = Text(
    "Вес в граммах, размеры в сантиметрах, суммы в рублях или валюте заказа.",
    "Weights in grams, sizes in centimetres, sums in roubles or the order's currency.",
)
ANNOTATIONS = {"string": str, "number": int | float, "boolean": bool, "object": dict}
TAKES = {"string": (int, UUID), "number": (int, float), "boolean": (bool,), "object": (Mapping,)}
"""What an argument may be besides a text."""

_clients: OrderedDict[tuple[str, ...], Client] = OrderedDict()
_clients_lock = threading.Lock()


class Module:
    """A module of OInt: its functions are its attributes, under both of their names."""

    def __init__(self, library: Library) -> None:
        self._name = library.module
        for method in library.methods:
            setattr(self, method.name.ru, _function(method, russian=True))
            setattr(self, method.name.en, _function(method, russian=False))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Function: ...

    def __dir__(self) -> list[str]:
        return sorted(name for name in vars(self) if not name.startswith("_"))

    def __repr__(self) -> str:
        return f"<{self._name}>"


def _function(method: Method, *, russian: bool) -> Function:
    """One function under one of its names, which takes its arguments under the names of either language."""
    names = [parameter.name.ru if russian else parameter.name.en for parameter in method.parameters]
    signature = _signature(method, names)
    others = {
        other: name
        for name, parameter in zip(names, method.parameters, strict=True)
        for other in parameter.name
        if other != name
    }

    def function(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **{_own(name, others, kwargs): value for name, value in kwargs.items()})
        bound.apply_defaults()
        values = {
            parameter.option: _value(parameter, bound.arguments[name])
            for name, parameter in zip(names, method.parameters, strict=True)
        }
        return _call(method, values)

    function.__name__ = function.__qualname__ = method.name.ru if russian else method.name.en
    function.__doc__ = _docstring(method, names)
    function.__signature__ = signature  # type: ignore[attr-defined]  # inspect reads it, typing does not know it
    return function


def _own(name: str, others: Mapping[str, str], given: Mapping[str, Any]) -> str:
    """The function's own name of an argument that may be given under its name in the other language."""
    own = others.get(name, name)
    if own != name and own in given:
        raise TypeError(f"{own} and {name} are one argument, given twice")
    return own


def _signature(method: Method, names: list[str]) -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter(
                name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if parameter.required else parameter.default,
                annotation=ANNOTATIONS[parameter.type],
            )
            for name, parameter in zip(names, method.parameters, strict=True)
        ],
        return_annotation=dict,
    )


def _docstring(method: Method, names: list[str]) -> str:
    lines = [f"{method.sentence} ({method.http} {method.path}).", "", str(UNITS), "", "Args:"]
    lines += [f"    {name}: {parameter.purpose}" for name, parameter in zip(names, method.parameters, strict=True)]
    lines += ["Returns:", f"    {method.returns}", "Raises:"]
    lines.append(
        f"    CdekError: {Text('ответа СДЭК нет; см. oint.cdek.errors', 'CDEK gave no answer; see oint.cdek.errors')}"
    )
    return "\n".join(lines)


def _value(parameter: Parameter, given: Any) -> Any:
    """An argument's value; texts are read as on the command line, as 1C and OInt do."""
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


def _call(method: Method, values: dict[str, Any]) -> dict[str, Any]:
    """Call CDEK; its no is an answer like any other."""
    test = bool(values["testapi"])
    found = credentials.find(values["token"], test=test) if method.authorized else None
    if found is None and not (values["account"] and values["pass"]):
        values["account"], values["pass"] = credentials.pair(credentials.find_account(test=test))
    client = _client(base_url(test=test), None if found is None else found.credentials)
    try:
        answer: dict[str, Any] = client.call(method.request(values)).raw
    except (Rejected, AuthenticationFailed) as error:
        return _no(error)
    return answer


def _no(error: CdekError) -> dict[str, Any]:
    """CDEK's refusal as it wrote it; where it wrote no JSON object, the error itself."""
    try:
        found = msgspec.json.decode(error.body)
    except msgspec.DecodeError:
        raise error from None
    if isinstance(found, dict):
        return found
    raise error


def _client(url: str, found: FixedToken | Account | None) -> Client:
    """The client of an address and a token: one for all threads, its connections kept open."""
    key = (url, *([] if found is None else _secrets(found)))
    with _clients_lock:
        client = _clients.pop(key, None) or Client(found, url=url)
        _clients[key] = client
        while len(_clients) > KEPT:
            _clients.popitem(last=False)[1].close()
        return client


def _secrets(found: FixedToken | Account) -> tuple[str, ...]:
    """What tells credentials apart; the store of an account's tokens is made anew each time."""
    return (found.account, found.password) if isinstance(found, Account) else (found.token,)


OPI_CDEK = Module(CDEK)
