"""The page of one order: its statuses, its requests, and the forms that move it and add faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.control_api.inspection import inspect_order
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.faults_page import list_fault_options
from cdek_sandbox.ui.order_list import list_statuses, name_status

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.page import Page


def render_order(runtime: Runtime, page: Page, order: Order) -> bytes:
    """Render everything about one order."""
    facts = inspect_order(runtime.state, order)
    return page.render(
        "order.html",
        page.say(messages.ORDER, facts["cdek_number"] or facts["uuid"]),
        order=facts | {"requests": [{"errors": [], **row} for row in facts["requests"]]},
        status=name_status(page, facts["status"]),
        statuses=list_statuses(page, first="ACCEPTED_AT_PICK_UP_POINT"),
        history=[{"reason_code": "", **row, "label": name_status(page, row["code"])} for row in facts["statuses"]],
        fault_options=list_fault_options(page),
    )
