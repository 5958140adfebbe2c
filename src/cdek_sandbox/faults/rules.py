"""Fault rules: they select the calls that get a fault. The first matching rule is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from cdek_sandbox.faults.actions import MAX_COUNT, MAX_SECONDS, Action, SchemaDrift, Seconds, SlowBody, TruncatedBody

if TYPE_CHECKING:
    from cdek_sandbox.core.random_source import RandomSource
    from cdek_sandbox.core.state import SandboxState


class FaultRule(Struct, kw_only=True, forbid_unknown_fields=True):
    """A rule: the first `skip` matching calls pass, later ones are hit with probability `share`, at most `times` of them.

    It is in force from `starts_in` seconds of the sandbox's clock after it was added, for `lasts` seconds, and again
    every `every` seconds.
    """

    action: Action
    operation: str = "*"
    uuid: str | None = None
    when: Literal["before", "after"] = "before"
    times: Annotated[int, Meta(ge=1, le=MAX_COUNT)] | None = None
    skip: Annotated[int, Meta(ge=0, le=MAX_COUNT)] = 0
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    starts_in: Seconds = 0.0
    lasts: Seconds | None = None
    every: Annotated[float, Meta(ge=0.001, le=MAX_SECONDS)] | None = None
    added_at: float = 0.0

    def matches(self, operation: str, uuid: str, now: float) -> bool:
        """Return whether the rule applies to this call."""
        return (
            self.operation in {"*", operation}
            and (self.uuid is None or self.uuid.lower() == uuid)
            and self._is_in_force(now)
        )

    def _is_in_force(self, now: float) -> bool:
        since = now - self.added_at - self.starts_in
        if self.every is not None and since >= 0:
            since %= self.every
        return since >= 0 and (self.lasts is None or since < self.lasts)


class Faults:
    """The rules in force, in the order in which they were added."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    def add(self, rule: FaultRule, operations: frozenset[str], now: float) -> FaultRule:
        """Add a rule; its times are counted from `now`, a moment of the sandbox's clock.

        Raises:
            msgspec.ValidationError: there is no such operation.
        """
        if rule.operation not in operations | {"*"}:
            names = ", ".join(sorted(operations))
            raise msgspec.ValidationError(f"unknown operation {rule.operation!r}: one of {names}, or *")
        if isinstance(rule.action, TruncatedBody | SlowBody | SchemaDrift):
            rule.when = "after"  # these send the real response, so the work is done first
        rule.added_at = now
        self.rules.append(rule)
        return rule

    def choose(self, operation: str, uuid: str, state: SandboxState) -> FaultRule | None:
        """Return the rule that hits this call."""
        if not self.rules:
            return None
        now = state.clock.now()
        for rule in self.rules:
            if rule.matches(operation, uuid, now) and self._draw(rule, state.random_source):
                return rule
        return None

    def _draw(self, rule: FaultRule, random_source: RandomSource) -> bool:
        if rule.skip:
            rule.skip -= 1
            return False
        if rule.share < 1 and random_source.next_share("faults") >= rule.share:
            return False
        if rule.times is not None:
            rule.times -= 1
            if not rule.times:
                self.rules.remove(rule)
        return True
