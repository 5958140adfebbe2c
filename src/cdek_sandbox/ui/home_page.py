"""The first page: the orders, the faults, the clock, the latest calls."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from cdek_sandbox.control_api.scenarios import SCENARIOS
from cdek_sandbox.ui import messages
from cdek_sandbox.ui.faults_page import list_fault_options, list_faults
from cdek_sandbox.ui.order_list import list_orders, list_statuses

if TYPE_CHECKING:
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.ui.page import Page

MAX_CALLS = 20
_CLOCK_STEPS = ((60, messages.MINUTE), (3600, messages.HOUR), (86_400, messages.DAY))
_DESTINATIONS = (("office", messages.OFFICE), ("door", messages.DOOR), ("locker", messages.LOCKER))


def render_home(runtime: Runtime, page: Page, number: int, query: str, host: str) -> bytes:
    """Render the overview with the page `number` (from 0) of the orders that match; `host` is the reader's address."""
    orders = list_orders(runtime, page, number, query)
    return page.render(
        "home.html",
        page.say(messages.TITLE),
        url=f"http://{host}/v2",
        account=runtime.state.accounts.account,
        now=runtime.state.format_moment(runtime.state.clock.now()),
        clock_steps=_CLOCK_STEPS,
        destinations=[(value, page.say(message)) for value, message in _DESTINATIONS],
        statuses=list_statuses(page, first="CREATED"),
        scenarios=[(name, _describe_scenario(page, name)) for name in SCENARIOS],
        total=len(runtime.state.orders),
        query=query,
        orders=orders.orders,
        match_count=orders.match_count,
        faults=list_faults(runtime),
        fault_options=list_fault_options(page),
        calls=list(islice(reversed(runtime.calls), MAX_CALLS)),
    )


def _describe_scenario(page: Page, name: str) -> str:
    description = messages.SCENARIOS.get(name)
    return name if description is None else f"{name}: {page.say(description)}"
