"""The actions of fault rules. Each is a JSON object with its name under `type`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from cdek_sandbox.core.clock import DateForm  # noqa: TC001 - msgspec reads the annotations at run time

HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
HeaderValue = Annotated[str, Meta(pattern=r"^[\x20-\x7e\t]*$")]
MAX_SECONDS = 100 * 365 * 86_400.0
MAX_COUNT = 10**9
Seconds = Annotated[float, Meta(ge=0, le=MAX_SECONDS)]


class CannedResponse(Struct, tag="answer", forbid_unknown_fields=True):
    """Another response in place of CDEK's: `body` is JSON, `text` anything else."""

    status: Annotated[int, Meta(ge=200, le=599)] = 502
    headers: dict[HeaderName, HeaderValue] = field(default_factory=dict)
    body: Any | UnsetType = UNSET
    text: str = ""
    content_type: HeaderValue | None = None


class Reset(Struct, tag="reset", forbid_unknown_fields=True):
    """TCP RST without a byte of a response."""


class Close(Struct, tag="close", forbid_unknown_fields=True):
    """TCP FIN without a byte of a response."""


class TruncatedBody(Struct, tag="truncate", forbid_unknown_fields=True):
    """The real headers with the full Content-Length, then `bytes` bytes of the body, then FIN."""

    bytes: Annotated[int, Meta(ge=0, le=MAX_COUNT)] = 0


class SlowBody(Struct, tag="slow_body", forbid_unknown_fields=True):
    """The real response with its headers, `bytes` bytes every `interval` seconds, then FIN."""

    interval: Seconds = 0.1
    bytes: Annotated[int, Meta(ge=1, le=MAX_COUNT)] = 1


class Hang(Struct, tag="hang", forbid_unknown_fields=True):
    """No response until the client disconnects."""


class Delay(Struct, tag="delay", forbid_unknown_fields=True):
    """The real response after a delay, in seconds of real time.

    `constant`: `seconds`; `uniform`: from `seconds` to `max_seconds`; `log_normal`: the median is
    `seconds`, the maximum `max_seconds`.
    """

    seconds: Seconds = 1.0
    distribution: Literal["constant", "uniform", "log_normal"] = "constant"
    sigma: Annotated[float, Meta(ge=0, le=10)] = 0.5
    max_seconds: Seconds = 30.0


class SchemaDrift(Struct, tag="schema_drift", forbid_unknown_fields=True):
    """The real response in the schema of another version of CDEK; `field` is the field to change, None: a random one."""

    kind: Literal["unknown_enum", "field_gone", "type_changed", "extra_field", "old_dates", "oldest_first"]
    field: str | None = None
    date_form: DateForm = "+0700"


Action = CannedResponse | Reset | Close | TruncatedBody | SlowBody | Hang | Delay | SchemaDrift
