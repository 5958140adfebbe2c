"""Orders whose money was paid out (schema PaymentResponseDto)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.reply import Reply


class PaidOrder(Model):
    """An order whose money was paid out."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    number: str | None = None


class Payments(Reply):
    """The orders paid out on a day."""

    orders: list[PaidOrder] = field(default_factory=list)
