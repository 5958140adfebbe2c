"""`python -m benchmarks [--quick]`: every budget as a row. A missed budget is a finding; only what cannot be measured fails."""

from __future__ import annotations

import argparse
import os
import platform
import sys

from benchmarks import batch, many, offices, refusals, sandbox, startup, workbooks
from benchmarks.table import Row, drawn
from tests.support.peer_environment import PEER, PeerUnavailable, install_peers, read_version


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The budgets as a table.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a look, not a verdict")
    parser.add_argument("--long", action="store_true", help="100,000 refusals at the account's whole rate, and no more")
    given = parser.parse_args()
    quick = given.quick
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; medians of alternating rounds, load average at the start {_load()}",
        flush=True,
    )
    if given.long:
        return _shown(batch.long_rows(100_000))
    rows: list[Row] = []
    try:
        peer = install_peers()
        print(f"peer: {PEER} {read_version(peer)} from the package index; it has no async")
    except PeerUnavailable as error:
        peer = None
        rows.append(Row(f"peer {PEER}", note=f"it could not be installed: {error}"))
    rows += startup.rows(7 if quick else 31, peer)
    rows += refusals.rows(refusals.Load(3, 512) if quick else refusals.Load(11, 2048), peer)
    rows += sandbox.rows(3, 10_000) if quick else sandbox.rows(9, 100_000)
    rows += offices.rows(3 if quick else 11)
    rows += workbooks.rows(3 if quick else 7)
    rows += batch.rows(100_000, 1_000) if quick else batch.rows(1_000_000, 2_000)
    rows += many.rows(20_000, 500) if quick else many.rows(200_000, 2_000)
    return _shown(rows)


def _shown(rows: list[Row]) -> int:
    print(drawn(rows))
    return 1 if any(row.defect for row in rows) else 0


def _load() -> str:
    return f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a console of Windows knows no Cyrillic
    sys.exit(main())
