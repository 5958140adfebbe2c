"""`python -m tests.chaos`: random kills and faults until there were enough of them; every row is compared with the truth."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from cdek_sandbox import running_sandbox
from tests.chaos.garage import Garage
from tests.chaos.power import power_cuts
from tests.chaos.rounds import Tally, played
from tests.support.postgres_server import running_postgres

_CREWS = ("1, file", "4, file", "4, PostgreSQL")
_CUTS = "power cuts"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Batches of refusals under fire.")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--events", type=int, default=5000, help="kills and faults, together, at least")
    parser.add_argument("--rows", type=int, default=300, help="orders a round")
    parser.add_argument("--kills", type=int, default=60, help="kills a round, at the most")
    parser.add_argument("--power", type=int, default=5000, help="orders while PostgreSQL is killed; 0: none")
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}: make chaos SEED={wanted.seed} throws the same dice again", flush=True)
    tallies: dict[str, list[Tally]] = {crew: [] for crew in _CREWS}
    began = time.monotonic()
    dice = Random(wanted.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sandbox(seed=1) as box,
        Garage(sys.stderr.buffer) as garage,
        running_postgres() as postgres,
    ):
        while sum(tally.kills + tally.faults for rounds in tallies.values() for tally in rounds) < wanted.events:
            for crew, rounds in tallies.items():
                file = str(Path(folder) / f"{crew[0]}-{len(rounds)}.sqlite")
                ledger = postgres.database() if crew.endswith("PostgreSQL") else file
                tally = played(box, garage, dice, ledger, workers=int(crew[0]), rows=wanted.rows, kills=wanted.kills)
                rounds.append(tally)
                told(crew, tally, time.monotonic() - began)
        if wanted.power:
            tally = power_cuts(box, garage, dice, postgres, rows=wanted.power, between=(5.0, 40.0))
            tallies[_CUTS] = [tally]
            told(_CUTS, tally, time.monotonic() - began)
    return table(tallies)


def told(crew: str, tally: Tally, seconds: float) -> None:
    """Print what a round came to."""
    print(
        f"{seconds:6.0f} s  {crew}: {tally.rows} rows, {tally.kills} kills, {tally.faults} faults,"
        f" {len(tally.complaints)} complaints",
        *tally.complaints,
        sep="\n    ",
        flush=True,
    )


def table(tallies: dict[str, list[Tally]]) -> int:
    """Print what it came to; 1 where anything was not as it should be."""
    print("workers       | rounds |  rows | kills | faults | unasked 429 | complaints")
    bad = 0
    for workers, rounds in tallies.items():
        rows, kills = sum(tally.rows for tally in rounds), sum(tally.kills for tally in rounds)
        faults, too_many = sum(tally.faults for tally in rounds), sum(tally.too_many for tally in rounds)
        wrong = sum(len(tally.complaints) for tally in rounds)
        bad += wrong + too_many
        print(f"{workers:13} | {len(rounds):6} | {rows:5} | {kills:5} | {faults:6} | {too_many:11} | {wrong:10}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
