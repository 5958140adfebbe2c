"""Every API operation as a pure function: arguments -> Request[T]. No sockets, no clock.

The modules below are loaded where they are first used: who refuses orders needs no offices.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oint.cdek.operations import calculator as calculator
    from oint.cdek.operations import checks as checks
    from oint.cdek.operations import delivery as delivery
    from oint.cdek.operations import deliverypoints as deliverypoints
    from oint.cdek.operations import intakes as intakes
    from oint.cdek.operations import international as international
    from oint.cdek.operations import location as location
    from oint.cdek.operations import oauth as oauth
    from oint.cdek.operations import orders as orders
    from oint.cdek.operations import passport as passport
    from oint.cdek.operations import payments as payments
    from oint.cdek.operations import photos as photos
    from oint.cdek.operations import prealert as prealert
    from oint.cdek.operations import printing as printing
    from oint.cdek.operations import registries as registries
    from oint.cdek.operations import reverse as reverse
    from oint.cdek.operations import webhooks as webhooks

MODULES = (
    *("orders", "reverse", "intakes", "delivery", "printing", "prealert", "photos", "passport", "calculator"),
    *("deliverypoints", "location", "checks", "registries", "payments", "international", "webhooks", "oauth"),
)


def __getattr__(name: str) -> Any:
    if name in MODULES:
        return import_module(f"oint.cdek.operations.{name}")
    raise AttributeError(f"module 'oint.cdek.operations' has no attribute {name!r}")
