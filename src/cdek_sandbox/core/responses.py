"""Responses of CDEK: the envelope of the orders family, Spring's error body, and the recorded headers."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.core.clock import stamp

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Entry, Problem
    from cdek_sandbox.core.state import World

Headers = list[tuple[bytes, bytes]]
_encode = msgspec.json.Encoder().encode
_JSON: Headers = [
    (b"server", b"QRATOR"),
    (b"content-type", b"application/json"),
    (b"keep-alive", b"timeout=15"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-xss-protection", b"1; mode=block"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-cache, no-store, max-age=0, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"expires", b"0"),
]
_TOKEN: Headers = [
    (b"server", b"QRATOR"),
    (b"content-type", b"application/json;charset=utf-8"),
    (b"keep-alive", b"timeout=15"),
    (b"cache-control", b"no-store"),
    (b"pragma", b"no-cache"),
]


@dataclass(slots=True)
class Answer:
    """An answer before it is sent; `code` and `request_uuid` are kept for the log and the receipts."""

    status: int
    body: bytes
    headers: Headers
    code: str | None = None
    request_uuid: str | None = None

    @property
    def all_headers(self) -> Headers:
        """The headers with the length of the body."""
        return [*self.headers, (b"content-length", b"%d" % len(self.body))]


def plain(status: int, content: Any) -> Answer:
    """Any JSON under CDEK's ordinary headers."""
    return Answer(status, _encode(content), _JSON)


def accepted(world: World, uuid: str, entry: Entry, status: int = 202) -> Answer:
    """The request is queued; this speaks of the request, not of the entity."""
    content = {
        "entity": {"uuid": uuid},
        "requests": [
            {
                "request_uuid": entry.request_uuid,
                "type": entry.type,
                "date_time": world.stamp(entry.moment),
                "state": entry.state,
                **({"warnings": entry.warnings} if entry.warnings else {}),
            }
        ],
        **({"related_entities": []} if world.settings.related_entities == "always" else {}),
    }
    return Answer(status, _encode(content), _JSON, request_uuid=entry.request_uuid)


def created(world: World, uuid: str, entry: Entry) -> Answer:
    """202 of a new order, with the `Location` that names CDEK's inner host."""
    answer = accepted(world, uuid, entry)
    answer.headers = [*_JSON, (b"location", b"http://cdek.tech/v2/orders/%s" % uuid.encode())]
    return answer


def refused(world: World, entry_type: str, problems: list[Problem], status: int = 400) -> Answer:
    """The envelope of a call refused at once: no `entity`, no `request_uuid`."""
    row = {
        "type": entry_type,
        "date_time": world.stamp(world.clock.now()),
        "state": "INVALID",
        "errors": problems,
    }
    return Answer(status, _encode({"requests": [row], "related_entities": []}), _JSON, code=problems[0].code)


def simple(problems: list[Problem], status: int = 400) -> Answer:
    """The bare list of errors of calculators, places and papers."""
    return Answer(status, _encode({"errors": problems}), _JSON, code=problems[0].code)


def nothing() -> Answer:
    """200 without a body: yes."""
    return Answer(200, b"", _JSON)


def oauth_error(status: int, error: str, description: str) -> Answer:
    """Spring's body for token trouble."""
    return Answer(status, _encode({"error": error, "error_description": description}), _TOKEN, code=error)


def token(content: dict[str, Any]) -> Answer:
    """A token, under the headers recorded for it."""
    return Answer(200, _encode(content), _TOKEN)


def binary(content_type: bytes, body: bytes) -> Answer:
    """A file under CDEK's ordinary headers."""
    return Answer(200, body, [row if row[0] != b"content-type" else (row[0], content_type) for row in _JSON])


def spring(world: World, status: int, path: str) -> Answer:
    """Spring's own body: unknown routes and crashes."""
    moment = stamp(world.clock.now(), "fraction")
    content = {"timestamp": moment, "status": status, "error": HTTPStatus(status).phrase, "path": path}
    return Answer(status, _encode(content), _JSON)
