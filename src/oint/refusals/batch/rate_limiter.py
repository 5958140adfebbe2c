"""Rate limiter: spaces the requests of all workers of a ledger, at most at the account's rate."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from oint.refusals.gcra import SLOT_TOLERANCE_SECONDS, ClockOffset

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.refusals.batch.ledger_writer import LedgerWriter
    from oint.refusals.gcra import Reservation
    from oint.refusals.ledger import Ledger

    Reserved = tuple[Reservation, float]

RESERVATION_WINDOW_SECONDS = 0.1
"""Maximum seconds of slots reserved at a time: a reserved slot that is not used is lost for all workers."""

MAX_RESERVATION_LATENCY_SECONDS = 1.0
"""Maximum seconds by which a reservation is placed in the future, to make up for its own duration."""

_CLOCK_SAMPLES = 5
"""Reads of the ledger's clock before the first reservation: the first reads take longest."""


class RateLimiterClosed(Exception):
    """The rate limiter was closed: nothing was sent."""


class RateLimiter:
    """Lets one request through at each slot.

    Args:
        slot_writer: reserves the slots in the ledger; its commits need not survive a power cut
        tenant: see `Ledger.get_or_create_tenant`
        rate: requests a second
        clock: returns monotonic seconds
    """

    def __init__(self, slot_writer: LedgerWriter, tenant: int, rate: float, clock: Callable[[], float]) -> None:
        self._slot_writer = slot_writer
        self._tenant = tenant
        self._rate = rate
        self._clock = clock
        self._max_slots = max(1, int(rate * RESERVATION_WINDOW_SECONDS))
        self._latency = 0.0
        self._clock_offset = ClockOffset()
        self._waiting: deque[tuple[asyncio.Future[float], object]] = deque()
        self._dispatcher: asyncio.Task[None] | None = None
        self._closed = False

    async def acquire(self, owner: object = None) -> None:
        """Wait for a slot.

        Args:
            owner: who waits; see `cancel_waiters`
        Raises:
            RateLimiterClosed: the rate limiter was closed
            LedgerError: the ledger that shares the limit cannot be used
        """
        while self._clock() - await self._waiter(owner) > SLOT_TOLERANCE_SECONDS:
            pass  # the slot is too old: used now, it would be too close to later ones

    async def _waiter(self, owner: object) -> float:
        """Wait for a slot; return its moment."""
        if self._closed:
            raise RateLimiterClosed
        waiter: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting.append((waiter, owner))
        if self._dispatcher is None:
            self._dispatcher = asyncio.create_task(self._dispatch_slots())
        try:
            return await waiter
        except asyncio.CancelledError:
            waiter.cancel()
            raise

    def close(self) -> None:
        """Reject all present and future waiters."""
        self._closed = True
        self._fail(RateLimiterClosed())
        if self._dispatcher is not None:
            self._dispatcher.cancel()

    def cancel_waiters(self, owner: object) -> None:
        """Reject the waiters of one owner."""
        for waiter, waiter_owner in self._waiting:
            if waiter_owner is owner and not waiter.done():
                waiter.set_exception(RateLimiterClosed())

    def _fail(self, error: Exception) -> None:
        while self._waiting:
            waiter, _ = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(error)

    async def pause(self, seconds: float) -> None:
        """Pause all workers of the tenant for some seconds, as CDEK has asked."""
        await self._slot_writer.execute("hold", lambda ledger: ledger.pause_until(self._tenant, seconds))

    async def _dispatch_slots(self) -> None:
        """Give slots to waiters. The next slots are reserved when half of the present ones are used, so that none is late."""
        pending: asyncio.Task[Reserved] | None = None
        try:
            await self._sync_clock()
            pending = self._start_reservation(len(self._waiting))
            while pending is not None:
                slots, offset = await pending
                pending = None
                for index in range(slots.size):
                    more = len(self._waiting) - (slots.size - index)
                    if pending is None and more > 0 and index >= slots.size // 2:
                        pending = self._start_reservation(more)
                    await self._use_slot(slots.first - offset + index * slots.distance)
                if pending is None and self._waiting:
                    pending = self._start_reservation(len(self._waiting))
        except Exception as error:  # noqa: BLE001 - the waiters get it
            self._fail(error)
        finally:
            if pending is not None:
                pending.cancel()
            self._dispatcher = None

    async def _sync_clock(self) -> None:
        """Measure the offset of the ledger's clock before it is needed."""
        for _ in range(_CLOCK_SAMPLES if self._clock_offset.offset is None else 0):
            started = self._clock()
            now = await self._slot_writer.query(lambda ledger: ledger.database.now())
            self._clock_offset.learn(started, now, self._clock())

    def _start_reservation(self, count: int) -> asyncio.Task[Reserved]:
        task = asyncio.create_task(self._reserve(min(count, self._max_slots)))
        task.add_done_callback(
            lambda task: task.cancelled() or task.exception()
        )  # raised where the task is awaited, if it is
        return task

    async def _reserve(self, count: int) -> Reserved:
        """Reserve slots; return them and the offset of the ledger's clock."""
        started = self._clock()
        now, slots = await self._slot_writer.execute("slots", partial(self._take_slots, count, self._latency))
        answered = self._clock()
        self._latency = min(MAX_RESERVATION_LATENCY_SECONDS, answered - started)
        return slots, self._clock_offset.learn(started, now, answered)

    def _take_slots(self, count: int, lead: float, ledger: Ledger) -> tuple[float, Reservation]:
        return ledger.reserve_slots(self._tenant, count, self._rate, lead)

    async def _use_slot(self, moment: float) -> None:
        wait = moment - self._clock()
        if wait > 0:
            await asyncio.sleep(wait)
        if self._clock() - moment > SLOT_TOLERANCE_SECONDS:
            return  # too late: used now, the slot would be too close to later ones
        while self._waiting:
            waiter, _ = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(moment)
                return
