"""All checks that CDEK makes in the background, after it has accepted an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.resources.orders.validation import (
    item_checks,
    money_checks,
    package_checks,
    party_checks,
    route_checks,
    service_checks,
)

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft

_SUBJECTS = (route_checks, party_checks, package_checks, item_checks, money_checks, service_checks)


def check_draft(draft: OrderDraft) -> list[Problem]:
    """Return all errors of an order, each code once. That CDEK finds these late is inferred, not recorded."""
    errors: dict[str, Problem] = {}
    for subject in _SUBJECTS:
        for check in subject.CHECKS:
            for row in check(draft):
                errors.setdefault(row.code, row)
    return list(errors.values())
