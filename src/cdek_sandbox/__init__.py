"""A CDEK that runs on the laptop, offline, and fails on demand.

    from cdek_sandbox import running_sandbox

    with running_sandbox(seed=1) as sandbox:
        uuid = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
        ...  # a client of sandbox.url with sandbox.account and sandbox.password
        sandbox.truth(uuid)["refusals"]

Importing this package loads neither the server nor its libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdek_sandbox.client import Sandbox as Sandbox
    from cdek_sandbox.client import running_sandbox as running_sandbox
    from cdek_sandbox.errors import SandboxError as SandboxError

__all__ = ["Sandbox", "SandboxError", "running_sandbox"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'cdek_sandbox' has no attribute {name!r}")
    from cdek_sandbox import client, errors  # noqa: PLC0415 - loaded on first use

    return getattr(errors if name == "SandboxError" else client, name)
