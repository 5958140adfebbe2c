"""What an operation comes to: one request to CDEK, described before anything is sent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from oint.cdek.api._response import Answer
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    import uuid


T_co = TypeVar("T_co", bound=Answer, covariant=True)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HALF = re.compile("[\\ud800-\\udfff]")
"""Half a character: bytes of a terminal's that are no UTF-8 come as such, and no message can hold it."""
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Request(msgspec.Struct, Generic[T_co], frozen=True):
    """One call of CDEK's API.

    Args:
        operation: CDEK's operationId
        method: HTTP method
        path: below the base URL, encoded
        answer: the type of a good answer
        changes: whether it changes something at CDEK, and so must never be repeated blindly
        body: the encoded body, of `content_type`
        secret: the body holds a secret: it is shown nowhere
        authorized: whether it goes out with a token
        headers: further headers
    """

    operation: str
    method: str
    path: str
    answer: type[T_co]
    changes: bool
    body: bytes | None = None
    content_type: str = JSON
    secret: bool = False
    authorized: bool = True
    headers: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Request({self.operation!r}, {self.method!r}, {self.path!r})"


def is_uuid(text: str) -> bool:
    """Whether a text is a uuid as CDEK writes them: 8-4-4-4-12 hexadecimal digits."""
    return _UUID.fullmatch(text) is not None


def validate_uuid(value: str | uuid.UUID, field: str = "uuid") -> str:
    """The uuid as text, fit for a path.

    Raises:
        InvalidArgument: it is not of the form 8-4-4-4-12 hexadecimal digits
    """
    text = str(value).strip()
    if not is_uuid(text):
        raise InvalidArgument(
            field,
            Message(f"{field}: {text[:50]!r} не похоже на UUID", f"{field}: {text[:50]!r} is not a UUID"),
            Message(
                "UUID заказа выглядит так: 72753033-a2e0-43e3-95e5-57c4c2e9bf4a; номер СДЭК или номер в магазине сюда не подходит",
                "An order's UUID looks like 72753033-a2e0-43e3-95e5-57c4c2e9bf4a; a CDEK or shop number does not fit here",
            ),
        )
    return text


def require_valid_unicode(text: str, field: str) -> str:
    """The text, fit for an address or a form.

    Raises:
        InvalidArgument: there is half a character in it; the error repeats nothing of it
    """
    if _HALF.search(text):
        raise InvalidArgument(
            field,
            Message(f"{field} — не текст в UTF-8", f"{field} is no text in UTF-8"),
            Message(
                "Проверьте, откуда взято значение и в какой оно кодировке",
                "Check where the value comes from, and its encoding",
            ),
        )
    return text


def query(path: str, given: Mapping[Any, object] | None = None, /, **named: object) -> str:
    """A path with its query: a value of None is left out, booleans go as true and false, lists with commas between.

    Raises:
        InvalidArgument: a name is no text, or no address can hold a value
    """
    values = {**(given or {}), **named}
    pairs = {
        _name(name): require_valid_unicode(_plain(value), _name(name))
        for name, value in values.items()
        if value is not None
    }
    return f"{path}?{urlencode(pairs, quote_via=quote)}" if pairs else path


def _name(name: Any) -> str:
    if isinstance(name, str):
        return require_valid_unicode(name, repr(name))
    raise InvalidArgument(
        repr(name),
        Message(f"{name!r}: имя параметра — не строка", f"{name!r}: the name of a parameter is no text"),
        Message("Имена параметров: как у СДЭК, строками", "Names of parameters are texts, as CDEK has them"),
    )


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_plain, value)) if isinstance(value, (list, tuple)) else str(value)


def json_body(value: Any, field: str) -> bytes:
    """A request body as JSON.

    Args:
        value: what it says; unknown fields pass
        field: how the caller knows it
    Raises:
        InvalidArgument: it holds what JSON cannot
    """
    try:
        document = msgspec.json.encode(value)
        if b"null" in document:  # what it makes of a number that JSON does not know
            _check_numbers(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgument(
            field,
            Message(f"{field}: не записать в JSON ({error})", f"{field}: not fit for JSON ({error})"),
            Message(
                "Годятся строки, числа, даты, списки и словари", "Texts, numbers, dates, lists and mappings will do"
            ),
        ) from error
    else:
        return document


def _check_numbers(value: Any) -> None:
    """Look for numbers that JSON does not know.

    Raises:
        ValueError: there is one
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(str(value))
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for each in value:
        _check_numbers(each)
