"""Run `oint refusals run` and `resume` as the real command against a real sandbox."""

import json
import re
import signal
import stat
import subprocess
import sys
import time
from contextlib import closing

import pytest

from oint.refusals.ledger import open_ledger

FAST = ("--poll", "50ms", "--settle", "200ms", "--quiet")
YES = ("--yes",)
PARCEL = "ACCEPTED_AT_PICK_UP_POINT"


@pytest.fixture
def run(oint, sandbox):
    sandbox.settings(refusal={"mode": "at_once"})

    def run(file, *more, verb="run", **kinds):
        yes = YES if verb == "run" else ()
        return oint("refusals", verb, *([str(file)] if file else []), *FAST, *yes, *more, **kinds)

    return run


def read_accepted_refusals(sandbox, uuid):
    return [row for row in sandbox.truth(uuid)["refusals"] if row["http_status"] == 202]


def write_orders(tmp_path, *lines, name="orders.txt"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_every_order_of_a_file_is_refused_once_and_confirmed(run, sandbox, tmp_path):
    orders = sandbox.order_batch(12, status=PARCEL)
    result = run(write_orders(tmp_path, *orders))
    assert (result.code, result.out) == (0, "confirmed: 12\n"), result.err
    assert [len(read_accepted_refusals(sandbox, uuid)) for uuid in orders] == [1] * 12


def test_rerun_of_the_same_file_sends_nothing_and_reports_the_batch(run, sandbox, tmp_path):
    orders = sandbox.order_batch(3, status=PARCEL)
    path = write_orders(tmp_path, *orders)
    run(path)
    sent = len(sandbox.calls())
    again = run(path, "--json")
    assert again.code == 0
    expected = {"batch": 1, "total": 3, "counts": {"confirmed": 3}, "interrupted": False, "held_back": 0}
    assert {name: again.json[name] for name in expected} == expected
    assert {name for name in again.json if name not in expected} == {
        "account", "host", "file", "planned_by", "planned_at", "approved_by", "approved_at", "cancelled_by", "cancelled_at",
    }  # fmt: skip
    assert len(sandbox.calls()) == sent
    output = run(path, "--json").err + run(None, verb="resume").err
    assert output == ""


def test_rerun_reports_that_the_file_is_in_the_ledger(oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once"})
    path = write_orders(tmp_path, *sandbox.order_batch(1, status=PARCEL))
    first = oint("refusals", "run", str(path), "--poll", "50ms", "--yes")
    again = oint("refusals", "run", str(path), "--poll", "50ms", "--yes", OINT_LANG="ru")
    assert "Batch 1 (orders.txt), rows: 1" in first.err
    assert "Пакет 1 (orders.txt) уже в реестре" in again.err


def test_progress_outside_a_terminal_is_one_json_object_per_line(oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once"})
    result = oint(
        "refusals",
        "run",
        str(write_orders(tmp_path, *sandbox.order_batch(2, status=PARCEL))),
        "--poll",
        "1500ms",
        "--yes",
    )
    lines = [json.loads(line) for line in result.err.splitlines() if line.startswith("{")]
    assert len(lines) >= 2
    assert (lines[-1]["done"], lines[-1]["confirmed"], lines[-1]["total"]) == (2, 2, 2)
    assert {"rate", "left", "pending", "rejected", "advised", "waiting"} <= set(lines[-1])


def test_different_names_of_one_order_are_one_refusal(run, sandbox, tmp_path):
    uuid = sandbox.order(status=PARCEL, im_number="shop-77")
    number = next(row for row in sandbox.orders() if row["uuid"] == uuid)["cdek_number"]
    result = run(write_orders(tmp_path, "shop-77", number, uuid), "--json")
    assert (result.code, result.json["counts"]) == (0, {"confirmed": 3})
    assert len(read_accepted_refusals(sandbox, uuid)) == 1


def test_order_refused_by_another_batch_is_not_refused_again(run, sandbox, tmp_path):
    first, second = sandbox.order_batch(2, status=PARCEL)
    run(write_orders(tmp_path, first, name="monday.txt"))
    result = run(write_orders(tmp_path, second, first, name="tuesday.txt"), "--json")
    assert (result.code, result.json["counts"]) == (0, {"confirmed": 2})
    assert (len(read_accepted_refusals(sandbox, first)), len(read_accepted_refusals(sandbox, second))) == (1, 1)


def test_unrefusable_rows_do_not_stop_the_others(run, sandbox, tmp_path):
    good = sandbox.order(status=PARCEL)
    created = sandbox.order(status="CREATED")
    unknown = "11111111-2222-3333-4444-555555555555"
    result = run(write_orders(tmp_path, "uuid", "not-a-uuid", created, unknown, good, name="orders.csv"), "--json")
    assert (result.code, result.json["counts"]) == (9, {"advised": 2, "confirmed": 1, "rejected": 1})
    assert read_accepted_refusals(sandbox, created) == []


def test_even_if_billed_refuses_an_order_that_could_be_deleted(run, sandbox, tmp_path):
    created = sandbox.order(status="CREATED")
    path = write_orders(tmp_path, created)
    assert run(path).code == 6
    result = run(write_orders(tmp_path, created, "", name="again.txt"), "--even-if-billed", "--json")
    assert (result.code, result.json["counts"]) == (0, {"confirmed": 1})


def test_rejection_by_cdek_ends_with_3(run, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once", "verdict": "invalid", "code": "v2_some_reason", "message": "no"})
    result = run(write_orders(tmp_path, *sandbox.order_batch(2, status=PARCEL)), "--json")
    assert (result.code, result.json["counts"]) == (3, {"rejected": 2})


def test_refusal_undecided_in_time_stays_pending_and_resume_continues(run, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "never"})
    uuid = sandbox.order(status=PARCEL)
    result = run(write_orders(tmp_path, uuid), "--wait", "200ms")
    assert (result.code, result.out) == (8, "still pending: 1\n")
    assert "oint refusals resume 1" in result.err
    sandbox.finish(uuid)
    again = run(None, verb="resume")
    assert (again.code, again.out) == (0, "confirmed: 1\n")
    assert len(read_accepted_refusals(sandbox, uuid)) == 1


def test_lost_response_is_settled_by_reading_without_a_second_send(run, sandbox, tmp_path):
    orders = sandbox.order_batch(4, status=PARCEL)
    sandbox.fault("close", operation="refusal", when="after", times=2)
    result = run(write_orders(tmp_path, *orders))
    assert result.code == 0, result.err
    assert [len(sandbox.truth(uuid)["refusals"]) for uuid in orders] == [1] * 4


def test_dry_run_reports_the_action_of_every_row_and_sends_nothing(oint, sandbox, tmp_path):
    refusable, created = sandbox.order(status=PARCEL), sandbox.order(status="CREATED")
    delivered = sandbox.order(status="DELIVERED")
    path = write_orders(tmp_path, "uuid", refusable, created, delivered, "oops", refusable, name="orders.csv")
    result = oint("refusals", "run", str(path), "--dry-run", "--json")
    assert result.code == 6
    assert [row["action"] for row in result.json["rows"]] == [
        "refuse",
        "delete",
        "client_return",
        "invalid",
        "duplicate",
    ]
    assert result.json["requests"] == 5
    assert [sandbox.truth(uuid)["refusals"] for uuid in (refusable, created, delivered)] == [[], [], []]
    assert "delete the order (a refusal is billed)" in oint("refusals", "run", str(path), "--dry-run").out


def test_ctrl_c_ends_cleanly_and_names_the_resume_command(oint, sandbox, tmp_path):
    orders = sandbox.order_batch(60, status=PARCEL)
    words = (
        "refusals",
        "run",
        str(write_orders(tmp_path, *orders)),
        "--rate",
        "20",
        "--quiet",
        "--poll",
        "100ms",
        "--yes",
    )
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not any(sandbox.truth(uuid)["refusals"] for uuid in orders[:3]):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "oint refusals resume 1" in err.decode()
    sandbox.settings(refusal={"mode": "at_once"})
    again = oint("refusals", "resume", "--quiet", "--poll", "50ms")
    assert (again.code, again.out) == (0, "confirmed: 60\n")
    assert [len(read_accepted_refusals(sandbox, uuid)) for uuid in orders] == [1] * 60


def test_batch_of_another_host_or_account_is_not_changed(run, oint, sandbox, tmp_path):
    run(write_orders(tmp_path, sandbox.order(status=PARCEL)))
    other = oint("refusals", "resume", "--quiet", OINT_CDEK_ACCOUNT="another-account", OINT_CDEK_PASSWORD="x")
    assert other.code == 2
    assert "another account or host" in other.err


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("no-such-file.csv",), 2, "does not exist"),
        (("empty.csv",), 6, "has no row"),
        (("orders.txt", "--column", "nonsense"), 2, "--column"),
        (("orders.txt", "--rate", "0"), 2, "--rate"),
        (("orders.txt", "--rate", "nan"), 2, "--rate"),
        (("orders.txt", "--wait", "long"), 2, "--wait"),
        (("orders.txt", "--ledger", "orders.txt"), 99, "ledger"),
    ],
)
def test_invalid_run_has_its_exit_code_and_a_hint(oint, tmp_path, words, code, expected):
    write_orders(tmp_path, "11111111-2222-3333-4444-555555555555")
    (tmp_path / "empty.csv").write_text("")
    result = oint("refusals", "run", *words)
    assert (result.code, result.out) == (code, "")
    assert expected in result.err
    assert "Traceback" not in result.err


