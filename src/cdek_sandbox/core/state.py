"""The state of the sandbox: every entity, its indexes, the schedule of background jobs, the clock."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec

from cdek_sandbox.core.access_tokens import Tokens
from cdek_sandbox.core.clock import Clock, format_moment
from cdek_sandbox.core.entities import BackgroundJob, Entity, Order, Problem, Status, Subscription
from cdek_sandbox.core.random_source import RandomSource
from cdek_sandbox.core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cdek_sandbox.core.accounts import Accounts

Kind = TypeVar("Kind", bound=Entity)
_SHARED_FIELDS = ("sender", "seller", "recipient", "from_location", "to_location", "packages")
_MAX_SHARED_PARTS = 10_000


class JobHandler(NamedTuple, Generic[Kind]):
    """The verdict on jobs of one kind, and the effects of success and failure; `moment` is the end of the job.

    The jobs belong to entities of one kind and to their requests of one type, or to no request (None).
    """

    entity: type[Kind]
    request: str | None
    verdict: Callable[[SandboxState, Kind, BackgroundJob], list[Problem]]
    succeed: Callable[[SandboxState, Kind, BackgroundJob, float], None]
    fail: Callable[[SandboxState, Kind, BackgroundJob, float], None]


class SandboxState:
    """One CDEK in memory. `unsaved` has the uuids of the entities that the store has not saved yet."""

    def __init__(self, job_handlers: Mapping[str, JobHandler[Any]], seed: int, accounts: Accounts) -> None:
        self.job_handlers = job_handlers
        self.job_kinds = {(rule.entity, rule.request): kind for kind, rule in job_handlers.items() if rule.request}
        self.accounts = accounts
        self.address = "127.0.0.1"  # the host of links that are built without a request
        self.restart(seed)

    def restart(self, seed: int) -> None:
        """Start afresh with this seed, without any entity."""
        self.clock = Clock()
        self.random_source = RandomSource(seed)
        self.settings = Settings()
        self.tokens = Tokens(self.random_source)
        self.entities: dict[str, Entity] = {}
        self.orders: dict[str, Order] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.unsaved: dict[str, None] = {}
        self._by_number: dict[str, dict[str, tuple[Order, ...]]] = {}
        self._by_cdek_number: dict[str, Order] = {}
        self._shared_parts: dict[bytes, Any] = {}
        self._schedule: list[tuple[float, int, str]] = []
        self._scheduled = 0

    def restore(self, seed: int, counts: dict[str, int], clock: Clock, settings: Settings) -> None:
        """Restore the state of an earlier run; its entities are then added one by one."""
        self.restart(seed)
        self.random_source.counts = counts
        self.clock = clock
        self.settings = settings

    def format_moment(self, moment: float) -> str:
        """Format a moment as the settings ask."""
        return format_moment(moment, self.settings.date_form)

    def add(self, entity: Entity) -> None:
        """Store a new entity."""
        self.entities[entity.uuid] = entity
        if isinstance(entity, Order):
            self._add_order(entity)
        elif isinstance(entity, Subscription):
            self.subscriptions[entity.uuid] = entity
        for job in entity.jobs:
            if job.due is not None:
                self.schedule(job.due, entity.uuid)
        self.unsaved[entity.uuid] = None

    def _add_order(self, order: Order) -> None:
        order.body |= {name: self._share(order.body[name]) for name in _SHARED_FIELDS if name in order.body}
        self.orders[order.uuid] = order
        self._index_number(order)
        if order.cdek_number is not None:
            self._by_cdek_number[order.cdek_number] = order

    def _index_number(self, order: Order) -> None:
        numbers = self._by_number.setdefault(order.owner, {})
        numbers[order.number] = (*numbers.get(order.number, ()), order)

    def _share(self, part: Any) -> Any:
        """Return an equal part of an earlier order: parts are stored once, so they are replaced and never changed."""
        if len(self._shared_parts) >= _MAX_SHARED_PARTS:
            self._shared_parts.clear()
        return self._shared_parts.setdefault(msgspec.msgpack.encode(part), part)

    def remove(self, entity: Entity) -> None:
        """Remove an entity that no other entity references."""
        del self.entities[entity.uuid]
        self.unsaved[entity.uuid] = None

    def find(self, kind: type[Kind], uuid: str) -> Kind | None:
        """Find the entity of this kind with this uuid, of any client."""
        entity = self.entities.get(uuid)
        return entity if isinstance(entity, kind) else None

    def list_all(self, kind: type[Kind]) -> list[Kind]:
        """List all entities of this kind, oldest first."""
        return [entity for entity in self.entities.values() if isinstance(entity, kind)]

    def set_status(self, entity: Entity, status: Status) -> None:
        """Put an entity into a status."""
        entity.statuses.append(status)
        self.unsaved[entity.uuid] = None

    def change_number(self, order: Order, number: str) -> None:
        """Give the order another number of the shop."""
        numbers = self._by_number[order.owner]
        numbers[order.number] = tuple(other for other in numbers[order.number] if other is not order)
        order.number = number
        self._index_number(order)

    def assign_cdek_number(self, order: Order) -> None:
        """Give the order its CDEK number."""
        order.cdek_number = self.random_source.next_cdek_number()
        self._by_cdek_number[order.cdek_number] = order

    def find_by_number(self, owner: str, number: str) -> tuple[Order, ...]:
        """Find the orders of this client with a shop's number, oldest first."""
        return self._by_number.get(owner, {}).get(number, ())

    def find_by_cdek_number(self, cdek_number: str) -> Order | None:
        """Find the order with this CDEK number, of any client."""
        return self._by_cdek_number.get(cdek_number)

    def schedule(self, due: float, uuid: str) -> None:
        """Schedule a check of this entity's jobs."""
        self._scheduled += 1
        heappush(self._schedule, (due, self._scheduled, uuid))

    def find_next_due(self) -> float | None:
        """Return the next scheduled moment."""
        return self._schedule[0][0] if self._schedule else None

    def pop_due(self, now: float) -> Iterator[tuple[float, Entity]]:
        """Yield the entities whose scheduled moment has come, in order of time."""
        while self._schedule and self._schedule[0][0] <= now:
            moment, _, uuid = heappop(self._schedule)
            yield moment, self.entities[uuid]
