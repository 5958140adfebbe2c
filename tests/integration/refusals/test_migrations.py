"""A ledger of every older version opens, keeps its rows and works."""

from contextlib import closing

import pytest

from oint.refusals.ledger import LedgerError, connect, open_ledger
from oint.refusals.ledger import ledger as ledger_module
from oint.refusals.ledger.approval import approve
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.ledger import Ledger
from oint.refusals.ledger.notifications import read_notifications_since, record_notifications
from oint.refusals.ledger.queries import read_order_history, read_rows
from oint.refusals.ledger.schema import ACTIVE_SQL, CLAIMABLE_SQL, MIGRATIONS, UNLINKED_SQL

UUID = "11111111-2222-3333-4444-{:012}"


BATCH = 1 << 40
FIRST_WITH_APPROVAL = 3
FIRST_WITH_TENANT = 4
"""Version from which on a person approves a batch."""
OLD_ROWS = (
    "INSERT INTO refusal (id, place, key, uuid, state, sent, version) VALUES (?, 1, ?, ?, ?, ?, ?)",
    "INSERT INTO batch (place, fingerprint, name, kind, planned_at, even_if_billed, total) VALUES (1, ?, ?, 'csv', 100.0, 0, 3)",
)


def create_old_ledger(address, version, monkeypatch, states):
    """Create a ledger of an older version with a batch for each tuple of states. Rows are numbered from 1."""
    monkeypatch.setattr(ledger_module, "MIGRATIONS", MIGRATIONS[:version])
    with closing(connect(address)) as database, closing(Ledger(database)), database.write_transaction() as cursor:
        table = "place" if version < FIRST_WITH_TENANT else "tenant"
        cursor.fetch_all(f"INSERT INTO {table} (url, account) VALUES ('https://cdek.test/v2', '')")
        for number, batch in enumerate(states, 1):
            cursor.fetch_all(OLD_ROWS[1].replace("place", table), f"f{number}", f"{number}.csv")
            for row, state in enumerate(batch, 1):
                uuid = UUID.format(number * 100 + row)
                sent = int(state in {"confirmed", "unknown", "sending"})
                cursor.fetch_all(
                    OLD_ROWS[0].replace("place", table), number * BATCH + row, f"u:{uuid}", uuid, state, sent, sent
                )
    monkeypatch.undo()


@pytest.mark.parametrize("version", range(1, FIRST_WITH_APPROVAL))
def test_batch_only_planned_by_an_older_version_is_held(ledger_address, version, monkeypatch):
    create_old_ledger(ledger_address, version, monkeypatch, [("planned", "planned", "advised")])
    with closing(open_ledger(ledger_address)) as ledger:
        batch = ledger.get_batch(1)
        assert ledger.count_by_state(batch) == {"held": 2, "advised": 1}
        fence = ledger.create_claim("test", "here", "1:1")
        assert ledger.claim_rows(batch.span, fence, 10) == []
        assert approve(ledger, batch, by="test").rows == 2
        assert [row.id - batch.span[0] for row in ledger.claim_rows(batch.span, fence, 10)] == [1, 2]


@pytest.mark.parametrize("version", range(1, FIRST_WITH_APPROVAL))
@pytest.mark.parametrize("state_after_sending", ["confirmed", "unknown", "sending"])
def test_batch_started_by_an_older_version_is_approved(ledger_address, version, state_after_sending, monkeypatch):
    create_old_ledger(ledger_address, version, monkeypatch, [("planned", state_after_sending), ("planned", "planned")])
    with closing(open_ledger(ledger_address)) as ledger:
        first, second = ledger.get_batch(1), ledger.get_batch(2)
        assert (ledger.count_by_state(first), ledger.count_by_state(second)) == (
            {"planned": 1, state_after_sending: 1},
            {"held": 2},
        )
        assert [event.action for event in read_batch_events(ledger, first)] == ["plan", "approve"]
        claimed = {row.id: row for row in ledger.claim_rows(first.span, ledger.create_claim("test", "here", "1:1"), 10)}
        assert BATCH + 1 in claimed
        record_notifications(ledger, [UUID.format(1)])
        assert [uuid for uuid, _ in read_notifications_since(ledger, 0)] == [UUID.format(1)]
        if state_after_sending == "unknown":
            assert claimed[BATCH + 2].case.lost_by == "timeout", "the longer settling time, where nobody knows"


