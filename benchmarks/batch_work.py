"""What `benchmarks.batch` measures, each in a process of its own: plan a file, resume a batch, carry one out."""

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

from benchmarks.memory import peak
from benchmarks.seconds import fullest
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
CHUNK = 100_000
"""Rows a transaction."""


def account_of(text: str) -> Account:
    """name:password."""
    name, _, password = text.partition(":")
    return Account(name, password)


def plan(ledger: str, source: str, url: str, account: str = "bench:bench") -> None:
    """Write a file's rows into a ledger."""
    with open_input(source) as rows:
        plan_batch(rows, account_of(account), url=url, ledger=ledger)


def plan_bare(ledger: str, source: str) -> None:
    """Insert the same rows into the same table with the same indices, by executemany alone."""
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
        while chunk := list(islice(rows, CHUNK)):
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
    """Plan and approve a file, after a preview or without, and send it at the account's whole rate.

    Returns:
        the most requests let through in any one second: each right before its first byte leaves
    """
    credentials = account_of(account)
    with open_input(source) as rows:
        batch = plan_batch(rows, credentials, url=url, ledger=ledger).batch
    if way == "after a preview":
        os.environ["OINT_CDEK_URL"] = url
        found = ResolvedCredentials(credentials, test=False, source=Message("bench", "bench"))
        with closing(open_ledger(ledger)) as opened:
            asyncio.run(preview_batch(opened, batch, found, ledger, rate=RATE))
    approve_batch(batch.id, by="bench", ledger=ledger)
    passed: list[float] = []
    enter = RateLimiter.acquire

    async def noting(gate: RateLimiter, owner: object = None) -> None:
        await enter(gate, owner)
        passed.append(time.monotonic())

    with patch.object(RateLimiter, "acquire", noting):
        counts = run_batch(batch.id, credentials, url=url, ledger=ledger)
    assert set(counts) == {"confirmed"}, counts
    return fullest(passed)


def as_worker(ledger: str, url: str, account: str) -> None:
    """Work as one of many machines until nothing is left."""
    from oint.refusals.distributed.worker import run_worker  # noqa: PLC0415 - needs an extra

    asyncio.run(run_worker(account_of(account), ledger, url=url, until_empty=True))


def main(name: str, *args: str) -> None:
    works: dict[str, Callable[..., int | None]] = {
        "plan": plan,
        "plan_bare": plan_bare,
        "approve": approve,
        "approve_bare": approve_bare,
        "resume": resume,
        "carry_out": carry_out,
        "as_worker": as_worker,
    }
    cpu, wall = time.process_time(), time.perf_counter()
    most = works[name](*args)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps([cpu, wall, peak(), most or 0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
