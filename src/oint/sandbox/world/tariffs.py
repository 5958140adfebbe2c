"""Delivery modes by tariff code, as in CDEK's appendix of January 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TARIFFS_OF_MODE = {
    "1": (3, 7, 8, 19, 57, 58, 59, 60, 61, 121, 139, 184, 231, 293, 480, 533, 676, 686, 696, 706, 716, 748, 2261, 2360, 2483),
    "2": (123, 138, 158, 187, 232, 295, 481, 534, 677, 687, 697, 707, 717, 749, 777, 786, 795, 804, 2262, 2321),
    "3": (122, 137, 186, 233, 294, 482, 535, 678, 688, 698, 708, 718, 750, 778, 787, 796, 805, 2263, 2322),
    "4": (62, 136, 185, 234, 291, 358, 483, 536, 679, 689, 699, 709, 719, 751, 779, 788, 797, 806, 2264, 2323, 2485, 2536),
    "6": (366, 485, 497, 509, 2266),
    "7": (368, 378, 486, 498, 510, 722, 2267),
    "8": (605,),
    "9": (606,),
    "10": (607,),
}  # fmt: skip
_MODE_OF_TARIFF = {tariff: mode for mode, tariffs in _TARIFFS_OF_MODE.items() for tariff in tariffs}
TO_DOOR = frozenset({"1", "3", "8"})


def is_known(tariff_code: int) -> bool:
    """Does CDEK have this tariff?"""
    return tariff_code in _MODE_OF_TARIFF


def delivery_mode(body: Mapping[str, Any]) -> str:
    """The delivery mode of an order's body: by its tariff, and by its addresses where the tariff is unknown."""
    known = _MODE_OF_TARIFF.get(body["tariff_code"])
    if known is not None:
        return known
    if "delivery_point" in body:
        return "4" if "shipment_point" in body else "2"
    return "3" if "shipment_point" in body else "1"
