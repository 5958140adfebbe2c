"""A run over a batch: a claim, a scribe, the gate, a worker, and the heart that beats for them."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from oint.cdek._engine import ensure_token
from oint.cdek.errors import AuthenticationError, CdekError, RateLimited, RequestRejected
from oint.logs import get_logger
from oint.refusals.batch.events import EventHandler
from oint.refusals.batch.ledger_writer import LedgerWriter
from oint.refusals.batch.options import RunOptions
from oint.refusals.batch.rate_limiter import RateLimiter, RateLimiterClosed
from oint.refusals.batch.row_processor import RunContext
from oint.refusals.batch.worker import Worker
from oint.refusals.circuit_breaker import CircuitBreaker
from oint.refusals.gcra import pause_seconds
from oint.refusals.ledger import LEASE_SECONDS, LedgerError, open_ledger
from oint.refusals.ledger.approval import read_cancelled
from oint.refusals.ledger.batch_events import read_cancelled_since
from oint.refusals.ledger.claims import claim_for_process
from oint.refusals.ledger.notifications import OVERLAP_SECONDS, read_notifications_since
from oint.refusals.ledger.return_links import read_due_for_check, read_unlinked, record_check, save_return_link
from oint.refusals.settings import RATE
from oint.refusals.state_machine import build_card_request, verify_identity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oint.cdek.client import AsyncClient
    from oint.refusals.ledger import Ledger
    from oint.refusals.ledger.rows import IdRange, Row

T = TypeVar("T")
_log = get_logger("refusals.batch")

_HEARTBEATS_PER_LEASE = 6
"""Signs of life within a lease."""
_POLL_INTERVAL_SECONDS = 1.0
_MAX_RETURN_CHECKS = 20
"""Cards of confirmed refusals that are read between two rounds of a worker."""

_READERS = 16
"""Cards of confirmed refusals that are read at once."""

_MAX_FAILED_READS = 5
"""Cards in a row that CDEK does not answer for: then no more of them are read."""


class Run:
    """Carries out refusals of one tenant.

    Args:
        address: the ledger's
        client: for CDEK; make it with `Retry(attempts=1)`: the run itself decides what is repeated, and when
        tenant: see `Ledger.get_or_create_tenant`
        options: see `RunOptions`
        rate: requests a second, shared by all who share the ledger
        handler: see `EventHandler`
        random_source: returns numbers in [0, 1)
        lease: seconds after its last sign of life at which this process is considered dead

    Use it as an asynchronous context manager.
    """

    def __init__(
        self,
        address: str,
        client: AsyncClient,
        tenant: int,
        *,
        options: RunOptions | None = None,
        rate: float = RATE,
        handler: EventHandler | None = None,
        random_source: Callable[[], float] = random.random,
        lease: float = LEASE_SECONDS,
    ) -> None:
        self._address = address
        self._client = client
        self._tenant = tenant
        self._options = options or RunOptions()
        self._rate = rate
        self._handler = handler or EventHandler()
        self._random_source = random_source
        self._lease = lease
        self._workers: set[Worker] = set()
        self._failure: BaseException | None = None
        self.stopped = False
        """Whether it was asked to end."""
        self.lease_lost = asyncio.Event()
        """Set once the claim was considered dead: nothing can be done with this run any more."""

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        with ExitStack() as stack:  # what was opened is closed again, unless all goes well
            self._ledger = await loop.run_in_executor(None, open_ledger, self._address)
            stack.callback(self._ledger.close)
            self._quick = await loop.run_in_executor(None, partial(open_ledger, self._address, quick=True))
            stack.callback(self._quick.close)
            self._alive_at = time.monotonic()
            self._handler.on_checkpoint("before claim")
            self.fence = await loop.run_in_executor(None, claim_for_process, self._ledger, self._lease)
            self._handler.on_checkpoint("after claim")
            stack.pop_all()
        self._writer = LedgerWriter(
            self._ledger, self.fence, self._handler.on_checkpoint, self._handler.on_ledger_unavailable
        )
        self._slot_writer = LedgerWriter(
            self._quick, self.fence, self._handler.on_checkpoint, self._handler.on_ledger_unavailable
        )
        self._rate_limiter = RateLimiter(self._slot_writer, self._tenant, self._rate, time.monotonic)
        self._context = RunContext(
            self._client,
            self._tenant,
            self.fence,
            self._writer,
            self._rate_limiter,
            CircuitBreaker(self._random_source),
            self._options,
            self._handler,
            time.monotonic,
            self._lease,
        )
        self._tasks = [asyncio.create_task(self._heartbeat()), asyncio.create_task(self._listen())]
        for task in self._tasks:
            task.add_done_callback(self._on_task_failed)
        return self

    async def work(self, span: IdRange) -> None:
        """Go through the open rows of a span, and let go of those that are left; several may be worked on at once.

        Args:
            span: shares no id with one that is worked on
        Raises:
            CdekError: the credentials are not taken
            LedgerError: nothing can be kept
        """
        if self._failure is not None:
            raise self._failure
        worker = Worker(self._context, self._alive_at)
        self._workers.add(worker)
        try:
            await worker.work(span)
        finally:
            self._workers.discard(worker)
        await self._writer.execute("give back", lambda ledger: ledger.release_rows(span, self.fence))

    async def ask(self, question: Callable[[Ledger], T]) -> T:
        """Ask the ledger something, over the run's own connection; waits while its database is away."""
        return await self._writer.query(question)

    async def enter(self) -> None:
        """Wait for a slot of the account's rate limit, to ask CDEK something beside the rows."""
        await self._rate_limiter.acquire()

    async def hold(self, seconds: float) -> None:
        """Keep all who share the account's rate limit from CDEK: it asked for a pause."""
        self._handler.on_rate_limited(seconds)
        await self._rate_limiter.pause(seconds)

    def stop(self) -> None:
        """End cleanly: nothing new is begun, what is under way is ended and kept."""
        self.stopped = True
        self._rate_limiter.close()
        for worker in self._workers:
            worker.stop()

    def _on_task_failed(self, task: asyncio.Task[None]) -> None:
        """Stop the run where the heartbeat or the webhook listener has failed: no claim lives without them."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failure = error
            for worker in self._workers:
                worker.fail(error)

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(self._lease / _HEARTBEATS_PER_LEASE)
            with suppress(LedgerError):  # those who write hear of it
                sent_at = await self._writer.execute(
                    "beat", lambda ledger: _renew_lease(ledger, self.fence, self._lease)
                )
                if sent_at is None:
                    _log.warning("the claim has expired: nothing more is sent")
                    self.lease_lost.set()
                else:
                    self._alive_at = sent_at
                for worker in self._workers:
                    if sent_at is None:
                        worker.on_lease_expired()
                    else:
                        worker.on_heartbeat(sent_at)

    async def _listen(self) -> None:
        """Look once a second for orders that a webhook has named, and for batches that were cancelled."""
        notified: dict[str, float] = {}
        known: set[tuple[int, float]] = set()
        since = await self._writer.query(lambda ledger: ledger.database.now())
        while True:
            await asyncio.sleep(_POLL_INTERVAL_SECONDS)
            with suppress(LedgerError):  # those who write hear of it
                notifications = await self._writer.query(
                    partial(read_notifications_since, since=since - OVERLAP_SECONDS)
                )
                cancelled = await self._writer.query(partial(read_cancelled_since, since=since - OVERLAP_SECONDS))
                fresh = {uuid for uuid, moment in notifications if notified.get(uuid) != moment}
                for batch in {batch for batch, moment in cancelled if (batch, moment) not in known}:
                    await self._withdraw(batch)
                notified, known = dict(notifications), set(cancelled)
                since = max([since, *notified.values(), *(moment for _, moment in cancelled)])
                for worker in self._workers:
                    if fresh:
                        worker.on_webhook(fresh)

    async def _withdraw(self, batch: int) -> None:
        """Send nothing of what a cancelled batch has withdrawn; a row that was retried since is another row."""
        for worker in list(self._workers):
            span = worker.unsent(batch)
            if span is not None:
                worker.withdraw(await self._writer.query(partial(read_cancelled, span=span)))

    async def link_returns(self, span: IdRange) -> CdekError | None:
        """Read the cards of confirmed refusals of a span whose return order was not linked yet.

        Returns:
            why CDEK did not answer, where it was given up for that; None: all of them were read
        Raises:
            CdekError: the credentials are not taken
            LedgerError: nothing can be kept
        """
        return await self._link_all(await self.ask(partial(read_unlinked, span=span)))

    async def link_due_returns(self) -> None:
        """Read a few cards of confirmed refusals whose return order is not linked and is due for a quiet look.

        Raises:
            CdekError: the credentials are not taken
            LedgerError: nothing can be kept
        """
        await self._link_all(await self.ask(partial(read_due_for_check, tenant=self._tenant, count=_MAX_RETURN_CHECKS)))

    async def _link_all(self, rows: Sequence[Row]) -> CdekError | None:
        """Read many cards at once; a CDEK that answers none of them in a row is left alone."""
        remaining, failures = iter(rows), list[CdekError]()

        async def read_some() -> None:
            for row in remaining:
                if self.stopped or self.lease_lost.is_set() or len(failures) >= _MAX_FAILED_READS:
                    return
                error = await self._link(row)
                if error is None:
                    failures.clear()
                else:
                    failures.append(error)

        readers = [asyncio.create_task(read_some()) for _ in range(min(_READERS, self._options.in_flight, len(rows)))]
        try:
            await asyncio.gather(*readers)
        finally:
            for reader in readers:
                reader.cancel()
        if len(failures) < _MAX_FAILED_READS:
            return None
        self._handler.on_request_failed(failures[-1])
        return failures[-1]

    async def _link(self, row: Row) -> CdekError | None:
        """Read one card and keep the return order that it shows; one that cannot be read now is read another time.

        Returns:
            why CDEK did not answer, where it did not
        """
        try:
            await self._client.run(ensure_token(self._client.context))
            await self.enter()
            uuid = row.case.outcome.uuid
            answer = verify_identity(await self._client.call(build_card_request(uuid, None, None)), uuid, None, None)
        except AuthenticationError:
            raise
        except RateLimiterClosed:
            return None
        except RateLimited as error:
            await self._rate_limiter.pause(pause_seconds(error.retry_after))
            return None
        except CdekError as error:
            await self.ask(partial(record_check, row=row))
            return None if isinstance(error, RequestRejected) else error
        if row.case.on_return_linked(answer):
            await self._writer.execute("link", partial(save_return_link, row=row))
        else:
            await self.ask(partial(record_check, row=row))
        return None

    async def __aexit__(self, *_: object) -> None:
        self._rate_limiter.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        with suppress(Exception):
            await self._writer.execute("release", lambda ledger: ledger.release_claim(self.fence))
        await self._writer.close()
        await self._slot_writer.close()
        self._ledger.close()
        self._quick.close()


def _renew_lease(ledger: Ledger, fence: int, lease: float) -> float | None:
    """Return when the ledger was asked to extend the claim; None: it has expired."""
    started = time.monotonic()
    ledger.expire_claims()
    return started if ledger.renew_claim(fence, lease) else None
