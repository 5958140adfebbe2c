"""Measure a ledger with a million rows, and a batch of refusals at the full rate of an account."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.processes import BenchmarkError, run_command
from benchmarks.request_rate import count_max_per_second
from benchmarks.table import Row
from cdek_sandbox import SandboxError, running_sandbox
from oint.refusals.settings import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox import Sandbox

AT_PICKUP_POINT = "ACCEPTED_AT_PICK_UP_POINT"
_OPERATIONS = {"refusal", "order_get"}
_POLL_SECONDS = 1.0
"""The interval of reading the call log of the sandbox."""


class Measurement(NamedTuple):
    """CPU seconds, wall seconds and maximum memory in MB of a process, and the maximum requests in any second."""

    cpu: float
    wall: float
    memory: float
    max_per_second: int


class Calls(NamedTuple):
    """The requests of a batch in the call log of the sandbox.

    Args:
        total: the number of requests
        max_per_second: the maximum in any second, whenever it begins
        busy: the number in each complete second while requests were sent
    """

    total: int
    max_per_second: int
    busy: list[int]


class CallLogReader(Thread):
    """Reads the call log of the sandbox at intervals, because the log keeps only the last calls."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__(daemon=True)
        self._box = box
        self._stopped = Event()
        self.rows: list[dict[str, Any]] = []

    def run(self) -> None:
        """Read the log until `stop` is called."""
        while not self._stopped.wait(_POLL_SECONDS):
            self._read()

    def stop(self) -> list[dict[str, Any]]:
        """Stop reading and return all calls, oldest first."""
        self._stopped.set()
        self.join()
        self._read()
        return self.rows

    def _read(self) -> None:
        self.rows += self._box.control("DELETE", "/calls")


def measure(planned: int, refusals: int) -> list[Row]:
    """Measure a ledger with `planned` rows and a batch of `refusals`."""
    if sys.platform == "win32":
        return [Row("batches of refusals", note="this system does not show the memory of a process")]
    with tempfile.TemporaryDirectory() as folder:
        rows = measure_part("a ledger", lambda: _measure_ledger(Path(folder), planned))
        rows += measure_part("a batch, --yes", lambda: _measure_batch(Path(folder), refusals, previewed=False))
        return rows + measure_part(
            "a batch, after a preview", lambda: _measure_batch(Path(folder), refusals, previewed=True)
        )


def measure_long_batch(refusals: int) -> list[Row]:
    """Measure a batch alone. 90,000 refusals take 15 minutes."""
    with tempfile.TemporaryDirectory() as folder:
        return measure_part("a batch, --yes", lambda: _measure_batch(Path(folder), refusals, previewed=False))


def measure_part(name: str, measure_rows: Callable[[], list[Row]]) -> list[Row]:
    """Return measured rows, or one row with the error."""
    try:
        return measure_rows()
    except (BenchmarkError, SandboxError, OSError, subprocess.SubprocessError) as error:
        return [Row(name, note=str(error), defect=True)]


def _measure_ledger(folder: Path, count: int) -> list[Row]:
    rng = Random(1)
    source = write_source(
        folder / "planned.csv", [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(count)]
    )
    ledger = str(folder / "planned.sqlite")
    measurement = run_measured("plan", ledger, source, "http://127.0.0.1:1/v2")
    bare = run_measured("plan_bare", str(folder / "bare.sqlite"), source)
    approved, bare_approved = run_measured("approve", ledger), run_measured("approve_bare", str(folder / "bare.sqlite"))
    resumed = run_measured("resume", ledger)
    of = f"a CSV of {count:,} uuids"
    note = "the reference is the budget"
    same = "the reference: executemany into the same table with the same indices"
    update = "the reference: one UPDATE of the same table with the same indices"
    return [
        Row(f"{of}: planned rows/s", count / measurement.wall, count / bare.wall, "/s", 0.8, at_least=True, note=same),
        Row(f"{of}: memory to plan", measurement.memory, 170, "MB", 1, note=note),
        Row(f"{of}: approved rows/s", count / approved.wall, count / bare_approved.wall, "/s", note=update),
        Row(f"{count:,} rows planned: opened, claimed, first rows taken", resumed.wall, 1, "s", 1, note=note),
        Row(f"{count:,} rows planned: memory to resume", resumed.memory, 200, "MB", 1, note=note),
    ]


def _measure_batch(folder: Path, count: int, *, previewed: bool) -> list[Row]:
    """Measure a batch. The sandbox decides within a second, and a card is first read after two."""
    way = "after a preview" if previewed else "--yes"
    with running_sandbox(seed=1) as box:
        box.settings(refusal={"mode": "after_seconds", "value": 1.0}, rate_limit={"rate": RATE})
        source = write_source(folder / f"{way}.csv", box.order_batch(count, status=AT_PICKUP_POINT))
        ledger = str(folder / f"{way}.sqlite")
        log_reader = CallLogReader(box)
        log_reader.start()
        measurement = run_measured("carry_out", ledger, source, box.url, f"{box.account}:{box.password}", way)
        calls = _count_calls(log_reader.stop())
    of = f"{count:,} refusals, {way}"
    note = "the reference is the budget"
    each = Row(f"{of}: requests per confirmed one", calls.total / count, 4.0 if previewed else 3.0, "", 1, note=note)
    if previewed:
        return [each]
    rate = statistics.mean(calls.busy)
    return [
        Row(f"{of}: requests/s until the last is sent", rate, RATE, "/s", 0.95, at_least=True),
        Row(f"{of}: most requests in any second, as they leave", measurement.max_per_second, RATE, "", 1, note=note),
        Row(f"{of}: most requests in any second, at the sandbox", calls.max_per_second, RATE, "", 1, note=note),
        each,
        Row(f"{of}: CPU, share of a core", measurement.cpu / measurement.wall, 0.25, "", 1, note=note),
        Row(f"{of}: memory", measurement.memory, 200, "MB", note="no budget: beside that of a plan"),
    ]


def _count_calls(log: list[dict[str, Any]]) -> Calls:
    """Count calls. The first second and that of the last refusal are incomplete, so they are not used for the rate."""
    counted = [entry for entry in log if entry["operation"] in _OPERATIONS]
    times = [entry["moment"] for entry in counted]
    counts = Counter(int(time) for time in times)
    last = int(max(entry["moment"] for entry in counted if entry["operation"] == "refusal"))
    busy = [counts[second] for second in sorted(counts)[1:] if second < last]
    if not busy:
        raise BenchmarkError("the batch measurement less than two seconds, which is too short to measure a rate")
    return Calls(len(times), count_max_per_second(times), busy)


def write_source(path: Path, uuids: list[str]) -> str:
    """Write a CSV file of uuids and return its path."""
    path.write_text("\n".join(["uuid", *uuids]), "ascii")
    return str(path)


def run_measured(*args: str) -> Measurement:
    """Run a function of `benchmarks.batch_work` in a process of its own."""
    return Measurement(*json.loads(run_command([sys.executable, "-m", "benchmarks.batch_work", *args])))
