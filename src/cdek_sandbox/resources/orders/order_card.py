"""The order card: the response of `GET /v2/orders/{uuid}`, also while CDEK is still creating the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.random_source import format_uuid, hash_text
from cdek_sandbox.core.serializers import describe_related, describe_requests, is_half_done
from cdek_sandbox.reference_data.prices import calculate_weight
from cdek_sandbox.resources.locations.card_locations import fill_in_location
from cdek_sandbox.resources.orders.delivery_dates import estimate_delivery_date, find_free_storage_end
from cdek_sandbox.resources.orders.order_body import (
    TYPE_DELIVERY,
    get_delivery_mode,
    has_passport,
    list_visible_services,
    wants_reverse,
)
from cdek_sandbox.resources.orders.order_payments import build_delivery_detail, count_handed_over
from cdek_sandbox.resources.orders.order_prices import build_sums, price_service
from cdek_sandbox.resources.orders.order_statuses import NAMES

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Entity, Order, Status
    from cdek_sandbox.core.state import SandboxState

_NOT_ECHOED = ("developer_key", "print", "widget_token")
SHOP = "Тестовый интернет-магазин"
SHOP_PHONE = "79000000000"
_PACKAGE_ORDER = ("number", "barcode", "weight", "length", "width", "weight_volume", "weight_calc", "height", "comment")
_ITEM_ORDER = ("name", "ware_key", "marking", "payment", "weight", "weight_gross", "amount", "delivery_amount")
_ITEM_LAST = ("return_item_detail", "excise", "cost")


def build_order_card(state: SandboxState, order: Order) -> dict[str, Any]:
    """Build the whole response: entity, requests, related entities."""
    return {
        "entity": _build_entity(state, order),
        "requests": describe_requests(state, order),
        "related_entities": describe_related(order),
    }


def describe_order_statuses(state: SandboxState, entity: Entity) -> list[dict[str, Any]]:
    """Describe the statuses in the order that the settings ask for."""
    rows = [_describe_status(state, status) for status in entity.statuses]
    return rows[::-1] if state.settings.newest_first else rows


def _describe_status(state: SandboxState, status: Status) -> dict[str, Any]:
    return {
        "code": status.code,
        "name": NAMES.get(status.code, status.code),
        "date_time": state.format_moment(status.moment),
        **({"reason_code": status.reason_code} if status.reason_code else {}),
        "city": status.city,
        "deleted": status.deleted,
    }


def _describe_delivery_problems(state: SandboxState, order: Order) -> dict[str, Any]:
    """Describe delivery problems: `delivery_problem` if there is any, and `calls`."""
    problems = [{"code": row.code, "create_date": state.format_moment(row.moment)} for row in order.problems]
    calls = [{"date_time": state.format_moment(row.moment), "reason_code": int(row.code)} for row in order.failed_calls]
    return {
        **({"delivery_problem": problems} if problems else {}),
        "calls": {"failed_calls": calls} if calls else {},
    }


def _describe_planned_date(state: SandboxState, order: Order) -> dict[str, Any]:
    day = estimate_delivery_date(state, order)
    return {} if day is None else {"planned_delivery_date": day.isoformat()}


def _describe_free_storage(state: SandboxState, order: Order) -> dict[str, Any]:
    end = find_free_storage_end(state, order)
    return {} if end is None else {"keep_free_until": state.format_moment(end)}


def _build_entity(state: SandboxState, order: Order) -> dict[str, Any]:
    rows = describe_order_statuses(state, order)
    if order.cdek_number is not None:
        return _build_full_entity(
            state,
            order,
            rows,
            _describe_planned_date(state, order)
            | _describe_free_storage(state, order)
            | _describe_delivery_problems(state, order),
        )
    entity = _echo_request(order)
    if order.creation_job is not None and is_half_done(state, order.creation_job):
        entity |= _remove_added_companies(fill_in_contacts(order.body), order.body)
        for name in ("from_location", "to_location"):
            if name in entity:
                entity[name] = fill_in_location(entity[name])
    return entity | {"statuses": rows}


def _remove_added_companies(contacts: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Remove the companies that the request does not have: CDEK adds them last, with the number."""
    added = {name for name in ("sender", "recipient") if "company" not in body.get(name, {})}
    return {
        name: {field: value for field, value in contact.items() if name not in added or field != "company"}
        for name, contact in contacts.items()
    }


def _echo_request(order: Order) -> dict[str, Any]:
    body = {name: value for name, value in order.body.items() if name not in _NOT_ECHOED}
    head = {"uuid": order.uuid, "type": body.pop("type", 1), "number": order.number}
    return head | {name: value for name, value in body.items() if name != "number"}


