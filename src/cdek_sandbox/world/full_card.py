"""The card of a made order: CDEK's own fields added to the request. Its prices are the calculators' own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.random_source import as_uuid, derived
from cdek_sandbox.reference_data.prices import calculate_weight
from cdek_sandbox.world.cities import resolved
from cdek_sandbox.world.money import delivery_detail, handed_over
from cdek_sandbox.world.order_price import priced, sums
from cdek_sandbox.world.passports import satisfied
from cdek_sandbox.world.reverse_wish import shown_services, wants_reverse
from cdek_sandbox.world.tariffs import delivery_mode

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Order
    from cdek_sandbox.core.state import World

SHOP = "Тестовый интернет-магазин"
SHOP_PHONE = "79000000000"
_TYPE_DELIVERY = 2
_PACKAGE_ORDER = ("number", "barcode", "weight", "length", "width", "weight_volume", "weight_calc", "height", "comment")
_ITEM_ORDER = ("name", "ware_key", "marking", "payment", "weight", "weight_gross", "amount", "delivery_amount")
_ITEM_ENDING = ("return_item_detail", "excise", "cost")


def full_entity(world: World, order: Order, statuses: list[dict[str, Any]], trouble: dict[str, Any]) -> dict[str, Any]:
    """The entity of the card, in CDEK's order of fields."""
    body = order.body
    services = [priced(world, row) for row in _with_insurance(order)]
    head = {
        "uuid": order.uuid,
        "type": body.get("type", 1),
        "is_return": order.is_return,
        "is_reverse": order.is_reverse,
        "cdek_number": order.cdek_number,
        "number": order.number,
        "tariff_code": body["tariff_code"],
    }
    optional = ("accompanying_number", "comment", "shipment_point", "delivery_point", "date_invoice", "shipper_name")
    entity = head | {name: body[name] for name in (*optional, "shipper_address") if name in body}
    entity |= {"items_cost_currency": "RUB", "recipient_currency": "RUB"} | _costs(body)
    entity |= contacts(body)
    entity |= {name: resolved(body[name]) for name in ("from_location", "to_location") if name in body}
    entity["services"] = services
    entity["packages"] = [_package(order, index, row) for index, row in enumerate(body["packages"])]
    entity["statuses"] = statuses
    return entity | {
        "is_client_return": order.is_client_return,
        "delivery_mode": delivery_mode(body),
        "has_reverse_order": wants_reverse(body),
        "delivery_detail": delivery_detail(order, sums(world, order, services)),
        **trouble,
    }


def contacts(body: dict[str, Any]) -> dict[str, Any]:
    """The contacts as CDEK fills them in: company, phones without the plus, seller by the contract."""
    sender, recipient = body.get("sender", {}), body["recipient"]
    settled_sender = {
        "company": SHOP,
        "name": SHOP,
        **sender,
        "contragent_type": "LEGAL_ENTITY",
        "phones": _phones(sender) or [{"number": SHOP_PHONE}],
        "passport_requirements_satisfied": satisfied(sender),
    }
    settled_recipient = {
        "company": recipient.get("name", SHOP),
        **recipient,
        "phones": _phones(recipient),
        "passport_requirements_satisfied": satisfied(recipient),
    }
    return {"sender": settled_sender, "seller": body.get("seller", {"name": SHOP}), "recipient": settled_recipient}


def _phones(contact: dict[str, Any]) -> list[dict[str, Any]]:
    return [phone | {"number": phone.get("number", "").lstrip("+")} for phone in contact.get("phones", [])]


def _costs(body: dict[str, Any]) -> dict[str, Any]:
    costs: dict[str, Any] = {}
    if "delivery_recipient_cost" in body:
        costs["delivery_recipient_cost"] = _with_vat(body["delivery_recipient_cost"])
    if "delivery_recipient_cost_adv" in body:
        costs["delivery_recipient_cost_adv"] = [_with_vat(row) for row in body["delivery_recipient_cost_adv"]]
    return costs


def _with_insurance(order: Order) -> list[dict[str, Any]]:
    asked = shown_services(order.body.get("services", []))
    if order.body.get("type", 1) == _TYPE_DELIVERY:
        return list(asked)
    items = [item for package in order.body["packages"] for item in package.get("items", [])]
    declared = sum(item["cost"] * item["amount"] for item in items)
    return [{"code": "INSURANCE", "parameter": f"{declared:.2f}"}, *asked]


def _package(order: Order, index: int, row: dict[str, Any]) -> dict[str, Any]:
    digest = _package_digest(order, index)
    sizes = (row.get("length", 0), row.get("width", 0), row.get("height", 0))
    made = row | {
        "barcode": f"{int.from_bytes(digest[:4]):012d}",
        "weight_volume": calculate_weight(0, *sizes),
        "weight_calc": calculate_weight(row["weight"], *sizes),
    }
    if "items" in row:
        made["items"] = [_item(order, item) for item in row["items"]]
    return _in_order(made, _PACKAGE_ORDER, ()) | {"package_id": as_uuid(digest)}


def package_id(order: Order, index: int) -> str:
    """The id of a package by its place in the order."""
    return as_uuid(_package_digest(order, index))


def _package_digest(order: Order, index: int) -> bytes:
    return derived(f"{order.uuid}:package:{index}")


def _item(order: Order, item: dict[str, Any]) -> dict[str, Any]:
    made = {"weight_gross": item["weight"], "return_item_detail": {}, "excise": False}
    told = {"payment": _with_vat(item["payment"]), "delivery_amount": handed_over(order, item)}
    return _in_order(made | item | told, _ITEM_ORDER, _ITEM_ENDING)


def _with_vat(money: dict[str, Any]) -> dict[str, Any]:
    return money if "vat_sum" in money else money | {"vat_sum": 0}


def _in_order(row: dict[str, Any], first: tuple[str, ...], last: tuple[str, ...]) -> dict[str, Any]:
    """The fields in CDEK's order: some first, some last, the rest between."""
    between = (name for name in row if name not in first and name not in last)
    return {name: row[name] for name in (*first, *between, *last) if name in row}
