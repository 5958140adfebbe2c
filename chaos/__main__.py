"""`python -m chaos`: random kills and faults until there were enough of them; every row is compared with the truth."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from chaos.garage import Garage
from chaos.rounds import Tally, played
from oint.sandbox import running_sandbox

_CREWS = (1, 4)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos", description="Batches of refusals under fire.")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--events", type=int, default=5000, help="kills and faults, together, at least")
    parser.add_argument("--rows", type=int, default=300, help="orders a round")
    parser.add_argument("--kills", type=int, default=60, help="kills a round, at the most")
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}: make chaos SEED={wanted.seed} throws the same dice again", flush=True)
    tallies: dict[int, list[Tally]] = {workers: [] for workers in _CREWS}
    began = time.monotonic()
    dice = Random(wanted.seed)
    with tempfile.TemporaryDirectory() as folder, running_sandbox(seed=1) as box, Garage(sys.stderr.buffer) as garage:
        while sum(tally.kills + tally.faults for rounds in tallies.values() for tally in rounds) < wanted.events:
            for workers, rounds in tallies.items():
                ledger = str(Path(folder) / f"{workers}-{len(rounds)}.sqlite")
                tally = played(box, garage, dice, ledger, workers=workers, rows=wanted.rows, kills=wanted.kills)
                rounds.append(tally)
                print(
                    f"{time.monotonic() - began:6.0f} s  {workers} at once: {tally.rows} rows, {tally.kills} kills,"
                    f" {tally.faults} faults, {len(tally.complaints)} complaints",
                    *tally.complaints,
                    sep="\n    ",
                    flush=True,
                )
    return table(tallies)


def table(tallies: dict[int, list[Tally]]) -> int:
    """Print what it came to; 1 where anything was not as it should be."""
    print("workers | rounds |  rows | kills | faults | unasked 429 | complaints")
    bad = 0
    for workers, rounds in tallies.items():
        rows, kills, faults, too_many = (sum(tally[column] for tally in rounds) for column in range(4))
        wrong = sum(len(tally.complaints) for tally in rounds)
        bad += wrong + too_many
        print(f"{workers:7} | {len(rounds):6} | {rows:5} | {kills:5} | {faults:6} | {too_many:11} | {wrong:10}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
