"""Send seeded requests, from almost valid ones to bytes that are not HTTP, over plain sockets."""

from __future__ import annotations

import json
import random
import re
import socket
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TIMEOUT_SECONDS = 30.0
"""The maximum time of one response. It finds a sandbox that hangs."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_METHODS = ("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "BREW")
_SCALARS: tuple[Any, ...] = (
    *(None, True, 0, -1, 1, 44, 270, 139, 2**63, -(2**70), 1e308, 0.1, "", "0", "44", "true", "NaN", "\x00"),
    *("\ud83d\ude00" * 50, "'; DROP TABLE orders; --", "<script>", "../../etc/passwd", "2026-02-30", "{0}{1}", "%s%n"),
    *("2026-01-15", "2026-01-15T12:00:00+0000", "RUB", "MSK65", "NSK1", "+79000000001", "rus", "CREATED"),
)


class Route(NamedTuple):
    """A method and a path, and the JSON schema of the body."""

    method: str
    path: str
    schema: dict[str, Any] | None = None


class Target(NamedTuple):
    """A sandbox, and what almost valid requests need: routes, names of fields, a valid token, uuids of orders."""

    url: str
    routes: Sequence[Route]
    names: Sequence[str]
    token: str
    uuids: Sequence[str]


class FuzzResult(NamedTuple):
    """The number of responses by status (0: closed without a response), and the requests that got a 5xx."""

    statuses: Counter[int]
    server_errors: list[bytes]


def send_invalid_requests(target: Target, count: int, seed: int) -> FuzzResult:
    """Send `count` requests. Those with a valid HTTP framing share a connection.

    Raises:
        TimeoutError: the sandbox did not respond
    """
    rng = random.Random(seed)
    statuses: Counter[int] = Counter()
    server_errors: list[bytes] = []
    with closing(_KeepAliveConnection(target.url)) as connection:
        for _ in range(count):
            if rng.random() < 0.02:
                request = _build_noise(rng, target)
                status = connection.send_and_half_close(request)
            else:
                request = _build_request(rng, target)
                status = connection.send(request)
            statuses[status] += 1
            if status >= 500:
                server_errors.append(request)
    return FuzzResult(statuses, server_errors)


class _KeepAliveConnection:
    """A connection that is opened again when the server has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> int:
        """Send a complete request and return the status of the response."""
        status = 0
        for _ in range(2):
            is_reused = self._socket is not None
            if self._socket is None:
                self._socket = self._connect()
            try:
                self._socket.sendall(request)
                status = self._read_status(self._socket, without_body=request.startswith(b"HEAD "))
            except ConnectionError:
                status = 0
            if status or not is_reused:
                break
            self.close()  # a server may close an idle connection at any time: try again on a new one
        if not status:
            self.close()
        return status

    def send_and_half_close(self, request: bytes) -> int:
        """Send bytes on a new connection, stop sending, and return the status of the response."""
        with self._connect() as once:
            try:
                once.sendall(request)
                once.shutdown(socket.SHUT_WR)
                return self._read_status(once, without_body=False)
            except OSError as error:
                if isinstance(error, TimeoutError):
                    raise
                return 0

    def close(self) -> None:
        """Close the connection if it is open."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, TIMEOUT_SECONDS)

    def _read_status(self, connection: socket.socket, *, without_body: bool) -> int:
        """Read a response to its end and return its status, or 0 if the connection was closed before the end of its head."""
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            if not (more := connection.recv(65536)):
                return 0
            data += more
        length = _LENGTH.search(data, 0, end)
        missing = end + 4 + (0 if without_body or length is None else int(length[1])) - len(data)
        while missing > 0 and (more := connection.recv(65536)):
            missing -= len(more)
        if b"\r\nconnection: close" in data[:end].lower():
            self.close()
        return int(data[9:12])


def _build_request(rng: random.Random, target: Target) -> bytes:
    """Return a request with a valid framing. The rest may be invalid."""
    route = rng.choice(target.routes)
    method = route.method if rng.random() < 0.85 else rng.choice(_METHODS)
    body = _build_body(rng, target, route)
    head = [
        f"{method} {_build_path(rng, target, route.path)} HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {len(body)}",
    ]
    if rng.random() < 0.9:
        head.append(
            f"Authorization: {rng.choice(('Bearer', 'bearer', 'Basic', '')) if rng.random() < 0.1 else 'Bearer'} {_choose_token(rng, target)}"
        )
    if rng.random() < 0.5:
        head.append(
            f"Content-Type: {rng.choice(('application/json', 'text/plain', 'application/x-www-form-urlencoded', ';;;'))}"
        )
    if rng.random() < 0.05:
        head.append(f"X-{_build_word(rng)}: {_build_word(rng) * rng.randrange(100)}")
    return "\r\n".join([*head, "", ""]).encode("latin-1", "replace") + body


def _choose_token(rng: random.Random, target: Target) -> str:
    if rng.random() < 0.9:
        return target.token
    return rng.choice(("", "a.b.c", target.token[:-1], f"{target.token}.x", "\xff\xfe", "x" * 2000))


def _build_path(rng: random.Random, target: Target, path: str) -> str:
    path = re.sub(r"\{[^}]*\}", lambda _: quote(_choose_uuid(rng, target), safe=""), path)
    if rng.random() < 0.1:
        path += rng.choice(("/", "//", "/x", "%00", "%ff", ";a=b", "/..", "?", "#"))
    if rng.random() < 0.4:
        pairs = [(rng.choice(target.names), str(rng.choice(_SCALARS))) for _ in range(rng.randrange(4))]
        path += "?" + (urlencode(pairs, errors="replace") if rng.random() < 0.9 else quote(_build_word(rng)))
    return path


def _choose_uuid(rng: random.Random, target: Target) -> str:
    if rng.random() < 0.7:
        return rng.choice(target.uuids)
    return rng.choice(
        ("00000000-0000-4000-8000-000000000000", "not-a-uuid", "%", "\u202e", "A" * 300, target.uuids[0].upper())
    )


def _build_body(rng: random.Random, target: Target, route: Route) -> bytes:
    kind = rng.random()
    if kind < 0.1:
        return b""
    if kind < 0.15:
        return rng.randbytes(rng.randrange(200))
    if kind < 0.2:
        return rng.choice(_BODIES)
    matches_schema = route.schema is not None and kind < 0.75
    content = (
        _build_matching_value(rng, target, route.schema or {}) if matches_schema else _build_value(rng, target.names, 4)
    )
    text = json.dumps(content).encode()
    return text[: rng.randrange(len(text))] if kind < 0.25 else text


_BODIES = (
    *(b"[" * 5000, b'{"a":' * 3000, b"null", b"\xff\xfe{}", b"1e999", b'{"a":1,"a":2}', b"NaN", b'"\\ud800"'),
    *(b"[]", b"{}", b'"text"', b"0", b"true", b"[null]", b"[{}]"),
)
_VALUES_BY_TYPE: dict[str, tuple[Any, ...]] = {
    "integer": (0, 1, 2, 44, 270, 136, 138, 139, 366, 500, 1000, 10**6, -1),
    "number": (0, 0.5, 1, 300, 55.75, 37.61, 10**9, -1.5),
    "boolean": (True, False),
    "string": (*("1", "A4", "RUS", "RU", "MSK65", "NSK1", "Москва", "Иванов", "+79134637228", "ORDER_STATUS", "PACK"),),
}


def _build_matching_value(rng: random.Random, target: Target, schema: dict[str, Any]) -> Any:
    """Return a value that matches a schema, except for some missing fields and wrong types."""
    if rng.random() < 0.03:
        return rng.choice(_SCALARS)
    kind = schema.get("type", "string")
    if kind == "array":
        return [_build_matching_value(rng, target, schema["items"]) for _ in range(rng.randrange(3))]
    if kind == "object":
        fields = schema.get("properties", {}).items()
        return {name: _build_matching_value(rng, target, field) for name, field in fields if rng.random() < 0.6}
    if kind == "string" and rng.random() < 0.3:
        return rng.choice((rng.choice(target.uuids), "2026-12-01", "2026-12-01T12:00:00+0000", "10:00", "18:00"))
    return rng.choice(_VALUES_BY_TYPE[kind])


def _build_value(rng: random.Random, names: Sequence[str], depth: int) -> Any:
    kind = rng.random() if depth else 0.0
    if kind < 0.4 and depth < 4:
        return rng.choice(_SCALARS)
    if kind < 0.55:
        return [_build_value(rng, names, max(0, depth - 1)) for _ in range(rng.randrange(4))] if depth else None
    return {rng.choice(names): _build_value(rng, names, depth - 1) for _ in range(rng.randrange(12))}


def _build_noise(rng: random.Random, target: Target) -> bytes:
    """Return bytes that are not a complete request."""
    request = _build_request(rng, target)
    return rng.choice(
        (
            rng.randbytes(rng.randrange(1, 400)),
            request[: rng.randrange(1, len(request))],
            request.replace(b"HTTP/1.1", rng.choice((b"HTTP/9.9", b"", b"HTTP/0.9"))),
            request.replace(b"Content-Length", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nX"),
            b"POST /v2/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + rng.randbytes(20),
            b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 3000 + b"\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(60),
        )
    )


def _build_word(rng: random.Random) -> str:
    return "".join(rng.choices("abcdefgh-_", k=rng.randrange(1, 12)))


def list_field_names(document: dict[str, Any]) -> list[str]:
    """Return the names of all fields and parameters in an OpenAPI document."""
    names: dict[str, None] = {}

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                names.update(dict.fromkeys(node["properties"]))
            if "in" in node and isinstance(node.get("name"), str):
                names[node["name"]] = None
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            visit(value)

    visit(document)
    return list(names)


def format_result(result: FuzzResult, max_requests: int = 5) -> Iterable[str]:
    """Yield the lines of a result."""
    yield ", ".join(f"{status or 'closed'}: {count}" for status, count in sorted(result.statuses.items()))
    for request in result.server_errors[:max_requests]:
        yield f"got a 5xx: {request[:600]!r}"
