"""Background jobs of orders: the verdict of each kind of request and its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.background_jobs import approve, invalidate, leave_unchanged
from cdek_sandbox.core.entities import BackgroundJob, Order, Problem, Status
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.random_source import hash_text
from cdek_sandbox.core.state import JobHandler
from cdek_sandbox.resources.orders.office_assignment import assign_offices
from cdek_sandbox.resources.orders.order_statuses import FINAL, FINISHED
from cdek_sandbox.resources.orders.return_orders import build_client_return, build_return_order, link_orders
from cdek_sandbox.resources.orders.reverse_orders import remove_reverse_order, start_reverse_order
from cdek_sandbox.resources.orders.validation.background_checks import check_draft
from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft
from cdek_sandbox.resources.print_forms.print_jobs import ORDER_FORMS, start_order_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import SandboxState

REFUSAL_REASON = "11"
_INVENTED_FINISHED = "sandbox_invented_order_is_final"
_INVENTED_CLIENT_RETURN = "sandbox_invented_order_is_not_delivered"


def _decide_creation(state: SandboxState, order: Order, _job: BackgroundJob) -> list[Problem]:
    return check_creation(state, order, order.number, order.body)


def check_creation(state: SandboxState, order: Order, number: str, body: Mapping[str, Any]) -> list[Problem]:
    """Check in the background an order of this number and body."""
    problems = []
    if any(_occupies_number(other) for other in state.find_by_number(order.owner, number) if other is not order):
        problems.append(problem("error_validate_im_dep_number_has_already_had_integration"))
    return problems + check_draft(OrderDraft(state, order, number, body))


def _occupies_number(order: Order) -> bool:
    """Check whether an order occupies the shop's number: it was created and is not final."""
    return order.cdek_number is not None and order.status.code not in FINAL


def _complete_creation(state: SandboxState, order: Order, job: BackgroundJob, moment: float) -> None:
    state.assign_cdek_number(order)
    _rename_duplicates(order)
    state.set_status(order, Status("CREATED", moment))
    assign_offices(state, order, job)
    start_reverse_order(state, order, moment)
    if order.body.get("print") in ORDER_FORMS and "host" in job.details:
        start_order_form(state, order, job.details["host"])


def _rename_duplicates(order: Order) -> None:
    """Append seven characters to an item's key that its package has already, as CDEK does."""
    old = order.body["packages"]
    packages = [_rename_in_package(order, place, package) for place, package in enumerate(old)]
    if packages != old:
        order.body["packages"] = packages


def _rename_in_package(order: Order, place: int, package: dict[str, Any]) -> dict[str, Any]:
    items, ware_keys = [], set[str]()
    for row, item in enumerate(package.get("items", ())):
        key = item["ware_key"]
        if key in ware_keys:
            key += f"_{hash_text(f'{order.uuid}:{place}:{row}').hex()[:7]}"
        ware_keys.add(key)
        items.append(item if key == item["ware_key"] else item | {"ware_key": key})
    return package | {"items": items} if items else package


def _decide_deletion(_state: SandboxState, order: Order, _job: BackgroundJob) -> list[Problem]:
    if order.status.code != "CREATED":
        return [problem("error_validate_order_delete_status")]
    problems = []
    if order.in_warehouse:
        problems.append(problem("error_validate_order_delete_documents_in_warehouse_is_not_empty"))
    if order.claimed:
        problems.append(problem("error_validate_order_delete_claims_is_not_empty"))
    return problems


def _remove(state: SandboxState, order: Order, _job: BackgroundJob, moment: float) -> None:
    state.set_status(order, Status("REMOVED", moment))
    remove_reverse_order(state, order, moment)


def _decide_refusal(_state: SandboxState, order: Order, _job: BackgroundJob) -> list[Problem]:
    code = order.status.code
    if code in FINISHED:
        return [build_finished_problem(order)]
    if code == "INVALID":
        return [problem("v2_entity_invalid", order.uuid)]
    if code == "REMOVED":
        return [problem("v2_entity_not_found", order.uuid)]
    return []


def build_finished_problem(order: Order) -> Problem:
    """Return the error of a finished order: CDEK's code is not known, this one is invented."""
    message = f"Invented by the sandbox: an order in status {order.status.code} cannot be refused"
    return Problem(code=_INVENTED_FINISHED, message=message)


def _complete_refusal(state: SandboxState, order: Order, _job: BackgroundJob, moment: float) -> None:
    state.set_status(order, Status("NOT_DELIVERED", moment, reason_code=REFUSAL_REASON))
    start_return_order(state, order, moment)


def start_return_order(state: SandboxState, order: Order, moment: float) -> None:
    """Start the job that creates the return order."""
    follow_up = BackgroundJob("return_order")
    order.jobs += (follow_up,)
    background.start_job(state, order, follow_up, moment)


def _create_return_order(state: SandboxState, order: Order, _job: BackgroundJob, moment: float) -> None:
    link_orders(state, order, build_return_order(state, order, moment), "return_order", "direct_order")


def _decide_client_return(_state: SandboxState, order: Order, _job: BackgroundJob) -> list[Problem]:
    if order.status.code == "DELIVERED":
        return []
    # CDEK's code is not known: this one is invented.
    message = f"Invented by the sandbox: a client return needs DELIVERED, the order is {order.status.code}"
    return [Problem(code=_INVENTED_CLIENT_RETURN, message=message)]


def _create_client_return(state: SandboxState, order: Order, job: BackgroundJob, moment: float) -> None:
    client_return = build_client_return(state, order, moment, job.details["tariff_code"])
    link_orders(state, order, client_return, "client_return_order", "client_direct_order")


ORDER_JOBS = {
    "create": JobHandler(Order, "CREATE", _decide_creation, _complete_creation, invalidate),
    "delete": JobHandler(Order, "DELETE", _decide_deletion, _remove, leave_unchanged),
    "refusal": JobHandler(Order, "CREATE_REFUSAL", _decide_refusal, _complete_refusal, leave_unchanged),
    "return_order": JobHandler(Order, None, approve, _create_return_order, leave_unchanged),
    "client_return": JobHandler(
        Order, "CREATE_CLIENT_RETURN", _decide_client_return, _create_client_return, leave_unchanged
    ),
}
