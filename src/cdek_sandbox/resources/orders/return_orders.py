"""Orders that CDEK creates itself: the return after a refusal, the client return after a delivery, the reverse order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.entities import Order, Related, RequestEntry, Status
from cdek_sandbox.resources.orders.order_body import remove_reverse
from cdek_sandbox.resources.orders.order_card import SHOP, SHOP_PHONE

if TYPE_CHECKING:
    from cdek_sandbox.core.state import SandboxState

_SWAPPED_FIELDS = {
    "from_location": "to_location",
    "to_location": "from_location",
    "shipment_point": "delivery_point",
    "delivery_point": "shipment_point",
    "sender": "recipient",
    "recipient": "sender",
}


def build_return_order(state: SandboxState, direct: Order, moment: float) -> Order:
    """Build the return order of a refused order, with a CDEK number."""
    return _build_order(state, direct, moment, direct.body["tariff_code"], is_client_return=False)


def build_client_return(state: SandboxState, direct: Order, moment: float, tariff_code: int) -> Order:
    """Build the client return of a delivered order, by the tariff that the shop asked for."""
    return _build_order(state, direct, moment, tariff_code, is_client_return=True)


def build_reverse_order(state: SandboxState, direct: Order, moment: float) -> Order:
    """Build the reverse order of a direct one: swapped ends, same tariff, same items.

    What of the goods comes back is known only at the door, and by which tariff is not recorded: both are choices.
    """
    reverse = _build_order(state, direct, moment, direct.body["tariff_code"], is_client_return=False)
    reverse.is_return, reverse.is_reverse = False, True
    return reverse


def link_orders(
    state: SandboxState, direct: Order, derived_order: Order, forward_type: str, backward_type: str
) -> None:
    """Store a new order, and link it with its direct order both ways."""
    direct.related += (Related(forward_type, derived_order.uuid, cdek_number=derived_order.cdek_number),)
    derived_order.related += (Related(backward_type, direct.uuid, cdek_number=direct.cdek_number),)
    state.add(derived_order)


def _build_order(
    state: SandboxState, direct: Order, moment: float, tariff_code: int, *, is_client_return: bool
) -> Order:
    uuid = state.random_source.next_uuid("order")
    return Order(
        uuid=uuid,
        owner=direct.owner,
        number=uuid,
        body=_swap_ends(direct, tariff_code),
        cdek_number=state.random_source.next_cdek_number(),
        is_return=not is_client_return,
        is_client_return=is_client_return,
        statuses=[Status("ACCEPTED", moment), Status("CREATED", moment)],
        entries=[RequestEntry(state.random_source.next_uuid("request"), "CREATE", moment, "SUCCESSFUL")],
    )


def _swap_ends(direct: Order, tariff_code: int) -> dict[str, Any]:
    shop = {"recipient": {"name": SHOP, "phones": [{"number": SHOP_PHONE}]}}
    body = shop | {_SWAPPED_FIELDS.get(name, name): value for name, value in remove_reverse(direct.body).items()}
    return body | {
        "tariff_code": tariff_code,
        "packages": [_copy_package(direct, one) for one in direct.body["packages"]],
    }


def _subtract_kept_items(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item without the units that the recipient kept."""
    kept_amount = item.get("delivery_amount", 0)
    fields = {name: value for name, value in item.items() if name != "delivery_amount"}
    return fields | {"amount": item["amount"] - kept_amount}


def _copy_package(direct: Order, package: dict[str, Any]) -> dict[str, Any]:
    detail = {
        "direct_order_number": direct.cdek_number,
        "direct_order_uuid": direct.uuid,
        "direct_package_number": package["number"],
    }
    items = [
        item | {"return_item_detail": detail}
        for item in map(_subtract_kept_items, package.get("items", []))
        if item["amount"]
    ]
    bare = {name: value for name, value in package.items() if name != "items"}
    return bare | ({"items": items} if items else {})
