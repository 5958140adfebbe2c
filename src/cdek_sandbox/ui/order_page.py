"""The page of one order: its way, what was asked about it, and the buttons that move and break it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.control_api.inspection import inspect_order
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.faults_page import break_form
from cdek_sandbox.ui.html import Html, table, tag
from cdek_sandbox.ui.order_list import called, statuses
from cdek_sandbox.ui.page import Page, section

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.world.entities import Order


def order_page(runtime: Runtime, page: Page, order: Order) -> bytes:
    """Everything about one order."""
    facts = inspect_order(runtime.world, order)
    title = page.say(messages.ORDER, facts["cdek_number"] or facts["uuid"])
    about = f"{facts['uuid']} · {page.say(messages.SHOP_NUMBER)}: {facts['im_number']} · {page.say(messages.OWNER)}: {facts['owner']}"
    return page.drawn(
        title,
        tag("p", page.link("/", page.say(messages.HOME))),
        tag("p", tag("code", about)),
        tag("p", tag("strong", called(page, facts["status"]))),
        _moves(page, order.uuid),
        section(page.say(messages.WAY), _way(page, facts)),
        section(page.say(messages.REQUESTS), _requests(page, facts)),
        section(page.say(messages.REFUSALS), _refusals(page, facts)) if facts["refusals"] else "",
        section(page.say(messages.BREAK_ORDER), break_form(page, order.uuid)),
    )


def _moves(page: Page, uuid: str) -> Html:
    reason = tag("input", name="reason_code", size=4, placeholder=page.say(messages.REASON))
    return tag(
        "div",
        page.form(f"orders/{uuid}/advance", messages.ADVANCE),
        page.form(f"orders/{uuid}/finish", messages.FINISH),
        page.form(
            f"orders/{uuid}/status", messages.SET_STATUS, statuses(page, first="ACCEPTED_AT_PICK_UP_POINT"), reason
        ),
    )


def _way(page: Page, facts: dict[str, Any]) -> Html:
    head = (messages.WHEN, messages.STATUS, messages.REASON, messages.CITY)
    rows = [
        (
            row["date_time"],
            called(page, row["code"]) + (f" - {page.say(messages.WITHDRAWN)}" if row["deleted"] else ""),
            row.get("reason_code", ""),
            row["city"],
        )
        for row in facts["statuses"]
    ]
    return table(tuple(page.say(text) for text in head), rows)


def _requests(page: Page, facts: dict[str, Any]) -> Html:
    head = (messages.WHEN, messages.TYPE, messages.STATE, messages.ERRORS)
    rows = [
        (
            row["date_time"],
            row["type"],
            row["state"],
            "; ".join(f"{error['code']}: {error['message']}" for error in row.get("errors", [])),
        )
        for row in facts["requests"]
    ]
    return table(tuple(page.say(text) for text in head), rows)


def _refusals(page: Page, facts: dict[str, Any]) -> Html:
    head = (messages.WHEN, messages.ANSWERED, messages.STATE, messages.ERRORS)
    rows = [
        (
            row["received_at"],
            f"{row['http_status'] or '-'}{' - ' + page.say(messages.LOST) if row['answer_lost'] else ''}",
            row["state"] or "-",
            row["code"] or "",
        )
        for row in facts["refusals"]
    ]
    return table(tuple(page.say(text) for text in head), rows)
