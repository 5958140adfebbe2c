"""One office of CDEK or of a partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cdek_sandbox.reference_data.cities import City


class Hours(Struct, frozen=True, forbid_unknown_fields=True):
    """When an office is open: on weekdays, Saturday and Sunday; None: closed."""

    text: str
    weekday: str
    saturday: str | None = None
    sunday: str | None = None


class Cell(Struct, frozen=True, array_like=True):
    """The size of a locker's cell, in centimetres."""

    width: float
    height: float
    depth: float


class Office(Struct, kw_only=True):
    """An office or a locker. Sizes in centimetres, weights in kilograms; None: no limit, or no such key."""

    code: str
    uuid: str
    city: City
    postal_code: str
    street: str
    latitude: float
    longitude: float
    hours: Hours
    phones: tuple[str, ...]
    type: str = "PVZ"
    owner_code: str = "CDEK"
    comment: str | None = None
    metro: str | None = None
    images: int = 0
    site: bool = False
    status: bool = True
    is_handout: bool = True
    is_reception: bool = True
    is_dressing_room: bool = True
    is_marketplace: bool | None = None
    is_ltl: bool = False
    have_cashless: bool = True
    have_cash: bool = True
    have_fast_payment_system: bool = False
    fulfillment: bool = False
    ltl_acceptance_partners: bool = False
    ltl_issuance_partners: bool = False
    weight_min: float = 0.0
    weight_max: float | None = None
    cells: tuple[Cell, ...] = ()

    @property
    def take_only(self) -> bool:
        """Whether it only hands parcels out."""
        return not self.is_reception

    @property
    def allowed_cod(self) -> bool:
        """Whether it takes money for the shop."""
        return self.have_cash or self.have_cashless
