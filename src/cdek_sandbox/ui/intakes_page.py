"""The page of intakes, with the buttons that move them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdek_sandbox.ui import messages
from cdek_sandbox.ui.html import choice, table, tag
from cdek_sandbox.ui.order_list import ON_A_PAGE
from cdek_sandbox.world.entities import Intake
from cdek_sandbox.world.intake_work import FOLLOWS
from cdek_sandbox.world.visit_cards import INTAKE_NAMES

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.page import Page


def intakes_page(runtime: Runtime, page: Page, number: int) -> bytes:
    """One page of the intakes, newest first."""
    found = runtime.world.all(Intake)[::-1]
    start = number * ON_A_PAGE
    shown = [_row(runtime, page, intake) for intake in found[start : start + ON_A_PAGE]]
    head = (messages.NUMBER, messages.ORDER_OF, messages.OWNER, messages.DAY_OF, messages.STATUS)
    turns = page.turns(lambda place: f"/_sandbox/ui/intakes?page={place}", number, more=start + ON_A_PAGE < len(found))
    listed = tag("div", table((*(page.say(text) for text in head), ""), shown), turns, class_="wide")
    home = tag("p", page.link("/", page.say(messages.HOME)))
    return page.drawn(page.say(messages.INTAKES), home, listed if found else tag("p", page.say(messages.NO_INTAKES)))


def _row(runtime: Runtime, page: Page, intake: Intake) -> tuple[object, ...]:
    order = runtime.world.orders.get(intake.order_uuid or "")
    link = page.link(f"/_sandbox/ui/orders/{order.uuid}", order.cdek_number or order.uuid) if order else ""
    return (
        intake.number or tag("code", intake.uuid),
        link,
        intake.owner,
        intake.body["intake_date"],
        _called(page, intake.status.code),
        tag("div", *_moves(page, intake)),
    )


def _moves(page: Page, intake: Intake) -> list[object]:
    """Its next step, and every status that can follow; one in the making can only be made."""
    following = FOLLOWS.get(intake.status.code, ())
    making = any(work.kind == "intake_create" for work in intake.works)
    moves: list[object] = [page.form(f"intakes/{intake.uuid}/advance", messages.ADVANCE)] if making or following else []
    if following:
        codes = [(code, _called(page, code)) for code in following]
        moves.append(page.form(f"intakes/{intake.uuid}/status", messages.SET_STATUS, choice("status", codes)))
    return moves


def _called(page: Page, code: str) -> str:
    name = INTAKE_NAMES.get(code)
    return f"{name} ({code})" if name and page.language == "ru" else code
