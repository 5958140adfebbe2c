"""The page of webhooks: who subscribes, what was sent and answered, and events by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
from cdek_sandbox.control_api.webhooks import show_webhooks
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.html import Html, choice, table, tag
from cdek_sandbox.ui.order_list import ON_A_PAGE
from cdek_sandbox.ui.page import Page, section
from cdek_sandbox.webhook_delivery.events import TYPES

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime


def webhooks_page(runtime: Runtime, page: Page, number: int) -> bytes:
    """Subscriptions, one page of deliveries (newest first), and the forms that send."""
    facts = show_webhooks(runtime, ControlRequest({}, NoFields()))
    return page.drawn(
        page.say(messages.WEBHOOKS),
        tag("p", page.link("/", page.say(messages.HOME))),
        _subscriptions(page, facts["subscriptions"]),
        section(page.say(messages.SEND), _event_form(page), tag("br"), _office_form(page)),
        _deliveries(page, facts["events"][::-1], number),
    )


def _subscriptions(page: Page, rows: list[dict[str, Any]]) -> Html:
    head = (messages.TYPE, messages.ADDRESS_OF, messages.OWNER, messages.STATE)
    cells = [
        (
            row["type"],
            tag("code", row["url"]),
            row["owner"],
            f"{page.say(messages.ENDED)}: {row['ended']}" if row["ended"] else page.say(messages.ACTIVE),
        )
        for row in rows
    ]
    shown = (
        table(tuple(page.say(text) for text in head), cells) if rows else tag("p", page.say(messages.NO_SUBSCRIPTIONS))
    )
    return section(page.say(messages.SUBSCRIPTIONS, len(rows)), shown)


def _deliveries(page: Page, rows: list[dict[str, Any]], number: int) -> Html:
    start = number * ON_A_PAGE
    head = (messages.TYPE, messages.EVENT, messages.ADDRESS_OF, messages.STATE, messages.ATTEMPTS)
    cells = [
        (
            row["event"]["type"],
            tag("code", msgspec.json.encode(row["event"]).decode()),
            tag("code", row["url"]),
            row["state"],
            "; ".join(f"{one['time']}: {one['status'] or one['failure']}" for one in row["attempts"]),
        )
        for row in rows[start : start + ON_A_PAGE]
    ]
    turns = page.turns(lambda place: f"/_sandbox/ui/webhooks?page={place}", number, more=start + ON_A_PAGE < len(rows))
    return section(
        page.say(messages.DELIVERIES, len(rows)), table(tuple(page.say(text) for text in head), cells), turns
    )


def _event_form(page: Page) -> Html:
    owners = [("", page.say(messages.EVERYBODY)), ("main", "main"), ("other", "other")]
    return page.form(
        "events",
        messages.SEND,
        choice("type", [(kind, kind) for kind in TYPES]),
        choice("owner", owners),
        tag("input", name="uuid", placeholder="uuid", aria_label="uuid"),
        tag("input", name="attributes", value="{}", aria_label=page.say(messages.ATTRIBUTES), size=40),
    )


def _office_form(page: Page) -> Html:
    states = [("yes", page.say(messages.OPENED)), ("no", page.say(messages.CLOSED))]
    code = tag("input", name="code", value="NSK1", aria_label="code", size=8)
    return page.form("offices", messages.TELL_OFFICE, code, choice("available", states))
