"""What CDEK finds wrong with the tariff of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.reference_data.cities import find_city
from cdek_sandbox.reference_data.tariffs import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked


def _retired(asked: Asked) -> Iterator[Problem]:
    """No order was recorded with a tariff that the calculator calls outdated: this code is the one that fits."""
    if asked.body["tariff_code"] in asked.world.settings.outdated_tariffs:
        yield problem("err_invalid_tariff_with_datetimeordersend")


def _direction(asked: Asked) -> Iterator[Problem]:
    start, end = (find_city(asked.body.get(name, {})) for name in ("from_location", "to_location"))
    if start is None or end is None:
        return
    code, at_home = asked.body["tariff_code"], start.country_code == end.country_code
    elsewhere = code in (LISTS.between_cities_only if start is end else LISTS.in_one_city_only)
    if elsewhere or (at_home and code in LISTS.abroad_only):
        yield problem("error_validate_tariff_not_supported_for_this_direction")


CHECKS = (_retired, _direction)
