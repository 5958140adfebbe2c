"""Additional services of CDEK's appendix (`services.csv`) and their conflicts. Prices are invented except for insurance."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.reference_data.loader import FOLDER, read_table
from cdek_sandbox.reference_data.tariffs import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdek_sandbox.core.entities import Problem

Unit = Literal["once", "each", "share"]


class AdditionalService(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `services.csv`. `price` is in roubles: once, for each of the parameter, or a share of it."""

    code: str
    name: str
    price: float
    unit: Unit = "once"


INSURANCE = "INSURANCE"
_NAMELESS = AdditionalService("", "", 50, "each")
"""A service that the appendix does not have, and a card shows all the same: the price is that of a recorded package."""
ADDITIONAL_SERVICES = {row.code: row for row in read_table(FOLDER / "services.csv", AdditionalService)}
_MAX_AMOUNT = 50_000_000.0
FORBIDDEN = frozenset({"ANOTHER"})
_CONFLICTS = (
    ({"GET_UP_FLOOR_BY_HAND", "GET_UP_FLOOR_BY_ELEVATOR"}, "err_addservice_getup_floor_elevator"),
    (
        {"BAN_ATTACHMENT_INSPECTION", "TRYING_ON"},
        "err_addservice_ban_attachment_inspection_incompatible_trying_on",
    ),
    (
        {"BAN_ATTACHMENT_INSPECTION", "PART_DELIV"},
        "err_addservice_ban_attachment_inspection_incompatible_part_deliv",
    ),
)


def check_services(
    tariff_code: int, services: Sequence[Mapping[str, str]], forbidden: Sequence[str] = ()
) -> list[Problem]:
    """Return what CDEK refuses in these services with this tariff; `forbidden` are those that the contract lacks."""
    codes = [row.get("code", "").upper() for row in services]
    problems = [problem("ve_as_forbidden", code) for code in codes if code in FORBIDDEN]
    unavailable = (code for code in codes if code in forbidden or code not in ADDITIONAL_SERVICES.keys() | FORBIDDEN)
    problems += [problem("ve_additional_service_unavailable", code) for code in unavailable]
    problems += [problem(code) for pair, code in _CONFLICTS if pair <= set(codes)]
    min_declared = LISTS.min_declared.get(tariff_code, 0.0)
    declared = [read_amount(row) for row in services if row.get("code", "").upper() == INSURANCE]
    if any(value < min_declared for value in declared):
        problems.append(problem("ve_as_insurance_min_declared_cost", f"{min_declared:.0f}"))
    return problems


def calculate_service_price(row: Mapping[str, str]) -> float:
    """Return the price of a service in roubles, without tax, also of one outside the appendix.

    Goods declared at one rouble or less are insured for nothing.
    """
    service, number = ADDITIONAL_SERVICES.get(row.get("code", "").upper(), _NAMELESS), read_amount(row)
    if service.unit == "share":
        return round(service.price * number, 2) if number > 1 else 0.0
    return round(service.price * (number if service.unit == "each" else 1.0), 2)


def read_amount(row: Mapping[str, str]) -> float:
    """Read the parameter of a service as a number: absent or invalid counts as one."""
    try:
        number = float(row.get("parameter", "1").replace(",", "."))
    except ValueError:
        return 1.0
    return min(number, _MAX_AMOUNT) if isfinite(number) and number >= 0 else 1.0
