"""CDEK's webhook events as far as they concern refusals. Pure, and tolerant: anybody may send anything.

CDEK signs nothing and promises no order, so an event proves nothing: it only says that an order's card is worth reading
now. The card alone decides, and events that are doubled, late, missing or made up change no verdict.
"""

from __future__ import annotations

from uuid import UUID

import msgspec


class _Event(msgspec.Struct):
    type: str
    uuid: str


def order_of(body: bytes) -> str | None:
    """The uuid of the order that a webhook (CDEK's ORDER_STATUS) is about; None for all else. Nothing else is kept."""
    try:
        event = msgspec.json.decode(body, type=_Event)
        return str(UUID(event.uuid)) if event.type == "ORDER_STATUS" else None
    except (msgspec.MsgspecError, UnicodeError, ValueError, RecursionError):
        return None
