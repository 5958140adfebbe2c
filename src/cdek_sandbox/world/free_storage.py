"""The end of an order's free storage. CDEK's schema has the field alone: when it stands and how it is reckoned is a choice."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import World

_AT_OFFICE = frozenset({"ENTERED_TO_PICK_UP_POINT", "ACCEPTED_AT_PICK_UP_POINT", "POSTOMAT_POSTED"})
_DAY = 86_400


def find_free_storage_end(world: World, order: Order) -> float | None:
    """Return until when an order that lies at its pick-up point or locker lies there for free; None: it does not, or no days.

    The days of `free_storage_days` begin with its arrival: the first of its last statuses that are at an office.
    """
    rows = reversed([row for row in order.statuses if not row.deleted])
    moments = [row.moment for row in takewhile(lambda row: row.code in _AT_OFFICE, rows)]
    days = world.settings.free_storage_days
    return moments[-1] + days * _DAY if moments and days else None
