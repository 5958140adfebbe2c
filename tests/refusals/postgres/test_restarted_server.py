"""A PostgreSQL that is restarted while a run works, or just when its sums are read: the run ends with its own result."""

import os
import subprocess
import sys
import threading
import time

import pytest

from oint.refusals.batch import api
from oint.refusals.batch.api import ask_patiently
from oint.refusals.ledger import LedgerUnavailable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGKILL")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
PATIENCE = 120


def test_a_server_that_is_restarted_once_during_a_run_changes_neither_its_sums_nor_its_exit_code(
    box, postgres, tmp_path
):
    box.settings(refusal={"mode": "after_seconds", "value": 1})
    box.stop_clock(box.now())  # nothing is confirmed before the server is back
    orders = box.order_batch(20, status=PARCEL)
    (tmp_path / "orders.txt").write_text("\n".join(orders))
    env = {"OINT_CDEK_URL": box.url, "OINT_CDEK_ACCOUNT": box.account, "OINT_CDEK_PASSWORD": box.password}
    env |= {"OINT_LEDGER": postgres.database(), "OINT_LANG": "en"}
    words = [sys.executable, "-m", "oint", "refusals", "run", "orders.txt", "--yes", "--poll", "200ms", "--quiet"]
    run = subprocess.Popen(
        words, cwd=tmp_path, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip
    end = time.monotonic() + PATIENCE
    while len(box.calls("refusal")) < 20:
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)
    postgres.kill()
    postgres.start()
    box.start_clock()
    out, err = run.communicate(timeout=PATIENCE)
    assert (run.returncode, out.decode()) == (0, "confirmed: 20\n"), err
    assert [len(box.truth(uuid)["refusals"]) for uuid in orders] == [1] * 20


def test_the_sums_of_a_run_are_asked_for_until_the_server_is_back(postgres):
    address = postgres.database()
    asked = []

    def question(ledger):
        asked.append(True)
        if len(asked) == 1:
            postgres.kill()
            threading.Thread(target=postgres.start).start()
        return ledger.list_batches()

    assert ask_patiently(address, question) == []
    assert len(asked) >= 2


def test_a_server_that_stays_away_is_reported_within_a_bounded_time(postgres, monkeypatch):
    monkeypatch.setattr(api, "LEDGER_PATIENCE_SECONDS", 0.0)
    address = postgres.database()
    postgres.kill()
    try:
        with pytest.raises(LedgerUnavailable):
            ask_patiently(address, lambda ledger: ledger.list_batches())
    finally:
        postgres.start()