def _build_full_entity(
    state: SandboxState, order: Order, statuses: list[dict[str, Any]], delivery_facts: dict[str, Any]
) -> dict[str, Any]:
    """Build the entity of the card, in CDEK's order of fields."""
    body = order.body
    services = [price_service(state, row) for row in _add_insurance(order)]
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
    entity |= {"items_cost_currency": "RUB", "recipient_currency": "RUB"} | _describe_costs(body)
    entity |= fill_in_contacts(body)
    entity |= {name: fill_in_location(body[name]) for name in ("from_location", "to_location") if name in body}
    entity["services"] = services
    entity["packages"] = [_describe_package(order, index, row) for index, row in enumerate(body["packages"])]
    entity["statuses"] = statuses
    return entity | {
        "is_client_return": order.is_client_return,
        "delivery_mode": get_delivery_mode(body),
        "has_reverse_order": wants_reverse(body),
        "delivery_detail": build_delivery_detail(order, build_sums(state, order, services)),
        **delivery_facts,
    }


def fill_in_contacts(body: dict[str, Any]) -> dict[str, Any]:
    """Complete the contacts as CDEK does: company, phones without the plus, seller by the contract."""
    sender, recipient = body.get("sender", {}), body["recipient"]
    settled_sender = {
        "company": SHOP,
        "name": SHOP,
        **sender,
        "contragent_type": "LEGAL_ENTITY",
        "phones": _strip_plus(sender) or [{"number": SHOP_PHONE}],
        "passport_requirements_satisfied": has_passport(sender),
    }
    settled_recipient = {
        "company": recipient.get("name", SHOP),
        **recipient,
        "phones": _strip_plus(recipient),
        "passport_requirements_satisfied": has_passport(recipient),
    }
    return {"sender": settled_sender, "seller": body.get("seller", {"name": SHOP}), "recipient": settled_recipient}


def _strip_plus(contact: dict[str, Any]) -> list[dict[str, Any]]:
    return [phone | {"number": phone.get("number", "").lstrip("+")} for phone in contact.get("phones", [])]


def _describe_costs(body: dict[str, Any]) -> dict[str, Any]:
    costs: dict[str, Any] = {}
    if "delivery_recipient_cost" in body:
        costs["delivery_recipient_cost"] = _add_vat_sum(body["delivery_recipient_cost"])
    if "delivery_recipient_cost_adv" in body:
        costs["delivery_recipient_cost_adv"] = [_add_vat_sum(row) for row in body["delivery_recipient_cost_adv"]]
    return costs


def _add_insurance(order: Order) -> list[dict[str, Any]]:
    services = list_visible_services(order.body.get("services", []))
    if order.body.get("type", 1) == TYPE_DELIVERY:
        return list(services)
    items = [item for package in order.body["packages"] for item in package.get("items", [])]
    declared = sum(item["cost"] * item["amount"] for item in items)
    return [{"code": "INSURANCE", "parameter": f"{declared:.2f}"}, *services]


def _describe_package(order: Order, index: int, row: dict[str, Any]) -> dict[str, Any]:
    digest = _hash_package(order, index)
    sizes = (row.get("length", 0), row.get("width", 0), row.get("height", 0))
    fields = row | {
        "barcode": f"{int.from_bytes(digest[:4]):012d}",
        "weight_volume": calculate_weight(0, *sizes),
        "weight_calc": calculate_weight(row["weight"], *sizes),
    }
    if "items" in row:
        fields["items"] = [_describe_item(order, item) for item in row["items"]]
    return _sort_fields(fields, _PACKAGE_ORDER, ()) | {"package_id": format_uuid(digest)}


def build_package_id(order: Order, index: int) -> str:
    """Build the id of a package from its place in the order."""
    return format_uuid(_hash_package(order, index))


def _hash_package(order: Order, index: int) -> bytes:
    return hash_text(f"{order.uuid}:package:{index}")


def _describe_item(order: Order, item: dict[str, Any]) -> dict[str, Any]:
    defaults = {"weight_gross": item["weight"], "return_item_detail": {}, "excise": False}
    computed = {"payment": _add_vat_sum(item["payment"]), "delivery_amount": count_handed_over(order, item)}
    return _sort_fields(defaults | item | computed, _ITEM_ORDER, _ITEM_LAST)


def _add_vat_sum(money: dict[str, Any]) -> dict[str, Any]:
    return money if "vat_sum" in money else money | {"vat_sum": 0}


def _sort_fields(row: dict[str, Any], first: tuple[str, ...], last: tuple[str, ...]) -> dict[str, Any]:
    """Sort the fields in CDEK's order: some first, some last, the rest between."""
    between = (name for name in row if name not in first and name not in last)
    return {name: row[name] for name in (*first, *between, *last) if name in row}
