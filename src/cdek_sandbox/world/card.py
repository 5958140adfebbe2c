"""The order card: what `GET /v2/orders/{uuid}` answers, through the half-way states of an order in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.serializers import half_done, related, requests
from cdek_sandbox.world.cities import resolved
from cdek_sandbox.world.free_storage import find_free_storage_end
from cdek_sandbox.world.full_card import contacts, full_entity
from cdek_sandbox.world.promise import promised
from cdek_sandbox.world.statuses import NAMES

if TYPE_CHECKING:
    from cdek_sandbox.core.entities import Entity, Order, Status
    from cdek_sandbox.core.state import World

_NOT_ECHOED = ("developer_key", "print", "widget_token")


def order_card(world: World, order: Order) -> dict[str, Any]:
    """The whole answer: entity, requests, related entities."""
    return {"entity": _entity(world, order), "requests": requests(world, order), "related_entities": related(order)}


def statuses(world: World, entity: Entity) -> list[dict[str, Any]]:
    """The statuses in the order that the settings ask for."""
    rows = [_status(world, status) for status in entity.statuses]
    return rows[::-1] if world.settings.newest_first else rows


def _status(world: World, status: Status) -> dict[str, Any]:
    return {
        "code": status.code,
        "name": NAMES.get(status.code, status.code),
        "date_time": world.stamp(status.moment),
        **({"reason_code": status.reason_code} if status.reason_code else {}),
        "city": status.city,
        "deleted": status.deleted,
    }


def trouble(world: World, order: Order) -> dict[str, Any]:
    """What went wrong on the way: `delivery_problem`, where there is one, and `calls`."""
    problems = [{"code": row.code, "create_date": world.stamp(row.moment)} for row in order.problems]
    calls = [{"date_time": world.stamp(row.moment), "reason_code": int(row.code)} for row in order.failed_calls]
    return {
        **({"delivery_problem": problems} if problems else {}),
        "calls": {"failed_calls": calls} if calls else {},
    }


def _planned(world: World, order: Order) -> dict[str, Any]:
    day = promised(world, order)
    return {} if day is None else {"planned_delivery_date": day.isoformat()}


def _free_storage(world: World, order: Order) -> dict[str, Any]:
    end = find_free_storage_end(world, order)
    return {} if end is None else {"keep_free_until": world.stamp(end)}


def _entity(world: World, order: Order) -> dict[str, Any]:
    rows = statuses(world, order)
    if order.cdek_number is not None:
        return full_entity(
            world, order, rows, _planned(world, order) | _free_storage(world, order) | trouble(world, order)
        )
    entity = _echo(order)
    if order.creating is not None and half_done(world, order.creating):
        entity |= contacts(order.body)
        for name in ("from_location", "to_location"):
            if name in entity:
                entity[name] = resolved(entity[name])
    return entity | {"statuses": rows}


def _echo(order: Order) -> dict[str, Any]:
    body = {name: value for name, value in order.body.items() if name not in _NOT_ECHOED}
    head = {"uuid": order.uuid, "type": body.pop("type", 1), "number": order.number}
    return head | {name: value for name, value in body.items() if name != "number"}
