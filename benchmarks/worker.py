"""One measured client in a process of its own, so that its CPU time contains no other work.

`python -m benchmarks.worker MODULE:FUNCTION URL REQUEST` reads a count per line of its standard input, sends as many
refusals, and prints the CPU seconds (user and system) and the wall seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module

Run = Callable[[int], None]


def main(client: str, url: str, request: str) -> None:
    """Measure a client for each count of the standard input."""
    module, function = client.split(":")
    run: Run = getattr(import_module(f"benchmarks.{module}"), function)(url, bytes.fromhex(request))
    for line in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        run(int(line))
        print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
