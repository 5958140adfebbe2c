"""Photos of an order's documents: when there are any, and where they are to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order

_SERVICE = "PHOTO_OF_DOCUMENTS"


def has_photos(order: Order) -> bool:
    """Were its documents photographed? When CDEK does it is not documented: at the hand-over is a choice."""
    services = {row.get("code") for row in order.body.get("services", ())}
    return _SERVICE in services and order.status.code == "DELIVERED"


def photos_link(order: Order, host: str) -> str:
    """Where the archive is to be had."""
    return f"http://{host}/v2/photoDocument/{order.uuid}"
