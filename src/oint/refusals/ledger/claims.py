"""Claims of this process on rows of a ledger; claims of processes that have died are expired first."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.refusals.ledger.ledger import Ledger


def claim_for_process(ledger: Ledger, lease: float) -> int:
    """Make a claim of this process, after those of processes that have died on this machine were expired.

    Args:
        ledger: where the rows are
        lease: seconds that the claim lives without a heartbeat
    Returns:
        its fence
    """
    expire_claims_of_dead_processes(ledger)
    return ledger.claim(f"{socket.gethostname()}:{os.getpid()}", _machine(), _process(os.getpid()), lease)


def expire_claims_of_dead_processes(ledger: Ledger) -> None:
    """Expire the claims of processes that have died on this machine."""
    ledger.expire_claims(
        [
            fence
            for fence, machine, process in ledger.claims()
            if machine == _machine() and not _is_process_alive(process)
        ]
    )


def _machine() -> str:
    """Name what processes have in common that see each other; where that cannot be told, the machine."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{socket.gethostname()}:{boot}:{Path('/proc/self/ns/pid').readlink()}"
    return f"{socket.gethostname()}:?"


def _process(pid: int) -> str:
    """Name a process, told apart from a later one with its number by the moment of its start, where that is known."""
    with suppress(OSError, IndexError):
        facts = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return f"{pid}:over" if facts[0] in "ZX" else f"{pid}:{facts[19]}"
    return f"{pid}:?"


def _is_process_alive(process: str) -> bool:
    """Tell whether a process lives; where that cannot be seen, its lease decides."""
    pid, _, started = process.partition(":")
    if started == "?":
        return True
    return _process(int(pid)) == process
