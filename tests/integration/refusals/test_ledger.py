"""The ledger behaves the same on SQLite and PostgreSQL."""

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


class LedgerFixture(NamedTuple):
    ledger: object
    tenant: int
    batch: object


def build_rows(*uuids):
    return [InputRow(number, uuid, None, None, None) for number, uuid in enumerate(uuids, 2)]


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as connection:
        yield connection


def plan_approved(ledger, *uuids, name="a"):
    tenant = ledger.get_or_create_tenant("https://cdek", "x")
    batch = planning.create_batch(ledger, tenant, name, name, "csv", even_if_billed=False)
    planning.insert_rows(ledger, batch, build_rows(*uuids))
    batch = planning.complete_batch(ledger, batch, len(uuids))
    approve(ledger, batch, by="test")
    return LedgerFixture(ledger, tenant, batch)


def make_claim(ledger):
    return ledger.create_claim("worker", "machine", "1:1")


def test_repeated_order_in_a_source_is_one_refusal_and_a_duplicate(ledger):
    batch = plan_approved(ledger, "a", "b", "a").batch
    claimed_rows = ledger.claim_rows(batch.span, make_claim(ledger), 10)
    assert [row.key for row in claimed_rows] == ["u:a", "u:b"]


def test_order_of_another_batch_is_a_duplicate(ledger):
    plan_approved(ledger, "a", "b")
    later = plan_approved(ledger, "b", "c", name="later").batch
    assert [row.key for row in ledger.claim_rows(later.span, make_claim(ledger), 10)] == ["u:c"]


def test_many_rows_are_planned_in_order_with_their_duplicates(ledger):
    uuids = [f"{number % 700}" for number in range(1_000)]
    batch = plan_approved(ledger, *uuids).batch
    claimed_rows = ledger.claim_rows(batch.span, make_claim(ledger), 2_000)
    assert [row.key for row in claimed_rows] == [f"u:{number}" for number in range(700)]
    assert ledger.count_by_state(batch) == {"planned": 1_000}


def test_rows_that_clash_are_left_out_of_any_number_of_rows(ledger):
    addresses = [(f"https://{number % 900}", "x") for number in range(2_000)]
    with ledger.database.write_transaction() as cursor:
        assert cursor.bulk_insert("tenant", ("url", "account"), addresses[:700]) == 700
        assert cursor.bulk_insert("tenant", ("url", "account"), addresses) == 200
        assert cursor.bulk_insert("tenant", ("url", "account"), addresses[:3]) == 0
        assert cursor.bulk_insert("tenant", ("url", "account"), []) == 0
        assert sorted(cursor.fetch_all("SELECT url, account FROM tenant")) == sorted(set(addresses))


def test_rows_of_one_claim_are_not_claimed_by_another(ledger):
    batch = plan_approved(ledger, "a", "b", "c").batch
    assert len(ledger.claim_rows(batch.span, make_claim(ledger), 2)) == 2
    assert [row.key for row in ledger.claim_rows(batch.span, make_claim(ledger), 9)] == ["u:c"]


def test_expired_claim_loses_its_rows_and_cannot_write_them(ledger):
    batch = plan_approved(ledger, "a").batch
    dead_claim = make_claim(ledger)
    (dead_row,) = ledger.claim_rows(batch.span, dead_claim, 9)
    ledger.expire_claims([dead_claim])
    live_claim = make_claim(ledger)
    (live_row,) = ledger.claim_rows(batch.span, live_claim, 9)
    dead_row.case.on_sending()
    assert ledger.write_rows([dead_row], dead_claim) == {dead_row.id}
    live_row.case.on_sending()
    assert ledger.write_rows([live_row], live_claim) == set()
    assert not ledger.renew_claim(dead_claim)


def test_repeated_write_after_a_lost_commit_is_recognized(ledger):
    batch = plan_approved(ledger, "a").batch
    fence = make_claim(ledger)
    (row,) = ledger.claim_rows(batch.span, fence, 9)
    row.case.on_sending()
    version = row.version
    ledger.write_rows([row], fence)
    row.version, row.state_before = version, State.PLANNED
    assert ledger.write_rows([row], fence) == set()


