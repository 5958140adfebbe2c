"""`oint refusals run` and `resume`, through the real command against a real sandbox."""

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
def run(oint, box):
    box.settings(refusal={"mode": "at_once"})

    def run(file, *more, verb="run", **kinds):
        yes = YES if verb == "run" else ()
        return oint("refusals", verb, *([str(file)] if file else []), *FAST, *yes, *more, **kinds)

    return run


def refused(box, uuid):
    return [row for row in box.truth(uuid)["refusals"] if row["http_status"] == 202]


def written(tmp_path, *lines, name="orders.txt"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_every_order_of_a_file_is_refused_once_and_confirmed(run, box, tmp_path):
    orders = box.order_batch(12, status=PARCEL)
    ended = run(written(tmp_path, *orders))
    assert (ended.code, ended.out) == (0, "confirmed: 12\n"), ended.err
    assert [len(refused(box, uuid)) for uuid in orders] == [1] * 12


def test_the_same_file_again_sends_nothing_and_says_why(run, box, tmp_path):
    orders = box.order_batch(3, status=PARCEL)
    path = written(tmp_path, *orders)
    run(path)
    sent = len(box.calls())
    again = run(path, "--json")
    assert again.code == 0
    ended = {"batch": 1, "total": 3, "counts": {"confirmed": 3}, "interrupted": False, "held_back": 0}
    assert {name: again.json[name] for name in ended} == ended
    assert {name for name in again.json if name not in ended} == {
        "account", "host", "file", "planned_by", "planned_at", "approved_by", "approved_at", "cancelled_by", "cancelled_at",
    }  # fmt: skip
    assert len(box.calls()) == sent
    loud = run(path, "--json").err + run(None, verb="resume").err
    assert loud == ""


def test_a_known_file_is_said_to_be_known(oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once"})
    path = written(tmp_path, *box.order_batch(1, status=PARCEL))
    first = oint("refusals", "run", str(path), "--poll", "50ms", "--yes")
    again = oint("refusals", "run", str(path), "--poll", "50ms", "--yes", OINT_LANG="ru")
    assert "Batch 1 (orders.txt), rows: 1" in first.err
    assert "Пакет 1 (orders.txt) уже в реестре" in again.err


def test_what_is_written_about_progress_elsewhere_than_on_a_terminal_is_one_json_object_a_line(oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once"})
    ended = oint(
        "refusals", "run", str(written(tmp_path, *box.order_batch(2, status=PARCEL))), "--poll", "1500ms", "--yes"
    )
    lines = [json.loads(line) for line in ended.err.splitlines() if line.startswith("{")]
    assert len(lines) >= 2
    assert (lines[-1]["done"], lines[-1]["confirmed"], lines[-1]["total"]) == (2, 2, 2)
    assert {"rate", "left", "pending", "rejected", "advised", "waiting"} <= set(lines[-1])


def test_orders_known_by_any_number_meet_as_one_order(run, box, tmp_path):
    uuid = box.order(status=PARCEL, im_number="shop-77")
    number = next(row for row in box.orders() if row["uuid"] == uuid)["cdek_number"]
    ended = run(written(tmp_path, "shop-77", number, uuid), "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"confirmed": 3})
    assert len(refused(box, uuid)) == 1


def test_an_order_that_another_batch_has_refused_is_not_refused_again(run, box, tmp_path):
    first, second = box.order_batch(2, status=PARCEL)
    run(written(tmp_path, first, name="monday.txt"))
    ended = run(written(tmp_path, second, first, name="tuesday.txt"), "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"confirmed": 2})
    assert (len(refused(box, first)), len(refused(box, second))) == (1, 1)


def test_rows_that_cannot_be_refused_stop_nothing_else(run, box, tmp_path):
    good = box.order(status=PARCEL)
    created = box.order(status="CREATED")
    unknown = "11111111-2222-3333-4444-555555555555"
    ended = run(written(tmp_path, "uuid", "not-a-uuid", created, unknown, good, name="orders.csv"), "--json")
    assert (ended.code, ended.json["counts"]) == (9, {"advised": 2, "confirmed": 1, "rejected": 1})
    assert refused(box, created) == []


def test_the_explicit_word_refuses_what_could_be_deleted_for_free(run, box, tmp_path):
    created = box.order(status="CREATED")
    path = written(tmp_path, created)
    assert run(path).code == 6
    ended = run(written(tmp_path, created, "", name="again.txt"), "--even-if-billed", "--json")
    assert (ended.code, ended.json["counts"]) == (0, {"confirmed": 1})


def test_cdeks_no_ends_with_three(run, box, tmp_path):
    box.settings(refusal={"mode": "at_once", "verdict": "invalid", "code": "v2_some_reason", "message": "no"})
    ended = run(written(tmp_path, *box.order_batch(2, status=PARCEL)), "--json")
    assert (ended.code, ended.json["counts"]) == (3, {"rejected": 2})


def test_what_cdek_does_not_decide_in_time_stays_pending_and_resume_goes_on(run, box, tmp_path):
    box.settings(refusal={"mode": "never"})
    uuid = box.order(status=PARCEL)
    ended = run(written(tmp_path, uuid), "--wait", "200ms")
    assert (ended.code, ended.out) == (8, "still pending: 1\n")
    assert "oint refusals resume 1" in ended.err
    box.finish(uuid)
    again = run(None, verb="resume")
    assert (again.code, again.out) == (0, "confirmed: 1\n")
    assert len(refused(box, uuid)) == 1


def test_a_lost_answer_is_settled_by_reading_and_nothing_is_sent_twice(run, box, tmp_path):
    orders = box.order_batch(4, status=PARCEL)
    box.fault("close", operation="refusal", when="after", times=2)
    ended = run(written(tmp_path, *orders))
    assert ended.code == 0, ended.err
    assert [len(box.truth(uuid)["refusals"]) for uuid in orders] == [1] * 4


def test_a_dry_run_tells_every_rows_fate_and_the_cost_and_sends_nothing(oint, box, tmp_path):
    going, created = box.order(status=PARCEL), box.order(status="CREATED")
    delivered = box.order(status="DELIVERED")
    path = written(tmp_path, "uuid", going, created, delivered, "oops", going, name="orders.csv")
    ended = oint("refusals", "run", str(path), "--dry-run", "--json")
    assert ended.code == 6
    assert [row["action"] for row in ended.json["rows"]] == [
        "refuse",
        "delete",
        "client_return",
        "invalid",
        "duplicate",
    ]
    assert ended.json["requests"] == 5
    assert [box.truth(uuid)["refusals"] for uuid in (going, created, delivered)] == [[], [], []]
    assert "delete the order (a refusal is billed)" in oint("refusals", "run", str(path), "--dry-run").out


def test_ctrl_c_ends_cleanly_and_names_the_command_that_goes_on(oint, box, tmp_path):
    orders = box.order_batch(60, status=PARCEL)
    words = ("refusals", "run", str(written(tmp_path, *orders)), "--rate", "20", "--quiet", "--poll", "100ms", "--yes")
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not any(box.truth(uuid)["refusals"] for uuid in orders[:3]):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "oint refusals resume 1" in err.decode()
    box.settings(refusal={"mode": "at_once"})
    again = oint("refusals", "resume", "--quiet", "--poll", "50ms")
    assert (again.code, again.out) == (0, "confirmed: 60\n")
    assert [len(refused(box, uuid)) for uuid in orders] == [1] * 60


def test_a_batch_of_another_host_or_account_is_not_touched(run, oint, box, tmp_path):
    run(written(tmp_path, box.order(status=PARCEL)))
    other = oint("refusals", "resume", "--quiet", OINT_CDEK_ACCOUNT="another-account", OINT_CDEK_PASSWORD="x")
    assert other.code == 2
    assert "another account or host" in other.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
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
def test_what_cannot_be_run_is_told_with_its_code_and_a_next_step(oint, tmp_path, words, code, said):
    written(tmp_path, "11111111-2222-3333-4444-555555555555")
    (tmp_path / "empty.csv").write_text("")
    ended = oint("refusals", "run", *words)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_credentials_that_cdek_does_not_take_end_with_four_and_everything_stays_planned(oint, box, tmp_path):
    path = written(tmp_path, *box.order_batch(2, status=PARCEL))
    ended = oint("refusals", "run", str(path), "--quiet", "--yes", OINT_CDEK_PASSWORD="wrong")
    assert ended.code == 4
    again = oint("refusals", "run", str(path), "--quiet", "--json", "--poll", "50ms", "--yes")
    assert again.json["counts"] == {"confirmed": 2}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_the_ledger_is_its_owners_alone_and_holds_no_secret(run, oint, box, tmp_path):
    run(written(tmp_path, box.order(status=PARCEL)))
    ledger = tmp_path / "data" / "refusals.sqlite"
    assert stat.S_IMODE(ledger.stat().st_mode) == 0o600
    kept = b"".join(path.read_bytes() for path in ledger.parent.iterdir())
    assert oint.env["OINT_CDEK_PASSWORD"].encode() not in kept
    assert oint.env["OINT_CDEK_ACCOUNT"].encode() not in kept


def test_without_the_extra_for_asyncio_a_run_ends_with_the_words_that_install_it_and_goes_on_later(run, box, tmp_path):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "httptools.py").write_text("raise ImportError")
    path = written(tmp_path, box.order(status=PARCEL))
    ended = run(path, PYTHONPATH=str(tmp_path / "without"))
    assert (ended.code, ended.out) == (2, "")
    assert "pip install 'oint[async]'" in ended.err
    assert run(path).out == "confirmed: 1\n"


def test_orders_on_standard_input(oint, box):
    box.settings(refusal={"mode": "at_once"})
    uuid = box.order(status=PARCEL)
    ended = oint("refusals", "run", "-", *FAST, "--yes", stdin=f"{uuid}\n")
    assert (ended.code, ended.out) == (0, "confirmed: 1\n")


def test_plan_writes_the_rows_down_sends_nothing_and_names_the_command_that_does(run, oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once"})
    orders = box.order_batch(3, status=PARCEL)
    path = written(tmp_path, "uuid", *orders, name="orders.csv")
    ended = oint("refusals", "plan", str(path), "--json")
    assert ended.code == 0
    assert {name: ended.json[name] for name in ("batch", "total", "added")} == {"batch": 1, "total": 3, "added": 3}
    assert "oint refusals approve 1" in ended.err
    assert [len(box.truth(uuid)["refusals"]) for uuid in orders] == [0] * 3
    again = oint("refusals", "plan", str(path))
    assert (again.code, "already in the ledger" in again.out) == (0, True)
    assert run(None, verb="resume").code == 2
    assert oint("refusals", "approve", "--yes").out == "Batch 1: rows approved: 3, held: 0\n"
    assert run(None, verb="resume").out == "confirmed: 3\n"


def test_a_file_that_cannot_be_planned_is_told_as_by_run(oint):
    ended = oint("refusals", "plan", "no-such-file.csv")
    assert (ended.code, ended.out) == (2, "")
    assert "does not exist" in ended.err


def test_a_number_names_a_batch_before_a_file_does(run, oint, box, tmp_path):
    first, second = box.order_batch(2, status=PARCEL)
    for uuid, name in ((first, "orders.txt"), (second, "1")):
        assert oint("refusals", "plan", str(written(tmp_path, uuid, name=name)), "--quiet").code == 0
    for number in "12":
        assert oint("refusals", "approve", number, "--yes").code == 0
    assert run("1", verb="resume").out == "confirmed: 1\n"
    assert [len(refused(box, uuid)) for uuid in (first, second)] == [1, 0]


def cut_short(oint):
    """The ledger as a kill within the planning leaves it: a batch that has not got all of its rows."""
    with (
        closing(open_ledger(str(oint.home / "data" / "refusals.sqlite"))) as ledger,
        ledger.database.write_transaction() as cursor,
    ):
        cursor.fetch_all("UPDATE batch SET total = NULL")


def test_a_file_that_is_not_all_in_the_ledger_is_not_carried_out_in_part_and_run_writes_down_the_rest(
    run, oint, box, tmp_path
):
    path = written(tmp_path, *box.order_batch(3, status=PARCEL))
    oint("refusals", "plan", str(path), "--quiet")
    cut_short(oint)
    ended = run(None, verb="resume")
    assert (ended.code, ended.out) == (2, "")
    assert "not all in the ledger yet" in ended.err
    assert "Repeat the command run or plan" in ended.err
    assert "repeat the same command" in oint("refusals", "status").out
    assert not box.calls("refusal")
    assert run(path).out == "confirmed: 3\n"


def test_a_hint_how_to_insist_names_its_row_and_sends_that_row_alone(run, oint, box, tmp_path):
    lost = {"status": "NOT_DELIVERED", "reason_code": "26"}
    others = [box.order(**how) for how in ({"status": "DELIVERED"}, {"status": "REMOVED"}, {"status": "INVALID"}, lost)]
    created, second = (box.order(status="CREATED") for _ in range(2))
    assert run(written(tmp_path, *others, created, second)).code == 6
    hints = {row["row"]: row["next_step"] for row in oint("refusals", "report", "--json").json}
    commands = re.findall(r"oint (refusals retry \d+ --row \d+), then oint (refusals resume \d+)", hints[5])
    assert len(commands) == 1, hints
    assert not any("retry" in hints[row] for row in (1, 2, 3, 4))
    assert "claim" in hints[4]
    retry, resume = (words.split() for words in commands[0])
    assert oint(*retry).code == 0
    ended = oint(*resume, *FAST, "--json")
    assert (ended.code, ended.json["counts"]) == (9, {"advised": 5, "confirmed": 1}), ended.err
    assert [len(refused(box, uuid)) for uuid in (*others, created, second)] == [0, 0, 0, 0, 1, 0]


def test_insisting_by_code_sends_the_rows_of_that_code_alone(run, oint, box, tmp_path):
    delivered, *created = [box.order(status=status) for status in ("DELIVERED", "CREATED", "CREATED")]
    run(written(tmp_path, delivered, *created))
    assert oint("refusals", "retry", "--code", "delete").out == "Batch 1: new attempts: 2\n"
    assert run(None, "--json", verb="resume").json["counts"] == {"advised": 1, "confirmed": 2}
    assert [len(refused(box, uuid)) for uuid in (delivered, *created)] == [0, 1, 1]


def test_even_if_billed_answers_the_advice_to_delete_and_no_other(run, box, tmp_path):
    delivered, created = box.order(status="DELIVERED"), box.order(status="CREATED")
    ended = run(written(tmp_path, delivered, created), "--even-if-billed", "--json")
    assert (ended.code, ended.json["counts"]) == (9, {"advised": 1, "confirmed": 1})
    assert (refused(box, delivered), len(refused(box, created))) == ([], 1)
