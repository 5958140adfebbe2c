"""A ledger in PostgreSQL beside one in a file, and a worker at it: the figures for the size of machines."""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.batch import WAY, part, source_of, work
from benchmarks.table import Row
from cdek_sandbox import running_sandbox
from oint.refusals.settings import RATE

if TYPE_CHECKING:
    from tests.support.postgres_server import Postgres

_BUDGET = 0.30
_NOTE = "its floor is the budget of a batch on one machine"


def rows(planned: int, refusals: int) -> list[Row]:
    """The figures of so many rows planned, and of so many refusals carried out by one worker."""
    try:
        from tests.support.postgres_server import running_postgres  # noqa: PLC0415 - may be missing: told, and no defect

        with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
            found = part("a ledger in PostgreSQL", lambda: _planned(Path(folder), postgres, planned))
            return found + part("a worker", lambda: _worked(Path(folder), postgres, refusals))
    except ImportError:
        return [Row("a ledger in PostgreSQL", note=f"no wheel carries PostgreSQL for {sys.platform}")]


def _planned(folder: Path, postgres: Postgres, count: int) -> list[Row]:
    dice = Random(2)
    uuids = [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(count)]
    source = source_of(folder / "planned.csv", uuids)
    address, file = postgres.database(), folder / "planned.sqlite"
    before = postgres.size(address)
    there = work("plan", address, source, "http://127.0.0.1:1/v2")
    here = work("plan", str(file), source, "http://127.0.0.1:1/v2")
    of = f"PostgreSQL, {count:,} rows"
    note = "its floor is the same in SQLite"
    size = (postgres.size(address) - before) / count
    return [
        Row(f"{of}: planned rows/s", count / there.wall, count / here.wall, "/s", note=note),
        Row(f"{of}: memory to plan", there.memory, here.memory, "MB", note=note),
        Row(f"{of}: bytes of disk a row", size, file.stat().st_size / count, "B", note=note),
    ]


def _worked(folder: Path, postgres: Postgres, count: int) -> list[Row]:
    """CDEK decides within a second; the cards are read first, as a worker does that was told nothing else."""
    with running_sandbox(seed=1) as box:
        box.settings(refusal={"mode": "after_seconds", "value": 1.0}, rate_limit={"rate": RATE})
        source = source_of(folder / "worked.csv", box.order_batch(count, status=WAY))
        address, account = postgres.database(), f"{box.account}:{box.password}"
        before = postgres.size(address)
        work("plan", address, source, box.url, account)
        work("approve", address)
        cpu, began = postgres.cpu(), time.monotonic()
        took = work("as_worker", address, box.url, account)
        server = (postgres.cpu() - cpu) / (time.monotonic() - began)
        grown = (postgres.size(address) - before) / count
    of = f"a worker, {count:,} refusals"
    return [
        Row(f"{of}: requests/s", 3 * count / took.wall, RATE, "/s", note="from its start to its end"),
        Row(f"{of}: CPU, share of a core", took.cpu / took.wall, _BUDGET, "", note=_NOTE),
        Row(f"{of}: PostgreSQL's CPU, share of a core", server, _BUDGET, "", note=_NOTE),
        Row(f"{of}: memory", took.memory, 200, "MB", note="its floor is the budget of a plan"),
        Row(f"{of}: bytes of disk a refusal, with its events", grown, 1_000, "B", note="its floor is 1 kB"),
    ]
