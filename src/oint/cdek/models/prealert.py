"""Prealerts: orders announced to the office that will take them (schema GetPrealertResponseDtoPrealertDto)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.envelope import Envelope


class PrealertPackage(Model):
    """A package, and whether it was taken: ACCEPTED, NOT_ACCEPTED, DELETED."""

    package_id: str | None = None
    number: str | None = None
    status: str | None = None


class PrealertOrder(Model):
    """An order of a prealert; `packages` come when it is closed."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    im_number: str | None = None
    packages: list[PrealertPackage] = field(default_factory=list)


class Prealert(Model):
    """A prealert; it has no uuid and no number while CDEK works on it."""

    uuid: str | None = None
    prealert_number: str | None = None
    planned_date: str | None = None
    shipment_point: str | None = None
    closed_date: str | None = None
    fact_shipment_point: str | None = None
    orders: list[PrealertOrder] = field(default_factory=list)


class PrealertAnswer(Envelope):
    """CDEK's answer to GET prealert."""

    entity: Prealert | None = None

    @property
    def usable(self) -> bool:
        """It holds a prealert, or tells what became of the request for one."""
        return self.entity is not None

    @property
    def prealert(self) -> Prealert:
        """The prealert; a usable answer always has one."""
        return self.entity or Prealert()
