"""`python -m benchmarks [--quick]`: print every budget as a row. Only a row that cannot be measured is a failure."""

from __future__ import annotations

import argparse
import os
import platform
import sys

from benchmarks import batch, offices, postgres, refusals, sandbox, startup, workbooks
from benchmarks.table import Row, format_table
from tests.support.peer_environment import PEER, PeerUnavailable, install_peers, read_version


def main() -> int:
    """Measure all rows. Return 1 if one of them could not be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the budgets and print them as a table."
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and less exact")
    parser.add_argument("--long", action="store_true", help="only 100,000 refusals at the full rate of an account")
    options = parser.parse_args()
    quick = options.quick
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; medians of alternating rounds, load average at the start {_read_load()}",
        flush=True,
    )
    if options.long:
        return _print_table(batch.measure_long_batch(100_000))
    rows: list[Row] = []
    try:
        peer = install_peers()
        print(f"peer: {PEER} {read_version(peer)} from the package index; it has no async")
    except PeerUnavailable as error:
        peer = None
        rows.append(Row(f"peer {PEER}", note=f"it could not be installed: {error}"))
    rows += startup.measure(7 if quick else 31, peer)
    rows += refusals.measure(refusals.Load(3, 512) if quick else refusals.Load(11, 2048), peer)
    rows += sandbox.measure(3, 10_000) if quick else sandbox.measure(9, 100_000)
    rows += offices.measure(3 if quick else 11)
    rows += workbooks.measure(3 if quick else 7)
    rows += batch.measure(100_000, 1_000) if quick else batch.measure(1_000_000, 2_000)
    rows += postgres.measure(20_000, 500) if quick else postgres.measure(200_000, 2_000)
    return _print_table(rows)


def _print_table(rows: list[Row]) -> int:
    print(format_table(rows))
    return 1 if any(row.defect for row in rows) else 0


def _read_load() -> str:
    return f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # the console of Windows has no Cyrillic
    sys.exit(main())
