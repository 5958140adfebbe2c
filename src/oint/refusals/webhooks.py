"""CDEK's webhook events as far as they concern refusals. Pure, and tolerant: anybody may send anything.

CDEK signs nothing and promises no order, so an event proves nothing: it only says that an order's card is worth reading
now. The card alone decides, and events that are doubled, late, missing or made up change no verdict.
"""

from __future__ import annotations

from uuid import UUID

from oint.cdek.errors import InvalidArgument
from oint.cdek.events import OrderStatusEvent, parse


def extract_order_uuid(body: bytes) -> str | None:
    """Return the order's uuid of a webhook of CDEK's (ORDER_STATUS); None for any other. Nothing else is kept."""
    try:
        event = parse(body)
    except InvalidArgument:
        return None
    if not isinstance(event, OrderStatusEvent) or event.uuid is None:
        return None
    try:
        return str(UUID(event.uuid))
    except ValueError:
        return None
