"""Power cuts: the ledger's PostgreSQL is killed and started again while workers finish a batch."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.chaos.field import many
from tests.chaos.judge import OPEN, complaints, verdicts
from tests.chaos.rounds import LAST_RUNS, Tally, job_of

if TYPE_CHECKING:
    from random import Random

    from cdek_sandbox import Sandbox
    from tests.chaos.garage import Garage
    from tests.support.postgres_server import Postgres

_DARK = (0.3, 5.0)
"""Seconds between the kill of the server and its next start."""

_RATE = 60.0
"""Requests a second: few enough that 5,000 refusals live through a dozen cuts."""


def power_cuts(
    box: Sandbox,
    garage: Garage,
    dice: Random,
    postgres: Postgres,
    *,
    rows: int,
    workers: int = 4,
    between: tuple[float, float],
) -> Tally:
    """Play a batch to its end, the server killed again and again.

    Args:
        box: reset for this round
        garage: where workers run
        dice: decide when
        postgres: the server
        rows: orders, about
        workers: processes at once
        between: seconds from one cut to the next, at the least and at the most
    """
    box.reset(seed=dice.randrange(10**6))
    field = many(box, postgres.database(), rows, dice, f"shop{dice.randrange(10**6)}")
    cuts = 0
    for run in range(LAST_RUNS):
        names = [f"p{run}-{number}" for number in range(workers)]
        for name in names:
            garage.start(job_of(box, dice, field, name, in_flight=32, window=400)._replace(rate=_RATE))
        while not all(garage.over(name) for name in names):
            until = time.monotonic() + dice.uniform(*between)
            while time.monotonic() < until and not all(garage.over(name) for name in names):
                time.sleep(0.1)
            if not all(garage.over(name) for name in names):
                postgres.kill()
                time.sleep(dice.uniform(*_DARK))
                postgres.start()
                cuts += 1
        if not set(verdicts(field.ledger, field.batch).values()) & OPEN:
            break
        field.insist()
    box.drain()
    truths = {order["uuid"]: order for order in box.orders()}
    found = complaints(field.orders, verdicts(field.ledger, field.batch), truths)
    return Tally(len(field.orders), cuts, 0, 0, found)
