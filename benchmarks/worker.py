"""One measured client in a process of its own, so that nobody else's work counts as its CPU time.

`python -m benchmarks.worker MODULE:FUNCTION URL REQUEST` reads counts from its standard input, a line each, sends so many
refusals, and prints the CPU seconds (user and system) and the seconds by the clock that they took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module

Run = Callable[[int], None]


def main(client: str, url: str, request: str) -> None:
    module, function = client.split(":")
    run: Run = getattr(import_module(f"benchmarks.{module}"), function)(url, bytes.fromhex(request))
    for line in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        run(int(line))
        print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
