"""How `oint mcp start` ends: what was taken is answered, what was not taken is not begun, and the log reports the rest."""

import json
import os
import signal
from collections import Counter
from contextlib import ExitStack

import pytest

from tests.support.holding_relay import HoldingRelay
from tests.support.mcp_lines import calling, executing, lines_of, modern, requests

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals, and no named pipes")
ALLOW = {"allow": ["CreateRefusal"]}


@pytest.fixture
def start(home):
    """Start the server with a refusal allowed; the log is `home.log`."""
    return lambda: home.start("start", "-c", home.config(ALLOW), "-l", str(home.log))


@pytest.fixture
def relay(home, box):
    """Hold back the answers that the server gets."""
    with HoldingRelay(box.url) as relay:
        home.env["OINT_CDEK_URL"] = relay.url
        yield relay


@pytest.fixture
def log(home):
    """The lines of the log as they are written, to wait for: it is a named pipe."""
    os.mkfifo(home.log)
    with ExitStack() as stack:
        yield lambda: map(json.loads, stack.enter_context(home.log.open(encoding="utf-8")))


@pytest.fixture
def amid(relay, log, order, start):
    """A server in the middle of the refusal of `order`, and the lines of its log."""
    with start() as process:
        lines = log()
        sent(process, requests(executing("CreateRefusal", uuid=order)))
        relay.held.acquire()
        yield process, lines
        relay.open()


def until(log, event):
    """The lines up to the next one of this event."""
    lines = []
    for line in log:
        lines.append(line)
        if line["event"] == event:
            return lines
    raise AssertionError([event, lines])


def sent(process, *lines):
    process.stdin.write(b"".join(lines))
    process.stdin.flush()


def answers(out):
    """The answers by their ids, each of which comes once."""
    found = [json.loads(line) for line in out.splitlines()]
    assert max(Counter(each["id"] for each in found).values()) == 1
    return {each["id"]: each for each in found}


def content(answer):
    return json.loads(answer["result"]["content"][0]["text"])


@pytest.fixture
def refusals(box):
    """How many refusals of an order have come to the sandbox."""
    return lambda order: len(box.truth(order)["refusals"])


def outcomes(lines):
    return [line["outcome"] for line in lines if line["event"] == "call"]


@pytest.mark.parametrize("era", [requests, modern])
def test_refusal_is_answered_though_stdin_closes_right_after_it(home, box, order, start, era):
    box.fault({"type": "delay", "seconds": 0.5}, operation="refusal")
    with start() as process:
        out, err = process.communicate(era(executing("CreateRefusal", uuid=order)))
    assert (process.returncode, err) == (0, b"")
    entry = content(answers(out)[1])["execution_result"]["requests"][0]
    assert (entry["type"], entry["state"]) == ("CREATE_REFUSAL", "ACCEPTED")
    assert len(box.truth(order)["refusals"]) == 1
    assert '"outcome":"done"' in home.log.read_text("utf-8")


@posix_only
def test_answer_that_comes_after_stdin_has_closed_is_written_before_the_end(relay, amid):
    process, lines = amid
    process.stdin.close()
    assert until(lines, "draining")[-1]["owed"] == 1
    relay.open()
    out = process.stdout.read()
    ended = until(lines, "end")
    assert (process.wait(), outcomes(ended)) == (0, ["done"])
    assert "error" not in content(answers(out)[1])


def test_every_call_of_a_client_that_closes_stdin_is_answered_once(box, order, start):
    box.fault({"type": "delay", "seconds": 0.2}, operation="order_get")
    calls = [executing("GetOrder", uuid=order) for _ in range(100)]  # more than run at once
    with start() as process:
        out, err = process.communicate(requests(*calls))
    assert (process.returncode, err) == (0, b"")
    found = answers(out)
    assert sorted(found) == list(range(101))
    assert {content(found[number])["execution_result"]["entity"]["uuid"] for number in range(1, 101)} == {order}


def test_requests_of_every_kind_are_answered_though_stdin_closes_right_after_them(start, order):
    calls = [
        {"method": "tools/list"},
        {"method": "ping"},
        {"method": "x/y"},
        calling("get_services"),
        calling("get_method_parameters", service="cdek", method="nothing"),
        executing("GetOrder", uuid="not-a-uuid"),
        executing("GetOrder", uuid=order),
    ]
    with start() as process:
        out, err = process.communicate(requests(*calls))
    assert (process.returncode, err) == (0, b"")
    assert sorted(answers(out)) == list(range(len(calls) + 1))


@pytest.mark.parametrize("cut", [b'{"jsonrpc": "2.0", "id": 5, "method"', None])
def test_last_line_that_is_cut_off_is_not_begun(box, order, start, cut):
    if cut is None:
        cut = lines_of(executing("CreateRefusal", uuid=order) | {"jsonrpc": "2.0", "id": 5})[:-3]
    with start() as process:
        out, err = process.communicate(requests() + cut)
    assert (process.returncode, err) == (0, b"")
    assert sorted(answers(out)) == [0]
    assert box.calls() == []


