"""The order of the scenarios: an online shop's, from an office to an office."""

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


def wait_for(read_status: Callable[[], str | None], expected: str) -> None:
    """Read a status until it is the expected one, for at most ten seconds. Exit if it is not."""
    for _ in range(100):
        if read_status() == expected:
            print(f"  {expected}")
            return
        time.sleep(0.1)
    raise SystemExit(f"the status did not become {expected}")
