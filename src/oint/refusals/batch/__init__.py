"""Batches of refusals: planned from a file, approved, sent, and followed to CDEK's verdict.

from oint.cdek import Account
from oint.refusals.batch import approve_batch, plan_batch, run_batch
from oint.refusals.input import open_input

account = Account("...", "...")
with open_input("not-collected.csv") as source:
    planned = plan_batch(source, account)
approve_batch(planned.batch.id, by="returns desk")
print(run_batch(planned.batch.id, account))
"""

from __future__ import annotations

from oint.refusals.batch.api import (
    NotApprovedError,
    approve_batch,
    cancel_batch,
    plan_batch,
    run_batch,
    run_batch_async,
)
from oint.refusals.batch.events import EventHandler, Progress, ProgressSnapshot, Wait, WaitReason, WaitTracker
from oint.refusals.batch.options import RunOptions
from oint.refusals.batch.planning import PlanResult

__all__ = [
    "EventHandler",
    "NotApprovedError",
    "PlanResult",
    "Progress",
    "ProgressSnapshot",
    "RunOptions",
    "Wait",
    "WaitReason",
    "WaitTracker",
    "approve_batch",
    "cancel_batch",
    "plan_batch",
    "run_batch",
    "run_batch_async",
]
