"""A file is planned by blocks and by rows: the ledger has each of its rows once, however often planning broke off."""

import io
from contextlib import closing
from unittest.mock import patch

import pytest

from oint.refusals.batch.planning import plan_source
from oint.refusals.input import open_input, uuid_blocks
from oint.refusals.ledger import open_ledger

UUIDS = [f"{number:08x}-a2e0-43e3-95e5-57c4c2e9bf4a" for number in range(12_000)]
LINES = ["uuid", *UUIDS[:5_000], "no-uuid", "", *UUIDS[5_000:], UUIDS[0], ""]


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as connection:
        yield connection


def plan(ledger):
    with open_input("-", stdin=io.BytesIO("\n".join(LINES).encode())) as source:
        return plan_source(ledger, ledger.get_or_create_tenant("https://cdek", "x"), source)


def read_ledger(ledger):
    with ledger.database.read_transaction() as cursor:
        rows = cursor.fetch_all("SELECT id, key, uuid, state, code FROM refusal ORDER BY id")
    return [(row[0] % (1 << 32), *row[1:]) for row in rows]


def expect_rows():
    rows = [
        (number, f"u:{line}", line, "held", None) for number, line in enumerate(LINES, 1) if len(line) == len(UUIDS[0])
    ]
    return sorted([*rows, (LINES.index("no-uuid") + 1, None, None, "advised", "bad_row_uuid")])


def plan_with_kill(ledger, transactions):
    """Plan, and die after a number of transactions."""
    write_transaction, remaining = ledger.database.write_transaction, iter(range(transactions))

    def begin():
        if next(remaining, None) is None:
            raise KilledError
        return write_transaction()

    with patch.object(ledger.database, "write_transaction", begin):
        return plan(ledger)


@pytest.mark.parametrize("transactions", [3, 4, 5, 6, 7])
def test_each_row_is_planned_once_however_often_it_is_killed(ledger, transactions):
    result = kills = 0
    with patch.object(uuid_blocks, "MAX_ROWS", 2_000):
        while not result:
            try:
                result = plan_with_kill(ledger, transactions)
            except KilledError:
                kills += 1
    assert kills
    assert read_ledger(ledger) == expect_rows()
    assert (result.batch.total, result.known) == (len(expect_rows()), False)


def test_plan_without_a_kill_has_the_same_rows(ledger):
    assert plan(ledger).added == len(expect_rows())
    assert read_ledger(ledger) == expect_rows()
    assert plan(ledger).known
