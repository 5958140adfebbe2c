"""What is broken, and the forms that break calls and mend them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args, get_type_hints

import msgspec

from cdek_sandbox.faults.actions import Drift
from cdek_sandbox.faults.rules import FaultRule
from cdek_sandbox.routes import NAMES as OPERATIONS
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.html import Html, choice, hidden, tag
from cdek_sandbox.ui.page import Page, section

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime

DRIFT = "drift:"
_ACTIONS = ("close", "reset", "hang", "delay", "cut", "drip", "answer")
_DRIFTS = get_args(get_type_hints(Drift)["kind"])


def faults(runtime: Runtime, page: Page) -> Html:
    """The rules in force, each with a button that ends it, and the form for another."""
    rules = [
        tag("li", tag("code", _shortly(rule)), " ", _mend(page, place, rule))
        for place, rule in enumerate(runtime.faults.rules)
    ]
    mend = page.form("faults/clear", messages.MEND) if rules else tag("p", page.say(messages.NO_FAULTS))
    title = page.say(messages.FAULTS, len(rules))
    return section(title, tag("ul", *rules) if rules else "", mend, tag("br") if rules else "", break_form(page))


def _mend(page: Page, place: int, rule: FaultRule) -> Html:
    return page.form("faults/remove", messages.MEND_ONE, hidden("place", place), hidden("added_at", rule.added_at))


def _shortly(rule: FaultRule) -> str:
    """The rule as JSON, without what goes without saying."""
    usual = msgspec.to_builtins(FaultRule(action=rule.action, added_at=rule.added_at))
    said = {name: value for name, value in msgspec.to_builtins(rule).items() if value != usual[name]}
    return msgspec.json.encode({"action": usual["action"], **said}).decode()


def break_form(page: Page, uuid: str | None = None) -> Html:
    """The form that breaks calls: all of an operation, or those about one order."""
    operations = [("*", "*"), *((name, name) for name in sorted(OPERATIONS))]
    actions = [(name, name) for name in _ACTIONS] + [(f"{DRIFT}{kind}", f"drift: {kind}") for kind in _DRIFTS]
    moments = [("after", page.say(messages.AFTER)), ("before", page.say(messages.BEFORE))]
    times = tag("input", name="times", type="number", min=1, value=1, size=4)
    fields = [choice("operation", operations), choice("action", actions), choice("when", moments)]
    label = tag("label", page.say(messages.TIMES), " ", times)
    return page.form("faults", messages.BREAK, *fields, label, *([hidden("uuid", uuid)] if uuid else []))
