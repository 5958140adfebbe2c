"""What the pages show of faults: the rules in force, and the choices of the form that adds one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_type_hints

import msgspec

from cdek_sandbox.faults.actions import SchemaDrift
from cdek_sandbox.faults.rules import FaultRule
from cdek_sandbox.resources.registry import NAMES as OPERATIONS
from cdek_sandbox.ui import messages

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.page import Page

    Options = list[tuple[str, str]]

_ACTIONS = ("close", "reset", "hang", "delay", "truncate", "slow_body", "answer")
_DRIFTS = get_args(get_type_hints(SchemaDrift)["kind"])


class FaultOptions(NamedTuple):
    """The lists of the form; the kind of a drift follows its name."""

    operations: Options
    actions: Options
    moments: Options


def list_fault_options(page: Page) -> FaultOptions:
    """Return the choices of the form that adds a fault."""
    return FaultOptions(
        [("*", "*"), *((name, name) for name in sorted(OPERATIONS))],
        [(name, name) for name in _ACTIONS] + [(f"schema_drift:{kind}", f"schema_drift: {kind}") for kind in _DRIFTS],
        [("after", page.say(messages.AFTER)), ("before", page.say(messages.BEFORE))],
    )


def list_faults(runtime: Runtime) -> list[dict[str, Any]]:
    """Return the rules in force as JSON without their default values, and the moments when they were added."""
    return [{"rule": _format_rule(rule), "added_at": rule.added_at} for rule in runtime.faults.rules]


def _format_rule(rule: FaultRule) -> str:
    defaults = msgspec.to_builtins(FaultRule(action=rule.action, added_at=rule.added_at))
    changes = {name: value for name, value in msgspec.to_builtins(rule).items() if value != defaults[name]}
    return msgspec.json.encode({"action": defaults["action"], **changes}).decode()
