"""The planned day of delivery, and the end of free storage."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from cdek_sandbox.core.clock import list_workdays, to_local_day
from cdek_sandbox.core.entities import Agreement, Status
from cdek_sandbox.reference_data.prices import build_route, calculate_days
from cdek_sandbox.reference_data.tariffs import TARIFFS
from cdek_sandbox.resources.orders.order_cities import find_city_of_end

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import SandboxState

_RECEIVED, _COURIER_RETURNED = "RECEIVED_AT_SHIPMENT_WAREHOUSE", "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE"
_WEEK = timedelta(days=7)
_AT_OFFICE = frozenset({"ENTERED_TO_PICK_UP_POINT", "ACCEPTED_AT_PICK_UP_POINT", "POSTOMAT_POSTED"})
_DAY_SECONDS = 86_400


def estimate_delivery_date(state: SandboxState, order: Order) -> date | None:
    """Estimate the planned day of delivery; None before CDEK has received the parcel.

    CDEK's rule is not recorded, so this is a choice: the agreed day; otherwise the next working day after a courier came
    back with the parcel; otherwise the maximum time of the calculator, from the day CDEK received the parcel.
    """
    moments = {row.code: row.moment for row in order.statuses if not row.deleted}
    if _RECEIVED not in moments:
        return None
    agreed = _find_agreed_date(state, order)
    if agreed is not None:
        return agreed
    if _COURIER_RETURNED in moments:
        return _add_workdays(to_local_day(moments[_COURIER_RETURNED]), 1)
    start, end = find_city_of_end(state, order, "from_location"), find_city_of_end(state, order, "to_location")
    tariff = TARIFFS.get(order.body["tariff_code"])
    if start is None or end is None or tariff is None:
        return None
    return _add_workdays(to_local_day(moments[_RECEIVED]), calculate_days(tariff, build_route(start, end))[1])


def _find_agreed_date(state: SandboxState, order: Order) -> date | None:
    agreements = (state.find(Agreement, uuid) for uuid in order.agreements)
    return next(
        (date.fromisoformat(one.body["date"]) for one in agreements if one and one.status.code == "PROCESSING"), None
    )


def _add_workdays(day: date, count: int) -> date:
    """Return the working day that comes this number of working days after `day`."""
    return list_workdays(day + timedelta(days=1), day + timedelta(days=count) + _WEEK * (count // 6 + 1))[count - 1]


def find_free_storage_end(state: SandboxState, order: Order) -> float | None:
    """Return the end of free storage of an order at its office or locker; None if it is not there, or without free days.

    The days of `free_storage_days` begin with its arrival: the first of its latest statuses at an office.
    """
    rows = reversed([row for row in order.statuses if not row.deleted])
    moments = [row.moment for row in takewhile(lambda row: row.code in _AT_OFFICE, rows)]
    days = state.settings.free_storage_days
    return moments[-1] + days * _DAY_SECONDS if moments and days else None


def cancel_agreements(state: SandboxState, order: Order, moment: float) -> None:
    """Cancel the agreement in force: another one, or a change of the order, replaces it."""
    order.related = tuple(row for row in order.related if row.type != "delivery")
    state.unsaved[order.uuid] = None
    for uuid in order.agreements:
        agreement = state.find(Agreement, uuid)
        if agreement is not None and agreement.status.code == "PROCESSING":
            state.set_status(agreement, Status("CANCEL", moment))
