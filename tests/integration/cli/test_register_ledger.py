"""`oint refusals register` records each sending in the ledger. Whatever is killed, waits or fails, an order gets one refusal."""

import itertools
import re
import signal
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from oint.cdek import Account, Client
from oint.cdek._http import Timeouts
from oint.refusals import PollingPolicy, register_refusal
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.single_refusals import open_single_refusals
from tests.support.forked_oint import Forks, Point
from tests.support.relay import running_relay

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
TIMEOUT_SECONDS = 60
FAST = ("--poll", "50ms")
LOST = re.compile(r"CDEK's answer was lost\. Looking for the refusal on the order for up to (\d+) s")
IN_WORK = "another process is handling the refusal of this order"


@pytest.fixture
def relay(sandbox, oint):
    """Run a relay between the command and a sandbox that decides at once."""
    sandbox.settings(refusal={"mode": "at_once"})
    with running_relay(sandbox) as relay:
        oint.env["OINT_CDEK_URL"] = relay.url
        yield relay


class RegisterProcess:
    """Run `oint refusals register` in the background of a test."""

    def __init__(self, oint, *words):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = oint.start("refusals", "register", *words, *FAST, **pipes)

    def seconds_to_settle(self):
        """Return the seconds for which the process looks for the lost refusal; wait for its message."""
        match = LOST.match(self.process.stderr.readline().decode())
        assert match, self.end()
        return int(match[1])

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        return self.end()

    def end(self):
        """Wait for the end of the process; return exit code, stdout and stderr."""
        out, err = self.process.communicate(timeout=TIMEOUT_SECONDS)
        return self.process.returncode, out.decode(), err.decode()


def count_refusals(sandbox, uuid):
    """Return the number of refusals of an order that CDEK received."""
    return len(sandbox.truth(uuid)["refusals"])


def ledger_file(oint):
    return str(oint.home / "data" / "refusals.sqlite")


def change_ledger(oint, sql, *values):
    with closing(open_ledger(ledger_file(oint))) as ledger, ledger.database.write_transaction() as cursor:
        cursor.fetch_all(sql, *values)


def read_states(path):
    """Return the states of the rows of a ledger."""
    with closing(open_ledger(path)) as ledger, ledger.database.read_transaction() as cursor:
        return [row[0] for row in cursor.fetch_all("SELECT state FROM refusal ORDER BY id")]


# --- a request in flight ---


def test_refusal_in_flight_after_a_reset_is_awaited_and_not_resent(oint, sandbox, order, relay):
    held_request = relay.hold_refusal()
    first = RegisterProcess(oint, order, "--wait", "1s")
    assert 80 < first.seconds_to_settle() <= 90
    assert count_refusals(sandbox, order) == 0
    held_request.release()
    code, out, _ = first.end()
    assert (code, ": confirmed." in out) == (0, True), out
    assert (relay.posts, count_refusals(sandbox, order)) == (1, 1)


