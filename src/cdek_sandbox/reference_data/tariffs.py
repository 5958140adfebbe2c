"""CDEK's tariffs of the appendix of January 2026, and tariff 158, which only its answers name.

`tariff_services.csv` has the services, `tariffs.csv` the codes of their modes, `tariff_lists.json` the lists of the
calculators. The list within one city was recorded, from Moscow to Moscow, in this order. No list between two cities is
recorded: that it has the economy parcels besides is a choice.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from cdek_sandbox.reference_data.loader import FOLDER, read_document, read_table

_LOCKER_MODES = frozenset({6, 7, 8, 9, 10})
FROM_DOOR = frozenset({1, 2, 6})
TO_LOCKER = frozenset({6, 7, 10})


class Service(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `tariff_services.csv`. Weights in kilograms, sides in centimetres; None: CDEK names no limit.

    `locker_weight_max` is the limit of its modes with a locker. `is_mode_named`: CDEK's answers put the mode behind the
    name, its appendix not always.
    """

    name: str
    price_class: str
    group: Literal["shop", "both"]
    weight_min: float = 0.0
    weight_max: float | None = None
    locker_weight_max: float | None = None
    side_max: int | None = None
    is_mode_named: bool = True


class TariffRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `tariffs.csv`: a service in one mode."""

    code: int
    mode: int
    service: str


class TariffLists(Struct, frozen=True, forbid_unknown_fields=True):
    """`tariff_lists.json`. `min_declared`: the least declared value that a tariff insures, in roubles.

    `lockers` are listed only for one package of known sizes that fits a cell. `mode_factors`: the price of a mode as a
    share of that from door to door.
    """

    mode_names: dict[int, str]
    in_one_city: list[int]
    between_cities: list[int]
    lockers: list[int]
    in_one_city_only: set[int]
    between_cities_only: set[int]
    abroad_only: set[int]
    min_declared: dict[int, float]
    mode_factors: dict[int, float]


class Tariff(NamedTuple):
    """One tariff: a service in one mode."""

    code: int
    mode: int
    service: Service

    @property
    def weight_max(self) -> float | None:
        """The heaviest parcel, in kilograms."""
        return self.service.locker_weight_max if self.mode in _LOCKER_MODES else self.service.weight_max

    @property
    def name(self) -> str:
        """The name in CDEK's lists."""
        service = self.service
        return f"{service.name} {LISTS.mode_names[self.mode]}" if service.is_mode_named else service.name


LISTS = read_document(FOLDER / "tariff_lists.json", TariffLists)
SERVICES = {service.name: service for service in read_table(FOLDER / "tariff_services.csv", Service)}
TARIFFS = {
    row.code: Tariff(row.code, row.mode, SERVICES[row.service]) for row in read_table(FOLDER / "tariffs.csv", TariffRow)
}
PARCEL = SERVICES["Посылка"]


def list_modes(service: Service) -> dict[int, int]:
    """Return the codes of a service's tariffs by their modes."""
    return {tariff.mode: tariff.code for tariff in TARIFFS.values() if tariff.service is service}
