"""One worker: takes rows of a batch and goes with each through the life of a refusal, to its end or the end of patience.

Before every sending the intent is on disk, after every answer its meaning; a request is sent only while this worker's
claim is known to live. What it learns it tells through `Hooks`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from oint.cdek.errors import AuthenticationFailed, CdekError, RateLimited, Rejected
from oint.cdek.flow import authorize
from oint.cdek.operations import orders
from oint.refusals.batch.agenda import Agenda, unfinished
from oint.refusals.batch.gate import Closed
from oint.refusals.batch.timing import Timing
from oint.refusals.case import reading
from oint.refusals.life import State
from oint.refusals.register import PACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from oint.cdek.async_client import AsyncClient
    from oint.cdek.models.orders import OrderAnswer
    from oint.cdek.operations.base import Request
    from oint.refusals.batch.gate import Gate
    from oint.refusals.batch.hooks import Hooks
    from oint.refusals.batch.scribe import Scribe
    from oint.refusals.breaker import Breaker
    from oint.refusals.ledger.rows import Row, Span
    from oint.refusals.register import Pace

SAFE = 0.6
"""Of the lease: how long after its last sign of life a worker may send; the rest is for the request itself."""

_LOOK = 1.0
"""Seconds until another look where nothing of this worker's own will wake it: the one try may be another's."""


class Manner(msgspec.Struct, frozen=True):
    """How a batch is carried out.

    Args:
        even_if_billed: no advice is asked: an order known by its uuid is refused without reading its card first
        wait: seconds that a refusal is followed after it was sent; what is pending then stays accepted
        in_flight: requests under way at once, at the most
        window: rows in a worker's hands at once, at the most
        pace: how often a card is read
    """

    even_if_billed: bool = False
    wait: float = 600.0
    in_flight: int = 128
    window: int = 5_000
    pace: Pace = PACE


class Tools(NamedTuple):
    """What the workers of a run share.

    Args:
        client: whose calls are never repeated by itself
        place: see `Ledger.place`
        fence: their claim
        scribe: writes with that claim
        gate: the rate limit
        breaker: leaves a dead CDEK alone
        manner: see `Manner`
        hooks: see `Hooks`
        clock: seconds that never jump
        lease: seconds that the claim lives after its last sign of life
    """

    client: AsyncClient
    place: int
    fence: int
    scribe: Scribe
    gate: Gate
    breaker: Breaker
    manner: Manner
    hooks: Hooks
    clock: Callable[[], float]
    lease: float


class Worker:
    """Works on the rows of a span.

    Args:
        tools: see `Tools`
        alive_at: when the claim was last known to live
    """

    def __init__(self, tools: Tools, alive_at: float) -> None:
        (self._client, self._place, self._fence, self._scribe, self._gate, self._breaker, self._manner, self._hooks,
         self._clock, self._lease) = tools  # fmt: skip
        self._agenda = Agenda()
        self._under_way: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._timing = Timing(self._manner.pace, self._manner.wait, self._client.session.dice)
        self._failure: BaseException | None = None
        self._stopping = False
        self._alive_at = alive_at

    # --- from outside ---

    def stop(self) -> None:
        """End cleanly: nothing new is begun, what is under way is ended and kept."""
        self._stopping = True
        self._gate.close()
        self._wake.set()

    def alive(self, moment: float) -> None:
        """The claim lived at a moment of the clock: the ledger has said so."""
        self._alive_at = max(self._alive_at, moment)

    def deposed(self) -> None:
        """The claim was taken for dead: nothing more may be sent."""
        self._alive_at = float("-inf")
        self.stop()

    def hear(self, uuids: AbstractSet[str]) -> None:
        """Something happened to these orders: those that are followed are read now."""
        if self._agenda.hasten(uuids, self._clock()):
            self._wake.set()

    async def work(self, span: Span) -> None:
        """Go through the open rows of a span until nothing is left to do now.

        Raises:
            CdekError: no row can go on: the credentials are not taken
            LedgerError: nothing can be kept
        """
        more = True
        try:
            while self._failure is None and not self._stopping:
                if more and self._agenda.fresh < self._manner.in_flight and self._room():
                    more = await self._take(span)
                if not self._begin_some() and not await self._pause(more=more):
                    break
        finally:
            await self._settle()
        if self._failure is not None:
            raise self._failure

    # --- rows in and out ---

    def _room(self) -> bool:
        return len(self._agenda) + len(self._under_way) < self._manner.window

    async def _take(self, span: Span) -> bool:
        room = self._manner.window - len(self._agenda) - len(self._under_way)
        rows = await self._scribe.change("take", lambda ledger: ledger.take(span, self._fence, room))
        for row in rows:
            if row.state is State.SENDING:  # whoever was sending it is dead, and may have sent it
                row.case.lost()
                await self._advance(row)
            else:
                self._next(row)
        return len(rows) == room

    def _next(self, row: Row) -> None:
        """Put a row where it belongs after a step."""
        now = self._clock()
        if row.state in {State.ACCEPTED, State.UNKNOWN}:
            self._agenda.add_at(self._timing.follow(row.id, now, lost=row.state is State.UNKNOWN), row)
        elif unfinished(row):
            self._timing.unsettle(row.id)
            self._agenda.add(row)
        else:
            self._timing.forget(row.id)

    # --- the loop's parts ---

    def _free(self, now: float) -> bool:
        """Whether a row may go on now: there is room, and CDEK is not left alone."""
        return len(self._under_way) < self._manner.in_flight and self._breaker.may_begin(now)

    def _begin_some(self) -> bool:
        begun = False
        while self._free(now := self._clock()) and (row := self._agenda.next(now)) is not None:
            task = asyncio.get_running_loop().create_task(self._step(row))
            self._under_way.add(task)
            task.add_done_callback(self._ended)
            if self._breaker.begin():
                task.add_done_callback(lambda _: self._breaker.over())
            begun = True
        return begun

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None and self._failure is None:
            self._failure = task.exception()
        self._wake.set()

    async def _pause(self, *, more: bool) -> bool:
        """Wait for something to do; False where nothing is left."""
        if not self._under_way and not self._agenda and not more:
            return False
        now, moment = self._clock(), self._agenda.moment()
        pause = self._breaker.wait(now)
        if not pause:
            pause = max(0.0, moment - now) if moment is not None and self._free(now) else _LOOK
        self._wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), pause)
        return True

    async def _settle(self) -> None:
        """Let what is under way come to its end."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        self._agenda.clear()

    # --- one step of one row ---

    async def _step(self, row: Row) -> None:
        try:
            if row.state is not State.PLANNED:
                await self._follow(row)
            elif row.needs_card(even_if_billed=self._manner.even_if_billed):
                await self._open(row)
            else:
                await self._send(row)
        except Closed:
            self._timing.forget(row.id)  # it is as it was, for whoever comes next

    async def _open(self, row: Row) -> None:
        """Read the card before anything is sent."""
        known = row.case.outcome
        try:
            answer = await self._ask(reading(known.uuid, known.cdek_number, known.im_number))
        except Rejected as error:
            row.case.not_found(error)
        except CdekError as error:
            self._later(row, error)
            return
        else:
            uuid = answer.card.uuid or ""
            if row.key != f"u:{uuid}" and not await self._scribe.change(
                "resolve", lambda ledger: ledger.resolve(row, self._place, uuid, self._fence)
            ):
                self._timing.forget(row.id)
                self._hooks.double(row)
                return
            row.case.opened(answer, even_if_billed=self._manner.even_if_billed)
        if row.state is State.PLANNED:
            self._agenda.add_at(self._clock(), row)  # the card is kept with the intent that follows at once
            self._wake.set()
            return
        await self._advance(row)

    async def _send(self, row: Row) -> None:
        """Send one refusal: the intent, the request, what came of it."""
        case, uuid = row.case, row.case.outcome.uuid or ""
        case.sending()
        row.sent_at = self._client.session.wall()
        if not await self._keep(row):
            return
        try:
            await self._client.run(authorize(self._client.session))
            await self._gate.enter()
            self._guard()
            self._hooks.boundary("before send")
            accepted = await self._client.call(orders.refuse(uuid))
        except Closed:
            case.unsent()
        except CdekError as error:
            case.failed(error)
            self._hooks.boundary("after answer")
            await self._weigh(error)
        else:
            self._hooks.boundary("after answer")
            self._breaker.well()
            case.taken(accepted)
        await self._advance(row)

    async def _follow(self, row: Row) -> None:
        """Read the card of a refusal that is pending or lost."""
        settled = self._timing.settled(row.id, self._clock())
        before = row.state, row.case.outcome.return_number
        try:
            answer = await self._ask(orders.get(row.case.outcome.uuid or ""))
        except CdekError as error:
            row.case.unread(error, settled=settled)
            if row.state is before[0]:
                self._later(row, error, give_up=self._timing.hopeless(row.id) and not self._breaker.trying)
                return
        else:
            self._timing.read(row.id)
            row.case.shown(answer, settled=settled)
        if (row.state, row.case.outcome.return_number) != before:
            await self._advance(row)
        elif self._timing.over(row.id, self._clock()):
            self._hooks.left(row)
        else:
            self._next(row)

    async def _ask(self, request: Request[OrderAnswer]) -> OrderAnswer:
        """Read a card."""
        try:
            await self._client.run(authorize(self._client.session))  # before the slot: many would wait, and then burst
            await self._gate.enter()
            answer = await self._client.call(request)
        except CdekError as error:
            await self._weigh(error)
            raise
        self._breaker.well()
        return answer

    # --- what follows from it ---

    async def _advance(self, row: Row) -> None:
        """Keep a change, and go on."""
        if await self._keep(row):
            self._next(row)
            self._wake.set()

    async def _keep(self, row: Row) -> bool:
        state = row.state_before
        kept = await self._scribe.write(row)
        if kept:
            self._hooks.changed(row, state)
        else:
            self._timing.forget(row.id)
            self._hooks.taken_over(row)
        return kept

    def _later(self, row: Row, error: CdekError, *, give_up: bool = False) -> None:
        """A reading failed: try again after a while."""
        now = self._clock()
        if isinstance(error, AuthenticationFailed):
            self._failure = error
        elif give_up and self._timing.over(row.id, now):
            self._hooks.left(row)
        else:
            self._agenda.add_at(self._timing.failed(row.id, now), row)
        self._wake.set()

    async def _weigh(self, error: CdekError) -> None:
        """What an error says about the way to CDEK."""
        if isinstance(error, RateLimited):
            seconds = error.retry_after if error.retry_after is not None else 1.0
            await self._gate.hold(seconds)
            self._hooks.limited(seconds)
        elif isinstance(error, AuthenticationFailed):
            self._failure = error
        elif isinstance(error, Rejected):
            self._breaker.well()
        else:
            pause = self._breaker.ill(self._clock())
            if pause is not None:
                self._hooks.waiting(pause)

    def _guard(self) -> None:
        """A worker that may have been taken for dead sends nothing.

        Raises:
            Closed: it may have been
        """
        if self._clock() - self._alive_at > self._lease * SAFE:
            raise Closed
