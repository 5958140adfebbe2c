"""The functions of OInt's CDEK module under their 1C names, in Russian and in English.

    from oint import OPI_CDEK

    OPI_CDEK.СоздатьОтказ(Токен, UUID, True)
    OPI_CDEK.CreateRefusal(Token, UUID, TestAPI=True)

Made from `oint.catalog`, as the command line is. Each answers CDEK's JSON as a plain dict or list, or a file as bytes;
where CDEK says no, that is the dict of its refusal, as in OInt. What CDEK did not answer is raised as a `CdekError`.
"""

from __future__ import annotations

import inspect
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from oint import dispatch
from oint.catalog import CDEK
from oint.cdek.errors import AuthenticationError, CdekError, RequestRejected
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oint.catalog.model import Library, Method

    Function = Callable[..., Any]

UNITS = Message(
    "Вес в граммах, размеры в сантиметрах, суммы в рублях или валюте заказа.",
    "Weights in grams, sizes in centimetres, sums in roubles or the order's currency.",
)
ANNOTATIONS = {
    "string": str,
    "number": int | float,
    "boolean": bool,
    "date": date | str,
    "object": dict,
    "array of strings": list,
    "string or array of strings": str | list,
}


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
    """Make a function under one of its names, which takes its arguments under the names of either language."""
    names = [parameter.name.ru if russian else parameter.name.en for parameter in method.parameters]
    signature = _signature(method, names)
    others = {
        other: name
        for name, parameter in zip(names, method.parameters, strict=True)
        for other in parameter.name
        if other != name
    }

    def function(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **{_own(name, others, kwargs): value for name, value in kwargs.items()})
        bound.apply_defaults()
        values = {
            parameter.option: dispatch.coerce_value(parameter, bound.arguments[name])
            for name, parameter in zip(names, method.parameters, strict=True)
        }
        return _call(method, values)

    function.__name__ = function.__qualname__ = method.name.ru if russian else method.name.en
    function.__doc__ = _docstring(method, names)
    function.__signature__ = signature  # type: ignore[attr-defined]  # inspect reads it, typing does not know it
    return function


def _own(name: str, others: Mapping[str, str], options: Mapping[str, Any]) -> str:
    """Return the function's own name of an argument that may be given under its name in the other language."""
    own = others.get(name, name)
    if own != name and own in options:
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
        return_annotation=_describe_result(method),
    )


def _describe_result(method: Method) -> Any:
    """Return the type of the result: an array where CDEK answers a bare one, bytes where a file may come."""
    if any(parameter.option == "getfile" for parameter in method.parameters):
        return dict | bytes
    if method.name.en == "GetDocumentPhotos":
        return bytes
    return list if method.list_field == "" else dict


def _docstring(method: Method, names: list[str]) -> str:
    lines = [f"{method.summary} ({method.call}).", "", str(UNITS), "", "Args:"]
    lines += [f"    {name}: {parameter.help}" for name, parameter in zip(names, method.parameters, strict=True)]
    lines += ["Returns:", f"    {method.returns}", "Raises:"]
    lines.append(
        f"    CdekError: {Message('ответа СДЭК нет; см. oint.cdek.errors', 'CDEK gave no answer; see oint.cdek.errors')}"
    )
    return "\n".join(lines)


def _call(method: Method, values: dict[str, Any]) -> Any:
    """Call CDEK; its no is an answer like any other."""
    try:
        return dispatch.execute_raw(method, values, dispatch.find_credentials(method, values))
    except (RequestRejected, AuthenticationError) as error:
        return _no(error)


def _no(error: CdekError) -> dict[str, Any]:
    """Return CDEK's own error body; where it is not a JSON object, the error itself."""
    try:
        body = msgspec.json.decode(error.body)
    except msgspec.DecodeError:
        raise error from None
    if isinstance(body, dict):
        return body
    raise error


OPI_CDEK = Module(CDEK)
