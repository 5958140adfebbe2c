"""What CDEK finds wrong with the additional services of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.sandbox.world.checks.asked import Asked
    from oint.sandbox.world.entities import Problem

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
    if "PART_DELIV" in asked.services and sum(item["amount"] for item in asked.items) == 1:
        yield problem("error_validate_additional_service_param_cant_part_deliv_one_good")


CHECKS = (_exclusive, _partial)
