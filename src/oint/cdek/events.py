"""CDEK's webhook events: the body of a POST -> a typed event. Pure, and tolerant: anybody may send anything.

CDEK signs nothing and promises no order, so an event is a hint: what it says is confirmed by reading the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from oint.cdek.errors import BadArgument
from oint.cdek.models.base import building
from oint.cdek.models.events import Event
from oint.cdek.tolerant import convert
from oint.i18n import Message

_KINDS: dict[Any, type[Event]] = {kind.KIND: kind for kind in Event.__subclasses__()}


def parse(body: bytes | str | Mapping[str, Any]) -> Event:
    """Read a webhook event.

    Args:
        body: what CDEK posted, or the same decoded
    Returns:
        an event of the class of its type (`OrderStatusEvent` and so on), a plain `Event` for RECEIPT, whose contents CDEK
        does not document, and for types that are new; `raw` is what CDEK sent
    Raises:
        BadArgument: the body is no JSON object
    """
    raw = _decoded(body) if isinstance(body, (bytes, str)) else body
    if not isinstance(raw, Mapping):
        raise BadArgument(
            "body",
            Message("тело вебхука — не объект JSON", "the body of the webhook is no JSON object"),
            Message(
                "Передайте тело запроса СДЭК целиком, как оно пришло; чужие запросы можно отбросить",
                "Pass the whole body of CDEK's request as it came; requests of others may be dropped",
            ),
        )
    event, drift = _typed(dict(raw))
    event.__dict__["raw"] = raw
    event.__dict__["drift"] = drift
    return event


def _typed(raw: dict[str, Any]) -> tuple[Event, tuple[str, ...]]:
    """The event of its class, and what had drifted."""
    type_ = raw.get("type")
    kind = _KINDS.get(type_, Event) if isinstance(type_, str) else Event
    try:
        with building:
            return msgspec.convert(raw, kind, strict=False), ()
    except (msgspec.ValidationError, RecursionError):
        event, drift = convert(raw, kind)
        return event or Event(), drift


def _decoded(body: bytes | str) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
