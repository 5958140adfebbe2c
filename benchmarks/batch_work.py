"""The work that `benchmarks.batch` measures in processes of their own: plan, approve, resume and carry out a batch."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import sys
import time
from contextlib import closing
from itertools import islice
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks.memory import read_peak_rss_mb
from benchmarks.request_rate import count_max_per_second
from oint.auth.credentials import ResolvedCredentials
from oint.cdek import Account
from oint.cli.refusals._preview import preview_batch
from oint.i18n import Message
from oint.refusals.batch import RunOptions
from oint.refusals.batch.api import approve_batch, plan_batch, run_batch
from oint.refusals.batch.rate_limiter import RateLimiter
from oint.refusals.input import open_input
from oint.refusals.ledger import open_ledger
from oint.refusals.settings import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = RunOptions().window
ROWS_PER_TRANSACTION = 100_000


def parse_account(text: str) -> Account:
    """Return the account of `name:password`."""
    name, _, password = text.partition(":")
    return Account(name, password)


def plan(ledger: str, source: str, url: str, account: str = "bench:bench") -> None:
    """Write the rows of a file into a ledger."""
    with open_input(source) as rows:
        plan_batch(rows, parse_account(account), url=url, ledger=ledger)


def plan_bare(ledger: str, source: str) -> None:
    """Insert the same rows into the same table with the same indices, with `executemany` only."""
    open_ledger(ledger).close()
    columns = "INSERT INTO refusal (id, tenant, key, uuid, state) VALUES (?, 1, ?, ?, 'held')"
    with (
        closing(sqlite3.connect(ledger, isolation_level=None)) as connection,
        Path(source).open(encoding="ascii") as lines,
    ):
        connection.execute("PRAGMA synchronous = FULL")
        rows = (
            (number, f"u:{line.strip()}", line.strip()) for number, line in enumerate(islice(lines, 1, None), 1 << 40)
        )
        while chunk := list(islice(rows, ROWS_PER_TRANSACTION)):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(columns, chunk)
            connection.execute("COMMIT")


def approve(ledger: str) -> None:
    """Release all rows of the only batch."""
    with closing(open_ledger(ledger)) as opened:
        (batch,) = opened.list_batches()
    approve_batch(batch.id, by="bench", ledger=ledger)


def approve_bare(ledger: str) -> None:
    """Change the state of the same rows in the same table with the same indices, in one statement."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("UPDATE refusal SET state = 'planned' WHERE state = 'held'")


def resume(ledger: str) -> None:
    """Open a ledger and take the first rows of its batch, as a run does before its first request."""
    with closing(open_ledger(ledger)) as opened:
        (batch,) = opened.list_batches()
        fence = opened.create_claim("bench", socket.gethostname(), f"{getpid()}:?")
        assert len(opened.claim_rows(batch.span, fence, WINDOW)) == WINDOW
        opened.release_claim(fence)


def carry_out(ledger: str, source: str, url: str, account: str, way: str) -> int:
    """Plan and approve a file, after a preview or without, and send it at the full rate of the account.

    Returns:
        the maximum number of requests in any second, counted before the first byte leaves
    """
    credentials = parse_account(account)
    with open_input(source) as rows:
        batch = plan_batch(rows, credentials, url=url, ledger=ledger).batch
    if way == "after a preview":
        os.environ["OINT_CDEK_URL"] = url
        resolved = ResolvedCredentials(credentials, test=False, source=Message("bench", "bench"))
        with closing(open_ledger(ledger)) as opened:
            asyncio.run(preview_batch(opened, batch, resolved, ledger, rate=RATE))
    approve_batch(batch.id, by="bench", ledger=ledger)
    times: list[float] = []
    acquire = RateLimiter.acquire

    async def acquire_and_record(limiter: RateLimiter, owner: object = None) -> None:
        await acquire(limiter, owner)
        times.append(time.monotonic())

    with patch.object(RateLimiter, "acquire", acquire_and_record):
        counts = run_batch(batch.id, credentials, url=url, ledger=ledger)
    assert set(counts) == {"confirmed"}, counts
    return count_max_per_second(times)


def run_as_worker(ledger: str, url: str, account: str) -> None:
    """Work as one of many machines until all batches are done."""
    from oint.refusals.distributed.worker import run_worker  # noqa: PLC0415 - needs an extra

    asyncio.run(run_worker(parse_account(account), ledger, url=url, until_empty=True))


def main(name: str, *args: str) -> None:
    """Run one function and print what it took."""
    functions: dict[str, Callable[..., int | None]] = {
        "plan": plan,
        "plan_bare": plan_bare,
        "approve": approve,
        "approve_bare": approve_bare,
        "resume": resume,
        "carry_out": carry_out,
        "run_as_worker": run_as_worker,
    }
    cpu, wall = time.process_time(), time.perf_counter()
    max_per_second = functions[name](*args)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps([cpu, wall, read_peak_rss_mb(), max_per_second or 0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
