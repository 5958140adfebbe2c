"""Run one round: workers on one ledger are killed at random moments, and the result is compared with the sandbox."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tests.chaos import fault_mix
from tests.chaos.driver import Job
from tests.chaos.verdict_check import OPEN_STATES, find_mismatches, read_verdicts
from tests.chaos.workload import Workload, plan_workload

if TYPE_CHECKING:
    from random import Random

    from cdek_sandbox import Sandbox
    from tests.chaos.worker_pool import WorkerPool

LEASE_SECONDS = 120.0
"""Longer than any pause of a busy machine: only a killed worker is considered dead, by its process number."""

MAX_LAST_RUNS = 12
"""Runs to the end after the last kill. Unknown rows are sent again before each, as a person would do."""


class RoundResult(NamedTuple):
    """The result of a round.

    Args:
        rows: the number of rows
        kills: the number of killed processes
        faults: the number of calls with a fault
        too_many: the number of calls above the rate limit
        mismatches: a message for each wrong verdict
    """

    rows: int
    kills: int
    faults: int
    too_many: int
    mismatches: list[str]


def run_round(
    box: Sandbox, worker_pool: WorkerPool, rng: Random, ledger: str, *, workers: int, rows: int, kills: int
) -> RoundResult:
    """Run one round.

    Args:
        box: the sandbox, which is reset
        worker_pool: runs the workers
        rng: the random source; only timing does not depend on it
        ledger: the address of a new ledger
        workers: the number of processes
        rows: the approximate number of rows
        kills: the maximum number of kills; fewer if the batch ends earlier
    """
    box.reset(seed=rng.randrange(10**6))
    workload = plan_workload(box, ledger, rows, rng, f"shop{rng.randrange(10**6)}")
    fault_mix.inject_faults(box)
    killed = _kill_workers(box, worker_pool, rng, workload, workers=workers, kills=kills)
    for _ in range(MAX_LAST_RUNS):
        if not set(read_verdicts(workload.ledger, workload.batch).values()) & OPEN_STATES:
            break
        workload.retry_unknown()
        _run_to_end(box, worker_pool, rng, workload, workers)
    box.drain()
    faults, too_many = fault_mix.count_faults(box)
    orders = {order["uuid"]: order for order in box.orders()}
    mismatches = find_mismatches(workload.orders, read_verdicts(workload.ledger, workload.batch), orders)
    return RoundResult(len(workload.orders), killed, faults, too_many, mismatches)


def build_job(
    box: Sandbox, rng: Random, workload: Workload, name: str, *, in_flight: int = 16, window: int = 32
) -> Job:
    """Return the job of a worker on a workload."""
    return Job(
        name, box.url, box.account, box.password, workload.ledger, workload.batch,
        in_flight=in_flight, window=window, settle=0.8, seed=rng.randrange(10**9), lease=LEASE_SECONDS,
    )  # fmt: skip


def _kill_workers(
    box: Sandbox, worker_pool: WorkerPool, rng: Random, workload: Workload, *, workers: int, kills: int
) -> int:
    """Kill workers one after the other, start each again, and return the number of kills."""
    names = [f"w{number}" for number in range(workers)]
    for name in names:
        worker_pool.start(build_job(box, rng, workload, name))
    killed = idle = 0
    while killed < kills and idle < 2 * workers:
        time.sleep(rng.uniform(0.02, 0.4 / workers))
        name = rng.choice(names)
        if worker_pool.kill(name) == 0:  # it had ended by itself
            idle += 1
        else:
            killed, idle = killed + 1, 0
            box.drain()  # a request in flight may take longer than the settling time
        worker_pool.start(build_job(box, rng, workload, name))
    for name in names:
        worker_pool.wait(name)
    return killed


def _run_to_end(box: Sandbox, worker_pool: WorkerPool, rng: Random, workload: Workload, workers: int) -> None:
    names = [f"w{number}" for number in range(workers)]
    for name in names:
        worker_pool.start(build_job(box, rng, workload, name))
    with suppress(TimeoutError):
        for name in names:
            worker_pool.wait(name)
