"""What can be done to a call on the wire. Each action is a JSON object with its name under `type`."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field


class Answered(Struct, tag="answer", forbid_unknown_fields=True):
    """Another answer in place of CDEK's: `body` is JSON, `text` anything else."""

    status: int = 502
    headers: dict[str, str] = field(default_factory=dict)
    body: Any | UnsetType = UNSET
    text: str = ""
    content_type: str | None = None


class Reset(Struct, tag="reset", forbid_unknown_fields=True):
    """TCP RST; no byte is answered."""


class Close(Struct, tag="close", forbid_unknown_fields=True):
    """TCP FIN; no byte is answered."""


class Cut(Struct, tag="cut", forbid_unknown_fields=True):
    """The real headers with the full Content-Length, so many bytes of the body, then FIN."""

    bytes: int = 0


class Drip(Struct, tag="drip", forbid_unknown_fields=True):
    """The real answer, headers too, so many bytes every `interval` seconds; then FIN."""

    interval: float = 0.1
    bytes: int = 1


class Hang(Struct, tag="hang", forbid_unknown_fields=True):
    """Never an answer, until the client leaves."""


class Delay(Struct, tag="delay", forbid_unknown_fields=True):
    """The real answer after so many real seconds."""

    seconds: float = 1.0


Action = Answered | Reset | Close | Cut | Drip | Hang | Delay
