"""`python -m tests.compat.peers`: each client of others, in an environment of its own, lives an order's life at the sandbox."""

from __future__ import annotations

import subprocess
import sys

from benchmarks import environment
from benchmarks.processes import ROOT, Defect
from cdek_sandbox import running_sandbox

STORIES = {"cdek": "tests.compat.peers.story_cdek", "gocream-pycdek": "tests.compat.peers.story_pycdek"}


def main() -> int:
    try:
        python = environment.peer()
    except Defect as error:
        print(f"the clients could not be installed here: {error}")
        return 1
    failed = 0
    for name, module in STORIES.items():
        print(f"{name} {environment.version(python, name)}", flush=True)
        with running_sandbox(seed=1) as box:
            command = [str(python), "-m", module, box.url.removesuffix("/v2")]
            failed += subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    print(f"{len(STORIES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
