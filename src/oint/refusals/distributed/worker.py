"""Many machines at the refusals of one ledger in PostgreSQL: Procrastinate hands out chunks of rows to them.

The queue holds nothing that the ledger does not: every worker puts chunks with open rows into it that are not there, and
takes out those whose worker died. Who may work on a row is decided by the ledger's claims alone, so that a chunk that is
handed out twice costs a look at it, and no refusal is sent twice.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from oint.logs import get_logger
from oint.refusals.batch.api import client_for
from oint.refusals.batch.events import EventHandler
from oint.refusals.batch.options import RunOptions
from oint.refusals.batch.planning import tenant_id
from oint.refusals.batch.runner import Run
from oint.refusals.distributed.queue import ChunkUnfinished, Queue, make_queue
from oint.refusals.ledger import LEASE_SECONDS, LedgerUnavailable, open_ledger
from oint.refusals.ledger.chunks import chunk_batch, chunk_span, has_rows_in_time, is_open_chunk, list_open_chunks
from oint.refusals.settings import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.auth import Credentials
    from oint.cdek.client import AsyncClient

CONCURRENCY = 8
"""Chunks in a worker's hands at once."""

_log = get_logger("refusals.worker")

_PAUSE = 1.0
"""Seconds between two tries to reach PostgreSQL."""

_ROUND = 10.0
"""Seconds between two looks for chunks that nobody was handed."""

_EAGER = 1.0
"""The same for a worker that is to end when nothing is left."""


