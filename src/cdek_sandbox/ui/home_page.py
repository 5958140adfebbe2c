"""The first page: the orders, the faults, the clock, the latest calls."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from cdek_sandbox.control_api.scenarios import SCENARIOS
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.faults_page import faults
from cdek_sandbox.ui.html import Html, choice, hidden, table, tag
from cdek_sandbox.ui.order_list import order_list, statuses
from cdek_sandbox.ui.page import Page, section

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime

_CALLS = 20
INTAKES, WEBHOOKS = "/_sandbox/ui/intakes", "/_sandbox/ui/webhooks"


def home(runtime: Runtime, page: Page, number: int, words: str, host: str) -> bytes:
    """Everything at a glance: the page `number` (from 0) of the orders that have the words; `host` is how the reader came here."""
    address = tag("p", page.say(messages.ADDRESS, f"http://{host}/v2", runtime.world.accounts.account))
    more = page.link(INTAKES, page.say(messages.INTAKES)), " · ", page.link(WEBHOOKS, page.say(messages.WEBHOOKS))
    parts = [_clock(runtime, page), *_new_orders(page), order_list(runtime, page, number, words), faults(runtime, page)]
    reset = tag("p", page.form("reset", messages.RESET))
    return page.drawn(page.say(messages.TITLE), address, tag("p", *more), *parts, _calls(runtime, page), reset)


def _clock(runtime: Runtime, page: Page) -> Html:
    clock = runtime.world.clock
    steps = ((messages.MINUTE, 60), (messages.HOUR, 3600), (messages.DAY, 86400))
    forms = [page.form("clock", text, hidden("seconds", seconds)) for text, seconds in steps]
    return tag("p", page.say(messages.CLOCK, runtime.world.stamp(clock.now())), " ", *forms)


def _new_orders(page: Page) -> tuple[Html, Html]:
    """An order in a status, and one that lives a scenario."""
    places = [
        ("office", page.say(messages.OFFICE)),
        ("door", page.say(messages.DOOR)),
        ("locker", page.say(messages.LOCKER)),
    ]
    fields = (choice("destination", places), statuses(page, first="CREATED"))
    lives = [(name, _life(page, name)) for name in SCENARIOS]
    return (
        section(page.say(messages.NEW_ORDER), page.form("orders", messages.MAKE, *fields)),
        section(page.say(messages.SCENARIOS), page.form("scenarios", messages.PLAY, choice("scenario", lives))),
    )


def _life(page: Page, name: str) -> str:
    told = messages.LIVES.get(name)
    return name if told is None else f"{name}: {page.say(told)}"


def _calls(runtime: Runtime, page: Page) -> Html:
    head = (messages.WHEN, messages.METHOD, messages.PATH, messages.ANSWERED, messages.FAULT)
    rows = [
        (row["time"], row["method"], tag("code", row["path"]), row["status"] or "-", row["fault"] or "")
        for row in islice(reversed(runtime.calls), _CALLS)
    ]
    return section(page.say(messages.CALLS), table(tuple(page.say(text) for text in head), rows))
