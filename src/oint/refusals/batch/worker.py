"""One worker: takes rows of a batch, and sees each through its steps, to its end or the end of patience."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from oint.refusals.batch.row_processor import RowProcessor
from oint.refusals.batch.schedule import Schedule
from oint.refusals.ledger.rows import IdRange, split_row_id
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from oint.refusals.batch.row_processor import RunContext
    from oint.refusals.ledger.rows import Row

_POLL_INTERVAL_SECONDS = 1.0
"""Seconds until another look where nothing of this worker's own will wake it: the one try may be another's."""


class Worker:
    """Works on the rows of a span.

    Args:
        context: see `RunContext`
        alive_at: when the claim was last known to live
    """

    def __init__(self, context: RunContext, alive_at: float) -> None:
        self._processor = RowProcessor(context, alive_at)
        self._fence, self._writer, self._breaker = context.fence, context.writer, context.breaker
        self._options, self._clock = context.options, context.clock
        self._schedule = Schedule()
        self._under_way: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._broken: BaseException | None = None
        self._stopping = False

    # --- from outside ---

    def stop(self) -> None:
        """End cleanly: nothing new is begun, what is under way is ended and kept."""
        self._stopping = True
        self._processor.close()
        self._wake.set()

    def on_heartbeat(self, moment: float) -> None:
        """Record that the ledger confirmed the claim at a moment of the clock."""
        self._processor.alive_at = max(self._processor.alive_at, moment)

    def on_lease_expired(self) -> None:
        """Stop all sending: the claim is considered dead."""
        self._processor.alive_at = float("-inf")
        self.stop()

    def fail(self, error: BaseException) -> None:
        """Stop all rows: what keeps the claim alive has failed."""
        self._broken = self._broken or error
        self._wake.set()

    def unsent(self, batch: int) -> IdRange | None:
        """Find a span that holds the rows of a batch that are in its hands and not sent; None: it has none."""
        rows = [row.id for row in self._schedule.rows() if row.state is State.PLANNED] + list(self._processor.waiting)
        ids = [refusal for refusal in rows if split_row_id(refusal)[0] == batch]
        return IdRange(min(ids), max(ids) + 1) if ids else None

    def withdraw(self, ids: AbstractSet[int]) -> None:
        """Send none of these rows, which were cancelled: the ledger would not take their intent, or has taken it."""
        self._schedule.drop(lambda row: row.state is State.PLANNED and row.id in ids)
        self._processor.withdraw(ids)
        self._wake.set()

    def on_webhook(self, uuids: AbstractSet[str]) -> None:
        """Read the cards of these orders now, where they are followed: a webhook named them."""
        if self._schedule.reschedule_now(uuids, self._clock()):
            self._wake.set()

    async def work(self, span: IdRange) -> None:
        """Go through the open rows of a span until nothing is left to do now.

        Raises:
            CdekError: no row can go on: the credentials are not taken
            LedgerError: nothing can be kept
        """
        more = True
        try:
            while self._failure is None and not self._stopping:
                if self._is_outage:
                    await self._note_outage(span)
                    break
                if more and self._schedule.fresh < self._options.in_flight and self._room() > 0:
                    more = await self._claim_rows(span)
                if not self._begin_some() and not await self._pause(more=more):
                    break
        finally:
            self._processor.close()  # whatever ended it: nothing more is sent by those who wait for their turn
            await self._settle()
        if self._failure is not None:
            raise self._failure

    @property
    def _failure(self) -> BaseException | None:
        """Return why no row can continue."""
        return self._broken or self._processor.failure

    @property
    def _is_outage(self) -> bool:
        """Tell whether CDEK has not answered for longer than this run waits."""
        since, patience = self._breaker.down_since, self._options.outage
        return since is not None and patience is not None and self._clock() - since >= patience

    async def _note_outage(self, span: IdRange) -> None:
        """Write beside the rows that were not sent why they were not."""
        error = self._processor.last_error
        if error is not None:
            await self._writer.query(lambda ledger: ledger.record_error(span, self._fence, error.code))

    # --- rows in ---

    def _room(self) -> int:
        """Return how many more rows may be claimed."""
        return self._options.window - len(self._schedule) - len(self._under_way)

    async def _claim_rows(self, span: IdRange) -> bool:
        """Take rows into its hands; whether there may be more."""
        room = self._room()
        rows = await self._writer.execute("take", lambda ledger: ledger.claim_rows(span, self._fence, room))
        for row in rows:
            if row.state is State.SENDING:  # whoever was sending it is dead, and may have sent it
                row.case.on_response_lost()
                row.lost_age = 0.0
                following = await self._processor.advance(row)
            else:
                if row.state is State.PLANNED:
                    row.case.prior_request_uuids = None  # a card that an earlier run has read is old by now
                following = self._processor.following(row)
            if following is not None:
                self._schedule.add(row, following)
        return len(rows) == room

    # --- the loop's parts ---

    def _free(self, now: float) -> bool:
        """Return whether a row may continue now: there is room, and the circuit is not open."""
        return len(self._under_way) < self._options.in_flight and self._breaker.allows_request(now)

    def _begin_some(self) -> bool:
        has_started = False
        while self._free(now := self._clock()) and (row := self._schedule.next(now)) is not None:
            task = asyncio.get_running_loop().create_task(self._step(row))
            self._under_way.add(task)
            task.add_done_callback(self._on_task_end)
            if self._breaker.acquire():
                task.add_done_callback(lambda _: self._breaker.release())
            has_started = True
        return has_started

    async def _step(self, row: Row) -> None:
        following = await self._processor.process(row)
        if following is not None:
            self._schedule.add(row, following)

    def _on_task_end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None and self._broken is None:
            self._broken = task.exception()
        self._wake.set()

    async def _pause(self, *, more: bool) -> bool:
        """Wait for something to do; False where nothing is left."""
        if not self._under_way and not self._schedule and not more:
            return False
        now, moment = self._clock(), self._schedule.next_due()
        pause = self._breaker.wait(now)
        if not pause:
            pause = max(0.0, moment - now) if moment is not None and self._free(now) else _POLL_INTERVAL_SECONDS
        self._wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), pause)
        return True

    async def _settle(self) -> None:
        """Let what is under way come to its end."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        self._schedule.clear()
