"""What CDEK finds wrong with an order that a reverse order is to follow, and with the question whether one could."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.world.reverse_wish import wants_reverse
from cdek_sandbox.world.tariffs import TO_DOOR, delivery_mode, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem
    from cdek_sandbox.core.settings import Contract
    from cdek_sandbox.world.checks.asked import Asked

_REVERSE_GRAMS = 30_000
_WITH_LOCKER = frozenset({"6", "7", "8", "9", "10"})


def ways_closed(contract: Contract, body: Mapping[str, Any]) -> Iterator[Problem]:
    """Why the contract, the tariff and the addresses of this body let no reverse be had."""
    mode = delivery_mode(body)
    if contract.reverse == "forbidden":
        yield problem("ve_as_reverse_contract_forbidden")
    if not is_known(body["tariff_code"]):
        yield problem("ve_reverse_tariff_not_available")
    elif mode in _WITH_LOCKER:
        yield problem("ie_reverse_mode_not_supported")
    elif contract.reverse == "to_door" and mode not in TO_DOOR:
        yield problem("ve_as_reverse_only_to_door")
    if contract.reverse_to == "sender" and not body.get("from_location", {}).get("address"):
        yield problem("ve_as_reverse_sender_address_empty")


def _way(asked: Asked) -> Iterator[Problem]:
    if wants_reverse(asked.body):
        yield from ways_closed(asked.world.settings.contract, asked.body)


def _weight(asked: Asked) -> Iterator[Problem]:
    if wants_reverse(asked.body) and sum(package["weight"] for package in asked.packages) > _REVERSE_GRAMS:
        yield problem("error_internal_reverse_overweight")


CHECKS = (_way, _weight)
