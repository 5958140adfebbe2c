"""What CDEK makes of a change of an order: the new body, what it warns of, and its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.entities import Order, Problem, Work
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.state import WorkRule
from cdek_sandbox.world.agreement_work import annul_agreements
from cdek_sandbox.world.full_card import package_id
from cdek_sandbox.world.office_choice import settle_offices
from cdek_sandbox.world.order_work import creation_problems
from cdek_sandbox.world.reverse_work import change_problems, follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import World

CHANGEABLE = frozenset({"ACCEPTED", "CREATED"})
_NAMES_OF_ORDER = ("uuid", "cdek_number", "type")
_COSTLY = {
    "v2_cost_change_by_tariff": ("tariff_code",),
    "v2_cost_change_by_services": ("services",),
    "v2_cost_change_by_location": ("from_location", "to_location", "shipment_point", "delivery_point"),
    "v2_cost_change_by_parameters": ("packages",),
}
_DESTINATION = ("tariff_code", "delivery_point", "to_location")


def warnings_of(order: Order, change: Mapping[str, Any]) -> list[Problem]:
    """What of this change may change the price."""
    return [
        problem(code)
        for code, names in _COSTLY.items()
        if any(name in change and change[name] != order.body.get(name) for name in names)
    ]


def package_problems(order: Order, change: Mapping[str, Any]) -> list[Problem]:
    """Packages of the order that are named without their `package_id`, and ids that it does not have."""
    numbers = {package["number"] for package in order.body["packages"]}
    ids = {package_id(order, index) for index in range(len(order.body["packages"]))}
    rows = []
    for package in change.get("packages", ()):
        if "package_id" not in package and package.get("number") in numbers:
            rows.append(problem("v2_package_id_is_empty", package["number"]))
        elif package.get("package_id", "") and package["package_id"].lower() not in ids:
            # What CDEK says of a package that the order does not have is not recorded.
            rows.append(problem("v2_entity_not_found", package["package_id"]))
    return rows


def merged(order: Order, change: Mapping[str, Any]) -> dict[str, Any]:
    """The order's body with the change laid over it: packages by their ids, an address in place of an office."""
    body = order.body | {name: value for name, value in change.items() if name not in _NAMES_OF_ORDER}
    for place, office in (("from_location", "shipment_point"), ("to_location", "delivery_point")):
        if place in change:
            body.pop(office, None)
        elif office in change:
            body.pop(place, None)
    if "packages" in change:
        body["packages"] = _packages(order, change["packages"])
    return body


def _packages(order: Order, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # Whether CDEK drops a package that a change does not name is not recorded: here it stays.
    by_id = {row["package_id"].lower(): row for row in changes if row.get("package_id")}
    kept = [row | by_id.get(package_id(order, index), {}) for index, row in enumerate(order.body["packages"])]
    added = [row for row in changes if not row.get("package_id")]
    return [{name: value for name, value in row.items() if name != "package_id"} for row in (*kept, *added)]


def _update_verdict(world: World, order: Order, work: Work) -> list[Problem]:
    if order.status.code not in CHANGEABLE:
        return [problem("v2_update_forbidden")]
    number = work.details.get("number") or order.number
    body = merged(order, work.details)
    return change_problems(world, order, body) + creation_problems(world, order, number, body)


def _updated(world: World, order: Order, work: Work, moment: float) -> None:
    old, order.body = order.body, merged(order, work.details)
    settle_offices(world, order, work)
    follow(world, order, moment)
    number = work.details.get("number")
    if number:
        world.renumber(order, number)
    if any(old.get(name) != order.body.get(name) for name in _DESTINATION):
        annul_agreements(world, order, moment)


def _not_updated(_world: World, _order: Order, _work: Work, _moment: float) -> None:
    """A change that failed leaves the order as it was."""


UPDATE_WORK = {"order_update": WorkRule(Order, "UPDATE", _update_verdict, _updated, _not_updated)}