def test_rejected_credentials_end_with_4_and_rows_stay_planned(oint, sandbox, tmp_path):
    path = write_orders(tmp_path, *sandbox.order_batch(2, status=PARCEL))
    result = oint("refusals", "run", str(path), "--quiet", "--yes", OINT_CDEK_PASSWORD="wrong")
    assert result.code == 4
    again = oint("refusals", "run", str(path), "--quiet", "--json", "--poll", "50ms", "--yes")
    assert again.json["counts"] == {"confirmed": 2}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_ledger_is_private_and_contains_no_secret(run, oint, sandbox, tmp_path):
    run(write_orders(tmp_path, sandbox.order(status=PARCEL)))
    ledger = tmp_path / "data" / "refusals.sqlite"
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600
    stored = b"".join(path.read_bytes() for path in ledger.parent.iterdir())
    assert oint.env["OINT_CDEK_PASSWORD"].encode() not in stored
    assert oint.env["OINT_CDEK_ACCOUNT"].encode() not in stored


def test_missing_async_extra_names_the_install_command(run, sandbox, tmp_path):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "httptools.py").write_text("raise ImportError")
    path = write_orders(tmp_path, sandbox.order(status=PARCEL))
    result = run(path, PYTHONPATH=str(tmp_path / "without"))
    assert (result.code, result.out) == (2, "")
    assert "pip install 'oint[async]'" in result.err
    assert run(path).out == "confirmed: 1\n"


