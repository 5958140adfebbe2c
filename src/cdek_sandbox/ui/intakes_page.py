"""The page of intakes, with the forms that move them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.entities import Intake
from cdek_sandbox.resources.intakes.intake_card import INTAKE_NAMES
from cdek_sandbox.resources.intakes.intake_jobs import NEXT_STATUSES
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.page import paginate

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.page import Page

PATH = "/_sandbox/ui/intakes"


def render_intakes(runtime: Runtime, page: Page, number: int) -> bytes:
    """Render one page of the intakes, newest first."""
    intakes = runtime.state.list_all(Intake)[::-1]
    rows = paginate(intakes, number, lambda place: f"{PATH}?page={place}")
    cells = [_build_row(runtime, page, intake) for intake in rows.rows]
    title = page.say(messages.INTAKES)
    return page.render("intakes.html", title, total=len(intakes), intakes=rows._replace(rows=cells))


def _build_row(runtime: Runtime, page: Page, intake: Intake) -> dict[str, Any]:
    order = runtime.state.orders.get(intake.order_uuid or "")
    following = NEXT_STATUSES.get(intake.status.code, ())
    is_new = any(work.kind == "intake_create" for work in intake.jobs)
    return {
        "uuid": intake.uuid,
        "number": intake.number,
        "order_uuid": order and order.uuid,
        "order_label": order and (order.cdek_number or order.uuid),
        "owner": intake.owner,
        "day": intake.body["intake_date"],
        "status": _name_status(page, intake.status.code),
        "can_advance": is_new or bool(following),
        "following": [(code, _name_status(page, code)) for code in following],
    }


def _name_status(page: Page, code: str) -> str:
    name = INTAKE_NAMES.get(code)
    return f"{name} ({code})" if name and page.language == "ru" else code
