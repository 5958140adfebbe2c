"""An unreachable CDEK gets one request per pause, for any number of chunks of a worker."""

import asyncio
import itertools
from contextlib import closing
from types import SimpleNamespace
from uuid import UUID

from oint.cdek.errors import ServiceUnavailable
from oint.refusals.batch.events import EventHandler
from oint.refusals.batch.options import RunOptions
from oint.refusals.batch.row_processor import RunContext
from oint.refusals.batch.worker import Worker
from oint.refusals.circuit_breaker import FAILURES_TO_OPEN, CircuitBreaker
from oint.refusals.input.rows import InputRow
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.ledger.approval import approve
from oint.refusals.ledger.rows import IdRange
from tests.support.fake_time import LedgerWriter, Loop, RateLimiter

CHUNKS, ROWS, OUTAGE_SECONDS = 8, 20, 300.0


class UnreachableCdek:
    """A CDEK that refuses connections and records the time of each attempt."""

    def __init__(self, clock):
        self.attempts = []
        self.clock = clock
        self.context = SimpleNamespace(rng=lambda: 0.0, wall_clock=clock)

    async def run(self, flow):
        flow.close()

    async def call(self, _request):
        self.attempts.append(self.clock())
        await asyncio.sleep(0.01)
        raise ServiceUnavailable("refused")


def test_unreachable_cdek_gets_one_probe_per_pause_from_all_chunks(tmp_path):
    with closing(open_ledger(str(tmp_path / "ledger"))) as ledger:
        tenant = ledger.get_or_create_tenant("https://cdek", "shop")
        batch = planning.create_batch(ledger, tenant, "file", "file", "txt", even_if_billed=False)
        planning.insert_rows(
            ledger, batch, [InputRow(n, str(UUID(int=n)), None, None, None) for n in range(1, CHUNKS * ROWS + 1)]
        )
        approve(ledger, batch, by="test")
        fence = ledger.create_claim("worker", "machine", "process", 1e6)
        with asyncio.Runner(loop_factory=Loop) as runner:
            loop = runner.get_loop()
            cdek = UnreachableCdek(loop.time)
            options = RunOptions(in_flight=2)
            breaker = CircuitBreaker(lambda: 0.5)
            context = RunContext(
                cdek, tenant, fence, LedgerWriter(ledger, fence), RateLimiter(), breaker, options, EventHandler(), loop.time, 1e6
            )  # fmt: skip
            first = batch.span.first
            spans = [IdRange(first + 1 + n * ROWS, first + 1 + (n + 1) * ROWS) for n in range(CHUNKS)]
            workers = [Worker(context, 0.0) for _ in spans]

            async def scenario():
                work = [asyncio.create_task(worker.work(span)) for worker, span in zip(workers, spans, strict=True)]
                await asyncio.sleep(OUTAGE_SECONDS)
                for worker in workers:
                    worker.stop()
                await asyncio.gather(*work)

            runner.run(scenario())
        counts = ledger.count_by_state(batch)
    assert counts == {"planned": CHUNKS * ROWS}
    first_attempts = [moment for moment in cdek.attempts if moment < 0.5]
    later_attempts = [moment for moment in cdek.attempts if moment >= 0.5]
    assert FAILURES_TO_OPEN <= len(first_attempts) <= CHUNKS * options.in_flight + FAILURES_TO_OPEN
    pauses = [after - before for before, after in itertools.pairwise(later_attempts)]
    assert len(later_attempts) < 10
    assert min(pauses) >= 1.0, later_attempts
