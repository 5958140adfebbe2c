"""The price and the time of a tariff: the rows of the calculators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.reference_data.offices import CELLS
from cdek_sandbox.reference_data.prices import (
    Route,
    build_service_sums,
    calculate_days,
    calculate_price,
    calculate_total_weight,
    calculate_vat,
)
from cdek_sandbox.reference_data.services import calculate_service_price, check_services
from cdek_sandbox.reference_data.tariffs import LISTS, TARIFFS, Tariff
from cdek_sandbox.reference_data.transliteration import Lang, translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.reference_data.currencies import Currency

_SHOP = 1
_GRAMS_IN_KILOGRAM = 1000
_SATURDAY = 5
_SIZES = ("length", "width", "height")


class QuoteRequest(NamedTuple):
    """A decoded call of a calculator; `tariff_code` is 0 if all tariffs are requested."""

    route: Route
    type: int
    packages: Sequence[Mapping[str, int]]
    services: Sequence[Mapping[str, str]]
    currency: Currency
    lang: Lang
    day: date
    vat_rate: int
    tariff_code: int
    forbidden_services: Sequence[str] = ()

    @property
    def grams(self) -> int:
        """Return the charged weight, in grams."""
        return calculate_total_weight(self.packages)


def list_tariffs(request: QuoteRequest) -> Iterator[Tariff]:
    """Return the tariffs of a list, in the order of the recorded one."""
    codes = [*(LISTS.in_one_city if request.route.is_in_one_city else LISTS.between_cities)]
    if len(request.packages) == 1 and _fits_cell(request.packages[0]):
        codes += LISTS.lockers
    if request.route.is_abroad:
        codes += sorted(LISTS.abroad_only)
    return (TARIFFS[code] for code in codes if not check_tariff(TARIFFS[code], request))


def _fits_cell(package: Mapping[str, int]) -> bool:
    sizes = sorted(package.get(name, 0) for name in _SIZES)
    return sizes[0] > 0 and any(
        all(size <= room for size, room in zip(sizes, sorted((cell.width, cell.height, cell.depth)), strict=True))
        for cell in CELLS
    )


def check_tariff(tariff: Tariff, request: QuoteRequest) -> list[Problem]:
    """Return the reasons why this tariff is not available for this parcel."""
    service, route = tariff.service, request.route
    problems = []
    if service.group == "shop" and request.type != _SHOP:
        problems.append(problem("err_invalid_tariff_with_ordertype"))
    kilograms = request.grams / _GRAMS_IN_KILOGRAM
    longest = max((row.get(name, 0) for row in request.packages for name in _SIZES), default=0)
    too_heavy = not service.weight_min <= kilograms <= (tariff.weight_max or float("inf"))
    if too_heavy or longest > (service.side_max or longest):
        problems.append(problem("err_invalid_tariff_with_dimentions"))
    is_wrong_direction = tariff.code in (LISTS.between_cities_only if route.is_in_one_city else LISTS.in_one_city_only)
    # Which directions CDEK does not serve is not recorded: small foreign entries, which have no region, are a choice.
    is_unserved = route.start.region is None or route.end.region is None
    if is_wrong_direction or is_unserved or (tariff.code in LISTS.abroad_only and not route.is_abroad):
        problems.append(problem("err_result_service_empty"))
    return problems


def build_list_row(tariff: Tariff, request: QuoteRequest) -> dict[str, Any]:
    """Build a row of `tarifflist`: no tax, no services."""
    return {
        "tariff_code": tariff.code,
        "tariff_name": translate(tariff.name, request.lang),
        "tariff_description": translate(tariff.service.name, request.lang),
        "delivery_mode": tariff.mode,
        "delivery_sum": _convert_price(tariff, request),
        **_build_times(tariff, request),
    }


def build_price(tariff: Tariff, request: QuoteRequest) -> dict[str, Any]:
    """Build the price of one tariff with tax and services; if a service does not fit it, only `errors`, as recorded."""
    problems = check_services(tariff.code, request.services, request.forbidden_services)
    if problems:
        return {"errors": problems}
    delivery = _convert_price(tariff, request)
    services = [_build_service(row, request) for row in request.services]
    total = delivery + calculate_vat(delivery, request.vat_rate) + sum(row["total_sum"] for row in services)
    return {
        "delivery_sum": delivery,
        **_build_times(tariff, request),
        "weight_calc": request.grams,
        "services": services,
        "total_sum": round(total, 2),
        "currency": request.currency.letters,
    }


def _convert_price(tariff: Tariff, request: QuoteRequest) -> float:
    return request.currency.convert(calculate_price(tariff, request.grams, request.route))


def _build_service(row: Mapping[str, str], request: QuoteRequest) -> dict[str, Any]:
    price = request.currency.convert(calculate_service_price(row))
    return {"code": row["code"].upper(), **build_service_sums(price, request.vat_rate)}


def _build_times(tariff: Tariff, request: QuoteRequest) -> dict[str, Any]:
    days_min, days_max = calculate_days(tariff, request.route)
    first, last = _add_working_days(request.day, days_min), _add_working_days(request.day, days_max)
    return {
        "period_min": days_min,
        "period_max": days_max,
        "calendar_min": (first - request.day).days,
        "calendar_max": (last - request.day).days,
        "delivery_date_range": {"min": first.isoformat(), "max": last.isoformat()},
    }


def _add_working_days(day: date, working_days: int) -> date:
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < _SATURDAY
    return day
