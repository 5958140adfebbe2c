"""The order of the stories: an online shop's, from an office to an office."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM = {"name": "Чайник", "ware_key": "kettle-1", "payment": {"value": 0}, "cost": 2500, "weight": 1200, "amount": 1}
PACKAGES = [{"number": "1", "weight": 1200, "length": 30, "width": 20, "height": 10, "items": [ITEM]}]
ORDER: dict[str, Any] = {
    "tariff_code": 136,
    "shipment_point": "MSK65",
    "delivery_point": "NSK1",
    "recipient": {"name": "Покупатель Демонстрационный", "phones": [{"number": "+79000000000"}]},
    "packages": PACKAGES,
}


def until(look: Callable[[], str | None], wanted: str) -> None:
    """Look until it is so; ten seconds at the most."""
    for _ in range(100):
        if look() == wanted:
            print(f"  {wanted}")
            return
        time.sleep(0.1)
    raise SystemExit(f"it never became {wanted}")
