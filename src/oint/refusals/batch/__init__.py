"""Refusals by the thousand: planned from a file, carried out, and followed to CDEK's verdict.

from oint.cdek import Account
from oint.refusals.batch import plan_batch, run_batch
from oint.refusals.sources import open_source

account = Account("...", "...")
with open_source("not-collected.csv") as source:
    planned = plan_batch(source, account)
print(run_batch(planned.batch.id, account))
"""

from __future__ import annotations

from oint.refusals.batch.api import plan_batch, run_batch, run_batch_async
from oint.refusals.batch.hooks import Hooks
from oint.refusals.batch.planning import Planned
from oint.refusals.batch.progress import Progress, Standing
from oint.refusals.batch.steps import Manner

__all__ = ["Hooks", "Manner", "Planned", "Progress", "Standing", "plan_batch", "run_batch", "run_batch_async"]
