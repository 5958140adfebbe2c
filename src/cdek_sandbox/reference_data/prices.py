"""Prices rise with weight and distance. Those within Moscow and one from there are CDEK's, the others are invented."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from cdek_sandbox.reference_data.cities import City, measure_distance
from cdek_sandbox.reference_data.loader import FOLDER, read_table
from cdek_sandbox.reference_data.tariffs import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdek_sandbox.reference_data.tariffs import Tariff

_DOUBLE_AT_KM = 2217.63  # with it a recorded card costs what it did: 1315 for 4 kg to Novosibirsk by tariff 139
_ABROAD_FACTOR = 3.0
_ABROAD_DAYS = 5
_STEP_GRAMS = 500
_SIZES = ("length", "width", "height")


class PriceClass(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `price_classes.csv`, in roubles: door to door for half a kilogram in one city, and each further half.

    `days_min` to `days_max` is the time in one city, `km_a_day` the distance for which a working day is added.
    """

    name: str
    first: float
    step: float
    days_min: int
    days_max: int
    km_a_day: float


class RecordedPrice(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `recorded_prices.csv`: what half a kilogram costs in one city in a mode, from CDEK's answers."""

    price_class: str
    mode: int
    price: float


_CLASSES = {row.name: row for row in read_table(FOLDER / "price_classes.csv", PriceClass)}
_RECORDED = {
    (row.price_class, row.mode): row.price for row in read_table(FOLDER / "recorded_prices.csv", RecordedPrice)
}


class Route(NamedTuple):
    """Two cities and the distance between them."""

    start: City
    end: City
    kilometres: float

    @property
    def is_in_one_city(self) -> bool:
        """Whether the parcel is sent and received in the same city."""
        return self.start is self.end

    @property
    def is_abroad(self) -> bool:
        """Whether a border is crossed."""
        return self.start.country_code != self.end.country_code


def build_route(start: City, end: City) -> Route:
    """Build the route between two cities."""
    return Route(start, end, measure_distance(start, end))


def calculate_price(tariff: Tariff, grams: int, route: Route) -> float:
    """Return the price of the delivery in roubles, without tax and services."""
    base, mode = _CLASSES[tariff.service.price_class], tariff.mode
    first = _RECORDED.get((base.name, mode), base.first * LISTS.mode_factors[mode])
    steps = max(0, ceil(grams / _STEP_GRAMS) - 1)
    factor = (1 + route.kilometres / _DOUBLE_AT_KM) * (_ABROAD_FACTOR if route.is_abroad else 1.0)
    return round((first + steps * base.step) * factor, 2)


def calculate_days(tariff: Tariff, route: Route) -> tuple[int, int]:
    """Return the working days from the hand-over, at least and at most."""
    base = _CLASSES[tariff.service.price_class]
    further = ceil(route.kilometres / base.km_a_day) + (_ABROAD_DAYS if route.is_abroad else 0)
    return base.days_min + further, base.days_max + further


def calculate_weight(grams: int, length: int, width: int, height: int) -> int:
    """Return the weight that is charged, in grams: by volume where that is more. Sizes in centimetres."""
    return max(grams, ceil(length * width * height / 5))


def calculate_total_weight(packages: Iterable[Mapping[str, Any]]) -> int:
    """Return the weight that is charged for all packages, in grams."""
    return sum(calculate_weight(row["weight"], *(row.get(name, 0) for name in _SIZES)) for row in packages)


def calculate_vat(price: float, rate: int) -> float:
    """Return the tax on a price; `rate` in percent."""
    return round(price * rate / 100, 2)


def build_service_sums(price: float, rate: int) -> dict[str, Any]:
    """Build the sums that CDEK shows of the price of a service."""
    vat = calculate_vat(price, rate)
    sums = {"sum": price, "total_sum": round(price + vat, 2), "discount_percent": 0, "discount_sum": 0}
    return sums | {"vat_rate": rate, "vat_sum": vat}
