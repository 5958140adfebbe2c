"""Registries of cash on delivery (schema RegistriesResponseDto). Sums in roubles."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.reply import Reply


class RegistryOrder(Model):
    """An order in a registry."""

    cdek_number: str | None = None
    transfer_sum: float | None = None
    payment_sum: float | None = None
    total_sum_without_agent: float | None = None
    agent_commission_sum: float | None = None
    basis_type: str | None = None


class Registry(Model):
    """A registry of money paid out to the shop."""

    registry_number: int | None = None
    payment_date: str | None = None
    sum: float | None = None
    payment_order_number: str | None = None
    orders: list[RegistryOrder] = field(default_factory=list)
    date_created: str | None = None


class Registries(Reply):
    """The registries of a day; none at all is an answer too."""

    registries: list[Registry] = field(default_factory=list)
