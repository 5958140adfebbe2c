"""Fault rules: which calls are hit. The first rule that matches is the one applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from oint.sandbox.faults.actions import Action, Cut, Drip

if TYPE_CHECKING:
    from oint.sandbox.world.dice import Dice


class FaultRule(Struct, kw_only=True, forbid_unknown_fields=True):
    """`skip` matching calls pass, then the dice give each the `share`, at most `times` of them are hit."""

    action: Action
    operation: str = "*"
    uuid: str | None = None
    when: Literal["before", "after"] = "before"
    times: Annotated[int, Meta(ge=1)] | None = None
    skip: Annotated[int, Meta(ge=0)] = 0
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0

    def matches(self, operation: str, uuid: str) -> bool:
        """Is this call meant?"""
        return self.operation in {"*", operation} and (self.uuid is None or self.uuid.lower() == uuid)


class Faults:
    """The rules in force, in the order in which they were added."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    def add(self, fields: Any, operations: frozenset[str]) -> FaultRule:
        """Add a rule given as JSON.

        Raises:
            msgspec.ValidationError: a field that is unknown or of the wrong form.
        """
        rule = msgspec.convert(fields, FaultRule)
        if rule.operation not in operations | {"*"}:
            names = ", ".join(sorted(operations))
            raise msgspec.ValidationError(f"unknown operation {rule.operation!r}: one of {names}, or *")
        if isinstance(rule.action, Cut | Drip):
            rule.when = "after"  # both send the real answer, so the work is done first
        self.rules.append(rule)
        return rule

    def choose(self, operation: str, uuid: str, dice: Dice) -> FaultRule | None:
        """The rule that hits this call."""
        for rule in self.rules:
            if rule.matches(operation, uuid) and self._hits(rule, dice):
                return rule
        return None

    def _hits(self, rule: FaultRule, dice: Dice) -> bool:
        if rule.skip:
            rule.skip -= 1
            return False
        if rule.share < 1 and dice.share("faults") >= rule.share:
            return False
        if rule.times is not None:
            rule.times -= 1
            if not rule.times:
                self.rules.remove(rule)
        return True
