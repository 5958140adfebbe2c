"""Requests to CDEK as values: method, path, body and response type, before anything is sent."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from oint.cdek.api._response import ApiResponse
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    import uuid

    from oint.cdek.api._response import ListResponse

T = TypeVar("T")
T_co = TypeVar("T_co", bound=ApiResponse, covariant=True)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONE_SURROGATE = re.compile("[\\ud800-\\udfff]")
"""Python reads terminal input that is not valid UTF-8 as lone surrogates; they cannot be encoded."""
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Request(msgspec.Struct, Generic[T_co], frozen=True):
    """One call of CDEK's API.

    Args:
        operation: CDEK's operationId
        method: HTTP method
        path: below the base URL, encoded
        response_type: the type of a 2xx response
        changes: the request changes something at CDEK, so it is never repeated before its outcome is known
        body: the encoded body, of `content_type`
        secret: the body holds a secret, so it is never shown
        authorized: the request is sent with a token
        headers: further headers
    """

    operation: str
    method: str
    path: str
    response_type: type[T_co]
    changes: bool
    body: bytes | None = None
    content_type: str = JSON
    secret: bool = False
    authorized: bool = True
    headers: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Request({self.operation!r}, {self.method!r}, {self.path!r})"


class StreamedList(msgspec.Struct, Generic[T], frozen=True):
    """A list of any length in one response, whose items are read while it arrives."""

    request: Request[ListResponse[T]]


class PagedList(msgspec.Struct, Generic[T], frozen=True):
    """A list that is read page by page; `request_page` builds the request of a page, from 0."""

    request_page: Callable[[int], Request[ListResponse[T]]]


ItemSource = StreamedList[T] | PagedList[T]


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID as CDEK writes it: 8-4-4-4-12 hexadecimal digits."""
    return _UUID.fullmatch(text) is not None


def validate_uuid(value: str | uuid.UUID, field: str = "uuid") -> str:
    """Return a UUID as text for a path.

    Raises:
        InvalidArgument: the value is not a UUID of 8-4-4-4-12 hexadecimal digits
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
    """Return a text that can be part of an address or a form.

    Raises:
        InvalidArgument: the text has lone surrogates; the error repeats nothing of it
    """
    if _LONE_SURROGATE.search(text):
        raise InvalidArgument(
            field,
            Message(f"{field} — не текст в UTF-8", f"{field} is not text in UTF-8"),
            Message(
                "Проверьте, откуда взято значение и в какой оно кодировке",
                "Check where the value comes from, and its encoding",
            ),
        )
    return text


def add_query(path: str, filters: Mapping[Any, object] | None = None, /, **fields: object) -> str:
    """Return a path with a query: None is left out, booleans become true and false, lists are joined with commas.

    Raises:
        InvalidArgument: a name is not a string, or a value cannot be part of an address
    """
    values = {**(filters or {}), **fields}
    pairs = {
        _require_name(name): require_valid_unicode(_to_query_value(value), _require_name(name))
        for name, value in values.items()
        if value is not None
    }
    return f"{path}?{urlencode(pairs, quote_via=quote)}" if pairs else path


def _require_name(name: Any) -> str:
    if isinstance(name, str):
        return require_valid_unicode(name, repr(name))
    raise InvalidArgument(
        repr(name),
        Message(f"{name!r}: имя параметра — не строка", f"{name!r}: the name of a parameter is not a string"),
        Message(
            "Передайте имена параметров строками, как в документации СДЭК",
            "Pass parameter names as strings, as CDEK documents them",
        ),
    )


def _to_query_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_to_query_value, value)) if isinstance(value, (list, tuple)) else str(value)


def encode_json(value: Any, field: str) -> bytes:
    """Encode a request body as JSON.

    Args:
        value: the body; unknown fields are sent unchanged
        field: the name of the body for the caller
    Raises:
        InvalidArgument: JSON cannot represent the value
    """
    try:
        document = msgspec.json.encode(value)
        if b"null" in document:  # msgspec writes NaN and infinity as null
            _check_numbers(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgument(
            field,
            Message(f"{field}: нельзя записать в JSON ({error})", f"{field}: cannot be written as JSON ({error})"),
            Message(
                "Допустимы строки, числа, даты, списки и словари", "Use strings, numbers, dates, lists and mappings"
            ),
        ) from error
    else:
        return document


def _check_numbers(value: Any) -> None:
    """Check that a value has no NaN and no infinity.

    Raises:
        ValueError: the value has one
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(str(value))
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for item in value:
        _check_numbers(item)
