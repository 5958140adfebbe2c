"""Measure a ledger in PostgreSQL beside one in a file, and a worker on it."""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.batch import AT_PICKUP_POINT, measure_part, run_measured, write_source
from benchmarks.table import Row
from cdek_sandbox import running_sandbox
from oint.refusals.settings import RATE

if TYPE_CHECKING:
    from tests.support.postgres_server import Postgres

_CORE_SHARE = 0.25


def measure(planned: int, refusals: int) -> list[Row]:
    """Measure a ledger with `planned` rows and a worker on a batch of `refusals`."""
    try:
        from tests.support.postgres_server import running_postgres  # noqa: PLC0415 - optional: without it there is a note

        with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
            rows = measure_part("a ledger in PostgreSQL", lambda: _measure_ledger(Path(folder), postgres, planned))
            return rows + measure_part("a worker", lambda: _measure_worker(Path(folder), postgres, refusals))
    except ImportError:
        return [Row("a ledger in PostgreSQL", note=f"no wheel carries PostgreSQL for {sys.platform}")]


def _measure_ledger(folder: Path, postgres: Postgres, count: int) -> list[Row]:
    rng = Random(2)
    uuids = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(count)]
    source = write_source(folder / "planned.csv", uuids)
    address, file = postgres.create_database(), folder / "planned.sqlite"
    before = postgres.read_size_bytes(address)
    in_postgres = run_measured("plan", address, source, "http://127.0.0.1:1/v2")
    in_file = run_measured("plan", str(file), source, "http://127.0.0.1:1/v2")
    of = f"PostgreSQL, {count:,} rows"
    note = "the reference is the same in SQLite"
    size = (postgres.read_size_bytes(address) - before) / count
    return [
        Row(f"{of}: planned rows/s", count / in_postgres.wall, count / in_file.wall, "/s", note=note),
        Row(f"{of}: memory to plan", in_postgres.memory, in_file.memory, "MB", note=note),
        Row(f"{of}: bytes of disk a row", size, file.stat().st_size / count, "B", note=note),
    ]


def _measure_worker(folder: Path, postgres: Postgres, count: int) -> list[Row]:
    """Measure a worker with its defaults. The sandbox decides within a second."""
    with running_sandbox(seed=1) as box:
        box.settings(refusal={"mode": "after_seconds", "value": 1.0}, rate_limit={"rate": RATE})
        source = write_source(folder / "worked.csv", box.order_batch(count, status=AT_PICKUP_POINT))
        address, account = postgres.create_database(), f"{box.account}:{box.password}"
        before = postgres.read_size_bytes(address)
        run_measured("plan", address, source, box.url, account)
        run_measured("approve", address)
        cpu, started_at = postgres.read_cpu_seconds(), time.monotonic()
        measurement = run_measured("run_as_worker", address, box.url, account)
        server = (postgres.read_cpu_seconds() - cpu) / (time.monotonic() - started_at)
        growth = (postgres.read_size_bytes(address) - before) / count
    of = f"a worker, {count:,} refusals"
    return [
        Row(
            f"{of}: requests/s",
            3 * count / measurement.wall,
            RATE,
            "/s",
            0.95,
            at_least=True,
            note="from its start to its end",
        ),
        Row(
            f"{of}: CPU, share of a core",
            measurement.cpu / measurement.wall,
            _CORE_SHARE,
            "",
            1,
            note="the reference is the budget",
        ),
        Row(f"{of}: PostgreSQL's CPU, share of a core", server, _CORE_SHARE, "", note="beside the budget of a worker"),
        Row(f"{of}: memory", measurement.memory, 200, "MB", note="the reference is the budget of a plan"),
        Row(f"{of}: bytes of disk a refusal, with its events", growth, 1_000, "B", note="the reference is 1 kB"),
    ]
