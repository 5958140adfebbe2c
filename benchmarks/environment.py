"""An environment of their own for the peer and the libraries, made once under `.bench/`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.processes import ROOT, Defect, call, last_line

if TYPE_CHECKING:
    from pathlib import Path

PEER = "cdek"
LIBRARIES = ("aiohttp", "gocream-pycdek", "urllib3")
_HOME = ROOT / ".bench" / "peers"
_PATIENCE = 300.0


def peer() -> Path:
    """The Python that can import them.

    Raises:
        Defect: they cannot be installed here
    """
    python = _HOME / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (_HOME / "installed").exists():
        shutil.rmtree(_HOME, ignore_errors=True)
        _do([sys.executable, "-m", "venv", str(_HOME)])
        _do([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER, *LIBRARIES])
        (_HOME / "installed").touch()
    return python


def version(python: Path, name: str = PEER) -> str:
    """The version of the peer that is installed."""
    return call([str(python), "-c", f"from importlib.metadata import version; print(version({name!r}))"]).strip()


def _do(command: list[str]) -> None:
    """With this process's own environment: how to reach a package index may be written there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        raise Defect(f"not installed within {_PATIENCE:.0f} s") from None
    if done.returncode:
        raise Defect(last_line(done.stderr))
