"""Workers that can be killed: `python -m tests.chaos.driver` forks one for each line that it reads, and tells how it ended.

A line in is a `Job`; a line out is `{"job", "pid"}` when it has begun and `{"job", "pid", "code"}` when it is over. All
modules are loaded before the first fork, so that a worker starts in milliseconds; each is a process of its own, and
dies of a real SIGKILL.
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
    """One worker's work.

    Args:
        job: its name
        url, account, password: of the sandbox
        ledger: its address
        batch: number in the ledger
        kill_at: the boundary at which it kills itself, of all or of those with one name; 0: none
        kill_name: that name; empty: all
        in_flight, window: see `RunOptions`
        wait: see `RunOptions`
        first, longest, settle: see `PollingPolicy`
        seed: of the dice
        rate: requests a second, of all workers together
        lease: seconds after its last sign of life at which it is taken for dead
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
"""Longer than a busy machine takes; no fault needs a time-out. A call that a living worker gives up is still under way."""


class Counted(EventHandler):
    """Kills its own process at the n-th boundary, of all or of one name."""

    def __init__(self, kill_at: int, name: str) -> None:
        self._left = kill_at
        self._name = name

    def on_checkpoint(self, name: str) -> None:
        """One of them."""
        if name == (self._name or name):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def work(job: Job) -> None:
    """Carry out a batch; a worker whose claim has expired because the machine was busy begins again with another claim."""
    with closing(open_ledger(job.ledger)) as ledger:
        batch = ledger.get_batch(job.batch)
    assert batch is not None
    polling = PollingPolicy(first=job.first, longest=job.longest, settle=job.settle)
    options = RunOptions(wait=job.wait, in_flight=job.in_flight, window=job.window, polling=polling)
    handler = Counted(job.kill_at, job.kill_name)
    credentials = Account(job.account, job.password)
    async with AsyncClient(credentials, url=job.url, retry=Retry(attempts=1), timeouts=TIMEOUTS) as client:
        while True:
            async with Run(
                job.ledger, client, batch.tenant, options=options, rate=job.rate, handler=handler, lease=job.lease
            ) as run:
                await run.work(batch.span)
            if not run.lease_lost.is_set():
                break


def session_name(pid: int) -> str:
    """The name under which PostgreSQL lists the sessions of a worker."""
    return f"chaos worker {pid}"


def fork(job: Job) -> int:
    """Start a worker; its pid."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.environ["PGAPPNAME"] = session_name(os.getpid())
        os.close(0)
        os.dup2(2, 1)
        random.seed(job.seed)
        asyncio.run(work(job))
        code = 0
    except BaseException:  # noqa: BLE001 - the child ends here, whatever it was
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Fork and reap until the input ends; what then lives is killed."""
    jobs: dict[int, str] = {}
    received, ended = b"", False
    while not ended or jobs:
        if select.select([] if ended else [0], [], [], 0.005)[0]:
            part = os.read(0, 65536)
            ended = not part
            received += part
            *lines, received = received.split(b"\n")
            for line in lines:
                job = Job(**json.loads(line))
                pid = fork(job)
                jobs[pid] = job.job
                tell(job=job.job, pid=pid)
            if ended:
                for pid in jobs:
                    os.kill(pid, signal.SIGKILL)
        reap(jobs)


def reap(jobs: dict[int, str]) -> None:
    """Tell of those that are over."""
    while jobs:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        tell(job=jobs.pop(pid), pid=pid, code=os.waitstatus_to_exitcode(status))


def tell(**fields: Any) -> None:
    """A line out."""
    os.write(1, f"{json.dumps(fields)}\n".encode())


if __name__ == "__main__":
    main()
