"""`oint refusals register` keeps each sending in the ledger: whatever dies, waits or fails, an order gets one refusal."""

import itertools
import re
import signal
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from forked_oint import Forks, Point
from relay import running_relay

from oint.cdek import Account, Client
from oint.cdek.wire import Timeouts
from oint.refusals import PollingPolicy, register_refusal
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.records import open_record

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has neither fork nor SIGKILL")

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
PATIENCE = 60
FAST = ("--poll", "50ms")
LOST = re.compile(r"CDEK's answer was lost\. Looking for the refusal on the order for up to (\d+) s")
IN_WORK = "another process is handling the refusal of this order"


@pytest.fixture
def relay(box, oint):
    """A relay between the command and the sandbox, whose CDEK decides at once."""
    box.settings(refusal={"mode": "at_once"})
    with running_relay(box) as relay:
        oint.env["OINT_CDEK_URL"] = relay.url
        yield relay


class Registering:
    """`oint refusals register` in a process that lives on while the test does something else."""

    def __init__(self, oint, *words):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = oint.start("refusals", "register", *words, *FAST, **pipes)

    def seconds_to_settle(self):
        """Wait until it says that the answer was lost; for how long it looks for the refusal."""
        match = LOST.match(self.process.stderr.readline().decode())
        assert match, self.end()
        return int(match[1])

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        return self.end()

    def end(self):
        """Wait for its end: exit code, stdout, stderr."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), err.decode()


def received(box, uuid):
    """How many refusals of an order CDEK has received."""
    return len(box.truth(uuid)["refusals"])


def ledger_file(oint):
    return str(oint.home / "data" / "refusals.sqlite")


def change_ledger(oint, sql, *values):
    with closing(open_ledger(ledger_file(oint))) as ledger, ledger.database.write_transaction() as cursor:
        cursor.fetch_all(sql, *values)


def states(path):
    """The states of the rows of a ledger."""
    with closing(open_ledger(path)) as ledger, ledger.database.read_transaction() as cursor:
        return [row[0] for row in cursor.fetch_all("SELECT state FROM refusal ORDER BY id")]


# --- a request that is still on its way ---


def test_a_refusal_that_is_on_its_way_after_a_reset_is_awaited_and_not_sent_again(oint, box, order, relay):
    held = relay.hold_refusal()
    first = Registering(oint, order, "--wait", "1s")
    assert 80 < first.seconds_to_settle() <= 90
    assert received(box, order) == 0
    held.release()
    code, out, _ = first.end()
    assert (code, ": confirmed." in out) == (0, True), out
    assert (relay.posts, received(box, order)) == (1, 1)


def test_a_batch_awaits_a_refusal_that_is_on_its_way_after_a_reset(oint, box, order, relay, tmp_path):
    (tmp_path / "orders.txt").write_text(order)
    held = relay.hold_refusal()
    words = ("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    run = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    held.wait_until_sent()
    while "unknown" not in states(ledger_file(oint)):
        assert run.poll() is None
    held.release()
    out, err = run.communicate(timeout=PATIENCE)
    assert (run.returncode, out.decode()) == (0, "confirmed: 1\n"), err
    assert (relay.posts, received(box, order)) == (1, 1)


def test_a_refusal_that_is_on_its_way_after_a_time_out_is_awaited_for_180_seconds(box, order, relay, tmp_path):
    held, lost, ended = relay.hold_refusal(reset=False), threading.Event(), []
    seconds = []
    account = Account(box.account, box.password)

    def note(left):
        seconds.append(left)
        lost.set()

    def register():
        timeouts = Timeouts(read=1.0, total=1.0)
        address = str(tmp_path / "ledger.sqlite")
        with (
            Client(account, url=relay.url, timeouts=timeouts) as client,
            open_record(address, relay.url, "mark", account="x", by="test") as record,
        ):
            ended.append(
                register_refusal(client, order, wait=0, polling=PollingPolicy(first=0.05), record=record, on_lost=note)
            )

    thread = threading.Thread(target=register)
    thread.start()
    assert lost.wait(PATIENCE)
    held.release()
    thread.join(PATIENCE)
    assert (seconds, ended[0].verdict, received(box, order)) == ([180.0], "confirmed", 1)


def test_a_refusal_whose_process_is_killed_while_it_is_on_its_way_is_awaited_by_the_next(oint, box, order, relay):
    held = relay.hold_refusal(reset=False)
    first = Registering(oint, order)
    held.wait_until_sent()
    assert first.kill()[0] == -signal.SIGKILL
    second = Registering(oint, order, "--wait", "1s")
    assert 170 < second.seconds_to_settle() <= 180
    held.release()
    assert second.end()[0] == 0
    assert (relay.posts, received(box, order)) == (1, 1)


# --- lost without a trace ---


def test_a_lost_answer_is_settled_once_whoever_asks_again(oint, box, order, relay):
    relay.hold_refusal()  # and never released
    first = Registering(oint, order, "--wait", "1s")
    assert first.seconds_to_settle() == 90
    busy = oint("refusals", "register", order, "--wait", "1s")
    assert (busy.code, IN_WORK in busy.out, "oint refusals show" in busy.out) == (8, True, True)
    assert first.kill()[0] == -signal.SIGKILL
    change_ledger(oint, "UPDATE refusal SET lost_at = lost_at - 50")
    third = Registering(oint, order, "--wait", "1s")
    assert third.seconds_to_settle() <= 40
    code, _, err = third.kill(signal.SIGINT)
    assert (code, "Traceback" in err) == (130, False)
    assert (relay.posts, received(box, order), states(ledger_file(oint))) == (1, 0, ["unknown"])
    fourth = oint("refusals", "register", order, "--settle", "300ms", *FAST)
    assert (fourth.code, ": confirmed." in fourth.out) == (0, True), fourth
    assert (relay.posts, received(box, order)) == (2, 1)


def test_a_refusal_that_has_settled_since_is_sent_once_more_without_waiting(oint, box, order, relay):
    relay.hold_refusal()
    first = Registering(oint, order)
    first.seconds_to_settle()
    first.kill()
    change_ledger(oint, "UPDATE refusal SET lost_at = lost_at - 90")
    second = oint("refusals", "register", order, *FAST, "--json")
    assert (second.code, second.json[0]["verdict"], second.json[0]["sent"]) == (0, "confirmed", 2), second.err
    assert received(box, order) == 1


# --- at once ---


def test_of_two_commands_at_once_one_sends_and_the_other_says_who_does(oint, box, order, relay):
    held = relay.hold_refusal(reset=False)
    first = Registering(oint, order)
    held.wait_until_sent()
    for words in ((order,), (order, "--json")):
        busy = oint("refusals", "register", *words)
        assert (busy.code, IN_WORK in busy.out) == (8, True), busy
    assert busy.json[0]["code"] == "in_work"
    held.release()
    assert first.end()[0] == 0
    assert (relay.posts, received(box, order)) == (1, 1)


def test_of_many_commands_at_once_one_sends(oint, box, order, relay):
    commands = [Registering(oint, order) for _ in range(5)]
    ends = [command.end() for command in commands]
    assert {code for code, _, _ in ends} <= {0, 8}, ends
    assert any(code == 0 for code, _, _ in ends)
    assert (relay.posts, received(box, order)) == (1, 1)


def test_an_order_that_another_process_handles_stops_none_of_the_others(oint, box, order, relay):
    other = box.order(status=PARCEL)
    held = relay.hold_refusal(reset=False)
    first = Registering(oint, order)
    held.wait_until_sent()
    ended = oint("refusals", "register", order, other, *FAST, "--json")
    assert (ended.code, [row["verdict"] for row in ended.json]) == (9, ["sending", "confirmed"])
    held.release()
    assert first.end()[0] == 0
    assert [received(box, uuid) for uuid in (order, other)] == [1, 1]


def test_register_leaves_an_order_to_the_batch_that_is_sending_it(oint, box, order, relay, tmp_path):
    (tmp_path / "orders.txt").write_text(order)
    held = relay.hold_refusal(reset=False)
    words = ("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    run = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    held.wait_until_sent()
    busy = oint("refusals", "register", order)
    assert (busy.code, IN_WORK in busy.out) == (8, True), busy
    held.release()
    out, err = run.communicate(timeout=PATIENCE)
    assert (run.returncode, out.decode()) == (0, "confirmed: 1\n"), err
    assert (relay.posts, received(box, order)) == (1, 1)


def test_a_batch_leaves_an_order_to_the_register_that_is_sending_it(oint, box, order, relay, tmp_path):
    other = box.order(status=PARCEL)
    (tmp_path / "orders.txt").write_text(f"{order}\n{other}\n")
    held = relay.hold_refusal(reset=False)
    first = Registering(oint, order)
    held.wait_until_sent()
    ended = oint("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    assert (ended.code, "confirmed: 1" in ended.out) == (9, True), ended
    held.release()
    assert first.end()[0] == 0
    again = oint("refusals", "run", "orders.txt", "--yes", "--quiet", *FAST)
    assert (again.code, again.out) == (0, "confirmed: 2\n"), again.err
    assert [received(box, uuid) for uuid in (order, other)] == [1, 1]


# --- a ledger that cannot be written ---


def test_where_no_ledger_can_be_made_nothing_is_sent(oint, box, order):
    (oint.home / "file").write_text("no ledger, but a text that somebody has written long before this test came")
    for address in ("file/ledger.sqlite", "/proc/ledger.sqlite", "file"):
        ended = oint("refusals", "register", order, "--ledger", address)
        assert ended.code in {2, 99}, ended
        assert re.fullmatch(r"oint: ledger \S+: .+\. .*--ledger.*\n", ended.err), ended
    assert box.calls("refusal") == []


def test_a_ledger_that_can_grow_no_more_stops_the_refusal_before_it_is_sent(oint, box, order):
    import resource  # noqa: PLC0415 - Windows has none

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    assert oint("refusals", "register", box.order(status="DELIVERED")).code == 6
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    for words in ((order,), (order, "--json")):
        process = oint.start("refusals", "register", *words, **pipes, preexec_fn=small)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 99, (out, err)
        assert b"ledger" in out + err
        assert b"Traceback" not in out + err
    assert box.calls("refusal") == []


# --- a process that is killed, or a ledger that fails, at each point ---


@pytest.fixture
def forked(oint, tmp_path):
    return Forks(tmp_path, oint.env)


def register_words(order, ledger):
    return ("refusals", "register", order, "--ledger", ledger, *FAST, "--settle", "300ms", "--json")


@pytest.mark.parametrize("kind", ["before write", "before send", "after answer"])
@pytest.mark.parametrize(("verdict", "code"), [("by_rules", 0), ("invalid", 3)])
def test_killed_at_any_point_it_is_sent_once_and_the_next_one_tells_cdeks_verdict(forked, box, kind, verdict, code):
    box.settings(refusal={"mode": "at_once", "verdict": verdict})
    for number in itertools.count(1):
        order, ledger = box.order(status=PARCEL), f"{number}.sqlite"
        ended, output, reached = forked(*register_words(order, ledger), point=Point(kind, number))
        assert (ended, reached) in {(-signal.SIGKILL, True), (code, False)}, output
        if not reached:
            break
        box.drain()
        if states(forked.folder / ledger) == ["rejected"]:
            continue  # this one has come to its end: a person who names the order again sends it again
        again, output, _ = forked(*register_words(order, ledger))
        assert (again, received(box, order)) == (code, 1), (kind, number, output)
    assert number > (8 if kind.endswith("write") else 1)


def test_wherever_the_ledger_begins_to_fail_nothing_is_sent_untold_and_no_verdict_is_lost(forked, box):
    box.settings(refusal={"mode": "at_once"})
    sent = set()
    for number in itertools.count(1):
        order, ledger = box.order(status=PARCEL), f"{number}.sqlite"
        point = Point("before write", number, is_kill=False)
        ended, output, reached = forked(*register_words(order, ledger), point=point)
        if not reached:
            break
        sent.add(received(box, order))
        if received(box, order):
            assert (ended, '"verdict": "confirmed"' in output) == (0, True), (number, output)
        else:
            assert (ended, '"verdict": "confirmed"' in output) == (99, False), (number, output)
        if states(forked.folder / ledger) != ["confirmed"]:
            assert "database or disk is full" in output
            assert "Make room and repeat the command" in output
        again, output, _ = forked(*register_words(order, ledger))
        assert (again, received(box, order)) == (0, 1), (number, output)
    assert sent == {0, 1}


# --- what the ledger shows of it ---


def test_show_and_list_name_what_register_did(oint, box, order):
    box.settings(refusal={"mode": "at_once"})
    created = box.order(status="CREATED", im_number="shop-9")
    assert oint("refusals", "register", order, created, *FAST).code == 9
    assert oint("refusals", "register", "shop-9", "--even-if-billed", *FAST).code == 0
    for name in (order, box.truth(order)["cdek_number"]):
        story = oint("refusals", "show", name)
        assert (story.code, "(register)" in story.out, "confirmed." in story.out) == (0, True, True)
        assert "the refusal is being sent [planned → sending]" in story.out
    (refusal,) = oint("refusals", "show", "shop-9", "--json").json
    assert (refusal["name"], refusal["verdict"], refusal["uuid"]) == ("register", "confirmed", created)
    batches = oint("refusals", "list", "--json").json
    assert [(batch["name"], batch["state"], batch["counts"]) for batch in batches] == [
        ("register", "done", {"confirmed": 1})
    ] * 2
    assert "register" in oint("refusals", "list").out
