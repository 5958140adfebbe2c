"""A thrower of garbage: seeded requests from nearly right to not even HTTP, over bare sockets."""

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

PATIENCE = 30.0
"""Seconds that one answer may take, so that a sandbox that hangs is found."""
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
    """Where garbage goes: routes that exist, names of fields that are read, a token that holds, uuids that exist."""

    url: str
    routes: Sequence[Route]
    names: Sequence[str]
    token: str
    uuids: Sequence[str]


class Thrown(NamedTuple):
    """What came back: how often each status (0: the connection was closed without one), and every request answered 5xx."""

    statuses: Counter[int]
    broken: list[bytes]


def throw(target: Target, count: int, seed: int) -> Thrown:
    """Throw so many requests; those that keep HTTP's framing share a connection.

    Raises:
        TimeoutError: the sandbox did not answer.
    """
    dice = random.Random(seed)
    statuses: Counter[int] = Counter()
    broken: list[bytes] = []
    with closing(_Line(target.url)) as line:
        for _ in range(count):
            if dice.random() < 0.02:
                request = _noise(dice, target)
                status = line.last_words(request)
            else:
                request = _framed(dice, target)
                status = line.asks(request)
            statuses[status] += 1
            if status >= 500:
                broken.append(request)
    return Thrown(statuses, broken)


