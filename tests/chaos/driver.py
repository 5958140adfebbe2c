"""Run workers that can be killed: `python -m tests.chaos.driver` forks one for each line that it reads.

A line of the input is a `Job`. A line of the output is `{"job", "pid"}` when a worker starts and `{"job", "pid", "code"}`
when it ends. All modules are loaded before the first fork, so a worker starts in milliseconds. Each worker is a process
of its own and is killed by a real SIGKILL.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import sys
import traceback
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import oint.cdek.transports.asyncio
import oint.refusals.ledger.sqlite  # noqa: F401 - the same
from oint.cdek import Account, Retry, Timeouts
from oint.cdek.client import AsyncClient
from oint.refusals.batch import RunOptions
from oint.refusals.batch.events import EventHandler
from oint.refusals.batch.runner import Run
from oint.refusals.ledger import LEASE_SECONDS, open_ledger
from oint.refusals.register import PollingPolicy
from oint.refusals.settings import RATE

if TYPE_CHECKING:
    from typing import Any


class Job(NamedTuple):
    """The work of one worker.

    Args:
        job: the name of the worker
        url, account, password: the sandbox
        ledger: the address of the ledger
        batch: the number of the batch
        kill_at: the worker kills itself at this checkpoint, counted from 1; 0: never
        kill_name: count only checkpoints of this name; empty: all
        in_flight, window, wait: see `RunOptions`
        first, longest, settle: see `PollingPolicy`
        seed: the seed of the random source
        rate: requests per second of all workers together
        lease: seconds without a heartbeat after which a worker is considered dead
    """

    job: str
    url: str
    account: str
    password: str
    ledger: str
    batch: int
    kill_at: int = 0
    kill_name: str = ""
    in_flight: int = 3
    window: int = 8
    wait: float = 60.0
    first: float = 0.05
    longest: float = 0.3
    settle: float = 0.5
    seed: int = 0
    rate: float = RATE
    lease: float = LEASE_SECONDS


TIMEOUTS = Timeouts(connect=60.0, read=60.0, total=60.0)
"""Longer than a busy machine takes. No fault of the mix needs a time-out."""


class KillSwitch(EventHandler):
    """Kills its own process at the n-th checkpoint, of all or of one name."""

    def __init__(self, kill_at: int, name: str) -> None:
        self._left = kill_at
        self._name = name

    def on_checkpoint(self, name: str) -> None:
        """Count a checkpoint; kill this process if it is the last."""
        if name == (self._name or name):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def run_job(job: Job) -> None:
    """Carry out a batch. If the lease expires because the machine is busy, start again with a new claim."""
    with closing(open_ledger(job.ledger)) as ledger:
        batch = ledger.get_batch(job.batch)
    assert batch is not None
    polling = PollingPolicy(first=job.first, longest=job.longest, settle=job.settle)
    options = RunOptions(wait=job.wait, in_flight=job.in_flight, window=job.window, polling=polling)
    handler = KillSwitch(job.kill_at, job.kill_name)
    credentials = Account(job.account, job.password)
    async with AsyncClient(credentials, url=job.url, retry=Retry(attempts=1), timeouts=TIMEOUTS) as client:
        while True:
            async with Run(
                job.ledger, client, batch.tenant, options=options, rate=job.rate, handler=handler, lease=job.lease
            ) as run:
                await run.work(batch.span)
            if not run.lease_lost.is_set():
                break


def name_session(pid: int) -> str:
    """Return the name of a worker's sessions in PostgreSQL."""
    return f"chaos worker {pid}"


def fork_worker(job: Job) -> int:
    """Start a worker and return its process number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.environ["PGAPPNAME"] = name_session(os.getpid())
        os.close(0)
        os.dup2(2, 1)
        random.seed(job.seed)
        asyncio.run(run_job(job))
        code = 0
    except BaseException:  # noqa: BLE001 - the child process ends here in any case
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Fork and reap workers until the input ends. Kill the workers that still run then."""
    jobs: dict[int, str] = {}
    received, is_closed = b"", False
    while not is_closed or jobs:
        if select.select([] if is_closed else [0], [], [], 0.005)[0]:
            part = os.read(0, 65536)
            is_closed = not part
            received += part
            *lines, received = received.split(b"\n")
            for line in lines:
                job = Job(**json.loads(line))
                pid = fork_worker(job)
                jobs[pid] = job.job
                report(job=job.job, pid=pid)
            if is_closed:
                for pid in jobs:
                    os.kill(pid, signal.SIGKILL)
        reap_workers(jobs)


def reap_workers(jobs: dict[int, str]) -> None:
    """Report the workers that have ended."""
    while jobs:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        report(job=jobs.pop(pid), pid=pid, code=os.waitstatus_to_exitcode(status))


def report(**fields: Any) -> None:
    """Write a line of the output."""
    os.write(1, f"{json.dumps(fields)}\n".encode())


if __name__ == "__main__":
    main()
