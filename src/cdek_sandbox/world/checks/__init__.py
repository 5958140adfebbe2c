"""What CDEK's back office finds wrong with an order after it was accepted: one module a subject, one small check a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.world.checks import (
    contacts,
    contract,
    goods,
    labels,
    lockers,
    money,
    offices,
    packages,
    parties,
    phones,
    reverse,
    services,
    tariffs,
    vat,
)

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_SUBJECTS = (
    offices,
    tariffs,
    contacts,
    phones,
    parties,
    packages,
    goods,
    labels,
    money,
    vat,
    lockers,
    services,
    reverse,
    contract,
)


def body_problems(asked: Asked) -> list[Problem]:
    """Everything wrong with an order, each code once. That these are found late is inferred, not recorded."""
    found: dict[str, Problem] = {}
    for subject in _SUBJECTS:
        for check in subject.CHECKS:
            for row in check(asked):
                found.setdefault(row.code, row)
    return list(found.values())
