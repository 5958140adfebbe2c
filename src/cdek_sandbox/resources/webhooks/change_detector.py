"""Detects changes to publish as webhooks by comparing entities with their last published state.

So handlers need not emit events themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.core.entities import Agreement, Entity, Intake, Order, Prealert, PrintForm
from cdek_sandbox.resources.documents.fiscal_receipts import list_receipts
from cdek_sandbox.resources.orders.delivery_dates import estimate_delivery_date
from cdek_sandbox.resources.orders.order_body import get_delivery_mode
from cdek_sandbox.resources.orders.order_prices import calculate_delivery_sum
from cdek_sandbox.resources.photos import has_photos
from cdek_sandbox.resources.webhooks import webhook_events
from cdek_sandbox.resources.webhooks.webhook_jobs import list_active

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cdek_sandbox.core.state import SandboxState

_SIMPLE = {PrintForm: "READY", Prealert: "CLOSED", Agreement: "PROCESSING", Intake: "APPOINTED_COURIER"}


class _Published(NamedTuple):
    """What was published of an entity."""

    statuses: int = 0
    withdrawn: frozenset[int] = frozenset()
    problems: int = 0
    delivery_sum: float | None = None
    delivery_mode: str | None = None
    planned: date | None = None
    photos: bool = False
    receipts: frozenset[str] = frozenset()


class ChangeDetector:
    """Keeps the published state of every entity from the first subscription on."""

    def __init__(self, state: SandboxState) -> None:
        """Count the present state as published."""
        self._known = {uuid: _read_published(state, entity) for uuid, entity in state.entities.items()}

    def list_changes(self, state: SandboxState, entity: Entity) -> Iterator[dict[str, Any]]:
        """Return the events about an entity since the last call."""
        before, after = self._known.get(entity.uuid, _Published()), _read_published(state, entity)
        if before == after:
            return
        self._known[entity.uuid] = after
        if isinstance(entity, Order):
            yield from _compare_orders(state, entity, before, after)
            return
        for status in entity.statuses[before.statuses :]:
            if status.code == _SIMPLE.get(type(entity)):
                yield from _build_event(state, entity)


def _read_published(state: SandboxState, entity: Entity) -> _Published:
    withdrawn = frozenset(place for place, row in enumerate(entity.statuses) if row.deleted)
    if not isinstance(entity, Order):
        return _Published(len(entity.statuses), withdrawn)
    known = _Published(len(entity.statuses), withdrawn, len(entity.problems))
    if entity.cdek_number is None:
        return known
    return known._replace(
        delivery_sum=calculate_delivery_sum(state, entity),
        delivery_mode=get_delivery_mode(entity.body),
        planned=estimate_delivery_date(state, entity),
        photos=has_photos(entity),
        receipts=frozenset(list_receipts(state, entity)),
    )


def _compare_orders(
    state: SandboxState, order: Order, before: _Published, after: _Published
) -> Iterator[dict[str, Any]]:
    now = state.clock.now()
    if order.cdek_number is not None or state.settings.webhooks.unnumbered:
        for place, status in enumerate(order.statuses):
            if place >= before.statuses or place in after.withdrawn - before.withdrawn:
                yield webhook_events.build_status_event(state, order, status, now)
    for status in order.statuses[before.statuses :]:
        yield from webhook_events.build_transit_events(state, order, status, now)
    for problem in order.problems[before.problems :]:
        yield webhook_events.build_problem_event(order, problem, now)
    yield from _compare_terms(order, before, after, now)
    yield from _compare_documents(state, order, before, after)


def _compare_terms(order: Order, before: _Published, after: _Published, now: float) -> Iterator[dict[str, Any]]:
    """Return the events of changed terms; a term that was absent before has not changed."""
    if before.delivery_sum not in {None, after.delivery_sum}:
        yield webhook_events.build_change_event(
            order, "DELIVERY_SUM_CHANGED", "FLOAT", float(after.delivery_sum or 0), now
        )
    if before.delivery_mode not in {None, after.delivery_mode}:
        yield webhook_events.build_change_event(order, "DELIVERY_MODE_CHANGED", "INTEGER", after.delivery_mode, now)
    if after.planned is not None and before.planned not in {None, after.planned}:
        yield webhook_events.build_change_event(order, "PLANED_DELIVERY_DATE_CHANGED", "DATE", after.planned, now)


def _compare_documents(
    state: SandboxState, order: Order, before: _Published, after: _Published
) -> Iterator[dict[str, Any]]:
    now = state.clock.now()
    if after.photos and not before.photos:
        hosts = [row.host for row in list_active(state, order.owner) if row.type == "DOWNLOAD_PHOTO"]
        yield from (webhook_events.build_photo_event(order, host, now) for host in hosts[-1:])
    if state.settings.webhooks.receipts:
        formed = list_receipts(state, order)
        for kind in sorted(after.receipts - before.receipts):
            yield webhook_events.build_receipt_event(order, kind, formed[kind], now)


def _build_event(state: SandboxState, entity: Entity) -> Iterator[dict[str, Any]]:
    now = state.clock.now()
    if isinstance(entity, PrintForm):
        yield webhook_events.build_print_form_event(entity, now)
    elif isinstance(entity, Prealert):
        yield webhook_events.build_prealert_event(entity, now)
    elif isinstance(entity, Agreement):
        yield webhook_events.build_agreement_event(state, entity, now)
    elif isinstance(entity, Intake):
        yield webhook_events.build_courier_event(state, entity, now)
