"""Kill, pause and disconnect workers of one PostgreSQL ledger: each row has its verdict, none is sent twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing

import pytest

from oint.cdek import Account
from oint.refusals.batch import approve_batch, plan_batch
from oint.refusals.input import open_input
from oint.refusals.ledger import open_ledger

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither SIGKILL nor SIGSTOP")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
TIMEOUT_SECONDS = 60


@pytest.fixture
def sandbox(sandbox):
    sandbox.settings(refusal={"mode": "after_seconds", "value": 0.5})
    return sandbox


class Workload:
    """A planned batch in its own database, and its workers."""

    def __init__(self, sandbox, address, folder, rows):
        self.sandbox, self.address, self.folder = sandbox, address, folder
        path = folder / "orders.txt"
        self.uuids = sandbox.order_batch(rows, status=PARCEL)
        path.write_text("\n".join(self.uuids))
        with open_input(path) as source:
            account = Account(sandbox.account, sandbox.password)
            self.batch = plan_batch(source, account, url=sandbox.url, ledger=address).batch
        approve_batch(self.batch.id, by="test", ledger=address)
        self.workers = []

    def worker(self, *more, secret=None):
        env = {
            "OINT_CDEK_URL": self.sandbox.url,
            "OINT_CDEK_ACCOUNT": self.sandbox.account,
            "OINT_CDEK_PASSWORD": secret or self.sandbox.password,
        }
        command = [sys.executable, "-m", "oint", "refusals", "worker", "--ledger", self.address]
        command += ["--poll", "200ms", "--settle", "1s", "--lease", "3s", "--quiet", *more]
        output = (self.folder / f"said-{len(self.workers)}").open("w+")
        worker = subprocess.Popen(command, env={**os.environ, **env}, stdout=output, stderr=output)
        worker.output = output
        self.workers.append(worker)
        return worker

    def counts(self):
        with closing(open_ledger(self.address)) as ledger:
            return ledger.count_by_state(self.batch)

    def wait_until_reached(self, state, rows):
        """Wait until a number of rows have a state."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while self.counts().get(state, 0) < rows:
            assert time.monotonic() < deadline, self.counts()
            assert not [worker.poll() for worker in self.workers if worker.poll() not in {None, -9}]
            time.sleep(0.05)

    def end(self):
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
            worker.output.close()

    def count_sends(self):
        """Return the numbers of orders by their number of refusals in the sandbox."""
        return Counter(len(self.sandbox.truth(uuid)["refusals"]) for uuid in self.uuids)


@pytest.fixture
def make_workload(sandbox, postgres, tmp_path):
    workloads = []

    def plan_workload(rows):
        workloads.append(Workload(sandbox, postgres.create_database(), tmp_path, rows))
        return workloads[-1]

    yield plan_workload
    for workload in workloads:
        workload.end()


def read_output(worker):
    worker.output.seek(0)
    return worker.output.read()


def wait_for_exit(worker, code=0):
    assert worker.wait(TIMEOUT_SECONDS) == code, read_output(worker)


def test_two_workers_share_a_batch_and_end_when_it_is_done(make_workload):
    workload = make_workload(120)
    for worker in (workload.worker("--until-empty"), workload.worker("--until-empty")):
        wait_for_exit(worker)
        assert read_output(worker) == ""
    assert workload.counts() == {"confirmed": 120}
    assert workload.count_sends() == {1: 120}


