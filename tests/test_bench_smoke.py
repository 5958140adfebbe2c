"""The bench itself, without looking at a clock: what it sends, what it counts, and what it says of a row."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import offices, sandbox, wire
from bench.processes import Defect, Server, Worker, call
from bench.table import Row, drawn


def test_the_answer_that_is_measured_has_the_size_of_a_typical_one():
    assert len(wire.ACCEPTED) == 277


@pytest.mark.parametrize("cut", [1, 60, 300])
def test_a_message_is_whole_only_with_its_head_and_all_of_its_body(cut):
    whole = wire.answer("202 Accepted", wire.ACCEPTED)
    size = wire.length(whole[:-cut])
    assert wire.length(whole) == len(whole)
    assert size == 0 or size > len(whole) - cut


@pytest.mark.parametrize(
    ("ours", "floor"), [("ours:sync", "floors:sync"), ("ours:asynchronous", "floors:asynchronous")]
)
def test_a_floor_sends_byte_for_byte_what_the_client_sends(ours, floor):
    with Server() as server:
        with Worker(ours, server.url) as client:
            client.run(1)
        sent = server.last()
        with Worker(floor, server.url, sent) as raw:
            raw.run(1)
        assert sent.startswith(b"POST /v2/orders/")
        assert server.last() == sent


def test_a_client_that_cannot_be_measured_is_a_defect_that_names_its_cause():
    with (
        Worker("ours:nothing_of_the_kind", "http://127.0.0.1:1/v2") as worker,
        pytest.raises(Defect, match="nothing_of_the_kind"),
    ):
        worker.run(1)


def test_a_command_that_fails_is_a_defect():
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
def test_a_verdict_is_the_ratio_against_the_budget(ours, at_least, verdict):
    row = Row("a row", ours, 1.0, budget=8, at_least=at_least, note="a note")
    assert row.verdict == verdict
    assert drawn([row]).endswith("a row: a note")


def test_the_sandbox_is_measured_by_refusals_that_it_accepted():
    rate, start, memory = sandbox.rows(1, 320)
    assert not any(row.defect for row in (rate, start, memory)), drawn([rate, start, memory])
    assert rate.ours
    assert start.ours


def test_offices_are_counted_however_they_are_read():
    found = offices.rows(1, 500)
    assert not any(row.defect for row in found), drawn(found)
    assert all(row.floor > 0 for row in found[:2])
