"""The request and the response of every row: one refusal, of the size and form of CDEK's."""

from __future__ import annotations

import json
import re

TOKEN = "x" * 400
"""About as long as CDEK's tokens, which are JWT."""

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
REFUSAL = f"/orders/{UUID}/refusal"

_ENTRY = {
    "request_uuid": "0f6a4d2e-93b1-4c55-8a07-1d2c3b4a5968",
    "type": "CREATE_REFUSAL",
    "date_time": "2026-01-15T12:00:00+00:00",
    "state": "ACCEPTED",
}
_ENVELOPE = {"entity": {"uuid": UUID}, "requests": [_ENTRY], "related_entities": []}
ACCEPTED = json.dumps(_ENVELOPE, indent=1).encode() + b"\n"
LEASE = json.dumps({"access_token": TOKEN, "token_type": "bearer", "expires_in": 3599}).encode()

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def build_response(status: str, body: bytes) -> bytes:
    """Return an HTTP response with the headers of a server behind a proxy."""
    head = (
        f"HTTP/1.1 {status}\r\nServer: bench\r\nDate: Thu, 15 Jan 2026 12:00:00 GMT\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return head.encode() + body


def parse_length(received: bytes | bytearray) -> int:
    """Return the length of the first message in `received` by its Content-Length, or 0 if its head is incomplete."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return 0
    match = _LENGTH.search(received, 0, end)
    return end + 4 + (int(match[1]) if match else 0)
