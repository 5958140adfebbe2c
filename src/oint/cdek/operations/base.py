"""What an operation comes to: one request to CDEK, described before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from oint.cdek.errors import BadArgument
from oint.cdek.models.base import Answer
from oint.language import Text

if TYPE_CHECKING:
    import uuid

T_co = TypeVar("T_co", bound=Answer, covariant=True)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
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


def is_uuid(text: str) -> bool:
    """Whether a text is a uuid as CDEK writes them: 8-4-4-4-12 hexadecimal digits."""
    return _UUID.fullmatch(text) is not None


def checked_uuid(value: str | uuid.UUID, field: str = "uuid") -> str:
    """The uuid as text, fit for a path.

    Raises:
        BadArgument: it is not of the form 8-4-4-4-12 hexadecimal digits
    """
    text = str(value).strip()
    if not is_uuid(text):
        raise BadArgument(
            field,
            Text(f"{field}: {text[:50]!r} не похоже на UUID", f"{field}: {text[:50]!r} is not a UUID"),
            Text(
                "UUID заказа выглядит так: 72753033-a2e0-43e3-95e5-57c4c2e9bf4a; номер СДЭК или магазина сюда не подходит",
                "An order's UUID looks like 72753033-a2e0-43e3-95e5-57c4c2e9bf4a; a CDEK or shop number does not fit here",
            ),
        )
    return text
