"""`python -m tests.chaos`: kill workers and inject faults at random, and compare every row with the sandbox."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from cdek_sandbox import running_sandbox
from tests.chaos.power_cuts import run_with_power_cuts
from tests.chaos.rounds import RoundResult, run_round
from tests.chaos.worker_pool import WorkerPool
from tests.support.postgres_server import running_postgres

_CONFIGURATIONS = ("1, file", "4, file", "4, PostgreSQL")
_POWER_CUTS = "power cuts"


def main() -> int:
    """Run rounds until there were enough events, and print the result of each."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description="Carry out batches of refusals under kills and faults."
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--events", type=int, default=5000, help="minimum number of kills and faults together")
    parser.add_argument("--rows", type=int, default=300, help="rows in a round")
    parser.add_argument("--kills", type=int, default=60, help="maximum number of kills in a round")
    parser.add_argument("--power", type=int, default=5000, help="rows while PostgreSQL is killed; 0: skip")
    options = parser.parse_args()
    print(f"seed {options.seed}: make chaos SEED={options.seed} repeats this run", flush=True)
    results: dict[str, list[RoundResult]] = {name: [] for name in _CONFIGURATIONS}
    started_at = time.monotonic()
    rng = Random(options.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sandbox(seed=1) as box,
        WorkerPool(sys.stderr.buffer) as worker_pool,
        running_postgres() as postgres,
    ):
        while sum(result.kills + result.faults for rounds in results.values() for result in rounds) < options.events:
            for name, rounds in results.items():
                file = str(Path(folder) / f"{name[0]}-{len(rounds)}.sqlite")
                ledger = postgres.create_database() if name.endswith("PostgreSQL") else file
                result = run_round(
                    box, worker_pool, rng, ledger, workers=int(name[0]), rows=options.rows, kills=options.kills
                )
                rounds.append(result)
                print_round(name, result, time.monotonic() - started_at)
        if options.power:
            result = run_with_power_cuts(box, worker_pool, rng, postgres, rows=options.power, between=(5.0, 40.0))
            results[_POWER_CUTS] = [result]
            print_round(_POWER_CUTS, result, time.monotonic() - started_at)
    return print_table(results)


def print_round(name: str, result: RoundResult, seconds: float) -> None:
    """Print the result of a round."""
    print(
        f"{seconds:6.0f} s  {name}: {result.rows} rows, {result.kills} kills, {result.faults} faults,"
        f" {len(result.mismatches)} mismatches",
        *result.mismatches,
        sep="\n    ",
        flush=True,
    )


def print_table(results: dict[str, list[RoundResult]]) -> int:
    """Print the totals. Return 1 if there was a mismatch or a request above the rate limit, otherwise 0."""
    print("workers       | rounds |  rows | kills | faults | above limit | mismatches")
    failures = 0
    for workers, rounds in results.items():
        rows, kills = sum(result.rows for result in rounds), sum(result.kills for result in rounds)
        faults, too_many = sum(result.faults for result in rounds), sum(result.too_many for result in rounds)
        wrong = sum(len(result.mismatches) for result in rounds)
        failures += wrong + too_many
        print(f"{workers:13} | {len(rounds):6} | {rows:5} | {kills:5} | {faults:6} | {too_many:11} | {wrong:10}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
