"""`PATCH /v2/orders`: a change of an order that CDEK has not received yet, and the job that applies it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.background_jobs import leave_unchanged
from cdek_sandbox.core.entities import BackgroundJob, Order, Problem
from cdek_sandbox.core.entity_lookup import get_named_order, refuse_similar
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.field_checks import check_addresses
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.state import JobHandler
from cdek_sandbox.resources.orders.delivery_dates import cancel_agreements
from cdek_sandbox.resources.orders.ignored_fields import remove_ignored_fields
from cdek_sandbox.resources.orders.office_assignment import assign_offices
from cdek_sandbox.resources.orders.order_card import build_package_id
from cdek_sandbox.resources.orders.order_checks import check_order
from cdek_sandbox.resources.orders.order_jobs import check_creation
from cdek_sandbox.resources.orders.order_schema import ORDER_UPDATE
from cdek_sandbox.resources.orders.reverse_orders import check_reverse_change, start_reverse_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

_TYPE = "UPDATE"
CHANGEABLE = frozenset({"ACCEPTED", "CREATED"})
_IDENTITY_FIELDS = ("uuid", "cdek_number", "type")
_COST_WARNINGS = {
    "v2_cost_change_by_tariff": ("tariff_code",),
    "v2_cost_change_by_services": ("services",),
    "v2_cost_change_by_location": ("from_location", "to_location", "shipment_point", "delivery_point"),
    "v2_cost_change_by_parameters": ("packages",),
}
_DESTINATION = ("tariff_code", "delivery_point", "to_location")


def update_order(state: SandboxState, request: Request) -> Response:
    """Queue a change; CDEK checks the changed order in the background."""
    body = read_body(state, request, ORDER_UPDATE, _TYPE)
    if isinstance(body, Response):
        return body
    order = get_named_order(state, request, body, _TYPE, "uuid")
    if isinstance(order, Response):
        return order
    if order.is_pending(_TYPE):
        return refuse_similar(state, order.uuid, _TYPE)
    problems = _check_change(state, order, body)
    if problems:
        return responses.build_refusal(state, _TYPE, problems)
    warnings = remove_ignored_fields(state, body, merge_change(order, body)) + list_cost_warnings(order, body)
    entry = background_jobs.queue_request(state, order, _TYPE, body, warnings)
    return responses.build_accepted(state, order.uuid, entry)


def _check_change(state: SandboxState, order: Order, body: dict[str, Any]) -> list[Problem]:
    if order.status.code not in CHANGEABLE and state.settings.update_of_moving == "at_once":
        return [problem("v2_update_forbidden")]
    return check_addresses(body) + check_package_ids(order, body) or check_order(
        state.settings, merge_change(order, body)
    )


def list_cost_warnings(order: Order, change: Mapping[str, Any]) -> list[Problem]:
    """List warnings about the parts of a change that may change the price."""
    return [
        problem(code)
        for code, names in _COST_WARNINGS.items()
        if any(name in change and change[name] != order.body.get(name) for name in names)
    ]


def check_package_ids(order: Order, change: Mapping[str, Any]) -> list[Problem]:
    """Check that packages of the order are named by their `package_id`, and that it has all these ids."""
    numbers = {package["number"] for package in order.body["packages"]}
    ids = {build_package_id(order, index) for index in range(len(order.body["packages"]))}
    rows = []
    for package in change.get("packages", ()):
        if "package_id" not in package and package.get("number") in numbers:
            rows.append(problem("v2_package_id_is_empty", package["number"]))
        elif package.get("package_id", "") and package["package_id"].lower() not in ids:
            # What CDEK says of a package that the order does not have is not recorded.
            rows.append(problem("v2_entity_not_found", package["package_id"]))
    return rows


def merge_change(order: Order, change: Mapping[str, Any]) -> dict[str, Any]:
    """Merge a change into the order's body: packages by their ids, an address replaces an office."""
    body = order.body | {name: value for name, value in change.items() if name not in _IDENTITY_FIELDS}
    for place, office in (("from_location", "shipment_point"), ("to_location", "delivery_point")):
        if place in change:
            body.pop(office, None)
        elif office in change:
            body.pop(place, None)
    if "packages" in change:
        body["packages"] = _merge_packages(order, change["packages"])
    return body


def _merge_packages(order: Order, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # Whether CDEK drops a package that a change does not name is not recorded: here it stays.
    by_id = {row["package_id"].lower(): row for row in changes if row.get("package_id")}
    existing = [row | by_id.get(build_package_id(order, index), {}) for index, row in enumerate(order.body["packages"])]
    added = [row for row in changes if not row.get("package_id")]
    return [{name: value for name, value in row.items() if name != "package_id"} for row in (*existing, *added)]


def _decide_update(state: SandboxState, order: Order, job: BackgroundJob) -> list[Problem]:
    if order.status.code not in CHANGEABLE:
        return [problem("v2_update_forbidden")]
    number = job.details.get("number") or order.number
    body = merge_change(order, job.details)
    return check_reverse_change(state, order, body) + check_creation(state, order, number, body)


def _apply_update(state: SandboxState, order: Order, job: BackgroundJob, moment: float) -> None:
    old, order.body = order.body, merge_change(order, job.details)
    assign_offices(state, order, job)
    start_reverse_order(state, order, moment)
    number = job.details.get("number")
    if number:
        state.change_number(order, number)
    if any(old.get(name) != order.body.get(name) for name in _DESTINATION):
        cancel_agreements(state, order, moment)


UPDATE_JOBS = {"order_update": JobHandler(Order, "UPDATE", _decide_update, _apply_update, leave_unchanged)}
OPERATIONS = (Operation("order_update", ("PATCH",), "/v2/orders", update_order, schema=ORDER_UPDATE),)
