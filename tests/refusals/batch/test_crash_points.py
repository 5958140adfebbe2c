"""A worker killed at each moment that matters, started again: every row has CDEK's verdict, no order two refusals."""

import itertools
import random
import sys

import pytest
from chaos.field import Orders
from chaos.judge import complaints, verdicts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has neither fork nor SIGKILL")

WAVE = 24
MOST = 150
LEASE = 4.0
AT_ONCE = 2
CHANGES = ("claim", "take", "resolve", "slots", "commit", "hold", "beat", "give back", "release")
"""Every change of a ledger that a run makes."""
MOMENTS = [f"{when} {change}" for change in CHANGES for when in ("before", "after")] + ["before send", "after answer"]


def compared(box, fields):
    truths = {order["uuid"]: order for order in box.orders()}
    return [
        complaint
        for field in fields
        for complaint in complaints(field.orders, verdicts(field.ledger, field.batch), truths)
    ]


def finished(garage, job_of, fields):
    """Start a worker on each, and let it come to its end."""
    for field in fields:
        garage.start(job_of(field.name, field))
    assert [garage.wait(field.name) for field in fields] == [0] * len(fields)


def killed(box, garage, job_of, points):
    """Start a worker on each field that dies at the n-th boundary of a name; the points of those that got there.

    What the dead had sent is received in the end: the next workers' settling time is shorter than its way may be.
    """
    for field, name, nth in points:
        garage.start(job_of(field.name, field, kill_at=nth, kill_name=name, lease=LEASE))
    codes = {field.name: garage.wait(field.name) for field, _, _ in points}
    assert set(codes.values()) <= {0, -9}
    box.drain()
    return [point for point in points if codes[point[0].name] == -9]


def slow_down(box, field):
    """CDEK asks for a pause once: the run lives long enough to ask for a longer lease, too."""
    box.fault(
        {"type": "answer", "status": 429, "headers": {"Retry-After": "1"}},
        operation="refusal",
        uuid=field.orders[0],
        times=1,
    )


@pytest.fixture(params=["file", "PostgreSQL"])
def address(request, tmp_path):
    """Gives the address of the next field's ledger: a file each, or one database for all."""
    if request.param == "file":
        return (str(tmp_path / f"{number}.sqlite") for number in itertools.count())
    return itertools.repeat(request.getfixturevalue("postgres").database())


@pytest.mark.parametrize("moments", [MOMENTS[:10], MOMENTS[10:]], ids=["claim to commit", "hold to answer"])
@pytest.mark.parametrize("even_if_billed", [False, True])
def test_killed_at_any_boundary_it_goes_on_to_what_cdek_knows(box, address, garage, job_of, *, moments, even_if_billed):
    made = Orders.made(box, MOST)
    fields, going, met, first = [], moments, set(), 1
    while going:  # each boundary at its 1st, 2nd, ... time, until no worker gets that far
        reached = []
        for nth in range(first, first + AT_ONCE):
            wave = [(made.field(box, next(address), even_if_billed=even_if_billed), name, nth) for name in going]
            for field, name, _ in wave:
                if name.endswith(("hold", "beat")):
                    slow_down(box, field)
            fields += [field for field, _, _ in wave]
            reached += killed(box, garage, job_of, wave)
        finished(garage, job_of, [field for field, _, _ in reached])
        met |= {name for _, name, _ in reached}
        going = [name for name in going if (name, first + AT_ONCE - 1) in {(at, nth) for _, at, nth in reached}]
        first += AT_ONCE
    assert compared(box, fields) == []
    assert met == set(moments)


def test_killed_twice_it_goes_on_to_what_cdek_knows(box, tmp_path, garage, job_of, pytestconfig):
    dice = random.Random(pytestconfig.option.hypothesis_seed)
    made = Orders.made(box, WAVE)
    fields = [made.field(box, str(tmp_path / f"{n}.sqlite")) for n in range(WAVE)]
    for most in (40, 12):
        killed(box, garage, job_of, [(field, "", dice.randint(1, most)) for field in fields])
    finished(garage, job_of, fields)
    assert compared(box, fields) == []


def test_what_a_killed_worker_had_sent_is_found_though_it_is_longer_under_way_than_a_card_settles(
    box, tmp_path, garage, job_of
):
    field = Orders.made(box, 1).field(box, str(tmp_path / "ledger.sqlite"))
    box.fault({"type": "delay", "seconds": 2.0}, operation="refusal", uuid=field.orders[0], times=1)
    assert killed(box, garage, job_of, [(field, "after answer", 1)])  # of an order that was sent after the first
    finished(garage, job_of, [field])
    assert compared(box, [field]) == []
