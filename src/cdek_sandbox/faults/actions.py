"""What can be done to a call on the wire. Each action is a JSON object with its name under `type`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from cdek_sandbox.world.clock import DateForm  # noqa: TC001 - msgspec reads the annotations at run time

HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
HeaderValue = Annotated[str, Meta(pattern=r"^[\x20-\x7e\t]*$")]
MAX_SECONDS = 100 * 365 * 86_400.0
MAX_COUNT = 10**9
Seconds = Annotated[float, Meta(ge=0, le=MAX_SECONDS)]


class Answered(Struct, tag="answer", forbid_unknown_fields=True):
    """Another answer in place of CDEK's: `body` is JSON, `text` anything else."""

    status: Annotated[int, Meta(ge=200, le=599)] = 502
    headers: dict[HeaderName, HeaderValue] = field(default_factory=dict)
    body: Any | UnsetType = UNSET
    text: str = ""
    content_type: HeaderValue | None = None


class Reset(Struct, tag="reset", forbid_unknown_fields=True):
    """TCP RST; no byte is answered."""


class Close(Struct, tag="close", forbid_unknown_fields=True):
    """TCP FIN; no byte is answered."""


class Cut(Struct, tag="cut", forbid_unknown_fields=True):
    """The real headers with the full Content-Length, so many bytes of the body, then FIN."""

    bytes: Annotated[int, Meta(ge=0, le=MAX_COUNT)] = 0


class Drip(Struct, tag="drip", forbid_unknown_fields=True):
    """The real answer, headers too, so many bytes every `interval` seconds; then FIN."""

    interval: Seconds = 0.1
    bytes: Annotated[int, Meta(ge=1, le=MAX_COUNT)] = 1


class Hang(Struct, tag="hang", forbid_unknown_fields=True):
    """Never an answer, until the client leaves."""


class Delay(Struct, tag="delay", forbid_unknown_fields=True):
    """The real answer after so many real seconds.

    `constant`: `seconds`; `uniform`: from `seconds` to `most`; `log_normal`: with the median `seconds`, and `most` at most.
    """

    seconds: Seconds = 1.0
    distribution: Literal["constant", "uniform", "log_normal"] = "constant"
    sigma: Annotated[float, Meta(ge=0, le=10)] = 0.5
    most: Seconds = 30.0


class Drift(Struct, tag="drift", forbid_unknown_fields=True):
    """The real answer as another version of CDEK would write it; `field` names the field to change, else the dice do."""

    kind: Literal["unknown_enum", "field_gone", "type_changed", "extra_field", "old_dates", "oldest_first"]
    field: str | None = None
    date_form: DateForm = "+0700"


Action = Answered | Reset | Close | Cut | Drip | Hang | Delay | Drift
