"""References to orders as rows of a request: a UUID, a number, or CDEK's own row."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable, Mapping
from typing import Any

from oint.cdek.api._request import is_uuid
from oint.cdek.api._schema import fail, fail_missing
from oint.i18n import Message

OrderRef = str | int | uuids.UUID | Mapping[str, Any]
OrderRefs = OrderRef | Iterable[OrderRef]


def build_order_rows(orders: OrderRefs, limit: int | None = None) -> list[Mapping[str, Any]]:
    """Build CDEK's rows of one order or several: a UUID becomes `order_uuid`, digits `cdek_number`, rows stay.

    Raises:
        InvalidArgument: there is no order, there are more than `limit`, or one is neither a UUID nor digits
    """
    several = [orders] if isinstance(orders, (str, int, uuids.UUID, Mapping)) else list(orders)
    if not several:
        fail_missing("orders")
    if limit is not None and len(several) > limit:
        fail(
            "orders",
            f"{len(several)} заказов, а СДЭК принимает не больше {limit} за раз",
            f"{len(several)} orders, and CDEK accepts at most {limit} at a time",
            Message("Разделите их на несколько запросов", "Split them into several requests"),
        )
    return [_to_row(order, f"orders[{index}]") for index, order in enumerate(several)]


def _to_row(order: OrderRef, path: str) -> Mapping[str, Any]:
    if isinstance(order, Mapping):
        return dict(order) if order else fail_missing(path)
    name = str(order).strip()
    if is_uuid(name):
        return {"order_uuid": name}
    if not (name.isascii() and name.isdigit()):
        fail(
            path,
            f"{name[:50]!r} — не UUID и не номер СДЭК",
            f"{name[:50]!r} is neither a UUID nor CDEK's number",
            Message("Укажите UUID заказа или его номер СДЭК", "Pass the order's UUID or CDEK's number"),
        )
    return {"cdek_number": int(name)}
