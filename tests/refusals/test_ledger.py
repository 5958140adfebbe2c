"""The ledger keeps its word on a file and on PostgreSQL."""

import threading
from contextlib import closing
from itertools import pairwise
from typing import NamedTuple

import pytest

from oint.refusals.gcra import MAX_PAUSE_SECONDS
from oint.refusals.input import InputRow
from oint.refusals.ledger import LedgerError, open_ledger, planning
from oint.refusals.ledger.approval import approve
from oint.refusals.ledger.retries import retry
from oint.refusals.state_machine import MAX_SENDS
from oint.refusals.states import State


class Prepared(NamedTuple):
    ledger: object
    tenant: int
    batch: object


def rows(*uuids):
    return [InputRow(number, uuid, None, None, None) for number, uuid in enumerate(uuids, 2)]


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as opened:
        yield opened


def planned(ledger, *uuids, name="a"):
    tenant = ledger.get_or_create_tenant("https://cdek", "x")
    batch = planning.create_batch(ledger, tenant, name, name, "csv", even_if_billed=False)
    planning.insert_rows(ledger, batch, rows(*uuids))
    batch = planning.complete_batch(ledger, batch, len(uuids))
    approve(ledger, batch, by="test")
    return Prepared(ledger, tenant, batch)


def claimed(ledger):
    return ledger.create_claim("worker", "machine", "1:1")


def test_an_order_twice_in_a_source_is_one_refusal_and_its_double(ledger):
    batch = planned(ledger, "a", "b", "a").batch
    taken = ledger.claim_rows(batch.span, claimed(ledger), 10)
    assert [row.key for row in taken] == ["u:a", "u:b"]


def test_an_order_of_another_batch_is_a_double(ledger):
    planned(ledger, "a", "b")
    later = planned(ledger, "b", "c", name="later").batch
    assert [row.key for row in ledger.claim_rows(later.span, claimed(ledger), 10)] == ["u:c"]


def test_many_rows_are_planned_in_their_order_with_their_doubles(ledger):
    uuids = [f"{number % 700}" for number in range(1_000)]
    batch = planned(ledger, *uuids).batch
    taken = ledger.claim_rows(batch.span, claimed(ledger), 2_000)
    assert [row.key for row in taken] == [f"u:{number}" for number in range(700)]
    assert ledger.count_by_state(batch) == {"planned": 1_000}


def test_what_one_claim_holds_no_other_takes(ledger):
    batch = planned(ledger, "a", "b", "c").batch
    assert len(ledger.claim_rows(batch.span, claimed(ledger), 2)) == 2
    assert [row.key for row in ledger.claim_rows(batch.span, claimed(ledger), 9)] == ["u:c"]


def test_what_a_dead_claim_held_is_taken_over_and_the_dead_cannot_write_it(ledger):
    batch = planned(ledger, "a").batch
    dead = claimed(ledger)
    (theirs,) = ledger.claim_rows(batch.span, dead, 9)
    ledger.expire_claims([dead])
    living = claimed(ledger)
    (ours,) = ledger.claim_rows(batch.span, living, 9)
    theirs.case.on_sending()
    assert ledger.write_rows([theirs], dead) == {theirs.id}
    ours.case.on_sending()
    assert ledger.write_rows([ours], living) == set()
    assert not ledger.renew_claim(dead)


def test_a_write_whose_end_was_not_seen_is_known_again(ledger):
    batch = planned(ledger, "a").batch
    fence = claimed(ledger)
    (row,) = ledger.claim_rows(batch.span, fence, 9)
    row.case.on_sending()
    version = row.version
    ledger.write_rows([row], fence)
    row.version, row.state_before = version, State.PLANNED
    assert ledger.write_rows([row], fence) == set()


def test_two_claims_made_at_once_have_fences_of_their_own(ledger_address):
    fences, start = [], threading.Barrier(4)

    def claim():
        with closing(open_ledger(ledger_address)) as ledger:
            start.wait(30)
            fences.extend(claimed(ledger) for _ in range(10))

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fences) == len(set(fences)) == 40