def test_orders_are_read_from_standard_input_by_run(oint, sandbox):
    sandbox.settings(refusal={"mode": "at_once"})
    uuid = sandbox.order(status=PARCEL)
    result = oint("refusals", "run", "-", *FAST, "--yes", stdin=f"{uuid}\n")
    assert (result.code, result.out) == (0, "confirmed: 1\n")


def test_plan_writes_rows_sends_nothing_and_names_approve(run, oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once"})
    orders = sandbox.order_batch(3, status=PARCEL)
    path = write_orders(tmp_path, "uuid", *orders, name="orders.csv")
    result = oint("refusals", "plan", str(path), "--json")
    assert result.code == 0
    assert {name: result.json[name] for name in ("batch", "total", "added")} == {"batch": 1, "total": 3, "added": 3}
    assert "oint refusals approve 1" in result.err
    assert [len(sandbox.truth(uuid)["refusals"]) for uuid in orders] == [0] * 3
    again = oint("refusals", "plan", str(path))
    assert (again.code, "already in the ledger" in again.out) == (0, True)
    assert run(None, verb="resume").code == 2
    assert oint("refusals", "approve", "--yes").out == "Batch 1: rows approved: 3, held: 0\n"
    assert run(None, verb="resume").out == "confirmed: 3\n"


def test_unreadable_file_is_rejected_by_plan_as_by_run(oint):
    result = oint("refusals", "plan", "no-such-file.csv")
    assert (result.code, result.out) == (2, "")
    assert "does not exist" in result.err


def test_number_means_a_batch_before_a_file(run, oint, sandbox, tmp_path):
    first, second = sandbox.order_batch(2, status=PARCEL)
    for uuid, name in ((first, "orders.txt"), (second, "1")):
        assert oint("refusals", "plan", str(write_orders(tmp_path, uuid, name=name)), "--quiet").code == 0
    for number in "12":
        assert oint("refusals", "approve", number, "--yes").code == 0
    assert run("1", verb="resume").out == "confirmed: 1\n"
    assert [len(read_accepted_refusals(sandbox, uuid)) for uuid in (first, second)] == [1, 0]


def leave_batch_incomplete(oint):
    """Make the batch incomplete, as a kill during the planning leaves it."""
    with (
        closing(open_ledger(str(oint.home / "data" / "refusals.sqlite"))) as ledger,
        ledger.database.write_transaction() as cursor,
    ):
        cursor.fetch_all("UPDATE batch SET total = NULL")


def test_incomplete_batch_is_not_resumed_and_run_adds_the_rest(run, oint, sandbox, tmp_path):
    path = write_orders(tmp_path, *sandbox.order_batch(3, status=PARCEL))
    oint("refusals", "plan", str(path), "--quiet")
    leave_batch_incomplete(oint)
    result = run(None, verb="resume")
    assert (result.code, result.out) == (2, "")
    assert "not all in the ledger yet" in result.err
    assert "Repeat the command run or plan" in result.err
    assert "repeat the same command" in oint("refusals", "status").out
    assert not sandbox.calls("refusal")
    assert run(path).out == "confirmed: 3\n"


def test_retry_hint_names_its_row_and_sends_only_that_row(run, oint, sandbox, tmp_path):
    lost = {"status": "NOT_DELIVERED", "reason_code": "26"}
    others = [
        sandbox.order(**options)
        for options in ({"status": "DELIVERED"}, {"status": "REMOVED"}, {"status": "INVALID"}, lost)
    ]
    created, second = (sandbox.order(status="CREATED") for _ in range(2))
    assert run(write_orders(tmp_path, *others, created, second)).code == 6
    hints = {row["row"]: row["next_step"] for row in oint("refusals", "report", "--json").json}
    commands = re.findall(r"oint (refusals retry \d+ --row \d+), then oint (refusals resume \d+)", hints[5])
    assert len(commands) == 1, hints
    assert not any("retry" in hints[row] for row in (1, 2, 3, 4))
    assert "claim" in hints[4]
    retry, resume = (words.split() for words in commands[0])
    assert oint(*retry).code == 0
    result = oint(*resume, *FAST, "--json")
    assert (result.code, result.json["counts"]) == (9, {"advised": 5, "confirmed": 1}), result.err
    assert [len(read_accepted_refusals(sandbox, uuid)) for uuid in (*others, created, second)] == [0, 0, 0, 0, 1, 0]


def test_retry_by_code_sends_only_rows_of_that_code(run, oint, sandbox, tmp_path):
    delivered, *created = [sandbox.order(status=status) for status in ("DELIVERED", "CREATED", "CREATED")]
    run(write_orders(tmp_path, delivered, *created))
    assert oint("refusals", "retry", "--code", "delete").out == "Batch 1: new attempts: 2\n"
    assert run(None, "--json", verb="resume").json["counts"] == {"advised": 1, "confirmed": 2}
    assert [len(read_accepted_refusals(sandbox, uuid)) for uuid in (delivered, *created)] == [0, 1, 1]


def test_even_if_billed_overrules_only_the_advice_to_delete(run, sandbox, tmp_path):
    delivered, created = sandbox.order(status="DELIVERED"), sandbox.order(status="CREATED")
    result = run(write_orders(tmp_path, delivered, created), "--even-if-billed", "--json")
    assert (result.code, result.json["counts"]) == (9, {"advised": 1, "confirmed": 1})
    assert (read_accepted_refusals(sandbox, delivered), len(read_accepted_refusals(sandbox, created))) == ([], 1)
