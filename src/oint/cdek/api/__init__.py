"""CDEK's API, a file for each resource: functions that build requests, and the models of the responses. No I/O.

A function turns its arguments into a `Request`, after a check; a client sends it. A module is loaded when it is first
used, so that a refusal loads no offices.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oint.cdek.api import calculator as calculator
    from oint.cdek.api import delivery as delivery
    from oint.cdek.api import deliverypoints as deliverypoints
    from oint.cdek.api import intakes as intakes
    from oint.cdek.api import international as international
    from oint.cdek.api import location as location
    from oint.cdek.api import oauth as oauth
    from oint.cdek.api import orders as orders
    from oint.cdek.api import passport as passport
    from oint.cdek.api import payments as payments
    from oint.cdek.api import photos as photos
    from oint.cdek.api import prealerts as prealerts
    from oint.cdek.api import print_forms as print_forms
    from oint.cdek.api import receipts as receipts
    from oint.cdek.api import registries as registries
    from oint.cdek.api import reverse as reverse
    from oint.cdek.api import webhooks as webhooks


def __getattr__(name: str) -> Any:
    """Load the module of a resource."""
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from error
