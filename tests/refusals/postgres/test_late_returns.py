"""Return orders that CDEK links long after the verdict: a worker finds them quietly, and a dead CDEK does not hold it up."""

import os
import subprocess
import sys
from contextlib import closing

import pytest

from oint.cdek import Account
from oint.refusals.batch import RunOptions, approve_batch, plan_batch, run_batch
from oint.refusals.input import open_input
from oint.refusals.ledger import open_ledger
from oint.refusals.register import PollingPolicy

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
PATIENCE = 120
MANNER = RunOptions(polling=PollingPolicy(first=0.05, settle=0.2))


class Field:
    """Confirmed refusals whose return orders CDEK forms 20 s later, by a clock that stands still."""

    def __init__(self, box, address, folder):
        self.box, self.address, self.folder = box, address, folder
        box.settings(refusal={"mode": "at_once"}, return_order={"mode": "after_seconds", "value": 20})
        box.stop_clock(box.now())
        (folder / "orders.txt").write_text("\n".join(box.order_batch(3, status=PARCEL)))
        account = Account(box.account, box.password)
        with open_input(folder / "orders.txt") as source:
            self.batch = plan_batch(source, account, url=box.url, ledger=address).batch
        approve_batch(self.batch.id, by="test", ledger=address)
        assert run_batch(self.batch.id, account, options=MANNER, url=box.url, ledger=address) == {"confirmed": 3}

    def ask(self, sql):
        with closing(open_ledger(self.address)) as ledger, ledger.database.write_transaction() as cursor:
            return cursor.fetch_all(sql)

    def linked(self):
        return self.ask("SELECT count(return_number) FROM refusal")[0][0]

    def reads(self):
        return len(self.box.calls("order_get"))

    def work(self):
        """Let a worker do what is due; its exit code and what it said."""
        env = {"OINT_CDEK_URL": self.box.url, "OINT_CDEK_ACCOUNT": self.box.account, "OINT_LANG": "en"}
        env |= {"OINT_CDEK_PASSWORD": self.box.password, "OINT_LEDGER": self.address}
        words = [sys.executable, "-m", "oint", "refusals", "worker", "--until-empty", "--quiet"]
        done = subprocess.run(
            words, cwd=self.folder, env=os.environ | env, capture_output=True, timeout=PATIENCE, check=False
        )
        return done.returncode, (done.stdout + done.stderr).decode()


@pytest.fixture
def field(box, postgres, tmp_path):
    return Field(box, postgres.database(), tmp_path)


def test_a_worker_finds_return_orders_that_are_linked_later_and_looks_less_often_the_longer_it_takes(field):
    reads = field.reads()
    assert field.work()[0] == 0
    assert field.reads() == reads, "it is a minute at least to the first look"
    field.ask("UPDATE refusal SET changed = changed - 100")
    assert field.work()[0] == 0
    assert (field.reads(), field.linked()) == (reads + 3, 0)
    field.box.pass_time(30)
    assert field.work()[0] == 0
    assert (field.reads(), field.linked()) == (reads + 3, 0), "the next look is due a minute later"
    field.ask("UPDATE refusal SET checked_at = checked_at - 100")
    assert field.work()[0] == 0
    assert (field.reads(), field.linked()) == (reads + 6, 3)


def test_a_worker_whose_looks_are_not_answered_ends_and_finds_the_return_orders_another_time(field):
    field.box.pass_time(30)
    field.ask("UPDATE refusal SET changed = changed - 100")
    field.box.fault({"type": "answer", "status": 503}, operation="order_get")
    code, said = field.work()
    assert (code, field.linked(), "Traceback" in said) == (0, 0, False)
    field.box.clear_faults()
    field.ask("UPDATE refusal SET checked_at = checked_at - 100")
    assert (field.work()[0], field.linked()) == (0, 3)
