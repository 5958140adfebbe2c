"""Recordings: calls and responses of a session as JSON lines, without tokens and passwords."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Struct

from cdek_sandbox.core.responses import Response

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request

_HIDDEN = "hidden"
_SECRET_NAMES = frozenset({"access_token", "refresh_token", "jti", "client_id", "client_secret", "password", "token"})
_SECRET_FIELD = re.compile(rf'("(?:{"|".join(sorted(_SECRET_NAMES))})"\s*:\s*)"(?:[^"\\]|\\.)*"')
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


class RecordedCall(Struct, omit_defaults=True):
    """One line: a call and its response. Without `status` no whole response was sent; `fault` names the reason."""

    method: str
    path: str
    query: str = ""
    request_body: str = ""
    status: int | None = None
    headers: list[tuple[str, str]] = []
    body: str = ""
    base64: bool = False
    fault: str | None = None

    def build_answer(self) -> Response:
        """Return the recorded response."""
        body = b64decode(self.body) if self.base64 else self.body.encode()
        return Response(
            self.status or 0, body, [(name.encode(), value.encode("latin-1")) for name, value in self.headers]
        )


class Recorder:
    """Writes each call to the file after its response.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: str) -> None:
        self._file = open(path, "wb")  # noqa: SIM115, PTH123 - open as long as the sandbox runs, and closed by `close`

    def note(self, call: Request, sent: Response | None, fault: str | None) -> None:
        """Write one call; `sent` is None if no whole response was sent."""
        line = RecordedCall(call.method, call.path, _hide_in_query(call.query), _format_request_body(call), fault=fault)
        if sent is not None:
            line.status = sent.status
            line.headers = [(name.decode(), value.decode("latin-1")) for name, value in sent.headers]
            line.body, line.base64 = _format_body(sent.body, call)
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_recording(path: str) -> list[RecordedCall]:
    """Read the calls of a recording, in their order.

    Raises:
        OSError: the file cannot be read.
        msgspec.MsgspecError: it is not a recording.
        UnicodeError: the same.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - as the recorder opens it
        return [msgspec.json.decode(line, type=RecordedCall) for line in file if line.strip()]


def _hide_in_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(name in _SECRET_NAMES for name, _ in pairs):
        return query
    return urlencode([(name, _HIDDEN if name in _SECRET_NAMES else value) for name, value in pairs])


def _format_request_body(call: Request) -> str:
    """Format the body of a call; that of a token call, which has secrets in any encoding, is left out."""
    return "" if call.path.endswith("/oauth/token") else _format_body(call.body, call)[0]


def _format_body(body: bytes, call: Request) -> tuple[str, bool]:
    """Return the body as text with its secrets hidden, otherwise in base64, and whether it is base64."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return b64encode(body).decode(), True
    token = call.get_header(b"authorization").partition(" ")[2].strip()
    if token:
        text = text.replace(token, _HIDDEN)
    return _JWT.sub(_HIDDEN, _SECRET_FIELD.sub(rf'\1"{_HIDDEN}"', text)), False