async def run_worker(  # noqa: PLR0913 - how to reach CDEK and the ledger, each by its name
    credentials: Credentials,
    ledger: str,
    *,
    test: bool = False,
    url: str | None = None,
    options: RunOptions | None = None,
    rate: float = RATE,
    concurrency: int = CONCURRENCY,
    until_empty: bool = False,
    lease: float = LEASE_SECONDS,
    handler: EventHandler | None = None,
    on_start: Callable[[DistributedWorker], None] = lambda _: None,
) -> None:
    """Work on all open refusals of an account in a ledger, beside other machines, until stopped.

    Safe to kill at any moment. While PostgreSQL is away, it waits.

    Args:
        credentials: whose refusals; those of other accounts are left to others
        ledger: postgresql://…
        test: CDEK's test host
        url: another base URL; without it `OINT_CDEK_URL` counts, where set
        options: see `RunOptions`; `in_flight` is for all chunks together
        rate: requests a second to CDEK, shared by all who share the ledger
        concurrency: chunks of up to 256 rows at once
        until_empty: end when no row is left that has its time yet
        lease: seconds after its last sign of life at which this worker is considered dead
        handler: told of what happens
        on_start: receives the worker, whose `stop()` ends it cleanly
    Raises:
        AuthenticationError: CDEK does not take the credentials
        LedgerError: the ledger cannot be used, or not be reached at the beginning
    """
    run_options = options or RunOptions()
    run_options = msgspec.structs.replace(run_options, in_flight=max(1, run_options.in_flight // concurrency))
    async with client_for(credentials, test=test, url=url) as client:
        tenant = await asyncio.to_thread(_prepare, ledger, client, credentials)
        workplace = DistributedWorker(
            ledger, client, tenant, run_options, rate, concurrency, lease, handler or EventHandler()
        )
        on_start(workplace)
        await workplace.work(until_empty=until_empty)


def _prepare(address: str, client: AsyncClient, credentials: Credentials) -> int:
    """Return the tenant's id in the ledger, and create the queue's tables."""
    ledger = open_ledger(address)
    try:
        tenant = tenant_id(ledger, client, credentials)
    finally:
        ledger.close()
    make_queue(address)
    return tenant


class DistributedWorker:
    """A worker's process: one shift after another; a shift ends where PostgreSQL broke off, or it was considered dead."""

    def __init__(  # noqa: PLR0917 - made in one place only
        self,
        address: str,
        client: AsyncClient,
        tenant: int,
        options: RunOptions,
        rate: float,
        concurrency: int,
        lease: float,
        handler: EventHandler,
    ) -> None:
        self._address = address
        self._tenant = tenant
        self._options = options
        self._concurrency = concurrency
        self._lease = lease
        self._handler = handler
        self._run = partial(Run, address, client, tenant, options=options, rate=rate, handler=handler, lease=lease)
        self._over = asyncio.Event()
        self._failure: BaseException | None = None
        self._held: set[int] = set()

    def stop(self) -> None:
        """End cleanly: what is under way is ended and kept, the rest is given back."""
        self._over.set()

    async def work(self, *, until_empty: bool) -> None:
        """Work until stopped, or until nothing is left."""
        loop = asyncio.get_running_loop()
        others = loop.get_exception_handler()
        loop.set_exception_handler(_ignore_lost_job_errors)
        try:
            await self._shifts(until_empty=until_empty)
        finally:
            loop.set_exception_handler(others)
        if self._failure is not None:
            raise self._failure

    async def _shifts(self, *, until_empty: bool) -> None:
        while not self._over.is_set():
            try:
                await self._run_until_disconnected(until_empty=until_empty)
            except LedgerUnavailable:
                _log.warning("the ledger cannot be reached: next try in %.0f s", _PAUSE)
                self._handler.on_ledger_unavailable(_PAUSE)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._over.wait(), _PAUSE)

    async def _run_until_disconnected(self, *, until_empty: bool) -> None:
        async with self._run() as run, Queue(self._address, self._tenant, partial(self._chunk, run)) as queue:
            parts: list[asyncio.Task[Any]] = [
                asyncio.create_task(queue.work(self._concurrency, self._lease)),
                asyncio.create_task(self._hand_out(run, queue, until_empty=until_empty)),
                *(asyncio.create_task(event.wait()) for event in (self._over, run.lease_lost, queue.lost)),
            ]
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            run.stop()
            for part in parts:
                part.cancel()
            ends = await asyncio.gather(*parts, return_exceptions=True)
            queue.raise_for_results([end for end in ends if isinstance(end, Exception)])

    async def _hand_out(self, run: Run, queue: Queue, *, until_empty: bool) -> None:
        """Again and again: see that every chunk with something to do is in the queue, in living hands."""
        pause = min(self._lease / 3, _EAGER if until_empty else _ROUND)
        while True:
            await queue.fail_stalled_jobs(self._lease)
            await queue.add(await run.ask(partial(list_open_chunks, tenant=self._tenant)))
            await run.link_due_returns()
            if until_empty and not await run.ask(
                partial(has_rows_in_time, tenant=self._tenant, wait=self._options.wait)
            ):
                self._over.set()
                return
            await asyncio.sleep(pause)

    async def _chunk(self, run: Run, chunk: int) -> None:
        """Work on a chunk that the queue has handed out.

        Raises:
            ChunkUnfinished: rows remain open
        """
        if chunk in self._held:
            return  # it was considered dead, and handed out to the same again
        self._held.add(chunk)
        try:
            await self._rows(run, chunk)
            is_open = await run.ask(partial(is_open_chunk, chunk=chunk))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the worker's end, and told there
            self._failure = self._failure or error
            self._over.set()
            is_open = True
        finally:
            self._held.discard(chunk)
        if is_open:
            raise ChunkUnfinished(at_once=self._over.is_set() or run.lease_lost.is_set())

    async def _rows(self, run: Run, chunk: int) -> None:
        batch = await run.ask(lambda ledger: ledger.get_batch(chunk_batch(chunk)))
        if batch is not None and not self._over.is_set():
            await run.work(chunk_span(chunk))


def _ignore_lost_job_errors(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Ignore jobs whose end could not be recorded while PostgreSQL was unavailable: the chunk is queued again."""
    task = context.get("future") or context.get("task")
    if not (isinstance(task, asyncio.Task) and task.get_name().startswith("process job ")):
        loop.default_exception_handler(context)
