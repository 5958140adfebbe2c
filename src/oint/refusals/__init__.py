"""Refusals with an outcome: each is followed to CDEK's verdict, and an ACCEPTED is never taken for done.

from oint.cdek import Account, Client
from oint.refusals import register_refusal

with Client(Account("...", "...")) as cdek:
    outcome = register_refusal(cdek, "1106625424", wait=60)
print(outcome.state, outcome.return_number)
"""

from __future__ import annotations

from oint.refusals.outcome import Outcome
from oint.refusals.register import By, PollingPolicy, register_refusal
from oint.refusals.states import State, Transition
from oint.refusals.verdicts import Advice

__all__ = ["Advice", "By", "Outcome", "PollingPolicy", "State", "Transition", "register_refusal"]