def test_transitions_of_an_older_version_keep_their_meaning(ledger_address, monkeypatch):
    create_old_ledger(ledger_address, 2, monkeypatch, [("confirmed",)])
    with closing(connect(ledger_address)) as database, database.write_transaction() as cursor:
        columns = "refusal, version, at, state_from, letter, state_to"
        for version, letter in enumerate("abcdefghijk", 1):
            cursor.fetch_all(
                f"INSERT INTO event ({columns}) VALUES (?, ?, 1.0, 'x', ?, 'y')", BATCH + 1, version, letter
            )
    with closing(open_ledger(ledger_address)) as ledger:
        ((_, events),) = read_order_history(ledger, UUID.format(101))
    transitions = [event.transition for event in events]
    assert transitions == [
        "send", "accept", "confirm", "reject", "reject", "lose_response", "settle", "advise", "adopt_existing",
        "return_unsent", "not_found",
    ]  # fmt: skip


def test_worker_of_an_older_version_cannot_write_an_intent(ledger_address, monkeypatch):
    create_old_ledger(ledger_address, 2, monkeypatch, [("planned",)])
    with closing(connect(ledger_address)) as old_database:
        open_ledger(ledger_address).close()
        with pytest.raises(LedgerError), old_database.write_transaction() as cursor:
            cursor.bulk_insert(
                "event",
                ("refusal", "version", "at", "state_from", "letter", "state_to"),
                [(BATCH + 1, 1, 1.0, "planned", "a", "sending")],
            )
    with closing(open_ledger(ledger_address)) as ledger:
        assert ledger.count_by_state(ledger.get_batch(1)) == {"held": 1}


def test_rows_of_version_3_keep_their_state_duplicates_and_claims(ledger_address, monkeypatch):
    create_old_ledger(ledger_address, 3, monkeypatch, [("planned", "held", "held", "confirmed")])
    with closing(connect(ledger_address)) as database, database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE refusal SET double_of = ? WHERE id = ?", BATCH + 1, BATCH + 2)
        cursor.fetch_all("UPDATE refusal SET trouble = 'unavailable', looked_at = 5.0 WHERE id = ?", BATCH + 1)
        cursor.fetch_all("INSERT INTO notice (uuid, heard_at) VALUES ('u', 7.0)")
        cursor.fetch_all("INSERT INTO claim (worker, machine, process, until, over) VALUES ('a', 'm', 'p', 1e12, 0)")
        cursor.fetch_all("INSERT INTO claim (worker, machine, process, until, over) VALUES ('b', 'm', 'q', 1e12, 1)")
    with closing(open_ledger(ledger_address)) as ledger:
        batch = ledger.get_batch(1)
        with ledger.database.read_transaction() as cursor:
            rows = list(read_rows(cursor, batch))
        assert [(row.number, row.duplicate_of, row.record.state) for row in rows] == [
            (1, None, "planned"),
            (2, BATCH + 1, "planned"),
            (3, None, "held"),
            (4, None, "confirmed"),
        ]
        assert (rows[0].error, rows[0].record.error) == ("unavailable", "unavailable")
        assert read_notifications_since(ledger, 0) == [("u", 7.0)]
        assert [process for _, _, process in ledger.list_claims()] == ["p"]
        assert ledger.get_or_create_tenant("https://cdek.test/v2", "") == batch.tenant == 1


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (f"SELECT id FROM refusal WHERE tenant = 1 AND key = 'u:1' AND {ACTIVE_SQL}", "refusal_active_uq"),
        (f"SELECT min(id) FROM refusal WHERE {CLAIMABLE_SQL}", "refusal_open"),
        (f"SELECT id FROM refusal WHERE {UNLINKED_SQL} ORDER BY id LIMIT 5", "refusal_unlinked"),
        ("SELECT id FROM refusal WHERE duplicate_of = 7", "refusal_duplicates"),
        ("SELECT uuid FROM webhook_notification WHERE received_at > 5.0 ORDER BY received_at", "received_at"),
    ],
)
def test_queries_use_their_index_after_migration(ledger_address, version, sql, index, monkeypatch):
    create_old_ledger(ledger_address, version, monkeypatch, [("planned",)])
    with closing(open_ledger(ledger_address)) as ledger, ledger.database.write_transaction() as cursor:
        if ledger_address.startswith("postgres"):
            cursor.fetch_all("SET LOCAL enable_seqscan = off")
            plan = cursor.fetch_all(f"EXPLAIN {sql}")
        else:
            plan = cursor.fetch_all(f"EXPLAIN QUERY PLAN {sql}")
    assert index in str(plan)


def test_repeated_notification_is_stored_once_with_the_later_time(ledger_address):
    with closing(open_ledger(ledger_address)) as ledger:
        record_notifications(ledger, [UUID.format(1), UUID.format(2), UUID.format(1)])
        first = dict(read_notifications_since(ledger, 0))
        record_notifications(ledger, [UUID.format(1)])
        second = dict(read_notifications_since(ledger, 0))
        assert set(first) == set(second) == {UUID.format(1), UUID.format(2)}
        assert second[UUID.format(1)] >= first[UUID.format(1)]
        assert read_notifications_since(ledger, second[UUID.format(1)]) == []
