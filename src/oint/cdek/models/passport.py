"""Whether passport data suffice (schema PassportResponseDto)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.reply import Reply


class Passport(Model):
    """Whether the data of `client`, SENDER or RECEIVER, suffice for customs."""

    client: str | None = None
    passport_requirements_satisfied: bool | None = None


class PassportOrder(Model):
    """The people of an order."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    passport: list[Passport] = field(default_factory=list)


class Passports(Reply):
    """Whether passport data suffice, an order each."""

    orders: list[PassportOrder] = field(default_factory=list)
