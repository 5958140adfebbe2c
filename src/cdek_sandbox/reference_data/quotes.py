"""What one tariff costs and how long it takes: the rows of the calculators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.reference_data.office_facts import CELLS
from cdek_sandbox.reference_data.prices import (
    Way,
    charged_weight,
    delivery_days,
    delivery_price,
    service_sums,
    vat_of,
)
from cdek_sandbox.reference_data.services import extra_price, wrong_services
from cdek_sandbox.reference_data.tariffs import (
    ABROAD_ONLY,
    BETWEEN_CITIES,
    BETWEEN_CITIES_ONLY,
    IN_ONE_CITY,
    LOCKERS,
    ONE_CITY_ONLY,
    TARIFFS,
    Tariff,
)
from cdek_sandbox.reference_data.transliteration import Lang, in_language
from cdek_sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cdek_sandbox.reference_data.currencies import Currency
    from cdek_sandbox.world.entities import Problem

_SHOP = 1
_GRAMS = 1000
_SATURDAY = 5
_SIZES = ("length", "width", "height")


class Question(NamedTuple):
    """A call of a calculator, understood; `tariff_code` is 0 where all tariffs are asked for."""

    road: Way
    type: int
    packages: Sequence[Mapping[str, int]]
    services: Sequence[Mapping[str, str]]
    currency: Currency
    lang: Lang
    day: date
    vat_rate: int
    tariff_code: int

    @property
    def grams(self) -> int:
        """The weight that is charged."""
        return charged_weight(self.packages)


def offered(question: Question) -> Iterator[Tariff]:
    """The tariffs of a list, in the order of the recorded one."""
    codes = [*(IN_ONE_CITY if question.road.in_one_city else BETWEEN_CITIES)]
    if len(question.packages) == 1 and _fits_locker(question.packages[0]):
        codes += LOCKERS
    if question.road.abroad:
        codes += sorted(ABROAD_ONLY)
    return (TARIFFS[code] for code in codes if not refusals(TARIFFS[code], question))


def _fits_locker(package: Mapping[str, int]) -> bool:
    sizes = sorted(package.get(name, 0) for name in _SIZES)
    return sizes[0] > 0 and any(
        all(size <= room for size, room in zip(sizes, sorted(cell), strict=True)) for cell in CELLS
    )


def refusals(tariff: Tariff, question: Question) -> list[Problem]:
    """Why this tariff cannot be had for this parcel."""
    service, road = tariff.service, question.road
    problems = []
    if service.group == "shop" and question.type != _SHOP:
        problems.append(problem("err_invalid_tariff_with_ordertype"))
    kilograms = question.grams / _GRAMS
    longest = max((row.get(name, 0) for row in question.packages for name in _SIZES), default=0)
    too_heavy = not service.weight_min <= kilograms <= (tariff.weight_max or float("inf"))
    if too_heavy or longest > (service.side_max or longest):
        problems.append(problem("err_invalid_tariff_with_dimentions"))
    elsewhere = tariff.code in (BETWEEN_CITIES_ONLY if road.in_one_city else ONE_CITY_ONLY)
    # Which directions CDEK does not serve is not recorded: small foreign entries, which have no region, are a choice.
    unserved = road.start.region is None or road.end.region is None
    if elsewhere or unserved or (tariff.code in ABROAD_ONLY and not road.abroad):
        problems.append(problem("err_result_service_empty"))
    return problems


def list_row(tariff: Tariff, question: Question) -> dict[str, Any]:
    """A row of `tarifflist`: no tax, no services."""
    return {
        "tariff_code": tariff.code,
        "tariff_name": in_language(tariff.name, question.lang),
        "tariff_description": in_language(tariff.service.name, question.lang),
        "delivery_mode": tariff.mode,
        "delivery_sum": _delivery(tariff, question),
        **_times(tariff, question),
    }


def whole_price(tariff: Tariff, question: Question) -> dict[str, Any]:
    """The price of one tariff with tax and services; services that do not go with it are told in `errors`."""
    delivery = _delivery(tariff, question)
    wrong = wrong_services(tariff.code, question.services)
    services = [] if wrong else [_service(row, question) for row in question.services]
    total = delivery + vat_of(delivery, question.vat_rate) + sum(row["total_sum"] for row in services)
    return {
        "delivery_sum": delivery,
        **_times(tariff, question),
        "weight_calc": question.grams,
        "services": services,
        "total_sum": round(total, 2),
        "currency": question.currency.letters,
        **({"errors": wrong} if wrong else {}),
    }


def _delivery(tariff: Tariff, question: Question) -> float:
    return question.currency.of(delivery_price(tariff, question.grams, question.road))


def _service(row: Mapping[str, str], question: Question) -> dict[str, Any]:
    price = question.currency.of(extra_price(row))
    return {"code": row["code"].upper(), **service_sums(price, question.vat_rate)}


def _times(tariff: Tariff, question: Question) -> dict[str, Any]:
    least, most = delivery_days(tariff, question.road)
    first, last = _after(question.day, least), _after(question.day, most)
    return {
        "period_min": least,
        "period_max": most,
        "calendar_min": (first - question.day).days,
        "calendar_max": (last - question.day).days,
        "delivery_date_range": {"min": first.isoformat(), "max": last.isoformat()},
    }


def _after(day: date, working_days: int) -> date:
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < _SATURDAY
    return day
