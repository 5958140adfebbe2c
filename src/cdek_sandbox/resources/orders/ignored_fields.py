"""Fields that CDEK drops without refusing the order: invalid e-mail addresses, costs that the recipient may not be asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.resources.orders.order_body import TYPE_DELIVERY
from cdek_sandbox.resources.orders.order_cities import find_recipient_country

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.state import SandboxState

_COSTS = ("delivery_recipient_cost", "delivery_recipient_cost_adv")
# CDEK's rule for addresses is not known: here a name, "@" and a domain of two parts are needed.
_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def remove_ignored_fields(state: SandboxState, change: dict[str, Any], merged_body: Mapping[str, Any]) -> list[Problem]:
    """Remove ignored fields from a change, and return the warnings that CDEK gives.

    Args:
        state: the state of the sandbox.
        change: the body of the request; an update names only a part of the order.
        merged_body: the body that the order is to have.
    """
    if any(name in change for name in _COSTS) and _ignores_costs(state, merged_body):
        for name in _COSTS:
            change.pop(name, None)
    warnings = []
    for contact in ("sender", "recipient"):
        mail = change.get(contact, {}).get("email")
        if mail and not _MAIL.fullmatch(mail):
            warnings.append(problem(f"v2_{contact}_email_ignored", mail))
            del change[contact]["email"]
    return warnings


def _ignores_costs(state: SandboxState, merged_body: Mapping[str, Any]) -> bool:
    """Return whether costs are ignored: in Belarus, and for type 2 unless a setting refuses it."""
    if merged_body.get("type", 1) == TYPE_DELIVERY:
        return state.settings.recipient_cost_of_delivery == "ignored"
    return find_recipient_country(state, merged_body) == "BY"
