"""An order under validation, and what most checks need of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from cdek_sandbox.resources.orders.order_body import TYPE_DELIVERY, get_delivery_mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import SandboxState


class OrderDraft:
    """An order as it is to become: created or changed.

    Args:
        state: the state of the sandbox; its settings hold the choices.
        order: the order as it stands now.
        number: the shop's number that it is to have.
        body: the body that it is to have.
    """

    def __init__(self, state: SandboxState, order: Order, number: str, body: Mapping[str, Any]) -> None:
        """Keep the order and its new body."""
        self.state = state
        self.order = order
        self.number = number
        self.body = body

    @property
    def packages(self) -> list[dict[str, Any]]:
        """Return its packages."""
        packages: list[dict[str, Any]] = self.body["packages"]
        return packages

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        """Return the items of all its packages."""
        return [item for package in self.packages for item in package.get("items", ())]

    @cached_property
    def services(self) -> set[str]:
        """Return the codes of its additional services."""
        return {service.get("code", "") for service in self.body.get("services", ())}

    @property
    def mode(self) -> str:
        """Return its delivery mode, by its tariff."""
        return get_delivery_mode(self.body)

    @property
    def is_from_shop(self) -> bool:
        """Return whether it is a shop's order (type 1), not a delivery (type 2)."""
        return bool(self.body.get("type", 1) != TYPE_DELIVERY)

    @property
    def is_change(self) -> bool:
        """Return whether an existing order is to change, instead of a new one to be created."""
        return self.body is not self.order.body
