"""The gate to CDEK: every request of every worker of a ledger goes through it, at the account's rate and no faster."""

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
"""Maximum of seconds reserved at a time: what is reserved and not used is lost to everybody."""

MAX_RESERVATION_LATENCY_SECONDS = 1.0
"""Seconds that a reservation may look ahead of the time that the last one took."""

_CLOCK_SAMPLES = 5
"""Looks at the ledger's clock before the first reservation: the first ones take longest."""


class RateLimiterClosed(Exception):
    """The gate lets nobody in any more: nothing was sent."""


class RateLimiter:
    """Lets one through at each slot.

    Args:
        meter: writes the slots; a writer of its own, whose commits need no memory
        tenant: whose rate limit it is
        rate: requests a second
        clock: seconds that never jump
    """

    def __init__(self, meter: LedgerWriter, tenant: int, rate: float, clock: Callable[[], float]) -> None:
        self._meter = meter
        self._tenant = tenant
        self._rate = rate
        self._clock = clock
        self._most = max(1, int(rate * RESERVATION_WINDOW_SECONDS))
        self._lead = 0.0
        self._clocks = ClockOffset()
        self._waiting: deque[tuple[asyncio.Future[float], object]] = deque()
        self._porter: asyncio.Task[None] | None = None
        self._closed = False

    async def acquire(self, owner: object = None) -> None:
        """Wait for a slot.

        Args:
            owner: who waits; see `cancel_waiters`
        Raises:
            RateLimiterClosed: none comes any more
            LedgerError: the ledger that shares the limit cannot be used
        """
        while self._clock() - await self._waiter(owner) > SLOT_TOLERANCE_SECONDS:
            pass  # used now, it would come too close to later ones

    async def _waiter(self, owner: object) -> float:
        """Wait for a slot; return its moment."""
        if self._closed:
            raise RateLimiterClosed
        turn: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, owner))
        if self._porter is None:
            self._porter = asyncio.create_task(self._dispatch_slots())
        try:
            return await turn
        except asyncio.CancelledError:
            turn.cancel()
            raise

    def close(self) -> None:
        """Turn everybody away who waits, and all who come later."""
        self._closed = True
        self._fail(RateLimiterClosed())
        if self._porter is not None:
            self._porter.cancel()

    def cancel_waiters(self, owner: object) -> None:
        """Turn those away who wait for one owner."""
        for turn, waiter in self._waiting:
            if waiter is owner and not turn.done():
                turn.set_exception(RateLimiterClosed())

    def _fail(self, error: Exception) -> None:
        while self._waiting:
            turn, _ = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(error)

    async def pause(self, seconds: float) -> None:
        """Pause all who share the limit: CDEK asked for it."""
        await self._meter.execute("hold", lambda ledger: ledger.pause_until(self._tenant, seconds))

    async def _dispatch_slots(self) -> None:
        """Let them in, slot by slot; the next slots are reserved while half of the last ones is to come, so that none is late."""
        coming: asyncio.Task[Reserved] | None = None
        try:
            await self._sync_clock()
            coming = self._reserving(len(self._waiting))
            while coming is not None:
                slots, ahead = await coming
                coming = None
                for index in range(slots.size):
                    more = len(self._waiting) - (slots.size - index)
                    if coming is None and more > 0 and index >= slots.size // 2:
                        coming = self._reserving(more)
                    await self._slot(slots.first - ahead + index * slots.distance)
                if coming is None and self._waiting:
                    coming = self._reserving(len(self._waiting))
        except Exception as error:  # noqa: BLE001 - it is theirs who wait
            self._fail(error)
        finally:
            if coming is not None:
                coming.cancel()
            self._porter = None

    async def _sync_clock(self) -> None:
        """Learn how far the ledger's clock is ahead, before anything hangs on it."""
        for _ in range(_CLOCK_SAMPLES if self._clocks.offset is None else 0):
            started = self._clock()
            now = await self._meter.query(lambda ledger: ledger.database.now())
            self._clocks.learn(started, now, self._clock())

    def _reserving(self, count: int) -> asyncio.Task[Reserved]:
        task = asyncio.create_task(self._reserve(min(count, self._most)))
        task.add_done_callback(lambda task: task.cancelled() or task.exception())  # told where it is awaited, if it is
        return task

    async def _reserve(self, count: int) -> Reserved:
        """Slots, and how far the ledger's clock, which they are of, is ahead of one's own."""
        started = self._clock()
        now, slots = await self._meter.execute("slots", partial(self._take_slots, count, self._lead))
        answered = self._clock()
        self._lead = min(MAX_RESERVATION_LATENCY_SECONDS, answered - started)
        return slots, self._clocks.learn(started, now, answered)

    def _take_slots(self, count: int, lead: float, ledger: Ledger) -> tuple[float, Reservation]:
        return ledger.reserve_slots(self._tenant, count, self._rate, lead)

    async def _slot(self, moment: float) -> None:
        wait = moment - self._clock()
        if wait > 0:
            await asyncio.sleep(wait)
        if self._clock() - moment > SLOT_TOLERANCE_SECONDS:
            return  # used now, it would come too close to later ones
        while self._waiting:
            turn, _ = self._waiting.popleft()
            if not turn.done():
                turn.set_result(moment)
                return
