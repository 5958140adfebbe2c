"""What a forked child must not share with its parent; each module that owns such an object registers it here.

A child has one thread, the one that forked, and copies of everything else: of locks that other threads held, of results
that other threads were about to bring, of the descriptors of connections. Windows has no fork, and nothing is done there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


def hold_across_fork(lock: threading.Lock) -> None:
    """Fork only while no other thread holds the lock: its data is consistent in the child, and the lock is free there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)


def run_in_child(work: Callable[[], None]) -> None:
    """Run a function in every forked child before anything else."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=work)
