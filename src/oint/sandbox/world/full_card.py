"""The card of a made order: CDEK's own fields added to the request. All prices are made up; their sums are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.sandbox.world.cities import resolved
from oint.sandbox.world.dice import as_uuid, derived
from oint.sandbox.world.passports import satisfied
from oint.sandbox.world.tariffs import delivery_mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oint.sandbox.world.entities import Order

SHOP = "Тестовый интернет-магазин"
SHOP_PHONE = "79000000000"
_VAT = 20  # the recordings of edu show 20, even after it became 22
_TYPE_DELIVERY = 2
_PACKAGE_ORDER = ("number", "barcode", "weight", "length", "width", "weight_volume", "weight_calc", "height", "comment")
_ITEM_ORDER = ("name", "ware_key", "marking", "payment", "weight", "weight_gross", "amount", "delivery_amount")
_ITEM_ENDING = ("return_item_detail", "excise", "cost")


def full_entity(order: Order, statuses: list[dict[str, Any]], trouble: dict[str, Any]) -> dict[str, Any]:
    """The entity of the card, in CDEK's order of fields."""
    body = order.body
    services = [_service(row) for row in _with_insurance(order)]
    head = {
        "uuid": order.uuid,
        "type": body.get("type", 1),
        "is_return": order.is_return,
        "is_reverse": False,
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
        "has_reverse_order": body.get("has_reverse_order", False),
        "delivery_detail": _delivery_detail(body, services),
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
    asked = order.body.get("services", [])
    if order.body.get("type", 1) == _TYPE_DELIVERY:
        return list(asked)
    items = [item for package in order.body["packages"] for item in package.get("items", [])]
    declared = sum(item["cost"] * item["amount"] for item in items)
    return [{"code": "INSURANCE", "parameter": f"{declared:.2f}"}, *asked]


def _service(row: dict[str, Any]) -> dict[str, Any]:
    price = _declared(row) * 0.0075 if row.get("code") == "INSURANCE" else 500
    vat = round(price * _VAT / 100, 2)
    money = {"sum": round(price, 2), "total_sum": round(price + vat, 2), "discount_percent": 0, "discount_sum": 0}
    return row | money | {"vat_rate": _VAT, "vat_sum": vat}


def _declared(row: dict[str, Any]) -> float:
    try:
        return float(row.get("parameter", 0))
    except ValueError:
        return 0.0


def _package(order: Order, index: int, row: dict[str, Any]) -> dict[str, Any]:
    digest = _package_digest(order, index)
    volume = row.get("length", 0) * row.get("width", 0) * row.get("height", 0) // 5
    made = row | {
        "barcode": f"{int.from_bytes(digest[:4]):012d}",
        "weight_volume": volume,
        "weight_calc": max(row["weight"], volume),
    }
    if "items" in row:
        made["items"] = [_item(item) for item in row["items"]]
    return _in_order(made, _PACKAGE_ORDER, ()) | {"package_id": as_uuid(digest)}


def package_id(order: Order, index: int) -> str:
    """The id of a package by its place in the order."""
    return as_uuid(_package_digest(order, index))


def _package_digest(order: Order, index: int) -> bytes:
    return derived(f"{order.uuid}:package:{index}")


def _item(item: dict[str, Any]) -> dict[str, Any]:
    made = {"weight_gross": item["weight"], "delivery_amount": 0, "return_item_detail": {}, "excise": False}
    return _in_order(made | item | {"payment": _with_vat(item["payment"])}, _ITEM_ORDER, _ITEM_ENDING)


def _with_vat(money: dict[str, Any]) -> dict[str, Any]:
    return money if "vat_sum" in money else money | {"vat_sum": 0}


def _in_order(row: dict[str, Any], first: tuple[str, ...], last: tuple[str, ...]) -> dict[str, Any]:
    """The fields in CDEK's order: some first, some last, the rest between."""
    between = (name for name in row if name not in first and name not in last)
    return {name: row[name] for name in (*first, *between, *last) if name in row}


def delivery_sum(body: Mapping[str, Any]) -> int:
    """The price of the delivery alone: made up."""
    weight: int = sum(package["weight"] for package in body["packages"])
    return 315 + weight // 4


def _delivery_detail(body: dict[str, Any], services: list[dict[str, Any]]) -> dict[str, Any]:
    price = delivery_sum(body)
    vat = round(price * _VAT / 100, 2)
    return {
        "delivery_sum": price,
        "total_sum": round(price + vat + sum(service["total_sum"] for service in services), 2),
        "payment_info": [],
        "delivery_vat_rate": _VAT,
        "delivery_vat_sum": vat,
        "delivery_discount_percent": 0,
        "delivery_discount_sum": 0,
    }
