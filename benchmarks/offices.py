"""50,000 offices: CPU and memory to read them, whole and as a stream, beside `json.loads` of the same bytes."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import Defect, call
from benchmarks.table import Row
from cdek_sandbox import SandboxError, running_sandbox
from oint.cdek import Account, CdekError, Client, Timeouts

OFFICES = 50_000
_CPU, _MEMORY = 0.35, 0.6


class Took(NamedTuple):
    """CPU seconds, MB at the most above those before the first byte was read, and how many came out."""

    cpu: float
    memory: float
    offices: int


def rows(rounds: int, offices: int = OFFICES) -> list[Row]:
    """Four rows; the three ways to read take turns, each time in a process of its own."""
    names = ("list", "stream")
    wanted = [
        *(Row(f"{offices:,} offices as a {name}: CPU", unit="s", budget=_CPU) for name in names),
        *(Row(f"{offices:,} offices as a {name}: memory", unit="MB", budget=_MEMORY) for name in names),
    ]
    try:
        taken = _taken(rounds, offices)
    except (Defect, SandboxError, CdekError, OSError) as error:
        return [row._replace(note=str(error), defect=True) for row in wanted]
    floor = taken["loads"]
    figures = [(taken[name].cpu, floor.cpu) for name in names] + [(taken[name].memory, floor.memory) for name in names]
    return [row._replace(ours=ours, floor=least) for row, (ours, least) in zip(wanted, figures, strict=True)]


def _taken(rounds: int, offices: int) -> dict[str, Took]:
    """Medians of each way to read."""
    found: dict[str, list[Took]] = {"loads": [], "list": [], "stream": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "offices.json")
        file.write_bytes(_body(offices))
        for _ in range(rounds):
            for way, taken in found.items():
                taken.append(Took(*json.loads(call([sys.executable, "-m", "benchmarks.offices_work", way, str(file)]))))
                if taken[-1].offices != offices:
                    raise Defect(f"{way} read {taken[-1].offices} offices of {offices}")
    return {way: Took(*map(statistics.median, zip(*taken, strict=True))) for way, taken in found.items()}


def _body(offices: int) -> bytes:
    """So many offices as the sandbox makes them, in one answer."""
    with running_sandbox(seed=1) as box:
        box.settings(offices=offices)
        timeouts = Timeouts(read=120, total=300)
        with Client(Account(box.account, box.password), url=box.url, timeouts=timeouts) as client:
            return client.deliverypoints.list().http.body
