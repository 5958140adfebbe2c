"""Kill the PostgreSQL server of the ledger, and start it again, while workers finish a batch."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.chaos.rounds import MAX_LAST_RUNS, RoundResult, build_job
from tests.chaos.verdict_check import OPEN_STATES, find_mismatches, read_verdicts
from tests.chaos.workload import plan_workload

if TYPE_CHECKING:
    from random import Random

    from cdek_sandbox import Sandbox
    from tests.chaos.worker_pool import WorkerPool
    from tests.support.postgres_server import Postgres

_OUTAGE_SECONDS = (0.3, 5.0)
"""Minimum and maximum time from the kill of the server to its next start."""

_REQUESTS_PER_SECOND = 60.0
"""Low, so that 5,000 refusals take long enough for a dozen cuts."""


def run_with_power_cuts(
    box: Sandbox,
    worker_pool: WorkerPool,
    rng: Random,
    postgres: Postgres,
    *,
    rows: int,
    workers: int = 4,
    between: tuple[float, float],
) -> RoundResult:
    """Carry out a batch to its end while the server is killed again and again.

    Args:
        box: the sandbox, which is reset
        worker_pool: runs the workers
        rng: the source of random times
        postgres: the server
        rows: the approximate number of rows
        workers: the number of processes
        between: minimum and maximum seconds from one cut to the next
    """
    box.reset(seed=rng.randrange(10**6))
    workload = plan_workload(box, postgres.create_database(), rows, rng, f"shop{rng.randrange(10**6)}")
    cuts = 0
    for run in range(MAX_LAST_RUNS):
        names = [f"p{run}-{number}" for number in range(workers)]
        for name in names:
            worker_pool.start(
                build_job(box, rng, workload, name, in_flight=32, window=400)._replace(rate=_REQUESTS_PER_SECOND)
            )
        while not all(worker_pool.has_exited(name) for name in names):
            deadline = time.monotonic() + rng.uniform(*between)
            while time.monotonic() < deadline and not all(worker_pool.has_exited(name) for name in names):
                time.sleep(0.1)
            if not all(worker_pool.has_exited(name) for name in names):
                postgres.kill()
                time.sleep(rng.uniform(*_OUTAGE_SECONDS))
                postgres.start()
                cuts += 1
        if not set(read_verdicts(workload.ledger, workload.batch).values()) & OPEN_STATES:
            break
        workload.retry_unknown()
    box.drain()
    orders = {order["uuid"]: order for order in box.orders()}
    mismatches = find_mismatches(workload.orders, read_verdicts(workload.ledger, workload.batch), orders)
    return RoundResult(len(workload.orders), cuts, 0, 0, mismatches)
