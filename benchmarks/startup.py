"""Start-up: seconds by the clock from nothing to the end of a process, beside a bare interpreter's."""

from __future__ import annotations

import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import ROOT, Defect, Server, call, environment
from benchmarks.table import Row
from benchmarks.wire import TOKEN, UUID

if TYPE_CHECKING:
    from collections.abc import Sequence

Command = list[str]


def rows(rounds: int, peer: Path | None) -> list[Row]:
    """Measure pages of help, completion, a refusal by the command line, and the import alone of the peer."""
    oint = Path(sysconfig.get_path("scripts"), "oint.exe" if sys.platform == "win32" else "oint")
    refusal = [str(oint), "cdek", "СоздатьОтказ", "--token", TOKEN, "--uuid", UUID, "--testapi", "true"]
    with Server() as server, tempfile.TemporaryDirectory() as home:
        at_home = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"), home)
        asked = [
            (Row("oint --help, wall", budget=3), [str(oint), "--help"], "oint"),
            (Row("oint cdek СоздатьОтказ, wall", budget=7), refusal, UUID),
            (Row("oint refusals run --help, wall", budget=6), [str(oint), "refusals", "run", "--help"], "--yes"),
            (Row("oint completion bash, wall", budget=6), [str(oint), "completion", "bash"], "complete -F"),
        ]
        if peer is not None:
            imported = [str(peer), "-c", "import cdek; print(cdek.__name__)"]
            asked.append((Row("peer cdek: its import, wall"), imported, "cdek"))
        more = {"OINT_CDEK_URL": server.url, **at_home}
        return [_measured(row, command, told, rounds, more) for row, command, told in asked]


def _measured(row: Row, command: Command, told: str, rounds: int, more: dict[str, str]) -> Row:
    """A command beside the bare interpreter; its first run, not counted, has to say `told`."""
    try:
        if told not in call(command, **more):
            return row._replace(note="it ended well, but did not say what it should", defect=True)
        ours, floor = alternating([command, [sys.executable, "-I", "-c", "pass"]], rounds, more)
    except (Defect, OSError) as error:
        return row._replace(note=str(error), defect=True)
    return row._replace(ours=ours * 1e3, floor=floor * 1e3)


def alternating(commands: Sequence[Command], rounds: int, more: dict[str, str]) -> list[float]:
    """Median seconds of each command, taken in turns, so that a busy moment of the machine meets them all."""
    taken: list[list[float]] = [[] for _ in commands]
    env = environment(**more)
    for _ in range(rounds):
        for seconds, command in zip(taken, commands, strict=True):
            began = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
            seconds.append(time.perf_counter() - began)
    return [statistics.median(seconds) for seconds in taken]
