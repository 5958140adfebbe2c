"""Refusals with an outcome: each is followed to CDEK's verdict, and an ACCEPTED is never taken for done.

from oint.cdek import Account, Client
from oint.refusals import register_refusal

with Client(Account("...", "...")) as cdek:
    outcome = register_refusal(cdek, "1106625424", wait=60)
print(outcome.state, outcome.return_number)

The names below are loaded where they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.refusals.outcome import Outcome as Outcome
    from oint.refusals.register import PollingPolicy as PollingPolicy
    from oint.refusals.register import register_refusal as register_refusal
    from oint.refusals.settings import By as By
    from oint.refusals.states import State as State
    from oint.refusals.states import Transition as Transition
    from oint.refusals.verdicts import Advice as Advice

_HOMES = {
    "outcome": ("Outcome",),
    "register": ("PollingPolicy", "register_refusal"),
    "settings": ("By",),
    "states": ("State", "Transition"),
    "verdicts": ("Advice",),
}
__all__ = [  # noqa: PLE0604 - names of _HOMES; a test freezes the list
    *(name for names in _HOMES.values() for name in names),
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"oint.refusals.{home}"), name)
    raise AttributeError(f"module 'oint.refusals' has no attribute {name!r}")
