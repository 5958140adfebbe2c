"""What CDEK makes of requests on orders: the verdict of each kind of work and its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.entities import Order, Problem, Status, Work
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.random_source import derived
from cdek_sandbox.core.state import WorkRule
from cdek_sandbox.world.checks import body_problems
from cdek_sandbox.world.checks.asked import Asked
from cdek_sandbox.world.office_choice import settle_offices
from cdek_sandbox.world.print_work import WITH_ORDER, print_along
from cdek_sandbox.world.returns import client_return_of, link, return_of
from cdek_sandbox.world.reverse_work import follow, withdraw
from cdek_sandbox.world.statuses import FINAL, FINISHED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import World

REFUSED = "11"
_INVENTED_FINISHED = "sandbox_invented_order_is_final"
_INVENTED_CLIENT_RETURN = "sandbox_invented_order_is_not_delivered"


def _create_verdict(world: World, order: Order, _work: Work) -> list[Problem]:
    return creation_problems(world, order, order.number, order.body)


def creation_problems(world: World, order: Order, number: str, body: Mapping[str, Any]) -> list[Problem]:
    """What CDEK finds in the background in an order of this number and body."""
    problems = []
    if any(_occupies(other) for other in world.by_number(order.owner, number) if other is not order):
        problems.append(problem("error_validate_im_dep_number_has_already_had_integration"))
    return problems + body_problems(Asked(world, order, number, body))


def _occupies(order: Order) -> bool:
    """A shop's number is taken by an order that was made and is not finished."""
    return order.cdek_number is not None and order.status.code not in FINAL


def _created(world: World, order: Order, work: Work, moment: float) -> None:
    world.number(order)
    _rename_duplicates(order)
    world.enter(order, Status("CREATED", moment))
    settle_offices(world, order, work)
    follow(world, order, moment)
    if order.body.get("print") in WITH_ORDER and "host" in work.details:
        print_along(world, order, work.details["host"])


def _rename_duplicates(order: Order) -> None:
    """CDEK gives a goods' key that a package has already an ending of seven characters."""
    for place, package in enumerate(order.body["packages"]):
        known = set()
        for row, item in enumerate(package.get("items", ())):
            if item["ware_key"] in known:
                item["ware_key"] += f"_{derived(f'{order.uuid}:{place}:{row}').hex()[:7]}"
            known.add(item["ware_key"])


def _not_created(world: World, order: Order, _work: Work, moment: float) -> None:
    world.enter(order, Status("INVALID", moment))


def _delete_verdict(_world: World, order: Order, _work: Work) -> list[Problem]:
    if order.status.code != "CREATED":
        return [problem("error_validate_order_delete_status")]
    problems = []
    if order.in_warehouse:
        problems.append(problem("error_validate_order_delete_documents_in_warehouse_is_not_empty"))
    if order.claimed:
        problems.append(problem("error_validate_order_delete_claims_is_not_empty"))
    return problems


def _deleted(world: World, order: Order, _work: Work, moment: float) -> None:
    world.enter(order, Status("REMOVED", moment))
    withdraw(world, order, moment)


def _refusal_verdict(_world: World, order: Order, _work: Work) -> list[Problem]:
    code = order.status.code
    if code in FINISHED:
        return [finished_problem(order)]
    if code == "INVALID":
        return [problem("v2_entity_invalid", order.uuid)]
    if code == "REMOVED":
        return [problem("v2_entity_not_found", order.uuid)]
    return []


def finished_problem(order: Order) -> Problem:
    """Return the error of a finished order: CDEK's code is not known, this one is invented."""
    message = f"Invented by the sandbox: an order in status {order.status.code} cannot be refused"
    return Problem(code=_INVENTED_FINISHED, message=message)


def _refused(world: World, order: Order, _work: Work, moment: float) -> None:
    world.enter(order, Status("NOT_DELIVERED", moment, reason_code=REFUSED))
    send_back(world, order, moment)


def send_back(world: World, order: Order, moment: float) -> None:
    """Let CDEK form the return order, by the settings of that work."""
    follow_up = Work("return_order")
    order.works.append(follow_up)
    background.start(world, order, follow_up, moment)


def _return_order_made(world: World, order: Order, _work: Work, moment: float) -> None:
    link(world, order, return_of(world, order, moment), "return_order", "direct_order")


def _client_return_verdict(_world: World, order: Order, _work: Work) -> list[Problem]:
    if order.status.code == "DELIVERED":
        return []
    # CDEK's code is not known: this one is invented.
    message = f"Invented by the sandbox: a client return needs DELIVERED, the order is {order.status.code}"
    return [Problem(code=_INVENTED_CLIENT_RETURN, message=message)]


def _client_return_made(world: World, order: Order, work: Work, moment: float) -> None:
    made = client_return_of(world, order, moment, work.details["tariff_code"])
    link(world, order, made, "client_return_order", "client_direct_order")


def _by_rules(_world: World, _order: Order, _work: Work) -> list[Problem]:
    return []


def _nothing(_world: World, _order: Order, _work: Work, _moment: float) -> None:
    """A request that failed leaves the order as it was."""


ORDER_WORK = {
    "create": WorkRule(Order, "CREATE", _create_verdict, _created, _not_created),
    "delete": WorkRule(Order, "DELETE", _delete_verdict, _deleted, _nothing),
    "refusal": WorkRule(Order, "CREATE_REFUSAL", _refusal_verdict, _refused, _nothing),
    "return_order": WorkRule(Order, None, _by_rules, _return_order_made, _nothing),
    "client_return": WorkRule(Order, "CREATE_CLIENT_RETURN", _client_return_verdict, _client_return_made, _nothing),
}
