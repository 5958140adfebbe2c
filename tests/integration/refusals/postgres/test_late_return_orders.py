"""CDEK may link return orders long after the verdict. A worker finds them; an outage does not delay it."""

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
TIMEOUT_SECONDS = 120
OPTIONS = RunOptions(polling=PollingPolicy(first=0.05, settle=0.2))


class Workload:
    """Confirmed refusals. CDEK forms their return orders 20 s later; its clock is stopped."""

    def __init__(self, sandbox, address, folder):
        self.sandbox, self.address, self.folder = sandbox, address, folder
        sandbox.settings(refusal={"mode": "at_once"}, return_order={"mode": "after_seconds", "value": 20})
        sandbox.stop_clock(sandbox.now())
        (folder / "orders.txt").write_text("\n".join(sandbox.order_batch(3, status=PARCEL)))
        account = Account(sandbox.account, sandbox.password)
        with open_input(folder / "orders.txt") as source:
            self.batch = plan_batch(source, account, url=sandbox.url, ledger=address).batch
        approve_batch(self.batch.id, by="test", ledger=address)
        assert run_batch(self.batch.id, account, options=OPTIONS, url=sandbox.url, ledger=address) == {"confirmed": 3}

    def query(self, sql):
        with closing(open_ledger(self.address)) as ledger, ledger.database.write_transaction() as cursor:
            return cursor.fetch_all(sql)

    def count_linked(self):
        return self.query("SELECT count(return_number) FROM refusal")[0][0]

    def count_reads(self):
        return len(self.sandbox.calls("order_get"))

    def run_worker(self):
        """Run a worker on what is due; return its exit code and output."""
        env = {"OINT_CDEK_URL": self.sandbox.url, "OINT_CDEK_ACCOUNT": self.sandbox.account, "OINT_LANG": "en"}
        env |= {"OINT_CDEK_PASSWORD": self.sandbox.password, "OINT_LEDGER": self.address}
        command = [sys.executable, "-m", "oint", "refusals", "worker", "--until-empty", "--quiet"]
        process = subprocess.run(
            command, cwd=self.folder, env=os.environ | env, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
        return process.returncode, (process.stdout + process.stderr).decode()


@pytest.fixture
def workload(sandbox, postgres, tmp_path):
    return Workload(sandbox, postgres.create_database(), tmp_path)


def test_worker_finds_return_orders_linked_later_at_growing_intervals(workload):
    reads_before = workload.count_reads()
    assert workload.run_worker()[0] == 0
    assert workload.count_reads() == reads_before, "it is a minute at least to the first look"
    workload.query("UPDATE refusal SET changed = changed - 100")
    assert workload.run_worker()[0] == 0
    assert (workload.count_reads(), workload.count_linked()) == (reads_before + 3, 0)
    workload.sandbox.pass_time(30)
    assert workload.run_worker()[0] == 0
    assert (workload.count_reads(), workload.count_linked()) == (reads_before + 3, 0), (
        "the next look is due a minute later"
    )
    workload.query("UPDATE refusal SET checked_at = checked_at - 100")
    assert workload.run_worker()[0] == 0
    assert (workload.count_reads(), workload.count_linked()) == (reads_before + 6, 3)


def test_unanswered_reads_end_the_worker_and_are_repeated_later(workload):
    workload.sandbox.pass_time(30)
    workload.query("UPDATE refusal SET changed = changed - 100")
    workload.sandbox.fault({"type": "answer", "status": 503}, operation="order_get")
    code, output = workload.run_worker()
    assert (code, workload.count_linked(), "Traceback" in output) == (0, 0, False)
    workload.sandbox.clear_faults()
    workload.query("UPDATE refusal SET checked_at = checked_at - 100")
    assert (workload.run_worker()[0], workload.count_linked()) == (0, 3)
