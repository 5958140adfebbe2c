"""Prices: made up, but for those within Moscow and one from there, which are CDEK's own; they never fall with weight or distance."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.reference_data.city_lookup import City, distance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdek_sandbox.reference_data.tariffs import Tariff

_OFFICE = {1: 1.0, 2: 0.8571, 3: 0.8571, 4: 0.6735, 6: 0.83, 7: 0.65, 8: 0.83, 9: 0.65, 10: 0.63}
"""What each mode costs beside door to door."""
_DOUBLE_AT_KM = 2217.63  # with it a recorded card costs what it did: 1315 for 4 kg to Novosibirsk by tariff 139
_ABROAD = 3.0
_STEP_GRAMS = 500
_SIZES = ("length", "width", "height")


class Base(NamedTuple):
    """A price class, in roubles: door to door for half a kilogram in one city, and each half a kilogram more.

    `days` is the time in one city, and `speed` how many kilometres a working day adds.
    """

    first: float
    step: float
    days: tuple[int, int]
    speed: float
    recorded: dict[int, float]


_BASES = {
    "pickup": Base(350.0, 10.0, (1, 2), 2000.0, {2: 300.0}),
    "super_10": Base(1280.0, 60.0, (1, 1), 4000.0, {}),
    "super_12": Base(1080.0, 55.0, (1, 1), 4000.0, {2: 925.68, 3: 925.68}),
    "super_14": Base(980.0, 50.0, (1, 1), 4000.0, {2: 840.0, 3: 840.0, 4: 660.0}),
    "super_16": Base(880.0, 45.0, (1, 1), 4000.0, {2: 754.32, 3: 754.32, 4: 592.73}),
    "super_18": Base(780.0, 40.0, (1, 1), 4000.0, {2: 668.64, 3: 668.64, 4: 525.45}),
    "express": Base(485.0, 25.0, (1, 2), 1500.0, {2: 415.0, 3: 415.0, 4: 325.0}),
    "parcel": Base(440.0, 20.0, (1, 2), 800.0, {2: 295.0, 3: 295.0, 4: 150.0, 6: 285.0, 7: 140.0}),
    "economy": Base(400.0, 12.0, (2, 4), 400.0, {}),
    "cargo": Base(900.0, 8.0, (3, 5), 400.0, {}),
    "international": Base(2500.0, 250.0, (4, 7), 800.0, {}),
}


class Way(NamedTuple):
    """From where to where, and how far."""

    start: City
    end: City
    kilometres: float

    @property
    def in_one_city(self) -> bool:
        """Sent and received in the same city."""
        return self.start is self.end

    @property
    def abroad(self) -> bool:
        """A border is crossed."""
        return self.start.country_code != self.end.country_code


def way(start: City, end: City) -> Way:
    """The way between two cities."""
    return Way(start, end, distance(start, end))


def delivery_price(tariff: Tariff, grams: int, road: Way) -> float:
    """The delivery in roubles, without tax and services."""
    base = _BASES[tariff.service.base]
    first = base.recorded.get(tariff.mode, base.first * _OFFICE[tariff.mode])
    steps = max(0, ceil(grams / _STEP_GRAMS) - 1)
    stretch = (1 + road.kilometres / _DOUBLE_AT_KM) * (_ABROAD if road.abroad else 1.0)
    return round((first + steps * base.step) * stretch, 2)


def delivery_days(tariff: Tariff, road: Way) -> tuple[int, int]:
    """Working days from the hand-over: the least and the most."""
    base = _BASES[tariff.service.base]
    further = ceil(road.kilometres / base.speed) + (5 if road.abroad else 0)
    return base.days[0] + further, base.days[1] + further


def weight_of(grams: int, length: int, width: int, height: int) -> int:
    """The weight that is charged, in grams: by volume where that is more. Sizes in centimetres."""
    return max(grams, ceil(length * width * height / 5))


def charged_weight(packages: Iterable[Mapping[str, Any]]) -> int:
    """The weight that is charged for all packages, in grams."""
    return sum(weight_of(row["weight"], *(row.get(name, 0) for name in _SIZES)) for row in packages)


def vat_of(price: float, rate: int) -> float:
    """The tax on a price; `rate` in percent."""
    return round(price * rate / 100, 2)


def service_sums(price: float, rate: int) -> dict[str, Any]:
    """What CDEK tells of the price of a service."""
    vat = vat_of(price, rate)
    sums = {"sum": price, "total_sum": round(price + vat, 2), "discount_percent": 0, "discount_sum": 0}
    return sums | {"vat_rate": rate, "vat_sum": vat}
