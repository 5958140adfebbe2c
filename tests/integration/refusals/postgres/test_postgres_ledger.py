"""PostgreSQL only: a server that stops and restarts, and addresses with passwords."""

from contextlib import closing
from threading import Thread

import pytest

from oint.refusals.ledger import LedgerError, LedgerUnavailable, open_ledger


def test_killed_server_is_unavailable_and_the_next_use_reconnects(postgres):
    with closing(open_ledger(postgres.create_database())) as ledger:
        tenant = ledger.get_or_create_tenant("https://cdek", "x")
        postgres.kill()
        try:
            with pytest.raises(LedgerUnavailable):
                ledger.get_or_create_tenant("https://cdek", "x")
            with pytest.raises(LedgerUnavailable):
                ledger.get_or_create_tenant("https://cdek", "x")
        finally:
            postgres.start()
        assert ledger.get_or_create_tenant("https://cdek", "x") == tenant


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://oint:hush-hush@127.0.0.1:1/ledger",
        "postgresql://oint:hush-hush/x@127.0.0.1:1/ledger",
        "postgresql://oint:a@hush-hush@127.0.0.1:1/ledger",
        "postgresql://oint:hush-hush@127.0.0.1:1/ledger?nonsense=hush-hush",
    ],
)
def test_address_that_cannot_be_reached_never_shows_its_password(address):
    with pytest.raises(LedgerError) as error_info:
        open_ledger(address)
    assert "hush" not in str(error_info.value)
    assert "hush" not in repr(error_info.value)


def test_invalid_characters_of_a_text_are_replaced(postgres):
    with closing(open_ledger(postgres.create_database())) as ledger, ledger.database.write_transaction() as cursor:
        assert cursor.fetch_all("SELECT ?::text", "a\0b\ud800") == [("a\ufffdb?",)]


def test_query_is_streamed_row_by_row(postgres):
    with closing(open_ledger(postgres.create_database())) as ledger, ledger.database.read_transaction() as cursor:
        assert sum(row[0] for row in cursor.stream("SELECT generate_series(1, ?)", 5_000)) == 12_502_500


def test_transaction_that_pauses_does_not_block_others(postgres):
    address = postgres.create_database()
    with closing(open_ledger(address)) as first, closing(open_ledger(address)) as other:
        tenant = first.get_or_create_tenant("https://cdek", "x")
        with pytest.raises(LedgerUnavailable):
            act_within_transaction(first, tenant, lambda: other.reserve_slots(tenant, 1, 100.0, 0.0))
        assert first.get_or_create_tenant("https://cdek", "x") == tenant


def test_statement_batch_that_pauses_does_not_block_others(postgres):
    address = postgres.create_database()
    with closing(open_ledger(address)) as first, closing(open_ledger(address)) as other:
        tenant = first.get_or_create_tenant("https://cdek", "x")
        reserved = []
        meanwhile = Thread(target=lambda: reserved.append(other.reserve_slots(tenant, 1, 100.0, 0.0)), daemon=True)
        with pytest.raises(LedgerUnavailable):
            act_between_statements(first, tenant, meanwhile)
        assert len(reserved) == 1
        assert first.get_or_create_tenant("https://cdek", "x") == tenant


def act_between_statements(ledger, tenant, meanwhile):
    """Run a thread while a transaction that locks a tenant's row sends many statements."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE tenant SET next_slot = 1 WHERE id = ?", tenant)
        cursor.execute_many(
            "UPDATE tenant SET next_slot = ? WHERE id = ?", PausingValues([(1, tenant)] * 5_000, meanwhile)
        )


class PausingValues(list):
    """Values for many statements. The sender pauses after them until a thread has ended."""

    def __init__(self, values, meanwhile):
        super().__init__(values)
        self.meanwhile = meanwhile

    def __iter__(self):
        yield from super().__iter__()
        self.meanwhile.start()
        self.meanwhile.join(30)


def act_within_transaction(ledger, tenant, meanwhile):
    """Call a function while a transaction locks a tenant's row, then continue the transaction."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE tenant SET next_slot = 1 WHERE id = ?", tenant)
        assert meanwhile()[1].size == 1
        cursor.fetch_all("SELECT 1")
