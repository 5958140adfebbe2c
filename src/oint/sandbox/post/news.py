"""What there is to tell: entities are compared with what was told of them, so nobody who changes one need think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oint.sandbox.post import events
from oint.sandbox.world.entities import Agreement, Entity, Order, Prealert, PrintForm
from oint.sandbox.world.full_card import delivery_sum
from oint.sandbox.world.tariffs import delivery_mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.sandbox.world.world import World

_SIMPLE = {PrintForm: "READY", Prealert: "CLOSED", Agreement: "PROCESSING"}


class _Known(NamedTuple):
    """What subscribers may know of an entity."""

    statuses: int = 0
    withdrawn: frozenset[int] = frozenset()
    problems: int = 0
    delivery_sum: float | None = None
    delivery_mode: str | None = None


class News:
    """Remembers what was told; until somebody subscribes it remembers nothing."""

    def __init__(self, world: World) -> None:
        """Whatever is in the world by now counts as told."""
        self._known = {uuid: _known(entity) for uuid, entity in world.entities.items()}

    def of(self, world: World, entity: Entity) -> Iterator[dict[str, Any]]:
        """The events about an entity since it was last looked at."""
        before, after = self._known.get(entity.uuid, _Known()), _known(entity)
        if before == after:
            return
        self._known[entity.uuid] = after
        if isinstance(entity, Order):
            yield from _of_order(world, entity, before, after)
            return
        for status in entity.statuses[before.statuses :]:
            if status.code == _SIMPLE.get(type(entity)):
                yield from _of_paper(world, entity)


def _known(entity: Entity) -> _Known:
    withdrawn = frozenset(place for place, row in enumerate(entity.statuses) if row.deleted)
    if not isinstance(entity, Order):
        return _Known(len(entity.statuses), withdrawn)
    known = _Known(len(entity.statuses), withdrawn, len(entity.problems))
    if entity.cdek_number is None:
        return known
    return known._replace(delivery_sum=delivery_sum(entity.body), delivery_mode=delivery_mode(entity.body))


def _of_order(world: World, order: Order, before: _Known, after: _Known) -> Iterator[dict[str, Any]]:
    now = world.clock.now()
    if order.cdek_number is not None or world.settings.webhooks.unnumbered:
        for place, status in enumerate(order.statuses):
            if place >= before.statuses or place in after.withdrawn - before.withdrawn:
                yield events.of_status(order, status, now)
    for trouble in order.problems[before.problems :]:
        yield events.of_problem(order, trouble, now)
    if before.delivery_sum not in {None, after.delivery_sum}:
        yield events.of_change(order, "DELIVERY_SUM_CHANGED", "FLOAT", float(after.delivery_sum or 0), now)
    if before.delivery_mode not in {None, after.delivery_mode}:
        yield events.of_change(order, "DELIVERY_MODE_CHANGED", "INTEGER", after.delivery_mode, now)


def _of_paper(world: World, entity: Entity) -> Iterator[dict[str, Any]]:
    now = world.clock.now()
    if isinstance(entity, PrintForm):
        yield events.of_print_form(entity, now)
    elif isinstance(entity, Prealert):
        yield events.of_prealert(entity, now)
    elif isinstance(entity, Agreement):
        yield events.of_agreement(world, entity, now)
