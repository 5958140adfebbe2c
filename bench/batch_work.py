"""What `bench.batch` measures, each in a process of its own: plan a file, resume a batch, carry one out."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from contextlib import closing
from os import getpid
from typing import TYPE_CHECKING
from unittest.mock import patch

from bench.memory import peak
from bench.seconds import fullest
from oint.cdek import Account
from oint.refusals.batch import Manner
from oint.refusals.batch.api import plan_batch, run_batch
from oint.refusals.batch.gate import Gate
from oint.refusals.ledger import open_ledger
from oint.refusals.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = Manner().window


def account_of(text: str) -> Account:
    """name:password."""
    name, _, password = text.partition(":")
    return Account(name, password)


def plan(ledger: str, source: str, url: str, billed: str, account: str = "bench:bench") -> None:
    """Write a file's rows into a ledger."""
    with open_source(source) as rows:
        plan_batch(rows, account_of(account), url=url, ledger=ledger, even_if_billed=billed == "yes")


def resume(ledger: str) -> None:
    """Open a ledger and take the first rows of its batch, as a run does before its first request."""
    with closing(open_ledger(ledger)) as opened:
        (batch,) = opened.batches()
        fence = opened.claim("bench", socket.gethostname(), f"{getpid()}:?")
        assert len(opened.take(batch.span, fence, WINDOW)) == WINDOW
        opened.release(fence)


def carry_out(ledger: str, source: str, url: str, account: str, billed: str) -> int:
    """Plan a file and carry it out at the account's whole rate.

    Returns:
        the most requests let through in any one second: each right before its first byte leaves
    """
    credentials = account_of(account)
    with open_source(source) as rows:
        planned = plan_batch(rows, credentials, url=url, ledger=ledger, even_if_billed=billed == "yes")
    passed: list[float] = []
    enter = Gate.enter

    async def noting(gate: Gate, owner: object = None) -> None:
        await enter(gate, owner)
        passed.append(time.monotonic())

    with patch.object(Gate, "enter", noting):
        found = run_batch(planned.batch.id, credentials, url=url, ledger=ledger)
    assert set(found) == {"confirmed"}, found
    return fullest(passed)


def as_worker(ledger: str, url: str, account: str) -> None:
    """Work as one of many machines until nothing is left."""
    from oint.refusals.workers import work_async  # noqa: PLC0415 - needs an extra

    asyncio.run(work_async(account_of(account), ledger, url=url, until_empty=True))


def main(name: str, *args: str) -> None:
    works: dict[str, Callable[..., int | None]] = {
        "plan": plan,
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
