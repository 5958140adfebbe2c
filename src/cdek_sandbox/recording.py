"""A session as JSON lines: what was called and what was answered, without tokens and passwords."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Struct

from cdek_sandbox.answers import Answer

if TYPE_CHECKING:
    from cdek_sandbox.call import Call

_HIDDEN = "hidden"
_SECRET_NAMES = frozenset({"access_token", "refresh_token", "jti", "client_id", "client_secret", "password", "token"})
_SECRET_FIELD = re.compile(rf'("(?:{"|".join(sorted(_SECRET_NAMES))})"\s*:\s*)"(?:[^"\\]|\\.)*"')
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


class Recorded(Struct, omit_defaults=True):
    """One line: a call and its answer; without `status` none came, or not the whole of it (`fault` says why)."""

    method: str
    path: str
    query: str = ""
    sent: str = ""
    status: int | None = None
    headers: list[tuple[str, str]] = []
    body: str = ""
    base64: bool = False
    fault: str | None = None

    def answer(self) -> Answer:
        """The answer as it was."""
        body = b64decode(self.body) if self.base64 else self.body.encode()
        return Answer(
            self.status or 0, body, [(name.encode(), value.encode("latin-1")) for name, value in self.headers]
        )


class Recorder:
    """Writes each call to the file as soon as it was answered.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: str) -> None:
        self._file = open(path, "wb")  # noqa: SIM115, PTH123 - open as long as the sandbox runs, and closed by `close`

    def note(self, call: Call, sent: Answer | None, fault: str | None) -> None:
        """Write one call; `sent` is None where no whole answer left."""
        line = Recorded(call.method, call.path, _query(call.query), _sent(call), fault=fault)
        if sent is not None:
            line.status = sent.status
            line.headers = [(name.decode(), value.decode("latin-1")) for name, value in sent.headers]
            line.body, line.base64 = _text(sent.body, call)
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def read_recording(path: str) -> list[Recorded]:
    """The calls of a recording, in their order.

    Raises:
        OSError: the file cannot be read.
        msgspec.MsgspecError: it is no recording.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - as the recorder opens it
        return [msgspec.json.decode(line, type=Recorded) for line in file if line.strip()]


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(name in _SECRET_NAMES for name, _ in pairs):
        return query
    return urlencode([(name, _HIDDEN if name in _SECRET_NAMES else value) for name, value in pairs])


def _sent(call: Call) -> str:
    """The body of the call; that of a token call, which may come in any encoding, is left out."""
    return "" if call.path.endswith("/oauth/token") else _text(call.body, call)[0]


def _text(body: bytes, call: Call) -> tuple[str, bool]:
    """The body as text, else in base64; what is secret in it is hidden."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return b64encode(body).decode(), True
    token = call.header(b"authorization").partition(" ")[2].strip()
    if token:
        text = text.replace(token, _HIDDEN)
    return _JWT.sub(_HIDDEN, _SECRET_FIELD.sub(rf'\1"{_HIDDEN}"', text)), False
