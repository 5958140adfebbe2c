"""Short garbage collection pauses for any number of orders: objects that survive a full collection are frozen.

Otherwise the collector stops all calls for half a second once there are some hundred thousand objects. Frozen objects
are still freed by reference counting; only reference cycles that were alive at a full collection leak. The state of the
sandbox has none.
"""

from __future__ import annotations

import gc


def freeze_survivors() -> None:
    """Freeze survivors of every full collection from now on, in this process."""
    gc.callbacks.append(_freeze)


def _freeze(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2:  # noqa: PLR2004 - the oldest
        gc.freeze()
