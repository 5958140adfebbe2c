"""Responses of CDEK: the envelope of the orders family, Spring's error body, and the recorded headers."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.core.clock import format_moment

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem, RequestEntry
    from cdek_sandbox.core.state import SandboxState

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
class Response:
    """A response before it is sent; `code` and `request_uuid` are for the log and the refusal attempts."""

    status: int
    body: bytes
    headers: Headers
    code: str | None = None
    request_uuid: str | None = None

    @property
    def all_headers(self) -> Headers:
        """Return the headers with the length of the body."""
        return [*self.headers, (b"content-length", b"%d" % len(self.body))]


def build_json(status: int, content: Any) -> Response:
    """Build a response of any JSON, with CDEK's usual headers."""
    return Response(status, _encode(content), _JSON)


def build_accepted(state: SandboxState, uuid: str, entry: RequestEntry, status: int = 202) -> Response:
    """Build the response of a queued request; its state is the request's, not the entity's."""
    content = {
        "entity": {"uuid": uuid},
        "requests": [
            {
                "request_uuid": entry.request_uuid,
                "type": entry.type,
                "date_time": state.format_moment(entry.moment),
                "state": entry.state,
                **({"warnings": entry.warnings} if entry.warnings else {}),
            }
        ],
        **({"related_entities": []} if state.settings.related_entities == "always" else {}),
    }
    return Response(status, _encode(content), _JSON, request_uuid=entry.request_uuid)


def build_order_accepted(state: SandboxState, uuid: str, entry: RequestEntry) -> Response:
    """Build the 202 of a new order; its `Location` names CDEK's internal host."""
    response = build_accepted(state, uuid, entry)
    response.headers = [*_JSON, (b"location", b"http://cdek.tech/v2/orders/%s" % uuid.encode())]
    return response


def build_refusal(state: SandboxState, entry_type: str, problems: list[Problem], status: int = 400) -> Response:
    """Build the envelope of a request refused at once: no `entity`, no `request_uuid`."""
    row = {
        "type": entry_type,
        "date_time": state.format_moment(state.clock.now()),
        "state": "INVALID",
        "errors": problems,
    }
    return Response(status, _encode({"requests": [row], "related_entities": []}), _JSON, code=problems[0].code)


def build_error_list(problems: list[Problem], status: int = 400) -> Response:
    """Build the bare list of errors of calculators, locations and documents."""
    return Response(status, _encode({"errors": problems}), _JSON, code=problems[0].code)


def build_empty() -> Response:
    """Build a 200 without a body."""
    return Response(200, b"", _JSON)


def build_oauth_error(status: int, error: str, description: str) -> Response:
    """Build Spring's error body for token requests."""
    return Response(status, _encode({"error": error, "error_description": description}), _TOKEN, code=error)


def build_token(content: dict[str, Any]) -> Response:
    """Build a token response with its recorded headers."""
    return Response(200, _encode(content), _TOKEN)


def build_file(content_type: bytes, body: bytes) -> Response:
    """Build a response with a file, with CDEK's usual headers."""
    return Response(200, body, [row if row[0] != b"content-type" else (row[0], content_type) for row in _JSON])


def build_spring_error(state: SandboxState, status: int, path: str) -> Response:
    """Build Spring's error body for unknown routes and crashes."""
    moment = format_moment(state.clock.now(), "fraction")
    content = {"timestamp": moment, "status": status, "error": HTTPStatus(status).phrase, "path": path}
    return Response(status, _encode(content), _JSON)