def test_batch_awaits_a_refusal_in_flight_after_a_reset(oint, sandbox, order, relay, tmp_path):
    (tmp_path / "orders.txt").write_text(order)
    held_request = relay.hold_refusal()
    words = ("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    run = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    held_request.wait_until_sent()
    while "unknown" not in read_states(ledger_file(oint)):
        assert run.poll() is None
    held_request.release()
    out, err = run.communicate(timeout=TIMEOUT_SECONDS)
    assert (run.returncode, out.decode()) == (0, "confirmed: 1\n"), err
    assert (relay.posts, count_refusals(sandbox, order)) == (1, 1)


def test_refusal_in_flight_after_a_timeout_is_awaited_for_180_seconds(sandbox, order, relay, tmp_path):
    held_request, is_lost, outcomes = relay.hold_refusal(reset=False), threading.Event(), []
    seconds = []
    account = Account(sandbox.account, sandbox.password)

    def note_lost(left):
        seconds.append(left)
        is_lost.set()

    def register():
        timeouts = Timeouts(read=1.0, total=1.0)
        address = str(tmp_path / "ledger.sqlite")
        with (
            Client(account, url=relay.url, timeouts=timeouts) as client,
            open_single_refusals(address, relay.url, "mark", account="x", by="test") as record,
        ):
            outcomes.append(
                register_refusal(
                    client, order, wait=0, polling=PollingPolicy(first=0.05), record=record, on_lost=note_lost
                )
            )

    thread = threading.Thread(target=register)
    thread.start()
    assert is_lost.wait(TIMEOUT_SECONDS)
    held_request.release()
    thread.join(TIMEOUT_SECONDS)
    assert (seconds, outcomes[0].verdict, count_refusals(sandbox, order)) == ([180.0], "confirmed", 1)


def test_refusal_in_flight_of_a_killed_process_is_awaited_by_the_next(oint, sandbox, order, relay):
    held_request = relay.hold_refusal(reset=False)
    first = RegisterProcess(oint, order)
    held_request.wait_until_sent()
    assert first.kill()[0] == -signal.SIGKILL
    second = RegisterProcess(oint, order, "--wait", "1s")
    assert 170 < second.seconds_to_settle() <= 180
    held_request.release()
    assert second.end()[0] == 0
    assert (relay.posts, count_refusals(sandbox, order)) == (1, 1)


# --- lost, not shown on the card ---


def test_lost_response_has_one_settling_time_for_all_commands(oint, sandbox, order, relay):
    relay.hold_refusal()  # never released
    first = RegisterProcess(oint, order, "--wait", "1s")
    assert first.seconds_to_settle() == 90
    blocked = oint("refusals", "register", order, "--wait", "1s")
    assert (blocked.code, IN_WORK in blocked.out, "oint refusals show" in blocked.out) == (8, True, True)
    assert first.kill()[0] == -signal.SIGKILL
    change_ledger(oint, "UPDATE refusal SET lost_at = lost_at - 50")
    third = RegisterProcess(oint, order, "--wait", "1s")
    assert third.seconds_to_settle() <= 40
    code, _, err = third.kill(signal.SIGINT)
    assert (code, "Traceback" in err) == (130, False)
    assert (relay.posts, count_refusals(sandbox, order), read_states(ledger_file(oint))) == (1, 0, ["unknown"])
    fourth = oint("refusals", "register", order, "--settle", "300ms", *FAST)
    assert (fourth.code, ": confirmed." in fourth.out) == (0, True), fourth
    assert (relay.posts, count_refusals(sandbox, order)) == (2, 1)


def test_refusal_settled_since_is_resent_once_without_waiting(oint, sandbox, order, relay):
    relay.hold_refusal()
    first = RegisterProcess(oint, order)
    first.seconds_to_settle()
    first.kill()
    change_ledger(oint, "UPDATE refusal SET lost_at = lost_at - 90")
    second = oint("refusals", "register", order, *FAST, "--json")
    assert (second.code, second.json[0]["verdict"], second.json[0]["sent"]) == (0, "confirmed", 2), second.err
    assert count_refusals(sandbox, order) == 1


# --- parallel commands ---


def test_one_of_two_parallel_commands_sends_and_the_other_reports_it(oint, sandbox, order, relay):
    held_request = relay.hold_refusal(reset=False)
    first = RegisterProcess(oint, order)
    held_request.wait_until_sent()
    for words in ((order,), (order, "--json")):
        blocked = oint("refusals", "register", *words)
        assert (blocked.code, IN_WORK in blocked.out) == (8, True), blocked
    assert blocked.json[0]["code"] == "in_work"
    held_request.release()
    assert first.end()[0] == 0
    assert (relay.posts, count_refusals(sandbox, order)) == (1, 1)


def test_one_of_many_parallel_commands_sends(oint, sandbox, order, relay):
    commands = [RegisterProcess(oint, order) for _ in range(5)]
    results = [command.end() for command in commands]
    assert {code for code, _, _ in results} <= {0, 8}, results
    assert any(code == 0 for code, _, _ in results)
    assert (relay.posts, count_refusals(sandbox, order)) == (1, 1)


def test_order_in_work_elsewhere_does_not_stop_the_others(oint, sandbox, order, relay):
    other = sandbox.order(status=PARCEL)
    held_request = relay.hold_refusal(reset=False)
    first = RegisterProcess(oint, order)
    held_request.wait_until_sent()
    result = oint("refusals", "register", order, other, *FAST, "--json")
    assert (result.code, [row["verdict"] for row in result.json]) == (9, ["sending", "confirmed"])
    held_request.release()
    assert first.end()[0] == 0
    assert [count_refusals(sandbox, uuid) for uuid in (order, other)] == [1, 1]


def test_register_leaves_an_order_to_the_batch_that_sends_it(oint, sandbox, order, relay, tmp_path):
    (tmp_path / "orders.txt").write_text(order)
    held_request = relay.hold_refusal(reset=False)
    words = ("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    run = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    held_request.wait_until_sent()
    blocked = oint("refusals", "register", order)
    assert (blocked.code, IN_WORK in blocked.out) == (8, True), blocked
    held_request.release()
    out, err = run.communicate(timeout=TIMEOUT_SECONDS)
    assert (run.returncode, out.decode()) == (0, "confirmed: 1\n"), err
    assert (relay.posts, count_refusals(sandbox, order)) == (1, 1)


def test_batch_leaves_an_order_to_the_register_that_sends_it(oint, sandbox, order, relay, tmp_path):
    other = sandbox.order(status=PARCEL)
    (tmp_path / "orders.txt").write_text(f"{order}\n{other}\n")
    held_request = relay.hold_refusal(reset=False)
    first = RegisterProcess(oint, order)
    held_request.wait_until_sent()
    result = oint("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    assert (result.code, "confirmed: 1" in result.out) == (9, True), result
    held_request.release()
    assert first.end()[0] == 0
    again = oint("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    assert (again.code, again.out) == (0, "confirmed: 2\n"), again.err
    assert [count_refusals(sandbox, uuid) for uuid in (order, other)] == [1, 1]


# --- a ledger that cannot be written ---


def test_nothing_is_sent_when_the_ledger_cannot_be_created(oint, sandbox, order):
    (oint.home / "file").write_text("no ledger, but a text that somebody has written long before this test came")
    for address in ("file/ledger.sqlite", "/proc/ledger.sqlite", "file"):
        result = oint("refusals", "register", order, "--ledger", address)
        assert result.code in {2, 99}, result
        assert re.fullmatch(r"oint: ledger \S+: .+\. .*--ledger.*\n", result.err), result
    assert sandbox.calls("refusal") == []


def test_ledger_at_its_size_limit_stops_the_refusal_before_it_is_sent(oint, sandbox, order):
    import resource  # noqa: PLC0415 - Windows has none

    def limit_file_size():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    assert oint("refusals", "register", sandbox.order(status="DELIVERED")).code == 6
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    for words in ((order,), (order, "--json")):
        process = oint.start("refusals", "register", *words, **pipes, preexec_fn=limit_file_size)
        out, err = process.communicate(timeout=TIMEOUT_SECONDS)
        assert process.returncode == 99, (out, err)
        assert b"ledger" in out + err
        assert b"Traceback" not in out + err
    assert sandbox.calls("refusal") == []


# --- a killed process or a failing ledger at each point ---


@pytest.fixture
def fork_oint(oint, tmp_path):
    return Forks(tmp_path, oint.env)


def build_words(order, ledger):
    return ("refusals", "register", order, "--ledger", ledger, *FAST, "--settle", "300ms", "--json")


@pytest.mark.parametrize("kind", ["before write", "before send", "after answer"])
@pytest.mark.parametrize(("verdict", "code"), [("by_rules", 0), ("invalid", 3)])
def test_kill_at_any_point_sends_once_and_the_next_run_gets_the_verdict(fork_oint, sandbox, kind, verdict, code):
    sandbox.settings(refusal={"mode": "at_once", "verdict": verdict})
    for number in itertools.count(1):
        order, ledger = sandbox.order(status=PARCEL), f"{number}.sqlite"
        code_of_kill, output, is_reached = fork_oint(*build_words(order, ledger), point=Point(kind, number))
        assert (code_of_kill, is_reached) in {(-signal.SIGKILL, True), (code, False)}, output
        if not is_reached:
            break
        sandbox.drain()
        if read_states(fork_oint.folder / ledger) == ["rejected"]:
            continue  # a final state: a person who names the order again sends it again
        again, output, _ = fork_oint(*build_words(order, ledger))
        assert (again, count_refusals(sandbox, order)) == (code, 1), (kind, number, output)
    assert number > (8 if kind.endswith("write") else 1)


def test_ledger_failure_at_any_point_loses_no_sending_and_no_verdict(fork_oint, sandbox):
    sandbox.settings(refusal={"mode": "at_once"})
    refusal_counts = set()
    for number in itertools.count(1):
        order, ledger = sandbox.order(status=PARCEL), f"{number}.sqlite"
        point = Point("before write", number, is_kill=False)
        result, output, is_reached = fork_oint(*build_words(order, ledger), point=point)
        if not is_reached:
            break
        refusal_counts.add(count_refusals(sandbox, order))
        if count_refusals(sandbox, order):
            assert (result, '"verdict": "confirmed"' in output) == (0, True), (number, output)
        else:
            assert (result, '"verdict": "confirmed"' in output) == (99, False), (number, output)
        if read_states(fork_oint.folder / ledger) != ["confirmed"]:
            assert "database or disk is full" in output
            assert "Make room and repeat the command" in output
        again, output, _ = fork_oint(*build_words(order, ledger))
        assert (again, count_refusals(sandbox, order)) == (0, 1), (number, output)
    assert refusal_counts == {0, 1}


# --- the ledger shows it ---


def test_show_and_list_name_what_register_did(oint, sandbox, order):
    sandbox.settings(refusal={"mode": "at_once"})
    created = sandbox.order(status="CREATED", im_number="shop-9")
    assert oint("refusals", "register", order, created, *FAST).code == 9
    assert oint("refusals", "register", "shop-9", "--even-if-billed", *FAST).code == 0
    for name in (order, sandbox.truth(order)["cdek_number"]):
        history = oint("refusals", "show", name)
        assert (history.code, "(register)" in history.out, "confirmed." in history.out) == (0, True, True)
        assert "the refusal is being sent [planned → sending]" in history.out
    (refusal,) = oint("refusals", "show", "shop-9", "--json").json
    assert (refusal["name"], refusal["verdict"], refusal["uuid"]) == ("register", "confirmed", created)
    batches = oint("refusals", "list", "--json").json
    assert [(batch["name"], batch["state"], batch["counts"]) for batch in batches] == [
        ("register", "done", {"confirmed": 1})
    ] * 2
    assert "register" in oint("refusals", "list").out
