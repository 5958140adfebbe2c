"""What CDEK finds wrong with an order by the contract that is to pay for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.settings import SIGNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.world.checks.asked import Asked

_CURRENCY = "RUB"  # of every order here: a request names none


def _status(asked: Asked) -> Iterator[Problem]:
    contract = asked.world.settings.contract
    if contract.named and contract.status != SIGNED:
        yield problem("ve_payer_contract_status_incorrect", contract.status)


def _currency(asked: Asked) -> Iterator[Problem]:
    contract = asked.world.settings.contract
    if contract.currency != _CURRENCY:
        named, unnamed = "ve_currency_not_corresponds_to_contract", "ve_currency_not_corresponds_to_contragent"
        yield problem(named if contract.named else unnamed)


def _services(asked: Asked) -> Iterator[Problem]:
    contract = asked.world.settings.contract
    for code in sorted(asked.services.intersection(contract.forbidden_services)):
        yield problem("ve_as_forbidden", code)
    if "PART_DELIV" in asked.services and not contract.partial_delivery:
        yield problem("ve_as_part_deliv_forbidden")


CHECKS = (_status, _currency, _services)
