"""Measure CPU and memory of reading 50,000 offices, as a list and as a stream, beside `json.loads` of the same bytes."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import BenchmarkError, run_command
from benchmarks.table import Row
from cdek_sandbox import SandboxError, running_sandbox
from oint.cdek import Account, CdekError, Client, Timeouts

OFFICES = 50_000
_CPU, _MEMORY = {"list": 0.25, "stream": 0.2}, {"list": 0.5, "stream": 0.01}


class Measurement(NamedTuple):
    """CPU seconds, maximum MB above those before the first byte, and the number of offices."""

    cpu: float
    memory: float
    offices: int


def measure(rounds: int, offices: int = OFFICES) -> list[Row]:
    """Measure four rows. The three ways to read take turns, each time in a new process."""
    names = ("list", "stream")
    rows = [
        *(Row(f"{offices:,} offices as a {name}: CPU", unit="s", budget=_CPU[name]) for name in names),
        *(Row(f"{offices:,} offices as a {name}: memory", unit="MB", budget=_MEMORY[name]) for name in names),
    ]
    try:
        measurements = _measure(rounds, offices)
    except (BenchmarkError, SandboxError, CdekError, OSError) as error:
        return [row._replace(note=str(error), defect=True) for row in rows]
    reference = measurements["loads"]
    figures = [(measurements[name].cpu, reference.cpu) for name in names] + [
        (measurements[name].memory, reference.memory) for name in names
    ]
    return [row._replace(ours=ours, reference=floor) for row, (ours, floor) in zip(rows, figures, strict=True)]


def _measure(rounds: int, offices: int) -> dict[str, Measurement]:
    """Return the medians of each way to read."""
    results: dict[str, list[Measurement]] = {"loads": [], "list": [], "stream": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "offices.json")
        file.write_bytes(_build_response(offices))
        for _ in range(rounds):
            for way, measurements in results.items():
                measurements.append(
                    Measurement(
                        *json.loads(run_command([sys.executable, "-m", "benchmarks.offices_work", way, str(file)]))
                    )
                )
                if measurements[-1].offices != offices:
                    raise BenchmarkError(f"{way} read {measurements[-1].offices} offices of {offices}")
    return {
        way: Measurement(*map(statistics.median, zip(*measurements, strict=True)))
        for way, measurements in results.items()
    }


def _build_response(offices: int) -> bytes:
    """Return the response of the sandbox with a number of offices."""
    with running_sandbox(seed=1) as box:
        box.settings(offices=offices)
        timeouts = Timeouts(read=120, total=300)
        with Client(Account(box.account, box.password), url=box.url, timeouts=timeouts) as client:
            return client.deliverypoints.list().http.body
