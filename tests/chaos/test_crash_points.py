"""Kill a worker at each crash point and restart it: every row has CDEK's verdict, no order two refusals."""

import itertools
import random
import sys

import pytest

from tests.chaos.verdict_check import find_mismatches, read_verdicts
from tests.chaos.workload import OrderFactory

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")

BATCHES = 24
MAX_ORDERS = 150
LEASE = 4.0
REPEATS_PER_WAVE = 2
LEDGER_CHANGES = ("claim", "take", "resolve", "slots", "commit", "hold", "beat", "give back", "release")
"""Every change that a run makes in the ledger."""
CRASH_POINTS = [f"{when} {change}" for change in LEDGER_CHANGES for when in ("before", "after")] + [
    "before send",
    "after answer",
]


def find_all_mismatches(sandbox, workloads):
    orders = {order["uuid"]: order for order in sandbox.orders()}
    return [
        mismatch
        for workload in workloads
        for mismatch in find_mismatches(workload.orders, read_verdicts(workload.ledger, workload.batch), orders)
    ]


def run_to_end(worker_pool, build_job, workloads):
    """Run a worker on each batch to its end."""
    for workload in workloads:
        worker_pool.start(build_job(workload.name, workload))
    assert [worker_pool.wait(workload.name) for workload in workloads] == [0] * len(workloads)


def run_and_kill(sandbox, worker_pool, build_job, points):
    """Run a worker on each batch and kill it at the n-th boundary of a name; return the points that were reached.

    Requests in flight are drained: the settling time of the next workers may be shorter than their delay.
    """
    for workload, name, occurrence in points:
        worker_pool.start(build_job(workload.name, workload, kill_at=occurrence, kill_name=name, lease=LEASE))
    codes = {workload.name: worker_pool.wait(workload.name) for workload, _, _ in points}
    assert set(codes.values()) <= {0, -9}
    sandbox.drain()
    return [point for point in points if codes[point[0].name] == -9]


def slow_down(sandbox, workload):
    """Make CDEK request one pause, so that the run lasts long enough to renew its lease."""
    sandbox.fault(
        {"type": "answer", "status": 429, "headers": {"Retry-After": "1"}},
        operation="refusal",
        uuid=workload.orders[0],
        times=1,
    )


@pytest.fixture(params=["file", "PostgreSQL"])
def address(request, tmp_path):
    """Return the ledger addresses of successive batches: a file each, or one database for all."""
    if request.param == "file":
        return (str(tmp_path / f"{number}.sqlite") for number in itertools.count())
    return itertools.repeat(request.getfixturevalue("postgres").create_database())


@pytest.mark.parametrize(
    "crash_points", [CRASH_POINTS[:10], CRASH_POINTS[10:]], ids=["claim to commit", "hold to answer"]
)
@pytest.mark.parametrize("even_if_billed", [False, True])
def test_worker_killed_at_any_boundary_is_resumed_to_the_right_verdicts(
    sandbox, address, worker_pool, build_job, *, crash_points, even_if_billed
):
    orders = OrderFactory.create(sandbox, MAX_ORDERS)
    workloads, pending, reached_points, first = [], crash_points, set(), 1
    while pending:  # the 1st, 2nd, ... occurrence of each boundary, until no worker reaches it
        reached = []
        for occurrence in range(first, first + REPEATS_PER_WAVE):
            wave = [
                (orders.build_workload(sandbox, next(address), even_if_billed=even_if_billed), name, occurrence)
                for name in pending
            ]
            for workload, name, _ in wave:
                if name.endswith(("hold", "beat")):
                    slow_down(sandbox, workload)
            workloads += [workload for workload, _, _ in wave]
            reached += run_and_kill(sandbox, worker_pool, build_job, wave)
        run_to_end(worker_pool, build_job, [workload for workload, _, _ in reached])
        reached_points |= {name for _, name, _ in reached}
        pending = [
            name
            for name in pending
            if (name, first + REPEATS_PER_WAVE - 1) in {(at, occurrence) for _, at, occurrence in reached}
        ]
        first += REPEATS_PER_WAVE
    assert find_all_mismatches(sandbox, workloads) == []
    assert reached_points == set(crash_points)


def test_worker_killed_twice_is_resumed_to_the_right_verdicts(sandbox, tmp_path, worker_pool, build_job, pytestconfig):
    random_source = random.Random(pytestconfig.option.hypothesis_seed)
    orders = OrderFactory.create(sandbox, BATCHES)
    workloads = [orders.build_workload(sandbox, str(tmp_path / f"{n}.sqlite")) for n in range(BATCHES)]
    for max_point in (40, 12):
        run_and_kill(
            sandbox,
            worker_pool,
            build_job,
            [(workload, "", random_source.randint(1, max_point)) for workload in workloads],
        )
    run_to_end(worker_pool, build_job, workloads)
    assert find_all_mismatches(sandbox, workloads) == []


def test_refusal_in_flight_of_a_killed_worker_outlasts_the_settling_time(sandbox, tmp_path, worker_pool, build_job):
    workload = OrderFactory.create(sandbox, 1).build_workload(sandbox, str(tmp_path / "ledger.sqlite"))
    sandbox.fault({"type": "delay", "seconds": 2.0}, operation="refusal", uuid=workload.orders[0], times=1)
    assert run_and_kill(
        sandbox, worker_pool, build_job, [(workload, "after answer", 1)]
    )  # an order that was sent after the first
    run_to_end(worker_pool, build_job, [workload])
    assert find_all_mismatches(sandbox, [workload]) == []
