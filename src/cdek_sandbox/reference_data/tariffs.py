"""CDEK's tariffs of the appendix of January 2026, and tariff 158, which only its answers name."""

from __future__ import annotations

from typing import Literal, NamedTuple

Group = Literal["shop", "both"]


class Service(NamedTuple):
    """One service in its delivery modes. Weights in kilograms, sides in centimetres; `base`: the price class in `prices`.

    `locker_max` is the limit of its modes with a locker. None: CDEK names no limit.
    """

    name: str
    base: str
    group: Group
    codes: dict[int, int]
    weight_max: float | None = None
    weight_min: float = 0.0
    named: bool = True
    locker_max: float | None = None
    side_max: int | None = None


class Tariff(NamedTuple):
    """One tariff: a service in one mode."""

    code: int
    mode: int
    service: Service

    @property
    def weight_max(self) -> float | None:
        """The heaviest parcel, in kilograms."""
        return self.service.locker_max if self.mode in _LOCKER_MODES else self.service.weight_max

    @property
    def name(self) -> str:
        """The name of the lists: CDEK's answers put the mode behind, its appendix not always."""
        service = self.service
        return f"{service.name} {MODE_NAMES[self.mode]}" if service.named else service.name


MODE_NAMES = {
    1: "дверь-дверь",
    2: "дверь-склад",
    3: "склад-дверь",
    4: "склад-склад",
    6: "дверь-постамат",
    7: "склад-постамат",
    8: "постамат-дверь",
    9: "постамат-склад",
    10: "постамат-постамат",
}
_LOCKER_MODES = frozenset({6, 7, 8, 9, 10})
FROM_DOOR = frozenset({1, 2, 6})
TO_LOCKER = frozenset({6, 7, 10})


def _four(door_door: int, door_office: int, office_door: int, office_office: int, **more: int) -> dict[int, int]:
    four = {1: door_door, 2: door_office, 3: office_door, 4: office_office}
    return four | {int(mode.removeprefix("mode")): code for mode, code in more.items()}


PARCEL = Service("Посылка", "parcel", "shop", _four(139, 138, 137, 136, mode6=366, mode7=368), 50, locker_max=30)
ECONOMY_PARCEL = Service(
    "Экономичная посылка", "economy", "shop", _four(231, 232, 233, 234, mode7=378), 50, locker_max=30
)
EXPRESS = Service(
    "Экспресс", "express", "both", _four(480, 481, 482, 483, mode6=485, mode7=486, mode8=605, mode9=606, mode10=607)
)
SUPER_12 = Service("Супер-экспресс до 12", "super_12", "both", _four(59, 777, 778, 779), 30)
SUPER_14 = Service("Супер-экспресс до 14", "super_14", "both", _four(60, 786, 787, 788), 30)
SUPER_16 = Service("Супер-экспресс до 16", "super_16", "both", _four(61, 795, 796, 797), 30)
SUPER_18 = Service("Супер-экспресс до 18", "super_18", "both", _four(3, 804, 805, 806, mode7=722), 30, locker_max=30)
PICKUP = Service("Забор груза", "pickup", "both", {2: 158})
SERVICES = (
    PICKUP,
    SUPER_12,
    SUPER_14,
    SUPER_16,
    EXPRESS,
    SUPER_18,
    PARCEL,
    ECONOMY_PARCEL,
    Service("Международный экспресс документы", "international", "shop", {1: 7}, 5),
    Service("Международный экспресс грузы", "international", "shop", {1: 8}, 30),
    Service("E-com Express", "express", "shop", _four(293, 295, 294, 291, mode6=509, mode7=510), 500),
    Service("E-com Standard", "parcel", "shop", _four(184, 187, 186, 185, mode6=497, mode7=498)),
    Service("Documents Express", "express", "shop", _four(2261, 2262, 2263, 2264, mode6=2266, mode7=2267), named=False),
    Service("Экономичный экспресс", "economy", "shop", _four(19, 2321, 2322, 2323), side_max=300),
    Service("Доставка день в день", "super_12", "shop", {1: 2360}, 25, named=False, side_max=50),
    Service("Один офис (ИМ)", "economy", "both", {4: 2536}, 30, named=False),
    Service("Фулфилмент выдача", "economy", "both", {4: 358}, named=False),
    Service("E-com Express.", "express", "shop", {1: 2483, 4: 2485}, 500, named=False),
    Service("Супер-экспресс до 9", "super_10", "both", {1: 57}, 30),
    Service("Супер-экспресс до 10", "super_10", "both", {1: 58}, 30),
    Service("Магистральный экспресс", "economy", "both", _four(121, 123, 122, 62)),
    Service("Сборный груз", "cargo", "both", _four(748, 749, 750, 751), 100_000, 70),
    Service("Супер-экспресс до 10.00", "super_10", "both", _four(676, 677, 678, 679), 30),
    Service("Супер-экспресс до 12.00", "super_12", "both", _four(686, 687, 688, 689), 30),
    Service("Супер-экспресс до 14.00", "super_14", "both", _four(696, 697, 698, 699), 30),
    Service("Супер-экспресс до 16.00", "super_16", "both", _four(706, 707, 708, 709), 30),
    Service("Супер-экспресс до 18.00", "super_18", "both", _four(716, 717, 718, 719), 30),
    Service("СДЭК документы", "parcel", "both", _four(533, 534, 535, 536), 0.5),
)
TARIFFS = {code: Tariff(code, mode, service) for service in SERVICES for mode, code in service.codes.items()}
IN_ONE_CITY = (
    *(158, 59, 777, 778, 60, 786, 787, 788, 61, 795, 796, 797, 480, 481, 482, 483, 3, 804, 805, 806),
    *(139, 138, 137, 136),
)
"""The tariffs that a recorded list from Moscow to Moscow had, in its order."""
BETWEEN_CITIES = (*IN_ONE_CITY, 231, 232, 233, 234)
"""No list between two cities is recorded: the economy parcels besides are a choice."""
LOCKERS = (366, 368, 378, 485, 486)
"""Listed only for one package whose sizes are known and fit a cell."""
ONE_CITY_ONLY = frozenset({2360, 2536})
BETWEEN_CITIES_ONLY = frozenset({231, 232, 233, 234, 378})
ABROAD_ONLY = frozenset({7, 8})
MIN_DECLARED = {2360: 3000.0}
"""The least declared value that a tariff insures, in roubles, as CDEK's answers told."""