def test_parallel_claims_have_different_fencing_tokens(ledger_address):
    fences, start = [], threading.Barrier(4)

    def claim():
        with closing(open_ledger(ledger_address)) as ledger:
            start.wait(30)
            fences.extend(make_claim(ledger) for _ in range(10))

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fences) == len(set(fences)) == 40


def test_slots_of_two_connections_keep_their_distance(ledger_address):
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


def test_order_found_by_number_with_a_refusal_becomes_a_duplicate(ledger):
    tenant, batch = plan_approved(ledger, "a")[1:]
    other = planning.create_batch(ledger, tenant, "n", "n", "csv", even_if_billed=False)
    planning.insert_rows(ledger, other, [InputRow(2, None, "1100", None, None)])
    approve(ledger, other, by="test")
    fence = make_claim(ledger)
    (row,) = ledger.claim_rows(other.span, fence, 9)
    assert not ledger.resolve_order(row, tenant, "a", fence)
    assert ledger.resolve_order(ledger.claim_rows(batch.span, fence, 9)[0], tenant, "a", fence)


def test_row_lost_twice_is_not_claimed_before_a_retry(ledger):
    batch = plan_approved(ledger, "a", "b").batch
    fence = make_claim(ledger)
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
    assert [row.key for row in ledger.claim_rows(batch.span, make_claim(ledger), 9)] == ["u:a"]


@pytest.mark.parametrize("too_long", [86_400.0, float("inf")])
def test_pause_is_limited_to_ten_minutes_and_a_longer_one_is_ignored(ledger, too_long):
    tenant = ledger.get_or_create_tenant("https://cdek", "x")
    ledger.pause_until(tenant, too_long)
    now, slots = ledger.reserve_slots(tenant, 1, 200.0, 0.0)
    assert slots.first - now == pytest.approx(MAX_PAUSE_SECONDS, abs=5)
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE tenant SET held_until = ?, next_slot = 0 WHERE id = ?", now + too_long, tenant)
    now, slots = ledger.reserve_slots(tenant, 1, 200.0, 0.0)
    assert slots.first == pytest.approx(now, abs=5)
    ledger.pause_until(tenant, 30.0)
    now, slots = ledger.reserve_slots(tenant, 1, 200.0, 0.0)
    assert slots.first - now == pytest.approx(30, abs=5)


def test_tables_of_another_program_are_not_a_ledger(ledger, ledger_address):
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("DROP TABLE schema_version")
        cursor.fetch_all("CREATE TABLE schema_version (version TEXT)")
        cursor.fetch_all("INSERT INTO schema_version (version) VALUES ('2.1')")
    with pytest.raises(LedgerError, match="is not a ledger"):
        open_ledger(ledger_address)


def test_ledger_of_a_newer_version_is_not_opened(ledger, ledger_address):
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE schema_version SET version = 1000")
    with pytest.raises(LedgerError, match="oint"):
        open_ledger(ledger_address)


def test_parallel_first_starts_create_one_ledger(ledger_address):
    failures, start = [], threading.Barrier(4)

    def open_first():
        start.wait(30)
        try:
            open_ledger(ledger_address).close()
        except Exception as error:  # noqa: BLE001 - asserted below in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=open_first) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_file_that_is_not_a_database_is_a_ledger_error(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(LedgerError):
        open_ledger(path)


def test_released_rows_can_be_claimed_again(ledger):
    batch = plan_approved(ledger, "a", "b", "c").batch
    own_claim, other_claim = make_claim(ledger), make_claim(ledger)
    assert len(ledger.claim_rows(batch.span, own_claim, 10)) == 3
    ledger.release_rows(batch.span, own_claim)
    assert len(ledger.claim_rows(batch.span, own_claim, 2)) == 2
    assert len(ledger.claim_rows(batch.span, other_claim, 10)) == 1
    ledger.release_rows(batch.span, other_claim)
    assert len(ledger.claim_rows(batch.span, own_claim, 10)) == 1
