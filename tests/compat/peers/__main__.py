"""`python -m tests.compat.peers`: run the scenario of each client against the sandbox, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys

from cdek_sandbox import running_sandbox
from tests.support.paths import ROOT
from tests.support.peer_environment import PeerUnavailable, install_peers, read_version

SCENARIOS = {"cdek": "tests.compat.peers.cdek_scenario", "gocream-pycdek": "tests.compat.peers.pycdek_scenario"}


def main() -> int:
    """Run all scenarios. Return 1 if one of them failed."""
    try:
        python = install_peers()
    except PeerUnavailable as error:
        print(f"the clients could not be installed: {error}")
        return 1
    failed = 0
    for package, module in SCENARIOS.items():
        print(f"{package} {read_version(python, package)}", flush=True)
        with running_sandbox(seed=1) as box:
            command = [str(python), "-m", module, box.url.removesuffix("/v2")]
            failed += subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    print(f"{len(SCENARIOS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
