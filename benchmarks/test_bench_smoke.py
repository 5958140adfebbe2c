"""Test the bench without a clock: its requests, counts and verdicts."""

import sys

import pytest

from benchmarks import offices, sandbox, wire
from benchmarks.processes import Defect, Server, Worker, call
from benchmarks.table import Row, drawn


def test_measured_response_has_a_typical_size():
    assert len(wire.ACCEPTED) == 277


@pytest.mark.parametrize("missing_bytes", [1, 60, 300])
def test_message_has_a_length_only_when_complete(missing_bytes):
    message = wire.answer("202 Accepted", wire.ACCEPTED)
    size = wire.length(message[:-missing_bytes])
    assert wire.length(message) == len(message)
    assert size == 0 or size > len(message) - missing_bytes


@pytest.mark.parametrize(
    ("ours", "floor"), [("ours:sync", "floors:sync"), ("ours:asynchronous", "floors:asynchronous")]
)
def test_reference_sends_the_same_bytes_as_the_client(ours, floor):
    with Server() as server:
        with Worker(ours, server.url) as client:
            client.run(1)
        sent = server.last()
        with Worker(floor, server.url, sent) as raw:
            raw.run(1)
        assert sent.startswith(b"POST /v2/orders/")
        assert server.last() == sent


def test_unmeasurable_client_is_a_defect_that_names_its_cause():
    with (
        Worker("ours:nothing_of_the_kind", "http://127.0.0.1:1/v2") as worker,
        pytest.raises(Defect, match="nothing_of_the_kind"),
    ):
        worker.run(1)


def test_failing_command_is_a_defect():
    with pytest.raises(Defect, match="ended with 3"):
        call([sys.executable, "-c", "raise SystemExit(3)"])


@pytest.mark.parametrize(
    ("ours", "at_least", "verdict"),
    [
        (8, False, "within"),
        (9, False, "MISSED"),
        (8, True, "within"),
        (7, True, "MISSED"),
        (None, False, "not measured"),
    ],
)
def test_verdict_compares_the_ratio_with_the_budget(ours, at_least, verdict):
    row = Row("a row", ours, 1.0, budget=8, at_least=at_least, note="a note")
    assert row.verdict == verdict
    assert drawn([row]).endswith("a row: a note")


def test_sandbox_is_measured_by_accepted_refusals():
    rate, start, memory = sandbox.rows(1, 320)
    assert not any(row.defect for row in (rate, start, memory)), drawn([rate, start, memory])
    assert rate.ours
    assert start.ours


def test_offices_are_counted_by_every_reader():
    rows = offices.rows(1, 500)
    assert not any(row.defect for row in rows), drawn(rows)
    assert all(row.floor > 0 for row in rows[:2])
