"""One round: a batch, workers on one ledger, kills at random moments, and in the end the comparison."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from tests.chaos import weather
from tests.chaos.driver import Job
from tests.chaos.field import Field, many
from tests.chaos.judge import OPEN, complaints, verdicts

if TYPE_CHECKING:
    from random import Random

    from cdek_sandbox import Sandbox
    from tests.chaos.garage import Garage

LEASE = 120.0
"""Seconds, longer than any pause of a busy machine: only a worker that was killed is considered dead, by its process number."""

LAST_RUNS = 12
"""Runs to the end after the last kill: a row that was lost twice is taken up again, as a person would have it."""


class Tally(NamedTuple):
    """What a round came to."""

    rows: int
    kills: int
    faults: int
    too_many: int
    complaints: list[str]


def played(box: Sandbox, garage: Garage, dice: Random, ledger: str, *, workers: int, rows: int, kills: int) -> Tally:
    """Play one round.

    Args:
        box: reset for this round
        garage: where workers run
        dice: decide about everything that is not a matter of timing
        ledger: an address that nobody has used yet
        workers: processes at once
        rows: orders, about
        kills: at the most: fewer where the batch is done before
    """
    box.reset(seed=dice.randrange(10**6))
    field = many(box, ledger, rows, dice, f"shop{dice.randrange(10**6)}")
    weather.gather(box)
    done = _under_fire(box, garage, dice, field, workers=workers, kills=kills)
    for _ in range(LAST_RUNS):
        if not set(verdicts(field.ledger, field.batch).values()) & OPEN:
            break
        field.insist()
        _crew(box, garage, dice, field, workers)
    box.drain()
    hit, too_many = weather.counted(box)
    truths = {order["uuid"]: order for order in box.orders()}
    found = complaints(field.orders, verdicts(field.ledger, field.batch), truths)
    return Tally(len(field.orders), done, hit, too_many, found)


def job_of(box: Sandbox, dice: Random, field: Field, name: str, *, in_flight: int = 16, window: int = 32) -> Job:
    """A worker's work on a field."""
    return Job(
        name, box.url, box.account, box.password, field.ledger, field.batch,
        in_flight=in_flight, window=window, settle=0.8, seed=dice.randrange(10**9), lease=LEASE,
    )  # fmt: skip


def _under_fire(box: Sandbox, garage: Garage, dice: Random, field: Field, *, workers: int, kills: int) -> int:
    """Kill one after the other, each replaced at once; how many were killed."""
    names = [f"w{number}" for number in range(workers)]
    for name in names:
        garage.start(job_of(box, dice, field, name))
    done = idle = 0
    while done < kills and idle < 2 * workers:
        time.sleep(dice.uniform(0.02, 0.4 / workers))
        name = dice.choice(names)
        if garage.kill(name) == 0:  # it had come to the end of its work
            idle += 1
        else:
            done, idle = done + 1, 0
            box.drain()  # the settling time is shorter than the way of what it had sent may be
        garage.start(job_of(box, dice, field, name))
    for name in names:
        garage.wait(name)
    return done


def _crew(box: Sandbox, garage: Garage, dice: Random, field: Field, workers: int) -> None:
    names = [f"w{number}" for number in range(workers)]
    for name in names:
        garage.start(job_of(box, dice, field, name))
    with suppress(TimeoutError):
        for name in names:
            garage.wait(name)