class _Line:
    """A connection that is made anew when the other end has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._socket: socket.socket | None = None

    def asks(self, request: bytes) -> int:
        """The status of the answer to one whole request."""
        status = 0
        for _ in range(2):
            kept = self._socket is not None
            if self._socket is None:
                self._socket = self._new()
            try:
                self._socket.sendall(request)
                status = self._answer(self._socket, headless=request.startswith(b"HEAD "))
            except ConnectionError:
                status = 0
            if status or not kept:
                break
            self.close()  # an idle connection may be closed at any time: once more on a new one
        if not status:
            self.close()
        return status

    def last_words(self, request: bytes) -> int:
        """The status of what is answered to bytes that may not be a request; the sender stops sending after them."""
        with self._new() as once:
            try:
                once.sendall(request)
                once.shutdown(socket.SHUT_WR)
                return self._answer(once, headless=False)
            except OSError as error:
                if isinstance(error, TimeoutError):
                    raise
                return 0

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _new(self) -> socket.socket:
        return socket.create_connection(self._address, PATIENCE)

    def _answer(self, where: socket.socket, *, headless: bool) -> int:
        """The status of the answer, read to its end; 0 where the connection ended before its head did."""
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            if not (more := where.recv(65536)):
                return 0
            data += more
        found = _LENGTH.search(data, 0, end)
        missing = end + 4 + (0 if headless or found is None else int(found[1])) - len(data)
        while missing > 0 and (more := where.recv(65536)):
            missing -= len(more)
        if b"\r\nconnection: close" in data[:end].lower():
            self.close()
        return int(data[9:12])


def _framed(dice: random.Random, target: Target) -> bytes:
    """A request whose framing is right and nothing else needs be."""
    route = dice.choice(target.routes)
    method = route.method if dice.random() < 0.85 else dice.choice(_METHODS)
    body = _body(dice, target, route)
    head = [f"{method} {_path(dice, target, route.path)} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    if dice.random() < 0.9:
        head.append(
            f"Authorization: {dice.choice(('Bearer', 'bearer', 'Basic', '')) if dice.random() < 0.1 else 'Bearer'} {_token(dice, target)}"
        )
    if dice.random() < 0.5:
        head.append(
            f"Content-Type: {dice.choice(('application/json', 'text/plain', 'application/x-www-form-urlencoded', ';;;'))}"
        )
    if dice.random() < 0.05:
        head.append(f"X-{_word(dice)}: {_word(dice) * dice.randrange(100)}")
    return "\r\n".join([*head, "", ""]).encode("latin-1", "replace") + body


def _token(dice: random.Random, target: Target) -> str:
    if dice.random() < 0.9:
        return target.token
    return dice.choice(("", "a.b.c", target.token[:-1], f"{target.token}.x", "\xff\xfe", "x" * 2000))


def _path(dice: random.Random, target: Target, path: str) -> str:
    path = re.sub(r"\{[^}]*\}", lambda _: quote(_uuid(dice, target), safe=""), path)
    if dice.random() < 0.1:
        path += dice.choice(("/", "//", "/x", "%00", "%ff", ";a=b", "/..", "?", "#"))
    if dice.random() < 0.4:
        pairs = [(dice.choice(target.names), str(dice.choice(_SCALARS))) for _ in range(dice.randrange(4))]
        path += "?" + (urlencode(pairs, errors="replace") if dice.random() < 0.9 else quote(_word(dice)))
    return path


def _uuid(dice: random.Random, target: Target) -> str:
    if dice.random() < 0.7:
        return dice.choice(target.uuids)
    return dice.choice(
        ("00000000-0000-4000-8000-000000000000", "not-a-uuid", "%", "\u202e", "A" * 300, target.uuids[0].upper())
    )


def _body(dice: random.Random, target: Target, route: Route) -> bytes:
    kind = dice.random()
    if kind < 0.1:
        return b""
    if kind < 0.15:
        return dice.randbytes(dice.randrange(200))
    if kind < 0.2:
        return dice.choice(_BODIES)
    near = route.schema is not None and kind < 0.75
    content = _fitting(dice, target, route.schema or {}) if near else _value(dice, target.names, 4)
    text = json.dumps(content).encode()
    return text[: dice.randrange(len(text))] if kind < 0.25 else text


_BODIES = (
    *(b"[" * 5000, b'{"a":' * 3000, b"null", b"\xff\xfe{}", b"1e999", b'{"a":1,"a":2}', b"NaN", b'"\\ud800"'),
    *(b"[]", b"{}", b'"text"', b"0", b"true", b"[null]", b"[{}]"),
)
_FITTING: dict[str, tuple[Any, ...]] = {
    "integer": (0, 1, 2, 44, 270, 136, 138, 139, 366, 500, 1000, 10**6, -1),
    "number": (0, 0.5, 1, 300, 55.75, 37.61, 10**9, -1.5),
    "boolean": (True, False),
    "string": (*("1", "A4", "RUS", "RU", "MSK65", "NSK1", "Москва", "Иванов", "+79134637228", "ORDER_STATUS", "PACK"),),
}


def _fitting(dice: random.Random, target: Target, schema: dict[str, Any]) -> Any:
    """A value that nearly fits: now and then a field is missing or of another type."""
    if dice.random() < 0.03:
        return dice.choice(_SCALARS)
    kind = schema.get("type", "string")
    if kind == "array":
        return [_fitting(dice, target, schema["items"]) for _ in range(dice.randrange(3))]
    if kind == "object":
        fields = schema.get("properties", {}).items()
        return {name: _fitting(dice, target, field) for name, field in fields if dice.random() < 0.6}
    if kind == "string" and dice.random() < 0.3:
        return dice.choice((dice.choice(target.uuids), "2026-12-01", "2026-12-01T12:00:00+0000", "10:00", "18:00"))
    return dice.choice(_FITTING[kind])


def _value(dice: random.Random, names: Sequence[str], depth: int) -> Any:
    kind = dice.random() if depth else 0.0
    if kind < 0.4 and depth < 4:
        return dice.choice(_SCALARS)
    if kind < 0.55:
        return [_value(dice, names, max(0, depth - 1)) for _ in range(dice.randrange(4))] if depth else None
    return {dice.choice(names): _value(dice, names, depth - 1) for _ in range(dice.randrange(12))}


def _noise(dice: random.Random, target: Target) -> bytes:
    """Bytes that are no request, or not a whole one."""
    whole = _framed(dice, target)
    return dice.choice(
        (
            dice.randbytes(dice.randrange(1, 400)),
            whole[: dice.randrange(1, len(whole))],
            whole.replace(b"HTTP/1.1", dice.choice((b"HTTP/9.9", b"", b"HTTP/0.9"))),
            whole.replace(b"Content-Length", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nX"),
            b"POST /v2/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + dice.randbytes(20),
            b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 3000 + b"\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + dice.randbytes(60),
        )
    )


def _word(dice: random.Random) -> str:
    return "".join(dice.choices("abcdefgh-_", k=dice.randrange(1, 12)))


def field_names(document: dict[str, Any]) -> list[str]:
    """Every name of a field or a parameter in an OpenAPI document."""
    found: dict[str, None] = {}

    def look(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                found.update(dict.fromkeys(node["properties"]))
            if "in" in node and isinstance(node.get("name"), str):
                found[node["name"]] = None
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            look(value)

    look(document)
    return list(found)


def told(thrown: Thrown, most: int = 5) -> Iterable[str]:
    """The result in lines."""
    yield ", ".join(f"{status or 'closed'}: {count}" for status, count in sorted(thrown.statuses.items()))
    for request in thrown.broken[:most]:
        yield f"answered 5xx: {request[:600]!r}"
