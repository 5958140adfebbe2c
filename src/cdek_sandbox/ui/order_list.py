"""The list of orders: searched, page by page, newest first; and the statuses as the reader knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from cdek_sandbox.resources.orders.order_statuses import FINAL
from cdek_sandbox.resources.orders.order_statuses import NAMES as STATUSES
from cdek_sandbox.ui.page import Page, Rows, paginate

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.runtime import Runtime


class OrderList(NamedTuple):
    """One page of the orders; `match_count` is None without a search."""

    orders: Rows
    match_count: int | None


def build_address(number: int, query: str) -> str:
    """Return the address of the list's page with this number, from 0, and this query."""
    parts = ([f"page={number}"] if number else []) + ([f"q={quote(query, safe='')}"] if query else [])
    return f"/?{'&'.join(parts)}" if parts else "/"


def list_orders(runtime: Runtime, page: Page, number: int, query: str) -> OrderList:
    """Return one page of the orders that have the query in a number, the uuid or the status."""
    key = query.strip().casefold()
    orders = list(reversed(runtime.state.orders.values()))
    matches = [order for order in orders if key in _build_key(order)] if key else orders
    rows = paginate(matches, number, lambda place: build_address(place, query))
    cells = [_build_row(page, order) for order in rows.rows]
    return OrderList(rows._replace(rows=cells), len(matches) if key else None)


def _build_key(order: Order) -> str:
    return "\n".join((order.number, order.cdek_number or "", order.uuid, order.status.code)).casefold()


def _build_row(page: Page, order: Order) -> dict[str, Any]:
    code = order.status.code
    return {
        "uuid": order.uuid,
        "label": order.cdek_number or order.uuid,
        "number": order.number,
        "owner": order.owner,
        "status": name_status(page, code),
        "is_final": code in FINAL,
    }


def list_statuses(page: Page, first: str) -> list[tuple[str, str]]:
    """Return every status with its name, the `first` one first."""
    codes = sorted(STATUSES, key=lambda code: code != first)
    return [(code, name_status(page, code)) for code in codes]


def name_status(page: Page, code: str) -> str:
    """Return a status as the reader knows it."""
    name = STATUSES.get(code)
    return f"{name} ({code})" if name and page.language == "ru" else code
