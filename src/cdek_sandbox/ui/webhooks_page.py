"""The page of webhooks: subscriptions, deliveries and their responses, and events sent by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
from cdek_sandbox.control_api.webhooks import show_webhooks
from cdek_sandbox.resources.webhooks.webhook_events import TYPES
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.page import paginate

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.page import Page

PATH = "/_sandbox/ui/webhooks"


def render_webhooks(runtime: Runtime, page: Page, number: int) -> bytes:
    """Render the subscriptions, one page of deliveries (newest first), and the forms that send events."""
    facts = show_webhooks(runtime, ControlRequest({}, NoFields()))
    deliveries = facts["events"][::-1]
    rows = paginate(deliveries, number, lambda place: f"{PATH}?page={place}")
    return page.render(
        "webhooks.html",
        page.say(messages.WEBHOOKS),
        subscriptions=facts["subscriptions"],
        types=[(kind, kind) for kind in TYPES],
        owners=[("", page.say(messages.BOTH_CLIENTS)), ("main", "main"), ("other", "other")],
        availability=[("yes", page.say(messages.OPENED)), ("no", page.say(messages.CLOSED))],
        total=len(deliveries),
        deliveries=rows._replace(rows=[_build_row(row) for row in rows.rows]),
    )


def _build_row(delivery: dict[str, Any]) -> dict[str, Any]:
    event = delivery["event"]
    return delivery | {"type": event["type"], "event": msgspec.json.encode(event).decode()}
