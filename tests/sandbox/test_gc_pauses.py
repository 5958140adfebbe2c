"""The collector does not look again through what has survived: else it stops all calls, the longer the more orders."""

import subprocess
import sys

CODE = """
import gc
from cdek_sandbox import gc_tuning
kept = [[] for _ in range(10_000)]
gc.collect()
before = len(gc.get_objects())
gc_tuning.freeze_survivors()
gc.collect()
assert gc.get_freeze_count() >= len(kept), "what survived is frozen"
assert len(gc.get_objects()) < before - len(kept), "and is not looked through"
ring = []
ring.append(ring)
del ring
assert gc.collect() >= 1, "what came later is collected as ever"
"""


def test_gc_freezes_survivors_and_still_collects_new_cycles():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
