"""Batches of refusals: a ledger of a million rows, and a batch at the account's whole rate."""

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

from benchmarks.processes import Defect, call
from benchmarks.seconds import fullest
from benchmarks.table import Row
from cdek_sandbox import SandboxError, running_sandbox
from oint.refusals.settings import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox import Sandbox

WAY = "ACCEPTED_AT_PICK_UP_POINT"
_OPERATIONS = {"refusal", "order_get"}
_LISTEN = 1.0
"""Seconds between two readings of the sandbox's log of calls."""


class Took(NamedTuple):
    """Seconds of CPU, seconds by the clock, and the most memory in MB, of a process; the most requests in any second."""

    cpu: float
    wall: float
    memory: float
    most: int


class Calls(NamedTuple):
    """Requests of a batch, as the sandbox logged them.

    Args:
        total: how many there were
        most: in any one second, wherever it begins
        busy: in each whole second while there were any to send
    """

    total: int
    most: int
    busy: list[int]


class Listener(Thread):
    """Takes the sandbox's log of calls, which holds the last ones only, little by little: a long one takes its time."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__(daemon=True)
        self._box = box
        self._over = Event()
        self.rows: list[dict[str, Any]] = []

    def run(self) -> None:
        """Take it again and again."""
        while not self._over.wait(_LISTEN):
            self._take()

    def ended(self) -> list[dict[str, Any]]:
        """All calls, oldest first."""
        self._over.set()
        self.join()
        self._take()
        return self.rows

    def _take(self) -> None:
        self.rows += self._box.control("DELETE", "/calls")


def rows(planned: int, refusals: int) -> list[Row]:
    """The ledger's figures with so many rows, and those of a batch of so many refusals."""
    if sys.platform == "win32":
        return [Row("batches of refusals", note="this system does not show the memory of a process")]
    with tempfile.TemporaryDirectory() as folder:
        found = part("a ledger", lambda: _ledger(Path(folder), planned))
        found += part("a batch, --yes", lambda: _batch(Path(folder), refusals, previewed=False))
        return found + part("a batch, after a preview", lambda: _batch(Path(folder), refusals, previewed=True))


def long_rows(refusals: int) -> list[Row]:
    """The figures of a batch of so many refusals alone: a quarter of an hour for every 90,000."""
    with tempfile.TemporaryDirectory() as folder:
        return part("a batch, --yes", lambda: _batch(Path(folder), refusals, previewed=False))


def part(name: str, measured: Callable[[], list[Row]]) -> list[Row]:
    try:
        return measured()
    except (Defect, SandboxError, OSError, subprocess.SubprocessError) as error:
        return [Row(name, note=str(error), defect=True)]


def _ledger(folder: Path, count: int) -> list[Row]:
    dice = Random(1)
    source = source_of(
        folder / "planned.csv", [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(count)]
    )
    ledger = str(folder / "planned.sqlite")
    took = work("plan", ledger, source, "http://127.0.0.1:1/v2")
    bare = work("plan_bare", str(folder / "bare.sqlite"), source)
    approved, bare_approved = work("approve", ledger), work("approve_bare", str(folder / "bare.sqlite"))
    resumed = work("resume", ledger)
    of = f"a CSV of {count:,} uuids"
    note = "its floor is its budget"
    same = "the floor: executemany into the same table with the same indices"
    update = "the floor: one UPDATE of the same table with the same indices"
    return [
        Row(f"{of}: planned rows/s", count / took.wall, count / bare.wall, "/s", 0.8, at_least=True, note=same),
        Row(f"{of}: memory to plan", took.memory, 170, "MB", 1, note=note),
        Row(f"{of}: approved rows/s", count / approved.wall, count / bare_approved.wall, "/s", note=update),
        Row(f"{count:,} rows planned: opened, claimed, first rows taken", resumed.wall, 3, "s", 1, note=note),
        Row(f"{count:,} rows planned: memory to resume", resumed.memory, 200, "MB", 1, note=note),
    ]


def _batch(folder: Path, count: int, *, previewed: bool) -> list[Row]:
    """CDEK decides within a second, and a card is first read after two."""
    way = "after a preview" if previewed else "--yes"
    with running_sandbox(seed=1) as box:
        box.settings(refusal={"mode": "after_seconds", "value": 1.0}, rate_limit={"rate": RATE})
        source = source_of(folder / f"{way}.csv", box.order_batch(count, status=WAY))
        ledger = str(folder / f"{way}.sqlite")
        listener = Listener(box)
        listener.start()
        took = work("carry_out", ledger, source, box.url, f"{box.account}:{box.password}", way)
        calls = _calls(listener.ended())
    of = f"{count:,} refusals, {way}"
    note = "its floor is its budget"
    each = Row(f"{of}: requests per confirmed one", calls.total / count, 4.0 if previewed else 3.0, "", 1, note=note)
    if previewed:
        return [each]
    rate = statistics.mean(calls.busy)
    return [
        Row(f"{of}: requests/s until the last is sent", rate, RATE, "/s", 0.95, at_least=True),
        Row(f"{of}: most requests in any second, as they leave", took.most, RATE, "", 1, note=note),
        Row(f"{of}: most requests in any second, at the sandbox", calls.most, RATE, "", 1, note=note),
        each,
        Row(f"{of}: CPU, share of a core", took.cpu / took.wall, 0.25, "", 1, note=note),
        Row(f"{of}: memory", took.memory, 200, "MB", note="no budget: beside that of a plan"),
    ]


def _calls(log: list[dict[str, Any]]) -> Calls:
    """The first second and that of the last refusal are not whole, so they say nothing of the rate."""
    wanted = [entry for entry in log if entry["operation"] in _OPERATIONS]
    moments = [entry["moment"] for entry in wanted]
    counts = Counter(int(moment) for moment in moments)
    last = int(max(entry["moment"] for entry in wanted if entry["operation"] == "refusal"))
    busy = [counts[second] for second in sorted(counts)[1:] if second < last]
    if not busy:
        raise Defect("the batch was over within two seconds: too short to measure a rate")
    return Calls(len(moments), fullest(moments), busy)


def source_of(path: Path, uuids: list[str]) -> str:
    path.write_text("\n".join(["uuid", *uuids]), "ascii")
    return str(path)


def work(*args: str) -> Took:
    return Took(*json.loads(call([sys.executable, "-m", "benchmarks.batch_work", *args])))
