"""Delivery modes of orders: by their tariff, as in CDEK's appendix of January 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.reference_data.tariffs import TARIFFS

if TYPE_CHECKING:
    from collections.abc import Mapping

TO_DOOR = frozenset({"1", "3", "8"})
FROM_OFFICE = frozenset({"3", "4", "7"})
TO_LOCKER = frozenset({"6", "7", "10"})


def is_known(tariff_code: int) -> bool:
    """Does CDEK have this tariff?"""
    return tariff_code in TARIFFS


def delivery_mode(body: Mapping[str, Any]) -> str:
    """The delivery mode of an order's body: by its tariff, and by its addresses where the tariff is unknown."""
    known = TARIFFS.get(body["tariff_code"])
    if known is not None:
        return str(known.mode)
    if "delivery_point" in body:
        return "4" if "shipment_point" in body else "2"
    return "3" if "shipment_point" in body else "1"
