"""What a forked child must not share with its parent: each module that keeps such a thing says here what is to be done.

A child has one thread, the one that forked, and copies of everything else: of locks that other threads held, of what
other threads were about to bring, of the descriptors of connections. Windows does not fork, and nothing is done there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable


def whole(lock: threading.Lock) -> None:
    """Fork only while no other thread holds this: what it guards is whole in the child, and the lock is free there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)


def in_child(work: Callable[[], None]) -> None:
    """Have every forked child do this before anything else."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=work)
