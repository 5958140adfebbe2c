"""The state of the sandbox: every entity, its indexes, the schedule of background jobs, the clock."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from cdek_sandbox.core.access_tokens import Tokens
from cdek_sandbox.core.clock import Clock, stamp
from cdek_sandbox.core.entities import Entity, Order, Problem, Status, Subscription, Work
from cdek_sandbox.core.random_source import Dice
from cdek_sandbox.core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cdek_sandbox.core.accounts import Accounts

Kind = TypeVar("Kind", bound=Entity)


class WorkRule(NamedTuple, Generic[Kind]):
    """What decides a kind of work, and what follows from the decision; `moment` is when it ended.

    The work belongs to entities of one kind, and to their requests of one type; to none where it runs beside them.
    """

    entity: type[Kind]
    request: str | None
    verdict: Callable[[World, Kind, Work], list[Problem]]
    succeed: Callable[[World, Kind, Work, float], None]
    fail: Callable[[World, Kind, Work, float], None]


class World:
    """One CDEK in memory. `changed` names the entities that the store has not seen yet."""

    def __init__(self, rules: Mapping[str, WorkRule[Any]], seed: int, accounts: Accounts) -> None:
        self.rules = rules
        self.work_of = {(rule.entity, rule.request): kind for kind, rule in rules.items() if rule.request}
        self.accounts = accounts
        self.address = "127.0.0.1"  # where links to this sandbox lead that no call asked for
        self.restart(seed)

    def restart(self, seed: int) -> None:
        """Forget everything: a fresh start with this seed."""
        self.clock = Clock()
        self.dice = Dice(seed)
        self.settings = Settings()
        self.tokens = Tokens(self.dice)
        self.entities: dict[str, Entity] = {}
        self.orders: dict[str, Order] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.changed: dict[str, None] = {}
        self._by_number: dict[tuple[str, str], list[Order]] = {}
        self._by_cdek_number: dict[str, Order] = {}
        self._schedule: list[tuple[float, int, str]] = []
        self._scheduled = 0

    def resume(self, seed: int, counts: dict[str, int], clock: Clock, settings: Settings) -> None:
        """Go on where an earlier run stopped; its entities are then added one by one."""
        self.restart(seed)
        self.dice.counts = counts
        self.clock = clock
        self.settings = settings

    def stamp(self, moment: float) -> str:
        """A moment in the form that the settings ask for."""
        return stamp(moment, self.settings.date_form)

    def add(self, entity: Entity) -> None:
        """Take a new entity in."""
        self.entities[entity.uuid] = entity
        if isinstance(entity, Order):
            self._add_order(entity)
        elif isinstance(entity, Subscription):
            self.subscriptions[entity.uuid] = entity
        for work in entity.works:
            if work.due is not None:
                self.schedule(work.due, entity.uuid)
        self.changed[entity.uuid] = None

    def _add_order(self, order: Order) -> None:
        self.orders[order.uuid] = order
        self._by_number.setdefault((order.owner, order.number), []).append(order)
        if order.cdek_number is not None:
            self._by_cdek_number[order.cdek_number] = order

    def drop(self, entity: Entity) -> None:
        """Forget an entity that nothing else names."""
        del self.entities[entity.uuid]
        self.changed[entity.uuid] = None

    def find(self, kind: type[Kind], uuid: str) -> Kind | None:
        """The entity of this kind with this uuid, whoever owns it."""
        found = self.entities.get(uuid)
        return found if isinstance(found, kind) else None

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Every entity of this kind, oldest first."""
        return [entity for entity in self.entities.values() if isinstance(entity, kind)]

    def enter(self, entity: Entity, status: Status) -> None:
        """Put an entity into a status."""
        entity.statuses.append(status)
        self.changed[entity.uuid] = None

    def renumber(self, order: Order, number: str) -> None:
        """Give the order another number of the shop."""
        self._by_number[order.owner, order.number].remove(order)
        order.number = number
        self._by_number.setdefault((order.owner, number), []).append(order)

    def number(self, order: Order) -> None:
        """Give the order its CDEK number."""
        order.cdek_number = self.dice.cdek_number()
        self._by_cdek_number[order.cdek_number] = order

    def by_number(self, owner: str, number: str) -> list[Order]:
        """Orders of this owner under a shop's number, oldest first."""
        return self._by_number.get((owner, number), [])

    def by_cdek_number(self, cdek_number: str) -> Order | None:
        """The order with this CDEK number, whoever owns it."""
        return self._by_cdek_number.get(cdek_number)

    def schedule(self, due: float, uuid: str) -> None:
        """Look at this entity's work when the moment has come."""
        self._scheduled += 1
        heappush(self._schedule, (due, self._scheduled, uuid))

    def next_due(self) -> float | None:
        """The next scheduled moment."""
        return self._schedule[0][0] if self._schedule else None

    def due(self, now: float) -> Iterator[tuple[float, Entity]]:
        """Entities whose scheduled moment has come, in order of time."""
        while self._schedule and self._schedule[0][0] <= now:
            moment, _, uuid = heappop(self._schedule)
            yield moment, self.entities[uuid]
