"""A ledger of every earlier version opens, keeps its rows and works; a read-only look changes nothing."""

from contextlib import closing

import pytest

from oint.refusals.ledger import connect, open_ledger, planning
from oint.refusals.ledger import ledger as ledger_module
from oint.refusals.ledger.ledger import Ledger
from oint.refusals.ledger.notices import hear, heard
from oint.refusals.ledger.schema import MIGRATIONS
from oint.refusals.sources import SourceRow

UUID = "11111111-2222-3333-4444-{:012}"


def rows(count):
    return [SourceRow(number, UUID.format(number), None, None, None) for number in range(1, count + 1)]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_ledger_of_an_earlier_version_keeps_its_rows_and_works(ledger_address, version, monkeypatch):
    monkeypatch.setattr(ledger_module, "MIGRATIONS", MIGRATIONS[:version])
    with closing(Ledger(connect(ledger_address))) as old:
        place = old.place("https://cdek.test/v2", "")
        batch = planning.begin(old, place, "f", "orders.txt", "lines", even_if_billed=False)
        planning.plan(old, batch, rows(3))
        planning.complete(old, batch, 3)
    monkeypatch.undo()
    with closing(open_ledger(ledger_address)) as ledger:
        assert ledger.counts(batch) == {"planned": 3}
        fence = ledger.claim("test", "here", "1:1")
        assert [row.id - batch.span[0] for row in ledger.take(batch.span, fence, 10)] == [1, 2, 3]
        hear(ledger, [UUID.format(1)])
        assert [uuid for uuid, _ in heard(ledger, 0)] == [UUID.format(1)]


def test_a_notice_heard_twice_is_one_notice_with_the_later_moment(ledger_address):
    with closing(open_ledger(ledger_address)) as ledger:
        hear(ledger, [UUID.format(1), UUID.format(2), UUID.format(1)])
        first = dict(heard(ledger, 0))
        hear(ledger, [UUID.format(1)])
        second = dict(heard(ledger, 0))
        assert set(first) == set(second) == {UUID.format(1), UUID.format(2)}
        assert second[UUID.format(1)] >= first[UUID.format(1)]
        assert heard(ledger, second[UUID.format(1)]) == []
