"""Test the bench without a clock: its requests, counts and verdicts."""

import sys

import pytest

from benchmarks import offices, sandbox, wire
from benchmarks.processes import BenchmarkError, Server, Worker, run_command
from benchmarks.table import Row, format_table


def test_measured_response_has_a_typical_size():
    assert len(wire.ACCEPTED) == 277


@pytest.mark.parametrize("missing_bytes", [1, 60, 300])
def test_message_has_a_length_only_when_complete(missing_bytes):
    message = wire.build_response("202 Accepted", wire.ACCEPTED)
    size = wire.parse_length(message[:-missing_bytes])
    assert wire.parse_length(message) == len(message)
    assert size == 0 or size > len(message) - missing_bytes


@pytest.mark.parametrize(
    ("ours", "reference"), [("subject:run_sync", "reference:run_sync"), ("subject:run_async", "reference:run_async")]
)
def test_reference_sends_the_same_bytes_as_the_client(ours, reference):
    with Server() as server:
        with Worker(ours, server.url) as client:
            client.run(1)
        sent = server.read_last_request()
        with Worker(reference, server.url, sent) as raw:
            raw.run(1)
        assert sent.startswith(b"POST /v2/orders/")
        assert server.read_last_request() == sent


def test_unmeasurable_client_is_a_defect_that_names_its_cause():
    with (
        Worker("subject:nothing_of_the_kind", "http://127.0.0.1:1/v2") as worker,
        pytest.raises(BenchmarkError, match="nothing_of_the_kind"),
    ):
        worker.run(1)


def test_failing_command_is_a_defect():
    with pytest.raises(BenchmarkError, match="ended with 3"):
        run_command([sys.executable, "-c", "raise SystemExit(3)"])


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
    assert format_table([row]).endswith("a row: a note")


def test_sandbox_is_measured_by_accepted_refusals():
    rate, start, memory = sandbox.measure(1, 320)
    assert not any(row.defect for row in (rate, start, memory)), format_table([rate, start, memory])
    assert rate.ours
    assert start.ours


def test_offices_are_counted_by_every_reader():
    rows = offices.measure(1, 500)
    assert not any(row.defect for row in rows), format_table(rows)
    assert all(row.reference > 0 for row in rows[:2])
