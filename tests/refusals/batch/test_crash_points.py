"""A worker killed at each moment that matters, started again: every row has CDEK's verdict, no order two refusals."""

import random
import sys

import pytest
from chaos.field import Orders
from chaos.judge import complaints, verdicts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has neither fork nor SIGKILL")

WAVE = 24
MOST = 240


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
        garage.start(job_of(field.ledger, field))
    assert [garage.wait(field.ledger) for field in fields] == [0] * len(fields)


def killed(garage, job_of, points):
    """Start a worker on each field that dies at its point; the fields whose worker got there."""
    for field, point in points:
        garage.start(job_of(field.ledger, field, kill_at=point))
    codes = {field.ledger: garage.wait(field.ledger) for field, _ in points}
    assert set(codes.values()) <= {0, -9}
    return [field for field, _ in points if codes[field.ledger] == -9]


@pytest.mark.parametrize("even_if_billed", [False, True])
def test_killed_at_any_boundary_it_goes_on_to_what_cdek_knows(box, tmp_path, garage, job_of, even_if_billed):
    made = Orders.made(box, MOST)
    fields, reached = [], True
    while reached:  # until no worker of a wave gets as far as its point
        first = len(fields) + 1
        assert first < MOST
        wave = [
            made.field(box, str(tmp_path / f"{n}.sqlite"), even_if_billed=even_if_billed)
            for n in range(first, first + WAVE)
        ]
        reached = killed(garage, job_of, [(field, first + index) for index, field in enumerate(wave)])
        finished(garage, job_of, reached)
        fields += wave
    assert len(fields) > WAVE
    assert compared(box, fields) == []


def test_killed_twice_it_goes_on_to_what_cdek_knows(box, tmp_path, garage, job_of, pytestconfig):
    dice = random.Random(pytestconfig.option.hypothesis_seed)
    made = Orders.made(box, WAVE)
    fields = [made.field(box, str(tmp_path / f"{n}.sqlite")) for n in range(WAVE)]
    for most in (40, 12):
        killed(garage, job_of, [(field, dice.randint(1, most)) for field in fields])
    finished(garage, job_of, fields)
    assert compared(box, fields) == []
