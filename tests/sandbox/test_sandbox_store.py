import contextlib
import itertools
import os
import signal
import sqlite3
import threading
from http.client import HTTPException

import pytest

from cdek_sandbox import SandboxError, running_sandbox
from tests.support.sandbox_api import SHOP_ORDER, Api, sandbox_without

posix = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")


def _api(sandbox):
    return Api(sandbox.url, sandbox.account, sandbox.password)


@posix
def test_what_was_answered_survives_kill_9(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(seed=1, db=file) as sandbox:
        api = _api(sandbox)
        sandbox.settings(create={"mode": "never"}, refusal={"mode": "never"})
        made = api.create()
        refused = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
        entry = api.refuse(refused).entry
        os.kill(sandbox.process.pid, signal.SIGKILL)
        sandbox.process.wait(30)
    with running_sandbox(db=file) as sandbox:
        again = _api(sandbox)
        again.token = api.token
        assert again.card(made).body["entity"]["statuses"][0]["code"] == "ACCEPTED"
        assert again.card(refused).body["requests"][0] == entry
        assert sandbox.truth(refused)["refusals"][0]["http_status"] == 202


@posix
@pytest.mark.parametrize("answers", [1, 7, 40, 150])
def test_killed_while_orders_come_in_nothing_that_was_answered_is_lost(tmp_path, answers):
    file = tmp_path / "sandbox.db"
    answered = []
    enough = threading.Event()

    def shop(api, name):
        with contextlib.suppress(OSError, HTTPException, ValueError):  # the sandbox dies under this call
            for number in itertools.count():
                answered.append(api.call("POST", "/orders", SHOP_ORDER | {"number": f"{name}-{number}"}).uuid)
                if len(answered) >= answers:
                    enough.set()

    with running_sandbox(seed=1, db=file) as sandbox:
        threads = [threading.Thread(target=shop, args=(_api(sandbox), name)) for name in "abcd"]
        for thread in threads:
            thread.start()
        assert enough.wait(60)
        os.kill(sandbox.process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join(60)
        sandbox.process.wait(30)
    with running_sandbox(db=file) as sandbox:
        assert set(answered) <= {order["uuid"] for order in sandbox.orders()}


@posix
def test_a_refusal_whose_answer_was_lost_survives_kill_9(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(db=file) as sandbox:
        uuid = sandbox.order()
        sandbox.settings(refusal={"mode": "never"})
        sandbox.fault("close", operation="refusal", when="after", times=1)
        with pytest.raises(ConnectionError):
            _api(sandbox).refuse(uuid)
        os.kill(sandbox.process.pid, signal.SIGKILL)
        sandbox.process.wait(30)
    with running_sandbox(db=file) as sandbox:
        (receipt,) = sandbox.truth(uuid)["refusals"]
        assert (receipt["state"], receipt["answer_lost"]) == ("ACCEPTED", True)


def test_restart_keeps_work_clock_settings_faults_and_numbers(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(seed=1, db=file) as sandbox:
        api = _api(sandbox)
        uuid = sandbox.order()
        sandbox.settings(refusal={"mode": "after_seconds", "value": 1000}, newest_first=True)
        api.refuse(uuid)
        sandbox.pass_time(500)
        sandbox.fault("close", operation="order_delete")
        first = sandbox.truth(uuid)
        settings = sandbox.settings()
    with running_sandbox(seed=99, db=file) as sandbox:
        assert sandbox.truth(uuid) == first
        assert sandbox.settings() == settings
        assert len(sandbox.control("GET", "/faults")) == 1
        assert sandbox.control("GET", "/clock")["offset"] == 500
        assert int(sandbox.truth(sandbox.order())["cdek_number"]) == int(first["cdek_number"]) + 1
        sandbox.pass_time(500)
        assert sandbox.truth(uuid)["status"] == "NOT_DELIVERED"
        sandbox.stop_clock("2024-10-12T14:43:55Z")
    with running_sandbox(seed=99, db=file) as sandbox:
        assert sandbox.now().isoformat() == "2024-10-12T14:43:55+00:00"


@posix
def test_full_disk_answers_500_and_confirms_nothing_unsaved(tmp_path):
    file = tmp_path / "sandbox.db"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))"
    with sandbox_without(arguments=("--db", str(file)), first=limit) as sandbox:
        api = _api(sandbox)
        answers = []
        while not answers or answers[-1].status == 202:
            answers.append(api.call("POST", "/orders", SHOP_ORDER | {"number": None}))
            assert len(answers) < 1000
        assert (answers[-1].status, answers[-1].body["error"]) == (500, "Internal Server Error")
        with pytest.raises(SandboxError, match="Internal Server Error"):
            sandbox.order_batch(100)
        sandbox.process.terminate()
        words = sandbox.process.stderr.read().decode()
    assert "500" in words
    assert "Traceback" not in words
    with running_sandbox(db=file) as sandbox:
        kept = {row["uuid"] for row in sandbox.orders()}
        assert {answer.uuid for answer in answers[:-1]} <= kept


def test_a_file_whose_state_cannot_be_read_is_refused(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(db=file) as sandbox:
        sandbox.order()
    database = sqlite3.connect(file)
    database.execute("UPDATE entities SET body = x'c1'")
    database.commit()
    database.close()
    with pytest.raises(SandboxError, match=r"sandbox\.db") as caught, running_sandbox(db=file):
        pass
    assert "Traceback" not in str(caught.value)


def test_restart_keeps_the_latest_order_of_a_number(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(seed=1, db=file) as sandbox:
        orders = [sandbox.order(im_number="same", status="DELIVERED") for _ in range(5)]
    with running_sandbox(db=file) as sandbox:
        assert [row["uuid"] for row in sandbox.orders()] == orders
        assert _api(sandbox).call("GET", "/orders?im_number=same").uuid == orders[-1]


def test_after_a_reset_nothing_is_left_on_disk(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(db=file) as sandbox:
        sandbox.order()
        sandbox.reset()
    with running_sandbox(db=file) as sandbox:
        assert sandbox.orders() == []


def test_a_second_sandbox_on_the_same_file_is_refused(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(db=file), pytest.raises(SandboxError, match=r"sandbox\.db"), running_sandbox(db=file):
        pass


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(b"uuid;status\n" * 100)
    with pytest.raises(SandboxError, match=r"orders\.csv"), running_sandbox(db=file):
        pass
    assert file.read_bytes() == b"uuid;status\n" * 100


def test_intakes_agreements_and_troubles_survive_a_restart(tmp_path):
    file = tmp_path / "sandbox.db"
    with running_sandbox(seed=1, db=file) as sandbox:
        api = _api(sandbox)
        order = sandbox.order(status="CREATED")
        day = sandbox.control("GET", "/clock")["now"][:10]
        sandbox.control("POST", f"/orders/{order}/problem", {"code": "13"})
        hours = {"intake_date": day, "intake_time_from": "10:00", "intake_time_to": "17:00"}
        intake = api.call("POST", "/intakes", hours | {"order_uuid": order}).uuid
        agreement = api.call("POST", "/delivery", {"order_uuid": order, "date": day}).uuid
        sandbox.pass_time(1)
        paths = (f"/orders/{order}", f"/intakes/{intake}", f"/delivery/{agreement}", f"/orders/{order}/intakes")
        before = [api.call("GET", path).body for path in paths]
    with running_sandbox(db=file) as sandbox:
        again = _api(sandbox)
        assert [again.call("GET", path).body for path in paths] == before
