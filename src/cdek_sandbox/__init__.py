"""A CDEK that runs on the laptop, offline, and fails on demand.

    from cdek_sandbox import running_sandbox

    with running_sandbox(seed=1) as box:
        uuid = box.order(status="ACCEPTED_AT_PICK_UP_POINT")
        ...  # a client of box.url with box.account and box.password
        box.truth(uuid)["refusals"]

Importing this package loads neither the server nor its libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdek_sandbox.running import Sandbox as Sandbox
    from cdek_sandbox.running import SandboxError as SandboxError
    from cdek_sandbox.running import running_sandbox as running_sandbox

__all__ = ["Sandbox", "SandboxError", "running_sandbox"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'cdek_sandbox' has no attribute {name!r}")
    from cdek_sandbox import running  # noqa: PLC0415 - loaded on first use

    return getattr(running, name)
