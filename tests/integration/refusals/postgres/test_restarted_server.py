"""Restart PostgreSQL during a run, or when its totals are read: the run ends with its own result."""

import os
import subprocess
import sys
import threading
import time

import pytest

from oint.refusals.batch import api
from oint.refusals.batch.api import ask_patiently
from oint.refusals.ledger import LedgerUnavailable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
TIMEOUT_SECONDS = 120


def test_server_restart_during_a_run_keeps_totals_and_exit_code(sandbox, postgres, tmp_path):
    sandbox.settings(refusal={"mode": "after_seconds", "value": 1})
    sandbox.stop_clock(sandbox.now())  # nothing is confirmed before the server is back
    orders = sandbox.order_batch(20, status=PARCEL)
    (tmp_path / "orders.txt").write_text("\n".join(orders))
    env = {"OINT_CDEK_URL": sandbox.url, "OINT_CDEK_ACCOUNT": sandbox.account, "OINT_CDEK_PASSWORD": sandbox.password}
    env |= {"OINT_LEDGER": postgres.create_database(), "OINT_LANG": "en"}
    command = [sys.executable, "-m", "oint", "refusals", "run", "orders.txt", "--yes", "--poll", "200ms", "--quiet"]
    run = subprocess.Popen(
        command, cwd=tmp_path, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while len(sandbox.calls("refusal")) < 20:
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    postgres.kill()
    postgres.start()
    sandbox.start_clock()
    out, err = run.communicate(timeout=TIMEOUT_SECONDS)
    assert (run.returncode, out.decode()) == (0, "confirmed: 20\n"), err
    assert [len(sandbox.truth(uuid)["refusals"]) for uuid in orders] == [1] * 20


def test_totals_of_a_run_are_queried_until_the_server_is_back(postgres):
    address = postgres.create_database()
    queries = []

    def query(ledger):
        queries.append(True)
        if len(queries) == 1:
            postgres.kill()
            threading.Thread(target=postgres.start).start()
        return ledger.list_batches()

    assert ask_patiently(address, query) == []
    assert len(queries) >= 2


def test_unavailable_server_is_reported_within_a_bounded_time(postgres, monkeypatch):
    monkeypatch.setattr(api, "LEDGER_PATIENCE_SECONDS", 0.0)
    address = postgres.create_database()
    postgres.kill()
    try:
        with pytest.raises(LedgerUnavailable):
            ask_patiently(address, lambda ledger: ledger.list_batches())
    finally:
        postgres.start()
