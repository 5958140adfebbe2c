"""A virtual environment with clients by other authors, created once under `.bench/`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PEER = "cdek"
_PACKAGES = (PEER, "aiohttp", "gocream-pycdek", "urllib3")
_HOME = ROOT / ".bench" / "peers"
_TIMEOUT_SECONDS = 300.0


class PeerUnavailable(Exception):
    """The packages cannot be installed on this machine."""


def install_peers() -> Path:
    """Return the Python of the environment. The first call creates it.

    Raises:
        PeerUnavailable: the packages cannot be installed
    """
    python = _HOME / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (_HOME / "installed").exists():
        shutil.rmtree(_HOME, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(_HOME)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PACKAGES])
        (_HOME / "installed").touch()
    return python


def read_version(python: Path, name: str = PEER) -> str:
    """Return the installed version of a package."""
    return _run([str(python), "-c", f"from importlib.metadata import version; print(version({name!r}))"]).strip()


def _run(command: list[str]) -> str:
    """Run a command with the environment of this process, which may contain the address of a package index."""
    try:
        process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        raise PeerUnavailable(f"not installed within {_TIMEOUT_SECONDS:.0f} s") from None
    if process.returncode:
        raise PeerUnavailable((process.stderr.strip().splitlines() or ["no error message"])[-1].strip())
    return process.stdout
