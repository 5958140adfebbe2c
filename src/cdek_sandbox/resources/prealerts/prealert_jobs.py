"""Background jobs of prealerts, and the reception of the parcels at the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.background_jobs import invalidate
from cdek_sandbox.core.entities import BackgroundJob, Order, Prealert, Problem, Status
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.state import JobHandler
from cdek_sandbox.resources.orders.order_card import build_package_id

if TYPE_CHECKING:
    from cdek_sandbox.core.state import SandboxState

_MIN_LEAD_SECONDS = 86_400  # until the planned date; the code of the error is official, the number a choice
ACCEPTED, NOT_ACCEPTED, DELETED = "ACCEPTED", "NOT_ACCEPTED", "DELETED"


def add_prealert(
    state: SandboxState, owner: str, body: dict[str, Any], planned: float, orders: list[Order]
) -> Prealert:
    """Store a new prealert whose request is not queued yet."""
    uuid = state.random_source.next_uuid("prealert")
    prealert = Prealert(
        uuid=uuid,
        owner=owner,
        number=f"PA/{1300 + state.random_source.counts['prealert']}/26",  # what the two figures mean is not documented
        planned=planned,
        body=body,
        order_uuids=[order.uuid for order in orders],
        statuses=[Status("ACCEPTED", state.clock.now())],
    )
    state.add(prealert)
    return prealert


def receive_parcels(state: SandboxState, prealert: Prealert, point: str, missing: frozenset[str]) -> None:
    """Let the office receive all packages except those with the `missing` ids and those of deleted orders."""
    prealert.closed, prealert.fact_shipment_point = state.clock.now(), point
    for uuid in prealert.order_uuids:
        order = state.orders[uuid]
        for index in range(len(order.body["packages"])):
            package_uuid = build_package_id(order, index)
            package_status = NOT_ACCEPTED if package_uuid in missing else ACCEPTED
            prealert.packages[package_uuid] = DELETED if order.status.code == "REMOVED" else package_status
    state.set_status(prealert, Status("CLOSED", prealert.closed))


def _decide_prealert(state: SandboxState, prealert: Prealert, _job: BackgroundJob) -> list[Problem]:
    """Decide a prealert. The codes are CDEK's; that they come in the background is a choice."""
    if not state.settings.prealert_contract:
        return [problem("PA_17")]
    if prealert.planned < prealert.entries[0].moment + _MIN_LEAD_SECONDS:
        return [problem("PA_02")]
    return [row for uuid in prealert.order_uuids for row in _check_order(state.orders[uuid])]


def _check_order(order: Order) -> list[Problem]:
    if order.status.code == "INVALID":
        return [problem("v2_entity_invalid", order.uuid)]
    if order.cdek_number is None:
        return [problem("v2_entity_not_ready")]
    if order.status.code != "REMOVED":
        return []
    return [problem("PA_11", package["number"], order.cdek_number) for package in order.body["packages"]]


def _register(state: SandboxState, prealert: Prealert, _job: BackgroundJob, moment: float) -> None:
    state.set_status(prealert, Status("CREATED", moment))


PREALERT_JOBS = {"prealert": JobHandler(Prealert, "CREATE", _decide_prealert, _register, invalidate)}