@posix_only
def test_call_that_the_client_cancels_is_ended_and_logged_and_owes_no_answer(relay, amid, refusals, order):
    cancelled = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
    process, lines = amid
    sent(process, lines_of(cancelled))
    process.stdin.close()
    until(lines, "draining")
    relay.open()
    out = process.stdout.read()
    ended = until(lines, "end")
    assert process.wait() == 0
    assert sorted(answers(out)) == [0]
    assert outcomes(ended) == ["done"]
    assert refusals(order) == 1


@posix_only
@pytest.mark.parametrize("closes_stdin", [True, False])
def test_call_of_a_client_that_no_longer_reads_is_ended_and_logged(relay, amid, refusals, order, closes_stdin):
    process, lines = amid
    process.stdout.readline()
    process.stdout.close()
    if closes_stdin:
        process.stdin.close()
    relay.open()
    ended = until(lines, "end")
    assert process.wait() == 0
    assert process.stderr.read() == b""
    assert outcomes(ended) == ["done"]
    assert [line["unanswered"] for line in ended if line["event"] == "gone"] == [1]
    assert refusals(order) == 1


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_amid_a_call_is_logged_and_the_call_is_ended_and_answered(relay, amid, refusals, order, number):
    process, lines = amid
    process.send_signal(number)
    signalled = until(lines, "unfinished")
    relay.open()
    out, err = process.communicate()
    ended = until(lines, "end")
    assert process.returncode == 130
    assert signalled[-2] | {"event": "signal", "signal": signal.Signals(number).name, "running": 1} == signalled[-2]
    assert (signalled[-1]["method"], signalled[-1]["uuid"]) == ("CreateRefusal", order)
    assert outcomes(ended) == ["done"]
    assert "error" not in content(answers(out)[1])
    assert refusals(order) == 1
    assert b"second signal" in err
    assert err.count(b"\n") == 1


@posix_only
def test_second_signal_ends_at_once_and_the_log_has_the_calls_that_were_not_ended(amid, order):
    process, lines = amid
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 130
    signalled = until(lines, "unfinished")
    assert {line["event"] for line in lines} <= {"draining", "end"}
    assert (signalled[-1]["tool"], signalled[-1]["uuid"]) == ("execute_method", order)


@posix_only
def test_what_comes_after_a_signal_is_not_begun(relay, amid, box, refusals):
    other = box.order(status="ACCEPTED_AT_PICK_UP_POINT")
    process, lines = amid
    process.send_signal(signal.SIGTERM)
    until(lines, "unfinished")
    sent(process, lines_of(executing("CreateRefusal", uuid=other) | {"jsonrpc": "2.0", "id": 2}))
    relay.open()
    out, _ = process.communicate()
    until(lines, "end")
    assert process.wait() == 130
    assert sorted(answers(out)) == [0, 1]
    assert refusals(other) == 0


@posix_only
def test_call_that_waits_for_its_turn_when_a_signal_comes_is_answered_and_not_begun(log, relay, box, order, start):
    reads = [executing("GetOrder", uuid=box.order()) for _ in range(40)]
    with start() as process:
        lines = log()
        sent(process, requests(*reads, executing("CreateRefusal", uuid=order), {"method": "ping"}))
        for _ in reads:
            relay.held.acquire()
        assert {json.loads(process.stdout.readline())["id"] for _ in range(2)} == {0, 42}
        process.send_signal(signal.SIGTERM)
        signalled = until(lines, "signal")
        relay.open()
        out, _ = process.communicate()
        ended = until(lines, "end")
    assert process.returncode == 130
    assert signalled[-1]["running"] == 40
    error = content(answers(out)[41])["error"]
    assert (error["kind"], error["code"], error["safe_to_repeat"]) == ("unavailable", "server_ending", True)
    assert error["message"]
    assert error["next_step"]
    assert sorted(outcomes(ended)) == [*["done"] * 40, "server_ending"]
    assert box.truth(order)["refusals"] == []


@posix_only
def test_signal_ends_a_server_whose_client_does_not_read_its_answers(home, start):
    calls = [{"method": "tools/list"}] * 300  # many times what a pipe holds
    with start() as process:
        sent(process, requests(*calls))
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 130
        process.stdout.close()
        assert process.stderr.read() == b""
    *_, end = map(json.loads, home.log.read_text("utf-8").splitlines())
    assert (end["event"], end["signal"]) == ("end", "SIGTERM")


@posix_only
def test_signal_after_stdin_has_closed_ends_a_server_that_still_owes_an_answer(relay, amid):
    process, lines = amid
    process.stdin.close()
    until(lines, "draining")
    process.send_signal(signal.SIGTERM)
    until(lines, "unfinished")
    relay.open()
    out = process.stdout.read()
    until(lines, "end")
    assert process.wait() == 130
    assert sorted(answers(out)) == [0, 1]
