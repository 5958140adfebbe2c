"""Short pauses of the garbage collector, however many orders there are: what has survived is not looked through again.

Else the collector stops all calls for half a second once some hundred thousand things are there. What is frozen still
ends when nothing names it any more; of rings of names, which the world has none of, only those are lost to memory that
were alive at a full collection.
"""

from __future__ import annotations

import gc


def keep_short() -> None:
    """From now on, in this process."""
    gc.callbacks.append(_freeze)


def _freeze(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2:  # noqa: PLR2004 - the oldest
        gc.freeze()
