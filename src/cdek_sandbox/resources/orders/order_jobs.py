"""Background jobs of orders: the verdict of each kind of request and its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.entities import Order, Problem, Status, Work
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.random_source import derived
from cdek_sandbox.core.state import WorkRule
from cdek_sandbox.resources.orders.office_assignment import assign_offices
from cdek_sandbox.resources.orders.order_statuses import FINAL, FINISHED
from cdek_sandbox.resources.orders.return_orders import build_client_return, build_return_order, link_orders
from cdek_sandbox.resources.orders.reverse_orders import remove_reverse_order, start_reverse_order
from cdek_sandbox.resources.orders.validation.background_checks import check_draft
from cdek_sandbox.resources.orders.validation.order_draft import OrderDraft
from cdek_sandbox.resources.print_forms.print_jobs import ORDER_FORMS, start_order_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import World

REFUSAL_REASON = "11"
_INVENTED_FINISHED = "sandbox_invented_order_is_final"
_INVENTED_CLIENT_RETURN = "sandbox_invented_order_is_not_delivered"


def _decide_creation(world: World, order: Order, _work: Work) -> list[Problem]:
    return check_creation(world, order, order.number, order.body)


def check_creation(world: World, order: Order, number: str, body: Mapping[str, Any]) -> list[Problem]:
    """What CDEK finds in the background in an order of this number and body."""
    problems = []
    if any(_occupies_number(other) for other in world.by_number(order.owner, number) if other is not order):
        problems.append(problem("error_validate_im_dep_number_has_already_had_integration"))
    return problems + check_draft(OrderDraft(world, order, number, body))


def _occupies_number(order: Order) -> bool:
    """A shop's number is taken by an order that was made and is not finished."""
    return order.cdek_number is not None and order.status.code not in FINAL


def _complete_creation(world: World, order: Order, work: Work, moment: float) -> None:
    world.number(order)
    _rename_duplicates(order)
    world.enter(order, Status("CREATED", moment))
    assign_offices(world, order, work)
    start_reverse_order(world, order, moment)
    if order.body.get("print") in ORDER_FORMS and "host" in work.details:
        start_order_form(world, order, work.details["host"])


def _rename_duplicates(order: Order) -> None:
    """CDEK gives a goods' key that a package has already an ending of seven characters."""
    for place, package in enumerate(order.body["packages"]):
        known = set()
        for row, item in enumerate(package.get("items", ())):
            if item["ware_key"] in known:
                item["ware_key"] += f"_{derived(f'{order.uuid}:{place}:{row}').hex()[:7]}"
            known.add(item["ware_key"])


def _invalidate(world: World, order: Order, _work: Work, moment: float) -> None:
    world.enter(order, Status("INVALID", moment))


def _decide_deletion(_world: World, order: Order, _work: Work) -> list[Problem]:
    if order.status.code != "CREATED":
        return [problem("error_validate_order_delete_status")]
    problems = []
    if order.in_warehouse:
        problems.append(problem("error_validate_order_delete_documents_in_warehouse_is_not_empty"))
    if order.claimed:
        problems.append(problem("error_validate_order_delete_claims_is_not_empty"))
    return problems


def _remove(world: World, order: Order, _work: Work, moment: float) -> None:
    world.enter(order, Status("REMOVED", moment))
    remove_reverse_order(world, order, moment)


def _decide_refusal(_world: World, order: Order, _work: Work) -> list[Problem]:
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


def _complete_refusal(world: World, order: Order, _work: Work, moment: float) -> None:
    world.enter(order, Status("NOT_DELIVERED", moment, reason_code=REFUSAL_REASON))
    start_return_order(world, order, moment)


def start_return_order(world: World, order: Order, moment: float) -> None:
    """Let CDEK form the return order, by the settings of that work."""
    follow_up = Work("return_order")
    order.works.append(follow_up)
    background.start(world, order, follow_up, moment)


def _create_return_order(world: World, order: Order, _work: Work, moment: float) -> None:
    link_orders(world, order, build_return_order(world, order, moment), "return_order", "direct_order")


def _decide_client_return(_world: World, order: Order, _work: Work) -> list[Problem]:
    if order.status.code == "DELIVERED":
        return []
    # CDEK's code is not known: this one is invented.
    message = f"Invented by the sandbox: a client return needs DELIVERED, the order is {order.status.code}"
    return [Problem(code=_INVENTED_CLIENT_RETURN, message=message)]


def _create_client_return(world: World, order: Order, work: Work, moment: float) -> None:
    made = build_client_return(world, order, moment, work.details["tariff_code"])
    link_orders(world, order, made, "client_return_order", "client_direct_order")


def _approve(_world: World, _order: Order, _work: Work) -> list[Problem]:
    return []


def _leave_unchanged(_world: World, _order: Order, _work: Work, _moment: float) -> None:
    """A request that failed leaves the order as it was."""


ORDER_JOBS = {
    "create": WorkRule(Order, "CREATE", _decide_creation, _complete_creation, _invalidate),
    "delete": WorkRule(Order, "DELETE", _decide_deletion, _remove, _leave_unchanged),
    "refusal": WorkRule(Order, "CREATE_REFUSAL", _decide_refusal, _complete_refusal, _leave_unchanged),
    "return_order": WorkRule(Order, None, _approve, _create_return_order, _leave_unchanged),
    "client_return": WorkRule(
        Order, "CREATE_CLIENT_RETURN", _decide_client_return, _create_client_return, _leave_unchanged
    ),
}
