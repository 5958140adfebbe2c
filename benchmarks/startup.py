"""Measure the wall time of short commands beside that of a bare interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import ROOT, BenchmarkError, Server, build_environment, run_command
from benchmarks.table import Row
from benchmarks.wire import TOKEN, UUID

if TYPE_CHECKING:
    from collections.abc import Sequence

Command = list[str]


def measure(rounds: int, peer: Path | None) -> list[Row]:
    """Measure pages of help, completion, a refusal by the command line, and the import alone of the peer."""
    oint = Path(sysconfig.get_path("scripts"), "oint.exe" if sys.platform == "win32" else "oint")
    refusal = [str(oint), "cdek", "СоздатьОтказ", "--token", TOKEN, "--uuid", UUID, "--testapi", "true"]
    with Server() as server, tempfile.TemporaryDirectory() as home:
        home_variables = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"), home)
        cases = [
            (Row("oint --help, wall", budget=3), [str(oint), "--help"], "oint"),
            (Row("oint cdek СоздатьОтказ, wall", budget=7), refusal, UUID),
            (Row("oint refusals run --help, wall", budget=6), [str(oint), "refusals", "run", "--help"], "--yes"),
            (Row("oint completion bash, wall", budget=6), [str(oint), "completion", "bash"], "complete -F"),
        ]
        if peer is not None:
            import_command = [str(peer), "-c", "import cdek; print(cdek.__name__)"]
            cases.append((Row("peer cdek: its import, wall"), import_command, "cdek"))
        more = {"OINT_CDEK_URL": server.url, **home_variables}
        return [_measure(row, command, expected, rounds, more) for row, command, expected in cases]


def _measure(row: Row, command: Command, expected: str, rounds: int, more: dict[str, str]) -> Row:
    """Measure a command beside the bare interpreter. Its first run is not counted and must print `expected`."""
    try:
        if expected not in run_command(command, **more):
            return row._replace(note="the command succeeded, but its output is wrong", defect=True)
        ours, reference = measure_alternating([command, [sys.executable, "-I", "-c", "pass"]], rounds, more)
    except (BenchmarkError, OSError) as error:
        return row._replace(note=str(error), defect=True)
    return row._replace(ours=ours * 1e3, reference=reference * 1e3)


def measure_alternating(commands: Sequence[Command], rounds: int, more: dict[str, str]) -> list[float]:
    """Return the median seconds of each command. They run in turns, so that load of the machine affects all of them."""
    durations: list[list[float]] = [[] for _ in commands]
    env = build_environment(**more)
    for _ in range(rounds):
        for seconds, command in zip(durations, commands, strict=True):
            started_at = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
            seconds.append(time.perf_counter() - started_at)
    return [statistics.median(seconds) for seconds in durations]
