"""A CDEK that runs on the laptop, offline, and fails on demand.

    from oint.sandbox import running_sandbox

    with running_sandbox(seed=1) as box:
        uuid = box.order(status="ACCEPTED_AT_PICK_UP_POINT")
        ...  # a client of box.url with box.account and box.password
        box.truth(uuid)["refusals"]

Importing this package loads neither the server nor its libraries.
"""

from __future__ import annotations

from oint.sandbox.running import Sandbox, SandboxError, running_sandbox

__all__ = ["Sandbox", "SandboxError", "running_sandbox"]
