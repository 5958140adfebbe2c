"""One HTTP request as the handlers see it: no sockets, no server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive


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
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")


async def read_request(scope: MutableMapping[str, Any], receive: Receive) -> Request | None:
    """Read the whole request; None if the client left before its end."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return build_request(scope, body)


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
