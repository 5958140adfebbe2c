"""What is PostgreSQL's own: a server that goes away and comes back, and addresses that hold passwords."""

from contextlib import closing
from threading import Thread

import pytest

from oint.refusals.ledger import LedgerError, LedgerUnavailable, open_ledger


def test_a_killed_server_is_told_as_away_and_the_next_use_finds_it_again(postgres):
    with closing(open_ledger(postgres.database())) as ledger:
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
def test_an_address_that_leads_nowhere_never_tells_its_password(address):
    with pytest.raises(LedgerError) as caught:
        open_ledger(address)
    assert "hush" not in str(caught.value)
    assert "hush" not in repr(caught.value)


def test_a_text_that_postgresql_cannot_keep_is_kept_without_what_it_cannot(postgres):
    with closing(open_ledger(postgres.database())) as ledger, ledger.database.write_transaction() as cursor:
        assert cursor.fetch_all("SELECT ?::text", "a\0b\ud800") == [("a\ufffdb?",)]


def test_a_query_is_read_row_by_row(postgres):
    with closing(open_ledger(postgres.database())) as ledger, ledger.database.read_transaction() as cursor:
        assert sum(row[0] for row in cursor.stream("SELECT generate_series(1, ?)", 5_000)) == 12_502_500


def test_one_who_stops_within_a_transaction_does_not_stop_the_others(postgres):
    address = postgres.database()
    with closing(open_ledger(address)) as stopped, closing(open_ledger(address)) as other:
        tenant = stopped.get_or_create_tenant("https://cdek", "x")
        with pytest.raises(LedgerUnavailable):
            within(stopped, tenant, lambda: other.reserve_slots(tenant, 1, 100.0, 0.0))
        assert stopped.get_or_create_tenant("https://cdek", "x") == tenant


def test_one_who_stops_amid_many_statements_does_not_stop_the_others(postgres):
    address = postgres.database()
    with closing(open_ledger(address)) as stopped, closing(open_ledger(address)) as other:
        tenant = stopped.get_or_create_tenant("https://cdek", "x")
        reserved = []
        meanwhile = Thread(target=lambda: reserved.append(other.reserve_slots(tenant, 1, 100.0, 0.0)), daemon=True)
        with pytest.raises(LedgerUnavailable):
            amid(stopped, tenant, meanwhile)
        assert len(reserved) == 1
        assert stopped.get_or_create_tenant("https://cdek", "x") == tenant


def amid(ledger, tenant, meanwhile):
    """Let something be done while many statements of a transaction, which holds the row of a tenant, are being sent."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE tenant SET next_slot = 1 WHERE id = ?", tenant)
        cursor.execute_many("UPDATE tenant SET next_slot = ? WHERE id = ?", Stopping([(1, tenant)] * 5_000, meanwhile))


class Stopping(list):
    """Values for many statements, in the midst of which their sender stops until somebody else has done something."""

    def __init__(self, values, meanwhile):
        super().__init__(values)
        self.meanwhile = meanwhile

    def __iter__(self):
        yield from super().__iter__()
        self.meanwhile.start()
        self.meanwhile.join(30)


def within(ledger, tenant, meanwhile):
    """Do something while a transaction of a ledger holds the row of a tenant, and then go on with it."""
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE tenant SET next_slot = 1 WHERE id = ?", tenant)
        assert meanwhile()[1].size == 1
        cursor.fetch_all("SELECT 1")
