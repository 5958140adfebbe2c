"""What CDEK finds wrong with the additional services of an order."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.reference_data.services import ADDITIONAL_SERVICES, FORBIDDEN, INSURANCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_KOPECK = 0.01
# Not in the appendix, yet seen in clients of CDEK's; the first, priced, on the test host too.
_UNDOCUMENTED = frozenset(
    {
        *("SECURE_PACKAGE_A2", "SECURE_PACKAGE_A3", "SECURE_PACKAGE_A4", "SECURE_PACKAGE_A5", "PACKAGE_1"),
        *("CARTON_BOX_500GR", "CARTON_BOX_1KG", "CARTON_BOX_15KG", "CARTON_BOX_S", "CARTON_BOX_L"),
        *("REVERSE", "CALL", "GRID_TREE"),
    }
)
_EXCLUSIVE = {
    "ve_as_get_up_floor_any_checked": ("GET_UP_FLOOR_BY_HAND", "GET_UP_FLOOR_BY_ELEVATOR"),
    "err_addservice_ban_attachment_inspection_incompatible_part_deliv": ("BAN_ATTACHMENT_INSPECTION", "PART_DELIV"),
    "err_addservice_ban_attachment_inspection_incompatible_trying_on": ("BAN_ATTACHMENT_INSPECTION", "TRYING_ON"),
}


def _exclusive(asked: Asked) -> Iterator[Problem]:
    for code, together in _EXCLUSIVE.items():
        if asked.services.issuperset(together):
            yield problem(code)


def _partial(asked: Asked) -> Iterator[Problem]:
    pieces = sum(item["amount"] for item in asked.items)
    if "PART_DELIV" in asked.services and pieces == 1:
        yield problem("error_validate_additional_service_param_cant_part_deliv_one_good")
    if "PART_DELIV" in asked.services and pieces == 0:
        yield problem("ve_as_part_deliv_count")


def _known(asked: Asked) -> Iterator[Problem]:
    for code in sorted(asked.services):
        if code in FORBIDDEN:
            yield problem("ve_as_forbidden", code)
        elif code not in ADDITIONAL_SERVICES and code not in _UNDOCUMENTED:
            yield problem("error_validate_additional_service_param_unsupported_param")


def _insured(asked: Asked) -> Iterator[Problem]:
    """The declared value that a delivery is insured for: absent it is one, given it is that of the goods, if any."""
    rows = [row for row in asked.body.get("services", ()) if row.get("code") == INSURANCE and row.get("parameter")]
    goods = sum(item["cost"] * item["amount"] for item in asked.items)
    for value in map(_declared, rows):
        if value is None:
            yield problem(
                "error_validate_additional_service_param_declared_cost_is_required", ADDITIONAL_SERVICES[INSURANCE].name
            )
        elif asked.items and abs(value - goods) >= _KOPECK:
            yield problem("error_validate_declared_cost_of_insurance_not_eq_to_dc_of_goods")


def _declared(row: Mapping[str, str]) -> float | None:
    try:
        value = float(row["parameter"].replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) else None


CHECKS = (_exclusive, _partial, _known, _insured)
