"""The webhook dispatcher: turns events into deliveries and attempts them in the background, by the sandbox's clock.

Events of one subscription are sent one after another. Without subscriptions nothing is sent.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections import deque
from contextlib import suppress
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.background_jobs import run_due_jobs
from cdek_sandbox.core.entities import Attempt, Delivery, Subscription
from cdek_sandbox.resources.webhooks import webhook_sender
from cdek_sandbox.resources.webhooks.change_detector import ChangeDetector
from cdek_sandbox.resources.webhooks.webhook_events import encode
from cdek_sandbox.resources.webhooks.webhook_jobs import cancel_removal, end_subscription, list_active, schedule_removal
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.resources.webhooks.webhook_sender import Outcome

_OK = 200
_DISK = Message(
    "Песочница не записала отправку вебхука: {0}. Проверьте место на диске.",
    "The sandbox could not save what became of a webhook: {0}. Check the space on the disk.",
)


class WebhookDispatcher:
    """Sends the events of one sandbox; `save` puts the outcomes on disk."""

    def __init__(self, state: SandboxState, save: Callable[[], None]) -> None:
        self.allow_any_host = False
        self._world = state
        self._save = save
        self._detector: ChangeDetector | None = None
        self._wake = asyncio.Event()
        self._queue: list[tuple[float, int, str]] = []
        self._queued = 0
        self._held: dict[str, Delivery] = {}
        self._lanes: dict[str, deque[Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: deque[Delivery] = deque()

    def enqueue_changes(self) -> None:
        """Create deliveries for the changes since the last call; the first subscriber gets no past events."""
        state = self._world
        if self._detector is None:
            self._detector = ChangeDetector(state)
        for uuid in list(state.unsaved):
            entity = state.entities.get(uuid)
            if entity is not None and not isinstance(entity, Delivery | Subscription):
                for event in self._detector.list_changes(state, entity):
                    self.send(entity.owner, event)
        self._wake.set()

    def send(self, owner: str | None, event: dict[str, Any]) -> list[Delivery]:
        """Create deliveries of an event for the subscribers of one client, of both for None; return them."""
        state, deliveries = self._world, list[Delivery]()
        wanted = [row for row in list_active(state, owner) if row.type == event["type"]]
        for subscription in wanted:
            deliveries.append(self._add_delivery(subscription, event))
            if self._draw(state.settings.webhooks.duplicated, "webhook_duplicate"):
                deliveries.append(self._add_delivery(subscription, event))
        return deliveries

    def _add_delivery(self, subscription: Subscription, event: dict[str, Any]) -> Delivery:
        state, settings = self._world, self._world.settings.webhooks
        due, earlier = state.clock.now() + settings.delay, self._held.pop(subscription.uuid, None)
        held = earlier is None and self._draw(settings.reordered, "webhook_reorder")
        uuid = state.random_source.next_uuid("webhook_event")
        delivery = Delivery(
            uuid=uuid,
            owner=subscription.owner,
            subscription=subscription.uuid,
            event=event,
            due=due + settings.held if held else due,
        )
        state.add(delivery)
        self._schedule(delivery)
        if held:
            self._held[subscription.uuid] = delivery
        if earlier is not None and earlier.state == "waiting" and not earlier.attempts:
            earlier.due = due  # it was held back for this one to overtake it
            self._schedule(earlier)
        return delivery

    def _draw(self, share: float, stream: str) -> bool:
        return share > 0 and self._world.random_source.next_share(stream) < share

    def _schedule(self, delivery: Delivery) -> None:
        if delivery.due is not None:
            self._queued += 1
            heappush(self._queue, (delivery.due, self._queued, delivery.uuid))
        self._world.unsaved[delivery.uuid] = None

    def reset(self) -> None:
        """Return to a fresh start: drop the queue and cancel attempts."""
        for task in self._tasks:
            task.cancel()
        self._detector = None
        self._queue, self._held, self._lanes = [], {}, {}
        self._ended.clear()

    async def run(self) -> None:
        """Continue the deliveries of an earlier run, then send whenever one is due; run until cancelled."""
        if self._world.subscriptions:
            self._detector = ChangeDetector(self._world)
            for delivery in self._world.list_all(Delivery):
                self._schedule(delivery)
                if delivery.due is None:
                    self._ended.append(delivery)
            self._world.unsaved.clear()
        while True:
            if self._world.subscriptions:
                run_due_jobs(self._world)
                self._save_changes()
            self._wake.clear()
            self._start_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._measure_pause())

    def _measure_pause(self) -> float | None:
        """Return the seconds until the next work; None: until an event comes."""
        if not self._world.subscriptions:
            return None
        moments = [
            moment for moment in (self._world.find_next_due(), self._queue[0][0] if self._queue else None) if moment
        ]
        return max(0.0, min(moments) - self._world.clock.now()) if moments else None

    def _start_due(self) -> None:
        now = self._world.clock.now()
        while self._queue and self._queue[0][0] <= now:
            due, _, uuid = heappop(self._queue)
            delivery = self._world.find(Delivery, uuid)
            if delivery is not None and delivery.due == due:
                self._enqueue_for_subscriber(delivery)

    def _enqueue_for_subscriber(self, delivery: Delivery) -> None:
        line = self._lanes.get(delivery.subscription)
        if line is not None:
            line.append(delivery)
            return
        self._lanes[delivery.subscription] = deque([delivery])
        task = asyncio.get_running_loop().create_task(self._drain(self._lanes, delivery.subscription))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lines: dict[str, deque[Delivery]], uuid: str) -> None:
        subscription = self._world.subscriptions[uuid]
        while lines[uuid]:
            delivery = lines[uuid].popleft()
            if subscription.ended is None:
                moment = self._world.clock.now()
                outcome = await webhook_sender.post_event(
                    subscription.url,
                    encode(delivery.event),
                    self._world.settings.webhooks.timeout,
                    allow_any_host=self.allow_any_host,
                )
                self._apply_outcome(delivery, subscription, moment, outcome)
            else:
                self._finish(delivery, "dropped")
            self._save_changes()
        del lines[uuid]

    def _apply_outcome(self, delivery: Delivery, subscription: Subscription, moment: float, outcome: Outcome) -> None:
        """Record an attempt and decide about the event and the subscription."""
        settings = self._world.settings.webhooks
        delivery.attempts.append(Attempt(moment, outcome.status, outcome.failure))
        if outcome.status == _OK:
            self._finish(delivery, "delivered")
            if settings.forgiven:
                cancel_removal(self._world, subscription)
        elif outcome.status is not None:
            self._finish(delivery, "refused")
            schedule_removal(self._world, subscription)
        elif outcome.failure == webhook_sender.NOT_LOOPBACK:
            self._finish(delivery, "blocked")
        elif len(delivery.attempts) < settings.tries:
            # That CDEK spaces its tries evenly, and takes a dead receiver for one that is slow, are choices.
            delivery.due = delivery.attempts[0].moment + len(delivery.attempts) * settings.window / settings.tries
            self._schedule(delivery)
        else:
            self._finish(delivery, "given_up")
            for other in list_active(self._world):
                if other.url == subscription.url:
                    end_subscription(self._world, other, "no_answer")

    def _finish(self, delivery: Delivery, state: str) -> None:
        delivery.state, delivery.due = state, None
        self._world.unsaved[delivery.uuid] = None
        self._ended.append(delivery)
        self._prune()

    def _prune(self) -> None:
        """Drop the oldest ended deliveries above the limit."""
        while len(self._ended) > self._world.settings.webhooks.kept:
            self._world.remove(self._ended.popleft())

    def _save_changes(self) -> None:
        try:
            self._save()
        except sqlite3.Error as error:
            sys.stderr.write(f"{_DISK.format(error)}\n")
