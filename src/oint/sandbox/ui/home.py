"""The first page: the orders, the faults, the clock, the latest calls."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from oint.sandbox.faults.rules import FaultRule
from oint.sandbox.routes import NAMES as OPERATIONS
from oint.sandbox.ui import texts
from oint.sandbox.ui.html import Html, choice, joined, table, tag
from oint.sandbox.ui.page import Page, section
from oint.sandbox.world.statuses import FINAL
from oint.sandbox.world.statuses import NAMES as STATUSES

if TYPE_CHECKING:
    from oint.sandbox.runtime import Runtime
    from oint.sandbox.world.entities import Order

_ON_A_PAGE = 50
_CALLS = 20
ACTIONS = ("close", "reset", "hang", "delay", "cut", "drip", "answer")


def home(runtime: Runtime, page: Page, number: int, host: str) -> bytes:
    """Everything at a glance; `number` counts the pages of orders from 0, newest first, and `host` is how the reader came here."""
    world = runtime.world
    parts = [_clock(runtime, page), _new_order(page), _orders(runtime, page, number), _faults(runtime, page)]
    account = world.accounts.account
    address = tag("p", page.say(texts.ADDRESS, f"http://{host}/v2", account))
    reset = tag("p", page.form("reset", texts.RESET))
    return page.drawn(page.say(texts.TITLE), address, *parts, _calls(runtime, page), reset)


def _clock(runtime: Runtime, page: Page) -> Html:
    clock = runtime.world.clock
    steps = ((texts.MINUTE, 60), (texts.HOUR, 3600), (texts.DAY, 86400))
    forms = [page.form("clock", text, _hidden("seconds", seconds)) for text, seconds in steps]
    return tag("p", page.say(texts.CLOCK, runtime.world.stamp(clock.now())), " ", *forms)


def _new_order(page: Page) -> Html:
    places = [("office", page.say(texts.OFFICE)), ("door", page.say(texts.DOOR)), ("locker", page.say(texts.LOCKER))]
    fields = (choice("destination", places), statuses(page, first="CREATED"))
    return section(page.say(texts.NEW_ORDER), page.form("orders", texts.MAKE, *fields))


def _orders(runtime: Runtime, page: Page, number: int) -> Html:
    orders = runtime.world.orders
    title = page.say(texts.ORDERS, len(orders))
    if not orders:
        return section(title, tag("p", page.say(texts.NO_ORDERS)))
    start = number * _ON_A_PAGE
    shown = [_row(page, order) for order in islice(reversed(orders.values()), start, start + _ON_A_PAGE)]
    head = (texts.NUMBER, texts.SHOP_NUMBER, texts.OWNER, texts.STATUS)
    turns = [page.link(f"/?page={number - 1}", page.say(texts.NEWER))] if number else []
    turns += [page.link(f"/?page={number + 1}", page.say(texts.OLDER))] if start + _ON_A_PAGE < len(orders) else []
    pages = tag("p", *(joined(turn, " ") for turn in turns))
    return section(title, table((*(page.say(text) for text in head), ""), shown), pages)


def _row(page: Page, order: Order) -> tuple[object, ...]:
    code = order.status.code
    link = page.link(f"/_sandbox/ui/orders/{order.uuid}", order.cdek_number or order.uuid)
    advance = "" if code in FINAL else page.form(f"orders/{order.uuid}/advance", texts.ADVANCE)
    return (
        link,
        order.number,
        order.owner,
        tag("span", called(page, code), class_="final" if code in FINAL else None),
        advance,
    )


def _faults(runtime: Runtime, page: Page) -> Html:
    rules = [tag("li", tag("code", _shortly(rule))) for rule in runtime.faults.rules]
    mend = page.form("faults/clear", texts.MEND) if rules else tag("p", page.say(texts.NO_FAULTS))
    title = page.say(texts.FAULTS, len(rules))
    return section(title, tag("ul", *rules) if rules else "", mend, tag("br") if rules else "", break_form(page))


def _shortly(rule: FaultRule) -> str:
    """The rule as JSON, without what goes without saying."""
    usual = msgspec.to_builtins(FaultRule(action=rule.action, added_at=rule.added_at))
    said = {name: value for name, value in msgspec.to_builtins(rule).items() if value != usual[name]}
    return msgspec.json.encode({"action": usual["action"], **said}).decode()


def break_form(page: Page, uuid: str | None = None) -> Html:
    """The form that breaks calls: all of an operation, or those about one order."""
    operations = [("*", "*"), *((name, name) for name in sorted(OPERATIONS))]
    moments = [("after", page.say(texts.AFTER)), ("before", page.say(texts.BEFORE))]
    times = tag("input", name="times", type="number", min=1, value=1, size=4)
    fields = [
        choice("operation", operations),
        choice("action", [(name, name) for name in ACTIONS]),
        choice("when", moments),
    ]
    return page.form(
        "faults",
        texts.BREAK,
        *fields,
        tag("label", page.say(texts.TIMES), " ", times),
        *([_hidden("uuid", uuid)] if uuid else []),
    )


def _calls(runtime: Runtime, page: Page) -> Html:
    head = (texts.WHEN, texts.METHOD, texts.PATH, texts.ANSWERED, texts.FAULT)
    rows = [
        (row["time"], row["method"], tag("code", row["path"]), row["status"] or "-", row["fault"] or "")
        for row in islice(reversed(runtime.calls), _CALLS)
    ]
    return section(page.say(texts.CALLS), table(tuple(page.say(text) for text in head), rows))


def statuses(page: Page, first: str) -> Html:
    """A drop-down of every status."""
    codes = sorted(STATUSES, key=lambda code: code != first)
    return choice("status", [(code, called(page, code)) for code in codes])


def called(page: Page, code: str) -> str:
    """A status as the reader knows it."""
    name = STATUSES.get(code)
    return f"{name} ({code})" if name and page.language == "ru" else code


def _hidden(name: str, value: object) -> Html:
    return tag("input", type="hidden", name=name, value=value)
