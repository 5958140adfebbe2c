"""One HTTP request as the handlers see it: no sockets, no server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from cdek_sandbox.errors import BodyTooLargeError
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive

MAX_BODY_BYTES = 64 * 1024 * 1024
"""A choice: CDEK states no limit. It keeps one client from taking the memory of all."""
_TOO_LARGE = Message(
    "Тело запроса больше {0} МБ, песочница его не приняла и ничего не изменила: отправьте его частями.",
    "The body is over {0} MB. The sandbox did not take it and changed nothing: send it in parts.",
)


@dataclass(slots=True)
class Request:
    """An HTTP request; `owner` is set after the token was checked."""

    method: str
    path: str
    query: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    path_parameters: dict[str, str]
    owner: str = ""

    @property
    def query_parameters(self) -> dict[str, str]:
        """Return the query string as a dictionary; of a repeated name the first value."""
        return {name: values[0] for name, values in parse_qs(self.query).items()}

    def get_header(self, name: bytes) -> str:
        """Return the value of a header by its name in lower case, "" if it is absent."""
        for key, value in self.headers:
            if key == name:
                return value.decode("latin-1")
        return ""


async def read_request(scope: MutableMapping[str, Any], receive: Receive) -> Request | None:
    """Read the whole request; None if the client left before its end.

    Raises:
        BodyTooLargeError: its body is over `MAX_BODY_BYTES`
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLargeError(_TOO_LARGE.format(MAX_BODY_BYTES // 1024**2))
        if not message.get("more_body"):
            break
    return build_request(scope, bytes(body))


def build_request(scope: MutableMapping[str, Any], body: bytes = b"") -> Request:
    """Build the request of an ASGI scope, with the body that was read."""
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=scope["headers"],
        body=body,
        path_parameters=scope.get("path_params", {}),
    )
