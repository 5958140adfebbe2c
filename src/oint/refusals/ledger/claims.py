"""Claims of this process. Claims of dead processes of the same machine are expired first."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.refusals.ledger.ledger import Ledger


def claim_for_process(ledger: Ledger, lease: float) -> int:
    """Expire the claims of dead processes of this machine, then create one for this process.

    Args:
        ledger: where the rows are
        lease: seconds that the claim lives without a heartbeat
    Returns:
        its fencing token
    """
    expire_claims_of_dead_processes(ledger)
    return ledger.create_claim(
        f"{socket.gethostname()}:{os.getpid()}", _get_machine_id(), _get_process_id(os.getpid()), lease
    )


def expire_claims_of_dead_processes(ledger: Ledger) -> None:
    """Expire the claims of processes that have died on this machine."""
    ledger.expire_claims(
        [
            fence
            for fence, machine, process in ledger.list_claims()
            if machine == _get_machine_id() and not _is_process_alive(process)
        ]
    )


def _get_machine_id() -> str:
    """Return what the processes have in common that see each other: boot and PID namespace, otherwise the host."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{socket.gethostname()}:{boot}:{Path('/proc/self/ns/pid').readlink()}"
    return f"{socket.gethostname()}:?"


def _get_process_id(pid: int) -> str:
    """Return the PID and, where known, the time of the start: a later process may have the same PID."""
    with suppress(OSError, IndexError):
        facts = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return f"{pid}:over" if facts[0] in "ZX" else f"{pid}:{facts[19]}"
    return f"{pid}:?"


def _is_process_alive(process: str) -> bool:
    """Return whether a process lives; where that is unknown, its lease decides."""
    pid, _, started = process.partition(":")
    if started == "?":
        return True
    return _get_process_id(int(pid)) == process