def test_planned_file_is_run_by_a_worker(sandbox, postgres, tmp_path):
    uuids = sandbox.order_batch(5, status=PARCEL)
    (tmp_path / "orders.txt").write_text("\n".join(uuids))
    env = {"OINT_CDEK_URL": sandbox.url, "OINT_CDEK_ACCOUNT": sandbox.account, "OINT_CDEK_PASSWORD": sandbox.password}
    env |= {"OINT_LEDGER": postgres.create_database(), "OINT_LANG": "en"}
    oint = [sys.executable, "-m", "oint", "refusals"]

    def run_oint(*words):
        return subprocess.run(
            [*oint, *words], cwd=tmp_path, env=os.environ | env, capture_output=True, text=True, check=False
        )

    plan = run_oint("plan", "orders.txt", "--no-cards")
    assert (plan.returncode, plan.stdout) == (0, "Batch 1 (orders.txt), rows: 5\n"), plan.stderr
    assert "oint refusals approve 1" in plan.stderr
    approval = run_oint("approve", "1", "--yes")
    assert approval.returncode == 0, approval.stderr
    worker = run_oint("worker", "--until-empty", "--poll", "200ms", "--quiet")
    assert (worker.returncode, worker.stderr) == (0, "")
    assert run_oint("status", "--json").returncode == 0
    assert [len(sandbox.truth(uuid)["refusals"]) for uuid in uuids] == [1] * 5


def test_rows_of_a_killed_worker_are_taken_over(make_workload):
    workload = make_workload(80)
    killed_worker = workload.worker()
    workload.wait_until_reached("confirmed", 10)
    killed_worker.kill()
    assert killed_worker.wait() == -9
    wait_for_exit(workload.worker("--until-empty"))
    assert workload.counts() == {"confirmed": 80}
    assert workload.count_sends() == {1: 80}


def test_sigterm_ends_a_worker_cleanly_and_another_continues(make_workload):
    workload = make_workload(80)
    first = workload.worker()
    workload.wait_until_reached("confirmed", 10)
    first.send_signal(signal.SIGTERM)
    wait_for_exit(first)
    with closing(open_ledger(workload.address)) as ledger:
        assert ledger.list_claims() == []
        with ledger.database.read_transaction() as cursor:
            assert cursor.fetch_all("SELECT count(*) FROM refusal WHERE state = 'sending'") == [(0,)]
    wait_for_exit(workload.worker("--until-empty"))
    assert workload.counts() == {"confirmed": 80}
    assert workload.count_sends() == {1: 80}


def test_worker_paused_beyond_its_lease_overwrites_nothing(make_workload):
    workload = make_workload(80)
    paused_worker = workload.worker()
    workload.wait_until_reached("confirmed", 10)
    paused_worker.send_signal(signal.SIGSTOP)
    wait_for_exit(workload.worker("--until-empty"))
    assert workload.counts() == {"confirmed": 80}
    versions_before = read_versions(workload)
    paused_worker.send_signal(signal.SIGCONT)
    more = Workload(workload.sandbox, workload.address, workload.folder, 20)
    more.workers = [paused_worker]
    more.wait_until_reached("confirmed", 20)
    paused_worker.send_signal(signal.SIGTERM)
    wait_for_exit(paused_worker)
    assert read_versions(workload) == versions_before
    assert workload.count_sends() == {1: 80}
    assert more.count_sends() == {1: 20}


def read_versions(workload):
    with closing(open_ledger(workload.address)) as ledger, ledger.database.read_transaction() as cursor:
        sql = "SELECT id, version, state FROM refusal WHERE id >= ? AND id < ? ORDER BY id"
        return cursor.fetch_all(sql, *workload.batch.span)


def test_postgresql_killed_under_two_workers_loses_nothing(make_workload, postgres):
    workload = make_workload(150)
    workers = [workload.worker("--until-empty"), workload.worker("--until-empty")]
    workload.wait_until_reached("confirmed", 10)
    postgres.kill()
    postgres.start()
    for worker in workers:
        wait_for_exit(worker)
        assert read_output(worker) == ""
    assert workload.counts() == {"confirmed": 150}
    assert workload.count_sends() == {1: 150}


def test_sqlite_ledger_is_rejected_by_a_worker(tmp_path):
    command = [sys.executable, "-m", "oint", "refusals", "worker", "--ledger", str(tmp_path / "ledger.sqlite")]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert "PostgreSQL" in process.stderr


def test_rejected_credentials_end_a_worker_in_one_line(make_workload):
    workload = make_workload(40)
    worker = workload.worker(secret="wrong")
    wait_for_exit(worker, 4)
    assert len(read_output(worker).splitlines()) == 1, read_output(worker)
    assert workload.count_sends() == {0: 40}
