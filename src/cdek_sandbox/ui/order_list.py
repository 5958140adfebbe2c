"""The list of orders: searched, page by page, newest first."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

from cdek_sandbox.ui import messages
from cdek_sandbox.ui.html import Html, choice, table, tag
from cdek_sandbox.ui.page import Page, section
from cdek_sandbox.world.statuses import FINAL
from cdek_sandbox.world.statuses import NAMES as STATUSES

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.world.entities import Order

ON_A_PAGE = 50


def address(number: int, words: str) -> str:
    """The page of the list with this number, from 0, and with these words searched for."""
    asked = ([f"page={number}"] if number else []) + ([f"q={quote(words, safe='')}"] if words else [])
    return f"/?{'&'.join(asked)}" if asked else "/"


def order_list(runtime: Runtime, page: Page, number: int, words: str) -> Html:
    """One page of the orders that have the words in a number, the uuid or the status."""
    orders = runtime.world.orders
    title = page.say(messages.ORDERS, len(orders))
    if not orders:
        return section(title, tag("p", page.say(messages.NO_ORDERS)))
    sought = words.strip().casefold()
    found = [order for order in reversed(orders.values()) if sought in _searched(order)] if sought else None
    count = len(orders) if found is None else len(found)
    start = number * ON_A_PAGE
    shown = islice(reversed(orders.values()) if found is None else found, start, start + ON_A_PAGE)
    head = (messages.NUMBER, messages.SHOP_NUMBER, messages.OWNER, messages.STATUS)
    return section(
        title,
        _search(page, words),
        tag("p", page.say(messages.FOUND, count)) if sought else "",
        table((*(page.say(text) for text in head), ""), [_row(page, order) for order in shown]),
        page.turns(lambda place: address(place, words), number, more=start + ON_A_PAGE < count),
    )


def _searched(order: Order) -> str:
    return "\n".join((order.number, order.cdek_number or "", order.uuid, order.status.code)).casefold()


def _search(page: Page, words: str) -> Html:
    field = tag("input", name="q", value=words, placeholder=page.say(messages.SEARCHED), aria_label="q")
    return page.asking("/", messages.SEARCH, field)


def _row(page: Page, order: Order) -> tuple[object, ...]:
    code = order.status.code
    link = page.link(f"/_sandbox/ui/orders/{order.uuid}", order.cdek_number or order.uuid)
    advance = "" if code in FINAL else page.form(f"orders/{order.uuid}/advance", messages.ADVANCE)
    status = tag("span", called(page, code), class_="final" if code in FINAL else None)
    return link, order.number, order.owner, status, advance


def statuses(page: Page, first: str) -> Html:
    """A drop-down of every status."""
    codes = sorted(STATUSES, key=lambda code: code != first)
    return choice("status", [(code, called(page, code)) for code in codes])


def called(page: Page, code: str) -> str:
    """A status as the reader knows it."""
    name = STATUSES.get(code)
    return f"{name} ({code})" if name and page.language == "ru" else code
