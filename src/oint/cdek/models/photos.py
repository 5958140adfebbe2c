"""Photos of documents (schema PhotoResponseDto)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.reply import Reply


class PhotoOrder(Model):
    """An order whose photos are ready. `link` is the archive's: get it by its uuid, so that the token goes to CDEK only."""

    order_uuid: str | None = None
    cdek_number: str | None = None
    link: str | None = None


class PhotoOrders(Reply):
    """Orders whose photos are ready."""

    orders: list[PhotoOrder] = field(default_factory=list)