def test_slots_of_two_connections_at_once_are_never_closer_than_their_distance(ledger_address):
    with closing(open_ledger(ledger_address)) as ledger:
        tenant = ledger.get_or_create_tenant("https://cdek", "x")
    moments, start = [], threading.Barrier(2)

    def reserve():
        with closing(open_ledger(ledger_address, quick=True)) as ledger:
            start.wait(30)
            for _ in range(20):
                _, slots = ledger.reserve_slots(tenant, 3, 100.0, 0.0)
                moments.extend((slots.first + index * slots.distance, slots.distance) for index in range(slots.size))

    threads = [threading.Thread(target=reserve) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    assert len(moments) == 120
    assert all(b[0] - a[0] > a[1] * 0.99 for a, b in pairwise(moments))


def test_an_order_found_by_its_number_that_has_a_refusal_already_becomes_its_double(ledger):
    tenant, batch = planned(ledger, "a")[1:]
    other = planning.create_batch(ledger, tenant, "n", "n", "csv", even_if_billed=False)
    planning.insert_rows(ledger, other, [InputRow(2, None, "1100", None, None)])
    approve(ledger, other, by="test")
    fence = claimed(ledger)
    (row,) = ledger.claim_rows(other.span, fence, 9)
    assert not ledger.resolve_order(row, tenant, "a", fence)
    assert ledger.resolve_order(ledger.claim_rows(batch.span, fence, 9)[0], tenant, "a", fence)


def test_a_row_that_was_lost_without_a_trace_twice_is_taken_by_nobody_until_a_new_attempt(ledger):
    batch = planned(ledger, "a", "b").batch
    fence = claimed(ledger)
    exhausted, _ = ledger.claim_rows(batch.span, fence, 9)
    for number in range(MAX_SENDS):
        exhausted.case.on_sending()
        ledger.write_rows([exhausted], fence)
        exhausted.case.on_response_lost()
        ledger.write_rows([exhausted], fence)
        exhausted.case.outcome.state = State.PLANNED
        assert ledger.write_rows([exhausted], fence) == set(), number
    ledger.release_rows(batch.span, fence)
    assert [row.key for row in ledger.claim_rows(batch.span, fence, 9)] == ["u:b"]
    assert retry(ledger, batch, {State.UNKNOWN}).planned == 1
    assert [row.key for row in ledger.claim_rows(batch.span, claimed(ledger), 9)] == ["u:a"]


@pytest.mark.parametrize("absurd", [86_400.0, float("inf")])
def test_a_pause_holds_for_ten_minutes_at_the_most_and_one_kept_by_an_older_version_for_none(ledger, absurd):
    tenant = ledger.get_or_create_tenant("https://cdek", "x")
    ledger.pause_until(tenant, absurd)
    now, slots = ledger.reserve_slots(tenant, 1, 200.0, 0.0)
    assert slots.first - now == pytest.approx(MAX_PAUSE_SECONDS, abs=5)
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE tenant SET held_until = ?, next_slot = 0 WHERE id = ?", now + absurd, tenant)
    now, slots = ledger.reserve_slots(tenant, 1, 200.0, 0.0)
    assert slots.first == pytest.approx(now, abs=5)
    ledger.pause_until(tenant, 30.0)
    now, slots = ledger.reserve_slots(tenant, 1, 200.0, 0.0)
    assert slots.first - now == pytest.approx(30, abs=5)


def test_tables_of_another_program_are_told_as_that(ledger, ledger_address):
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("DROP TABLE schema_version")
        cursor.fetch_all("CREATE TABLE schema_version (version TEXT)")
        cursor.fetch_all("INSERT INTO schema_version (version) VALUES ('2.1')")
    with pytest.raises(LedgerError, match="is not a ledger"):
        open_ledger(ledger_address)


def test_a_ledger_of_a_newer_version_is_left_alone(ledger, ledger_address):
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE schema_version SET version = 1000")
    with pytest.raises(LedgerError, match="oint"):
        open_ledger(ledger_address)


def test_the_first_starts_of_several_at_once_make_one_ledger(ledger_address):
    failures, start = [], threading.Barrier(4)

    def first():
        start.wait(30)
        try:
            open_ledger(ledger_address).close()
        except Exception as error:  # noqa: BLE001 - told below, from the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=first) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_file_that_is_no_database_is_told_as_that(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(LedgerError):
        open_ledger(path)


def test_rows_given_back_can_be_taken_again_by_their_claim_and_by_others(ledger):
    batch = planned(ledger, "a", "b", "c").batch
    mine, other = claimed(ledger), claimed(ledger)
    assert len(ledger.claim_rows(batch.span, mine, 10)) == 3
    ledger.release_rows(batch.span, mine)
    assert len(ledger.claim_rows(batch.span, mine, 2)) == 2
    assert len(ledger.claim_rows(batch.span, other, 10)) == 1
    ledger.release_rows(batch.span, other)
    assert len(ledger.claim_rows(batch.span, mine, 10)) == 1
