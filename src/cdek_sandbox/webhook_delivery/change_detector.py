"""What there is to tell: entities are compared with what was told of them, so nobody who changes one need think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.webhook_delivery import events
from cdek_sandbox.world.entities import Agreement, Entity, Intake, Order, Prealert, PrintForm
from cdek_sandbox.world.order_price import delivery_sum
from cdek_sandbox.world.photos import has_photos
from cdek_sandbox.world.promise import promised
from cdek_sandbox.world.receipts import receipts
from cdek_sandbox.world.tariffs import delivery_mode
from cdek_sandbox.world.webhook_work import active

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cdek_sandbox.world.world import World

_SIMPLE = {PrintForm: "READY", Prealert: "CLOSED", Agreement: "PROCESSING", Intake: "APPOINTED_COURIER"}


class _Known(NamedTuple):
    """What subscribers may know of an entity."""

    statuses: int = 0
    withdrawn: frozenset[int] = frozenset()
    problems: int = 0
    delivery_sum: float | None = None
    delivery_mode: str | None = None
    planned: date | None = None
    photos: bool = False
    receipts: frozenset[str] = frozenset()


class News:
    """Remembers what was told; until somebody subscribes it remembers nothing."""

    def __init__(self, world: World) -> None:
        """Whatever is in the world by now counts as told."""
        self._known = {uuid: _known(world, entity) for uuid, entity in world.entities.items()}

    def of(self, world: World, entity: Entity) -> Iterator[dict[str, Any]]:
        """The events about an entity since it was last looked at."""
        before, after = self._known.get(entity.uuid, _Known()), _known(world, entity)
        if before == after:
            return
        self._known[entity.uuid] = after
        if isinstance(entity, Order):
            yield from _of_order(world, entity, before, after)
            return
        for status in entity.statuses[before.statuses :]:
            if status.code == _SIMPLE.get(type(entity)):
                yield from _of_other(world, entity)


def _known(world: World, entity: Entity) -> _Known:
    withdrawn = frozenset(place for place, row in enumerate(entity.statuses) if row.deleted)
    if not isinstance(entity, Order):
        return _Known(len(entity.statuses), withdrawn)
    known = _Known(len(entity.statuses), withdrawn, len(entity.problems))
    if entity.cdek_number is None:
        return known
    return known._replace(
        delivery_sum=delivery_sum(world, entity),
        delivery_mode=delivery_mode(entity.body),
        planned=promised(world, entity),
        photos=has_photos(entity),
        receipts=frozenset(receipts(world, entity)),
    )


def _of_order(world: World, order: Order, before: _Known, after: _Known) -> Iterator[dict[str, Any]]:
    now = world.clock.now()
    if order.cdek_number is not None or world.settings.webhooks.unnumbered:
        for place, status in enumerate(order.statuses):
            if place >= before.statuses or place in after.withdrawn - before.withdrawn:
                yield events.of_status(world, order, status, now)
    for status in order.statuses[before.statuses :]:
        yield from events.of_step(world, order, status, now)
    for trouble in order.problems[before.problems :]:
        yield events.of_problem(order, trouble, now)
    yield from _of_changes(order, before, after, now)
    yield from _of_hand_over(world, order, before, after)


def _of_changes(order: Order, before: _Known, after: _Known, now: float) -> Iterator[dict[str, Any]]:
    """What is otherwise than it was; what was not there before has not changed."""
    if before.delivery_sum not in {None, after.delivery_sum}:
        yield events.of_change(order, "DELIVERY_SUM_CHANGED", "FLOAT", float(after.delivery_sum or 0), now)
    if before.delivery_mode not in {None, after.delivery_mode}:
        yield events.of_change(order, "DELIVERY_MODE_CHANGED", "INTEGER", after.delivery_mode, now)
    if after.planned is not None and before.planned not in {None, after.planned}:
        yield events.of_change(order, "PLANED_DELIVERY_DATE_CHANGED", "DATE", after.planned, now)


def _of_hand_over(world: World, order: Order, before: _Known, after: _Known) -> Iterator[dict[str, Any]]:
    now = world.clock.now()
    if after.photos and not before.photos:
        hosts = [row.host for row in active(world, order.owner) if row.type == "DOWNLOAD_PHOTO"]
        yield from (events.of_photos(order, host, now) for host in hosts[-1:])
    if world.settings.webhooks.receipts:
        formed = receipts(world, order)
        for kind in sorted(after.receipts - before.receipts):
            yield events.of_receipt(order, kind, formed[kind], now)


def _of_other(world: World, entity: Entity) -> Iterator[dict[str, Any]]:
    now = world.clock.now()
    if isinstance(entity, PrintForm):
        yield events.of_print_form(entity, now)
    elif isinstance(entity, Prealert):
        yield events.of_prealert(entity, now)
    elif isinstance(entity, Agreement):
        yield events.of_agreement(world, entity, now)
    elif isinstance(entity, Intake):
        yield events.of_call(world, entity, now)
