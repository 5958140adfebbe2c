"""The post office: events become deliveries, deliveries are tried in the background until the sandbox's clock says enough.

Events of one subscription are sent one after another. Nothing is sent while nobody subscribes.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections import deque
from contextlib import suppress
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from cdek_sandbox.webhook_delivery import sender
from cdek_sandbox.webhook_delivery.change_detector import News
from cdek_sandbox.webhook_delivery.events import encoded
from cdek_sandbox.world.entities import Attempt, Delivery, Subscription
from cdek_sandbox.world.webhook_work import active, doom, end, forgive
from cdek_sandbox.world.work import catch_up
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.webhook_delivery.sender import Outcome
    from cdek_sandbox.world.world import World

_OK = 200
_DISK = Message(
    "Песочница не записала отправку вебхука: {0}. Проверьте место на диске.",
    "The sandbox could not save what became of a webhook: {0}. Check the space on the disk.",
)


class PostOffice:
    """Sends the events of one world; `save` puts on disk what became of them."""

    def __init__(self, world: World, save: Callable[[], None]) -> None:
        self.anywhere = False
        self._world = world
        self._save = save
        self._news: News | None = None
        self._wake = asyncio.Event()
        self._queue: list[tuple[float, int, str]] = []
        self._queued = 0
        self._held: dict[str, Delivery] = {}
        self._lines: dict[str, deque[Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: deque[Delivery] = deque()

    def collect(self) -> None:
        """Make deliveries of what has changed since the last time; the first subscriber hears nothing of the past."""
        world = self._world
        if self._news is None:
            self._news = News(world)
        for uuid in list(world.changed):
            entity = world.entities.get(uuid)
            if entity is not None and not isinstance(entity, Delivery | Subscription):
                for event in self._news.of(world, entity):
                    self.send(entity.owner, event)
        self._wake.set()

    def send(self, owner: str | None, event: dict[str, Any]) -> list[Delivery]:
        """Send an event to the subscribers of one client, of all where none is named."""
        world, made = self._world, []
        wanted = [row for row in active(world, owner) if row.type == event["type"]]
        for subscription in wanted:
            made.append(self._put(subscription, event))
            if self._happens(world.settings.webhooks.duplicated, "webhook_duplicate"):
                made.append(self._put(subscription, event))
        return made

    def _put(self, subscription: Subscription, event: dict[str, Any]) -> Delivery:
        world, wishes = self._world, self._world.settings.webhooks
        due, earlier = world.clock.now() + wishes.delay, self._held.pop(subscription.uuid, None)
        held = earlier is None and self._happens(wishes.reordered, "webhook_reorder")
        uuid = world.dice.uuid("webhook_event")
        delivery = Delivery(
            uuid=uuid,
            owner=subscription.owner,
            subscription=subscription.uuid,
            event=event,
            due=due + wishes.held if held else due,
        )
        world.add(delivery)
        self._enqueue(delivery)
        if held:
            self._held[subscription.uuid] = delivery
        if earlier is not None and earlier.state == "waiting" and not earlier.attempts:
            earlier.due = due  # it was held back until this one overtook it
            self._enqueue(earlier)
        return delivery

    def _happens(self, share: float, stream: str) -> bool:
        return share > 0 and self._world.dice.share(stream) < share

    def _enqueue(self, delivery: Delivery) -> None:
        if delivery.due is not None:
            self._queued += 1
            heappush(self._queue, (delivery.due, self._queued, delivery.uuid))
        self._world.changed[delivery.uuid] = None

    def forget(self) -> None:
        """A fresh start: nobody subscribes, and what is on its way is given up."""
        for task in self._tasks:
            task.cancel()
        self._news = None
        self._queue, self._held, self._lines = [], {}, {}
        self._done.clear()

    async def run(self) -> None:
        """Go on with what an earlier run left, then send whenever the moment has come; never ends by itself."""
        if self._world.subscriptions:
            self._news = News(self._world)
            for delivery in self._world.all(Delivery):
                self._enqueue(delivery)
                if delivery.due is None:
                    self._done.append(delivery)
            self._world.changed.clear()
        while True:
            if self._world.subscriptions:
                catch_up(self._world)
                self._keep()
            self._wake.clear()
            self._launch()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._pause())

    def _pause(self) -> float | None:
        """Seconds until something is to be done; None: until somebody calls."""
        if not self._world.subscriptions:
            return None
        moments = [moment for moment in (self._world.next_due(), self._queue[0][0] if self._queue else None) if moment]
        return max(0.0, min(moments) - self._world.clock.now()) if moments else None

    def _launch(self) -> None:
        now = self._world.clock.now()
        while self._queue and self._queue[0][0] <= now:
            due, _, uuid = heappop(self._queue)
            delivery = self._world.find(Delivery, uuid)
            if delivery is not None and delivery.due == due:
                self._line_up(delivery)

    def _line_up(self, delivery: Delivery) -> None:
        line = self._lines.get(delivery.subscription)
        if line is not None:
            line.append(delivery)
            return
        self._lines[delivery.subscription] = deque([delivery])
        task = asyncio.get_running_loop().create_task(self._work_off(self._lines, delivery.subscription))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_off(self, lines: dict[str, deque[Delivery]], uuid: str) -> None:
        subscription = self._world.subscriptions[uuid]
        while lines[uuid]:
            delivery = lines[uuid].popleft()
            if subscription.ended is None:
                moment = self._world.clock.now()
                outcome = await sender.deliver(
                    subscription.url,
                    encoded(delivery.event),
                    self._world.settings.webhooks.timeout,
                    anywhere=self.anywhere,
                )
                self._settle(delivery, subscription, moment, outcome)
            else:
                self._finish(delivery, "dropped")
            self._keep()
        del lines[uuid]

    def _settle(self, delivery: Delivery, subscription: Subscription, moment: float, outcome: Outcome) -> None:
        """What an answer, or its absence, means for the event and for the subscription."""
        wishes = self._world.settings.webhooks
        delivery.attempts.append(Attempt(moment, outcome.status, outcome.failure))
        if outcome.status == _OK:
            self._finish(delivery, "delivered")
            if wishes.forgiven:
                forgive(self._world, subscription)
        elif outcome.status is not None:
            self._finish(delivery, "refused")
            doom(self._world, subscription)
        elif outcome.failure == sender.NOT_LOOPBACK:
            self._finish(delivery, "blocked")
        elif len(delivery.attempts) < wishes.tries:
            # That CDEK spaces its tries evenly, and takes a dead receiver for one that is slow, are choices.
            delivery.due = delivery.attempts[0].moment + len(delivery.attempts) * wishes.window / wishes.tries
            self._enqueue(delivery)
        else:
            self._finish(delivery, "given_up")
            for other in active(self._world):
                if other.url == subscription.url:
                    end(self._world, other, "no_answer")

    def _finish(self, delivery: Delivery, state: str) -> None:
        delivery.state, delivery.due = state, None
        self._world.changed[delivery.uuid] = None
        self._done.append(delivery)
        self._prune()

    def _prune(self) -> None:
        """Keep the log within its limit; what is not done with is no part of it."""
        while len(self._done) > self._world.settings.webhooks.kept:
            self._world.drop(self._done.popleft())

    def _keep(self) -> None:
        try:
            self._save()
        except sqlite3.Error as error:
            sys.stderr.write(f"{_DISK.format(error)}\n")
