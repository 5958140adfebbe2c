"""Fiscal receipts (schema CheckResponseDto)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.reply import Reply


class ReceiptPayment(Model):
    """How a receipt was paid: `type` CASH or CARD, `sum` in roubles."""

    sum: float | None = None
    type: str | None = None


class Receipt(Model):
    """A fiscal receipt: `type` CASH_RECEIPT_IN or CASH_RECEIPT_REFUND."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    date: str | None = None
    fiscal_storage_number: str | None = None
    document_number: str | None = None
    fiscal_sign: int | None = None
    type: str | None = None
    payment_info: list[ReceiptPayment] = field(default_factory=list)
    shift_no: int | None = None


class Receipts(Reply):
    """The receipts asked for; none at all is an answer too."""

    check_info: list[Receipt] = field(default_factory=list)
