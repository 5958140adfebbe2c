"""Many workers at one ledger in PostgreSQL: killed, stopped, cut off; each row has its verdict, none is sent twice."""

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

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has neither SIGKILL nor SIGSTOP")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
LONG = 60


@pytest.fixture
def box(box):
    box.settings(refusal={"mode": "after_seconds", "value": 0.5})
    return box


class Field:
    """A batch planned in a database of its own, and workers at it."""

    def __init__(self, box, address, folder, rows):
        self.box, self.address, self.folder = box, address, folder
        path = folder / "orders.txt"
        self.uuids = box.order_batch(rows, status=PARCEL)
        path.write_text("\n".join(self.uuids))
        with open_input(path) as source:
            account = Account(box.account, box.password)
            self.batch = plan_batch(source, account, url=box.url, ledger=address).batch
        approve_batch(self.batch.id, by="test", ledger=address)
        self.workers = []

    def worker(self, *more, secret=None):
        known = {
            "OINT_CDEK_URL": self.box.url,
            "OINT_CDEK_ACCOUNT": self.box.account,
            "OINT_CDEK_PASSWORD": secret or self.box.password,
        }
        command = [sys.executable, "-m", "oint", "refusals", "worker", "--ledger", self.address]
        command += ["--poll", "200ms", "--settle", "1s", "--lease", "3s", "--quiet", *more]
        said = (self.folder / f"said-{len(self.workers)}").open("w+")
        worker = subprocess.Popen(command, env={**os.environ, **known}, stdout=said, stderr=said)
        worker.said = said
        self.workers.append(worker)
        return worker

    def counts(self):
        with closing(open_ledger(self.address)) as ledger:
            return ledger.count_by_state(self.batch)

    def reached(self, state, rows):
        """Wait until so many rows have come to a state."""
        until = time.monotonic() + LONG
        while self.counts().get(state, 0) < rows:
            assert time.monotonic() < until, self.counts()
            assert not [worker.poll() for worker in self.workers if worker.poll() not in {None, -9}]
            time.sleep(0.05)

    def end(self):
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
            worker.said.close()

    def sent(self):
        """How many orders were refused how often, as the sandbox knows."""
        return Counter(len(self.box.truth(uuid)["refusals"]) for uuid in self.uuids)


@pytest.fixture
def field(box, postgres, tmp_path):
    made = []

    def planned(rows):
        made.append(Field(box, postgres.database(), tmp_path, rows))
        return made[-1]

    yield planned
    for one in made:
        one.end()


def told(worker):
    worker.said.seek(0)
    return worker.said.read()


def ended(worker, code=0):
    assert worker.wait(LONG) == code, told(worker)


def test_two_workers_share_a_batch_and_end_when_nothing_is_left(field):
    here = field(120)
    for worker in (here.worker("--until-empty"), here.worker("--until-empty")):
        ended(worker)
        assert told(worker) == ""
    assert here.counts() == {"confirmed": 120}
    assert here.sent() == {1: 120}


def test_a_file_planned_by_the_command_is_carried_out_by_a_worker(box, postgres, tmp_path):
    uuids = box.order_batch(5, status=PARCEL)
    (tmp_path / "orders.txt").write_text("\n".join(uuids))
    env = {"OINT_CDEK_URL": box.url, "OINT_CDEK_ACCOUNT": box.account, "OINT_CDEK_PASSWORD": box.password}
    env |= {"OINT_LEDGER": postgres.database(), "OINT_LANG": "en"}
    oint = [sys.executable, "-m", "oint", "refusals"]

    def ran(*words):
        return subprocess.run(
            [*oint, *words], cwd=tmp_path, env=os.environ | env, capture_output=True, text=True, check=False
        )

    planned = ran("plan", "orders.txt")
    assert (planned.returncode, planned.stdout) == (0, "Batch 1 (orders.txt), rows: 5\n"), planned.stderr
    assert "oint refusals approve 1" in planned.stderr
    approved = ran("approve", "1", "--yes")
    assert approved.returncode == 0, approved.stderr
    worked = ran("worker", "--until-empty", "--poll", "200ms", "--quiet")
    assert (worked.returncode, worked.stderr) == (0, "")
    assert ran("status", "--json").returncode == 0
    assert [len(box.truth(uuid)["refusals"]) for uuid in uuids] == [1] * 5


def test_what_a_killed_worker_held_is_taken_over(field):
    here = field(80)
    dead = here.worker()
    here.reached("confirmed", 10)
    dead.kill()
    assert dead.wait() == -9
    ended(here.worker("--until-empty"))
    assert here.counts() == {"confirmed": 80}
    assert here.sent() == {1: 80}


def test_a_signal_ends_a_worker_cleanly_and_another_goes_on_at_once(field):
    here = field(80)
    first = here.worker()
    here.reached("confirmed", 10)
    first.send_signal(signal.SIGTERM)
    ended(first)
    with closing(open_ledger(here.address)) as ledger:
        assert ledger.list_claims() == []
        with ledger.database.read_transaction() as cursor:
            assert cursor.fetch_all("SELECT count(*) FROM refusal WHERE state = 'sending'") == [(0,)]
    ended(here.worker("--until-empty"))
    assert here.counts() == {"confirmed": 80}
    assert here.sent() == {1: 80}


def test_a_worker_that_was_stopped_beyond_its_lease_overwrites_nothing_and_works_on(field):
    here = field(80)
    sleeper = here.worker()
    here.reached("confirmed", 10)
    sleeper.send_signal(signal.SIGSTOP)
    ended(here.worker("--until-empty"))
    assert here.counts() == {"confirmed": 80}
    story = versions(here)
    sleeper.send_signal(signal.SIGCONT)
    more = Field(here.box, here.address, here.folder, 20)
    more.workers = [sleeper]
    more.reached("confirmed", 20)
    sleeper.send_signal(signal.SIGTERM)
    ended(sleeper)
    assert versions(here) == story
    assert here.sent() == {1: 80}
    assert more.sent() == {1: 20}


def versions(here):
    with closing(open_ledger(here.address)) as ledger, ledger.database.read_transaction() as cursor:
        sql = "SELECT id, version, state FROM refusal WHERE id >= ? AND id < ? ORDER BY id"
        return cursor.fetch_all(sql, *here.batch.span)


def test_a_postgresql_that_is_killed_under_two_workers_loses_nothing(field, postgres):
    here = field(150)
    workers = [here.worker("--until-empty"), here.worker("--until-empty")]
    here.reached("confirmed", 10)
    postgres.kill()
    postgres.start()
    for worker in workers:
        ended(worker)
        assert told(worker) == ""
    assert here.counts() == {"confirmed": 150}
    assert here.sent() == {1: 150}


def test_a_file_is_no_ledger_for_many_machines(tmp_path):
    command = [sys.executable, "-m", "oint", "refusals", "worker", "--ledger", str(tmp_path / "ledger.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "PostgreSQL" in done.stderr


def test_credentials_that_cdek_does_not_take_end_a_worker_in_one_line(field):
    here = field(40)
    worker = here.worker(secret="wrong")
    ended(worker, 4)
    assert len(told(worker).splitlines()) == 1, told(worker)
    assert here.sent() == {0: 40}
